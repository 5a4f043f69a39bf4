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
import { listPhoneForms } from "../../lib/phoneForms";
import { listSmsUsers } from "../access/smsUsers";

/** Receipts of one number that START lifts at once: one per deletion that the number has seen. */
const MAX_RECEIPTS = 50;

export const isOptedOut = (user: Doc<"users">) =>
  user.phone !== undefined && user.smsConsent === "revoked";

/** Who has opted out or is blocked is heard by text, not answered. */
export const isMuted = ({ smsConsent, blockedAt }: Doc<"users">) =>
  smsConsent === "revoked" || blockedAt !== undefined;

export const optOutHashOf = (phone: string, secret = jwtSecrets()[0]) =>
  keyedHash(secret, "sms-opt-out", phone);

/** True for a number whose owner has opted out of SMS, also before an account of theirs was deleted. */
export async function hasOptedOut(ctx: Pick<QueryCtx, "db">, phone: string): Promise<boolean> {
  const users = await listSmsUsers(ctx, phone);
  if (users.some(({ smsConsent }) => smsConsent === "revoked")) return true;
  return (await receipts(ctx, phone)).length > 0;
}

async function receipts(ctx: Pick<QueryCtx, "db">, phone: string): Promise<Doc<"workflows">[]> {
  const found: Doc<"workflows">[] = [];
  const forms = listPhoneForms(phone);
  for (const hash of forms.flatMap((form) => jwtSecrets().map((key) => optOutHashOf(form, key)))) {
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_opt_out_and_file", (q) => q.eq("optOutHash", hash))
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
 * word and where it came from, nothing that identifies anybody. Repeated words are entries too. It counts for every form
 * of the number.
 */
export async function setSmsConsent(
  ctx: MutationCtx,
  user: Doc<"users">,
  smsConsent: "granted" | "revoked",
  { reason, conversationId }: { reason: string; conversationId?: Id<"conversations"> },
): Promise<void> {
  const others = user.textsFrom === undefined ? [] : await listSmsUsers(ctx, user.textsFrom);
  for (const subjectId of new Set([user._id, ...others.map(({ _id }) => _id)])) {
    await ctx.db.patch("users", subjectId, { smsConsent });
    await recordEvent(ctx, "sms_consent_changed", { conversationId, subjectId }, { reason });
  }
  if (smsConsent === "revoked" || user.textsFrom === undefined) return;
  for (const { _id } of await receipts(ctx, user.textsFrom)) {
    await ctx.db.patch("workflows", _id, { optOutHash: undefined });
  }
}
