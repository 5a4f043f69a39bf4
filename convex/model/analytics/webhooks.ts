/** When a provider last called us: an event an hour at most, so that webhooks write no row that all of them share. */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { HOUR } from "../../lib/time";
import { recordEvent } from "./events";
import { findLatest } from "./health";

const TYPES = { texts: "texts_webhook", email: "email_webhook" } as const;
/** The channels whose provider calls us. */
export type Called = keyof typeof TYPES;

/** Ms since the epoch, up to an hour early; absent: never yet. */
export const vWebhooksSeen = v.object({
  texts: v.optional(v.number()),
  email: v.optional(v.number()),
});

/** A call whose signature was good. */
export async function noteWebhook(ctx: MutationCtx, channel: Called): Promise<void> {
  const last = await findLatest(ctx, TYPES[channel]);
  if (last !== null && Date.now() - last._creationTime < HOUR) return;
  await recordEvent(ctx, TYPES[channel], {});
}

export async function findWebhooksSeen(
  ctx: Pick<QueryCtx, "db">,
): Promise<Infer<typeof vWebhooksSeen>> {
  const texts = await findLatest(ctx, TYPES.texts);
  const email = await findLatest(ctx, TYPES.email);
  return {
    ...(texts !== null && { texts: texts._creationTime }),
    ...(email !== null && { email: email._creationTime }),
  };
}
