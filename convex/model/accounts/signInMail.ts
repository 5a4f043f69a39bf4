/** The mail that tells a person of a change of how they sign in. */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { canMailAnswers, chatUrl } from "../../env";
import { ProviderError } from "../../providers/errors";
import { deliverEmail } from "../analytics/email";

export const vSignInChange = v.union(
  v.literal("email"),
  v.literal("phone_added"),
  v.literal("phone_removed"),
  v.literal("merged"),
  v.literal("invited"),
);

type Mail = { subject: string; what: string; otherwise?: string };
export type SignInChange = Infer<typeof vSignInChange>;

const CHANGES: Record<SignInChange, (shop: string) => Mail> = {
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
  merged: (shop) => ({
    subject: `Other conversations of yours were put into your account at ${shop}`,
    what: `Our technicians found that you have written to ${shop} from elsewhere too: those conversations are in your account now, and so is the number that you wrote from, if there was one. One can sign in with a code to it, too.`,
  }),
  invited: (shop) => ({
    subject: `You work at ${shop}'s desk now`,
    what: `An admin of ${shop} has added you to its staff.\n\nSign in with this e-mail address; a code is mailed to it each time: ${deskUrl()}`,
    otherwise: "If you don't know why, delete this e-mail: without a code nobody gets in.",
  }),
};

/** As far as the deployment knows where its pages are. */
const deskUrl = () =>
  canMailAnswers() ? new URL("/desk", chatUrl()).href : "on the page /desk of the shop's chat";

const NOT_YOU = "If that wasn't you, call us or answer this e-mail: we can stop whoever it was.";

/** Tells an address that its account is signed in to in another way. False when it is worth trying again. */
export async function mailSignInChanged(
  ctx: Pick<ActionCtx, "runQuery" | "runMutation">,
  { to, change, idempotencyKey }: { to: string; change: SignInChange; idempotencyKey: string },
): Promise<boolean> {
  const shop = await ctx.runQuery(internal.shop.name, {});
  const { subject, what, otherwise = NOT_YOU } = CHANGES[change](shop);
  const text = `${what}\n\n${otherwise}\n\n${shop}`;
  try {
    await deliverEmail(ctx, { to, subject, text }, idempotencyKey);
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return !error.retryable;
  }
}
