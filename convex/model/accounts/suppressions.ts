/**
 * Addresses that get no answers by e-mail any more: mail to them came back, was called spam, or was unsubscribed from.
 * Of the address there is a keyed hash only, and no user: it counts for whoever gives that address, and outlives them.
 * Codes to sign in with are asked for, and go all the same.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { candidateHashesOf, matchesHash, storedHashOf } from "./hashes";

export type SuppressionReason = "bounced" | "complained" | "unsubscribed";

const hashesOf = (address: string) => candidateHashesOf("mail-suppression", address);

/** Why an address gets no mail, or null. */
export async function findSuppression(
  ctx: Pick<QueryCtx, "db">,
  address: string,
): Promise<SuppressionReason | null> {
  return await findByHashes(ctx, hashesOf(address));
}

async function findByHashes(
  ctx: Pick<QueryCtx, "db">,
  hashes: string[],
): Promise<SuppressionReason | null> {
  for (const hash of hashes) {
    const row: Doc<"workflows"> | null = await ctx.db
      .query("workflows")
      .withIndex("by_opt_out_and_file", (q) => q.eq("optOutHash", hash))
      .first();
    if (row?.kind === "suppression") return row.step as SuppressionReason;
  }
  return null;
}

/** False if it was suppressed before. */
export const suppressAddress = (
  ctx: MutationCtx,
  address: string,
  reason: SuppressionReason,
): Promise<boolean> => suppress(ctx, hashesOf(address), reason);

async function suppress(
  ctx: MutationCtx,
  hashes: [string, ...string[]],
  reason: SuppressionReason,
): Promise<boolean> {
  if ((await findByHashes(ctx, hashes)) !== null) return false;
  await ctx.db.insert("workflows", {
    kind: "suppression",
    state: "done",
    step: reason,
    attempt: 1,
    optOutHash: hashes[0],
  });
  return true;
}

const SEAL = "mail-unsubscribe";

/** What a mail's link to end them holds: the hash that is stored then, sealed. It names nobody, and needs no row. */
export function unsubscribeTokenOf(address: string): string {
  const [hash] = hashesOf(address);
  return `${hash}.${storedHashOf(SEAL, hash)}`;
}

/** Ends mail to whoever a token is of. False for a token that isn't ours. */
export async function unsubscribe(ctx: MutationCtx, token: string): Promise<boolean> {
  const [hash = "", seal = "", ...rest] = token.slice(0, 300).split(".");
  if (rest.length > 0 || !matchesHash(candidateHashesOf(SEAL, hash), seal)) return false;
  await suppress(ctx, [hash], "unsubscribed");
  return true;
}
