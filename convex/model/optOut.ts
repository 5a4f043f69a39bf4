/**
 * Opt-outs of SMS that outlive their account: a number whose owner said STOP is never texted again, though
 * the account is deleted. A keyed hash of it stands on the receipt of the deletion.
 */
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { jwtSecrets } from "../env";
import { keyedHash } from "./keys";

export const optedOut = (user: Doc<"users">) =>
  user.phone !== undefined && user.smsConsent === "revoked";

export const optOutHash = (phone: string, secret = jwtSecrets()[0]) =>
  keyedHash(secret, "sms-opt-out", phone);

/** True for a number whose owner had opted out of SMS and then deleted the account. */
export async function hasOptedOut(ctx: Pick<QueryCtx, "db">, phone: string): Promise<boolean> {
  for (const secret of jwtSecrets()) {
    const proof = await ctx.db
      .query("workflows")
      .withIndex("by_opt_out", (q) => q.eq("optOutHash", optOutHash(phone, secret)))
      .first();
    if (proof !== null) return true;
  }
  return false;
}
