/**
 * A conversation's status as its customer and staff set it (`conversations.updateConversation`). Each change goes through
 * the rule that exists for it; what stands already is no change, so a retried call does nothing twice.
 */
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { vConversationStatus } from "../../validators";
import { appError } from "../../lib/errors";
import { reopenConversation, resolveConversation, snoozeConversation } from "./lifecycle";
import { endSnoozeEarly } from "./timerActs";

type Conversation = Doc<"conversations">;
type Person = { actorId: Id<"users">; asStaff: boolean };
type StatusChange = {
  status?: Infer<typeof vConversationStatus>;
  /** In ms; with `snoozed` only. */
  snoozedUntil?: number;
};

/** `invalid_input` unless something is to change, and a time comes with `snoozed` and with nothing else. */
export function requireChange({
  contact,
  status,
  snoozedUntil,
}: StatusChange & { contact?: unknown }): void {
  if (status === "snoozed" && snoozedUntil === undefined) {
    throw appError("invalid_input", "Say until when, in ms: `snoozedUntil`.");
  }
  if (status !== "snoozed" && snoozedUntil !== undefined) {
    throw appError("invalid_input", "`snoozedUntil` goes with the status `snoozed` only.");
  }
  if (contact === undefined && status === undefined) {
    throw appError("invalid_input", "Nothing is to change: give a `contact` or a `status`.");
  }
}

/**
 * Its customer may resolve and reopen it, staff may set it aside too. Errors: `forbidden`; `conflict` in words that say
 * what to do instead; `invalid_input` for a time that is not within the next 90 days.
 */
export async function changeStatus(
  ctx: MutationCtx,
  conversation: Conversation,
  { status, snoozedUntil }: StatusChange,
  by: Person,
): Promise<void> {
  switch (status) {
    case undefined:
      return;
    case "resolved":
      return await close(ctx, conversation, by);
    case "open":
      return await open(ctx, conversation, by);
    case "snoozed":
      return await setAsideUntil(ctx, conversation, snoozedUntil!, by);
  }
}

const CLOSED_BY_CUSTOMER = "You closed this conversation. Write again any time and it opens again.";

async function close(
  ctx: MutationCtx,
  conversation: Conversation,
  { actorId, asStaff }: Person,
): Promise<void> {
  if (asStaff) return await resolveConversation(ctx, conversation, { by: "staff", actorId });
  await resolveConversation(
    ctx,
    conversation,
    { by: "customer", actorId },
    { line: CLOSED_BY_CUSTOMER },
  );
}

async function open(
  ctx: MutationCtx,
  conversation: Conversation,
  { actorId, asStaff }: Person,
): Promise<void> {
  if (conversation.status === "resolved")
    return await reopenConversation(ctx, conversation, actorId);
  if (conversation.status === "open") return;
  if (!asStaff) {
    throw appError(
      "conflict",
      "Our team comes back to this at its time. Write to us to go on now.",
    );
  }
  await endSnoozeEarly(ctx, conversation, actorId);
}

async function setAsideUntil(
  ctx: MutationCtx,
  conversation: Conversation,
  until: number,
  { actorId, asStaff }: Person,
): Promise<void> {
  if (!asStaff) {
    throw appError(
      "forbidden",
      "Only the shop's staff may set a conversation aside. Leave it open, or close it.",
    );
  }
  if (conversation.status === "snoozed" && conversation.snoozedUntil === until) return;
  await snoozeConversation(ctx, conversation, until, actorId);
}
