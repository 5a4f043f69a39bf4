/**
 * Where the AI's answers may link besides where passages do: a list of hosts that an admin keeps, one row. It is read
 * only when an answer has a link or fact that no passage bears out.
 */
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { hostOf } from "../../lib/hosts";
import { appError } from "../../lib/errors";
import { findOnlyRow, putOnlyRow } from "./onlyRow";

const MAX_HOSTS = 50;
/** RFC 1035. */
const MAX_HOST_CHARS = 253;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** Two labels or more, the last one no number: "com" is no host, "127.0.0.1" is an address. */
const HOST = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)+(?=[a-z])${LABEL}$`);

export const loadLinkHosts = async (ctx: Pick<QueryCtx, "db">): Promise<string[]> =>
  (await findOnlyRow(ctx, "settings"))?.hosts ?? [];

/** Stores the list, as `checkHosts` has it. `guardrailRows.ts` asks what else is set first. */
export async function storeLinkHosts(ctx: MutationCtx, hosts: string[]): Promise<void> {
  await putOnlyRow(ctx, { kind: "settings", group: "links", hosts, updatedAt: Date.now() });
}

/**
 * As browsers know them: in lower case, other letters by punycode, each once. A host stands for itself, with or without
 * "www."; with "*." before it for all below it, too.
 */
export function checkHosts(hosts: string[]): string[] {
  if (hosts.length > MAX_HOSTS) throw appError("too_large", `At most ${MAX_HOSTS} hosts fit.`);
  return [...new Set(hosts.map(checkHost))].sort();
}

function checkHost(typed: string): string {
  if (typed.length > MAX_HOST_CHARS) {
    throw appError("too_large", `A host has at most ${MAX_HOST_CHARS} characters.`);
  }
  const host = typed.trim().replace(/^\*\./, "");
  const known = (host === typed.trim() ? "" : "*.") + hostOf(host);
  // Nothing is dropped silently: who writes a path means that page, and would allow the whole host.
  const isWhole = !/[\s/?#@:\\]/.test(host);
  if (!isWhole || known.length > MAX_HOST_CHARS || !HOST.test(known)) {
    const how = "Write a host alone, like book.example.com, or *.example.com for all below it.";
    throw appError("invalid_input", `${JSON.stringify(typed)} is no host. ${how}`);
  }
  return known;
}
