/** What became of an e-mail, as the provider's events say: once or often, in any order. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { addressIn } from "../../lib/automaticMail";
import { suppressAddress } from "../accounts/suppressions";
import { literals } from "../../validators";
import { advanceDelivery, makeStaffTask } from "./settlement";

export const vMailEvent = v.object({
  kind: literals("delivered", "bounced", "complained", "failed"),
  emailId: v.string(),
  to: v.array(v.string()),
  /** From the mail's own tags; mails with codes have none. */
  messageId: v.optional(v.string()),
});
export type MailEvent = Infer<typeof vMailEvent>;

/** A bounce or a complaint ends mail to the address, and is a task for staff, once. */
export async function recordMailEvent(ctx: MutationCtx, event: MailEvent): Promise<void> {
  const { kind, emailId: sid } = event;
  const message = await findMailed(ctx, event);
  if (kind === "delivered") {
    if (message) await advanceDelivery(ctx, message, "report_delivered", { sid });
    return;
  }
  if (kind === "failed") {
    if (message) await advanceDelivery(ctx, message, "report_failed", { sid, reason: "failed" });
    return;
  }
  let isNews = false;
  for (const to of event.to) {
    isNews = (await suppressAddress(ctx, addressIn(to), kind)) || isNews;
  }
  if (message === null) return;
  if (kind === "bounced") {
    const known = message.delivery?.state;
    await advanceDelivery(ctx, message, "report_undelivered", { sid, reason: "bounced" });
    // One that had been taken for delivered comes back: that is a task of its own.
    if (known !== "delivered" || !isNews) return;
  } else if (!isNews) return;
  await makeStaffTask(ctx, message, { reason: kind, what: WORDS[kind] });
}

const WORDS = {
  bounced: "E-mail to the customer's address comes back: nothing more is mailed there.",
  complained: "The customer called our e-mail spam: nothing more is mailed to them.",
};

/** The message of a mail, by its tag; null if its id is another mail's. */
async function findMailed(
  ctx: Pick<QueryCtx, "db">,
  { messageId, emailId }: MailEvent,
): Promise<Doc<"messages"> | null> {
  const id = messageId === undefined ? null : ctx.db.normalizeId("messages", messageId);
  const message = id && (await ctx.db.get("messages", id));
  if (message?.delivery?.channel !== "email") return null;
  const { providerId } = message;
  return providerId === undefined || providerId === emailId ? message : null;
}
