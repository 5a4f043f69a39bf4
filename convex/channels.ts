/** How customers reach the shop: what is set up of each way, and a test message over it. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { listChannelVariables, siteUrl } from "./env";
import { adminAction, adminQuery, internalQuery } from "./functions";
import { appError, isAppError } from "./lib/errors";
import { deliverEmail } from "./model/analytics/email";
import { findWebhooksSeen, vWebhooksSeen } from "./model/analytics/webhooks";
import { ProviderError } from "./providers/errors";

const vChannelName = v.union(v.literal("texts"), v.literal("email"), v.literal("widget"));
const vVariable = v.object({
  channel: vChannelName,
  /** Its name; two of which one is enough, with "or" between them. */
  name: v.string(),
  /** Never its value. */
  state: v.union(v.literal("set"), v.literal("missing"), v.literal("invalid")),
  /** False: the channel works without it. */
  needed: v.boolean(),
});

/**
 * The variables of each channel, whether they are set, and when its webhook was last called (to the hour). `texts` and
 * `email` of `webhooks` are the addresses that Twilio and Resend call.
 */
export const state = adminQuery({
  args: {},
  returns: v.object({
    variables: v.array(vVariable),
    webhooks: v.object({ texts: v.string(), email: v.string() }),
    seen: vWebhooksSeen,
    /** Where a test message to the caller goes. */
    own: v.object({ email: v.optional(v.string()), texts: v.optional(v.string()) }),
  }),
  handler: async (ctx) => {
    const site = siteUrl();
    return {
      variables: listChannelVariables(),
      webhooks: { texts: `${site}/twilio/sms`, email: `${site}/resend/events` },
      seen: await findWebhooksSeen(ctx),
      own: ownAddresses(ctx.user),
    };
  },
});

type Own = { email?: string; texts?: string };

/** Confirmed ones: a test reaches nobody else. */
function ownAddresses(user: {
  email?: string;
  emailVerifiedAt?: number;
  phone?: string;
  phoneVerifiedAt?: number;
}): Own {
  const { email, emailVerifiedAt, phone, phoneVerifiedAt } = user;
  return {
    ...(email !== undefined && emailVerifiedAt !== undefined && { email }),
    ...(phone !== undefined && phoneVerifiedAt !== undefined && { texts: phone }),
  };
}

const vSent = v.object({ to: v.string() });

/**
 * Sends a test message to the caller's own confirmed address or number, and says where it went. Errors: `conflict`
 * without one, `not_configured`, `provider_unavailable` with what the provider says, `rate_limited`.
 */
export const sendTest = adminAction({
  limit: "testMessage",
  args: { channel: v.union(v.literal("texts"), v.literal("email")) },
  returns: vSent,
  handler: async (ctx, { channel }): Promise<Infer<typeof vSent>> => {
    const own: Own = await ctx.runQuery(internal.channels.ownOf, { userId: ctx.caller.userId });
    const to = own[channel];
    if (to === undefined) throw noAddress(channel);
    const shop = await ctx.runQuery(internal.shop.name, {});
    const text = `This is a test message of ${shop}. It works.`;
    if (channel === "email") await sendTestMail(ctx, { to, subject: `Test of ${shop}`, text });
    else await ctx.runAction(internal.smsSender.sendTest, { to, body: text });
    return { to };
  },
});

const noAddress = (channel: "texts" | "email") =>
  appError(
    "conflict",
    channel === "email"
      ? "Your account has no confirmed e-mail address."
      : "Your account has no confirmed number. Confirm one in the chat: Your account, Phone number.",
  );

/** Each test is a mail of its own. */
async function sendTestMail(
  ctx: Parameters<typeof deliverEmail>[0],
  mail: Parameters<typeof deliverEmail>[1],
): Promise<void> {
  try {
    await deliverEmail(ctx, mail, `test-${crypto.randomUUID()}`);
  } catch (error) {
    if (isAppError(error) || !(error instanceof ProviderError)) throw error;
    throw appError("provider_unavailable", `The mail was not taken (${error.fault}).`);
  }
}

export const ownOf = internalQuery({
  args: { userId: v.id("users") },
  returns: v.object({ email: v.optional(v.string()), texts: v.optional(v.string()) }),
  handler: async (ctx, { userId }) => {
    const user = await ctx.db.get("users", userId);
    return user === null ? {} : ownAddresses(user);
  },
});
