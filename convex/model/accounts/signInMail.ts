/** The mail that tells a person of a change of how they sign in. */
import { v, type Infer } from "convex/values";
import type { ActionCtx } from "../../_generated/server";
import { shopEnv } from "../../env";
import { ProviderError } from "../../providers/errors";
import { deliverEmail } from "../analytics/email";

export const vSignInChange = v.union(
  v.literal("email"),
  v.literal("phone_added"),
  v.literal("phone_removed"),
);

export type SignInChange = Infer<typeof vSignInChange>;

const CHANGES: Record<SignInChange, (shop: string) => { subject: string; what: string }> = {
  email: (shop) => ({
    subject: `Your e-mail address at ${shop} was changed`,
    what: `Your account at ${shop} has a new e-mail address, and no longer this one. All devices were signed out.`,
  }),
  phone_added: (shop) => ({
    subject: `A phone number was added to your account at ${shop}`,
    what: `One can sign in to your account at ${shop} with a code by text now, at the number that was just confirmed.`,
  }),
  phone_removed: (shop) => ({
    subject: `The phone number was removed from your account at ${shop}`,
    what: `Your account at ${shop} has no phone number any more: nothing is texted to it, and it opens the account no longer.`,
  }),
};

/** Tells an address that its account is signed in to in another way. False when it is worth trying again. */
export async function mailSignInChanged(
  ctx: Pick<ActionCtx, "runMutation">,
  { to, change, idempotencyKey }: { to: string; change: SignInChange; idempotencyKey: string },
): Promise<boolean> {
  const { SHOP_NAME } = shopEnv();
  const { subject, what } = CHANGES[change](SHOP_NAME);
  const text = `${what}\n\nIf that wasn't you, call us or answer this e-mail: we can stop whoever it was.\n\n${SHOP_NAME}`;
  try {
    await deliverEmail(ctx, { to, subject, text }, idempotencyKey);
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return !error.retryable;
  }
}
