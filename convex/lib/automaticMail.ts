/**
 * Whether a machine wrote a mail: what answers by itself would be answered for ever. By its headers (RFC 3834, RFC 2919,
 * what mail programs add of their own), and by who sends it. Pure.
 */

const PRECEDENCES = /^\s*(bulk|junk|list|auto_reply|auto-reply)\s*$/i;
/** Of programs that don't know the RFC; lists of mails have them too. */
const TELLING = ["x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "list-unsubscribe"];
const DAEMONS = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)[@+]/i;

/** `headers`: one value a name, in any case. `from`: the bare address. */
export function isAutomaticMail(headers: Record<string, string>, from: string): boolean {
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]),
  );
  const submitted = values.get("auto-submitted");
  if (submitted !== undefined && !/^no\b/i.test(submitted)) return true;
  if (PRECEDENCES.test(values.get("precedence") ?? "")) return true;
  const suppress = values.get("x-auto-response-suppress");
  if (suppress !== undefined && !/^none$/i.test(suppress)) return true;
  if (TELLING.some((name) => values.has(name))) return true;
  // A bounce has no sender to bounce to.
  const path = values.get("return-path");
  if (path !== undefined && /^<?\s*>?$/.test(path)) return true;
  return DAEMONS.test(from);
}

/** The address of `Name <a@b.c>`, or of what is one already, in lower case. */
export const addressIn = (from: string): string =>
  (/<([^<>]*)>\s*$/.exec(from.slice(0, 1_000))?.[1] ?? from.slice(0, 1_000)).trim().toLowerCase();
