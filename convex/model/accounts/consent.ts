/**
 * Consent to texts, by number. What a number's owner last said stands on the user who texts from it. An
 * opt-out outlives its account: a keyed hash of the number stays on the receipt of the deletion, until
 * START comes from that number.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { jwtSecrets } from "../../env";
import { recordEvent } from "../analytics/events";
import { keyedHash } from "../../lib/keys";

/** Receipts of one number that START lifts at once: one per deletion that the number has seen. */
const MAX_RECEIPTS = 50;

export const isOptedOut = (user: Doc<"users">) =>
  user.phone !== undefined && user.smsConsent === "revoked";

export const optOutHashOf = (phone: string, secret = jwtSecrets()[0]) =>
  keyedHash(secret, "sms-opt-out", phone);

/** The user whose texts come from a number, or null for one that has never texted us. */
export function findSmsUser(
  ctx: Pick<QueryCtx, "db">,
  phone: string,
): Promise<Doc<"users"> | null> {
  return ctx.db
    .query("users")
    .withIndex("by_texts_from", (q) => q.eq("textsFrom", phone))
    .unique();
}

/** True for a number whose owner has opted out of SMS, also before an account of theirs was deleted. */
export async function hasOptedOut(ctx: Pick<QueryCtx, "db">, phone: string): Promise<boolean> {
  if ((await findSmsUser(ctx, phone))?.smsConsent === "revoked") return true;
  return (await receipts(ctx, phone)).length > 0;
}

async function receipts(ctx: Pick<QueryCtx, "db">, phone: string): Promise<Doc<"workflows">[]> {
  const found: Doc<"workflows">[] = [];
  for (const secret of jwtSecrets()) {
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_opt_out_and_file", (q) => q.eq("optOutHash", optOutHashOf(phone, secret)))
      .take(MAX_RECEIPTS);
    found.push(...rows);
  }
  return found;
}

/** Keeps the opt-out of somebody whose row goes without a receipt of its own. */
export async function keepOptOut(ctx: MutationCtx, user: Doc<"users">): Promise<void> {
  if (!isOptedOut(user) || (await receipts(ctx, user.phone!)).length > 0) return;
  await ctx.db.insert("workflows", {
    kind: "purge",
    state: "done",
    step: "opted out",
    attempt: 1,
    optOutHash: optOutHashOf(user.phone!),
    finishedAt: Date.now(),
  });
}

/**
 * What a number's owner, or their carrier, said: on the user, and as an event of the ledger. `reason` is the
 * word and where it came from, nothing that identifies anybody. Repeated words are entries too.
 */
export async function setSmsConsent(
  ctx: MutationCtx,
  user: Doc<"users">,
  smsConsent: "granted" | "revoked",
  { reason, conversationId }: { reason: string; conversationId?: Id<"conversations"> },
): Promise<void> {
  await ctx.db.patch("users", user._id, { smsConsent });
  await recordEvent(
    ctx,
    "sms_consent_changed",
    { conversationId, subjectId: user._id },
    { reason },
  );
  if (smsConsent === "revoked" || user.textsFrom === undefined) return;
  for (const { _id } of await receipts(ctx, user.textsFrom)) {
    await ctx.db.patch("workflows", _id, { optOutHash: undefined });
  }
}
