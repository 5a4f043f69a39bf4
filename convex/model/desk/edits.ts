/**
 * The words of a technician's last message, changed within a minute. It is the last of its conversation, so it can count
 * as settled anew without changing places: that is how open pages, which follow what is settled since, hear of it.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanOptionalText, cleanText, MAX_MESSAGE_CHARS, previewOf } from "../../lib/text";
import { MINUTE } from "../../lib/time";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { listPublicMessages } from "../conversations/history";
import { wordsToFind } from "../conversations/wordsToFind";
import { hasStayed, SEEN_ON_PAGE } from "../outbox/delivery";
import { findStaffChannel, newDelivery, startOutbox } from "../outbox/outbox";
import { forgetShown } from "../outbox/presence";
import { renotePromise } from "../promises/ledger";

/** From when it was sent: a second change gives no second minute. */
const EDITABLE_MS = MINUTE;

type Own = { message: Doc<"messages">; conversation: Doc<"conversations"> };

/** Errors: `invalid_input`, `too_large`, `conflict` with `obstacle`. The words that it has already change nothing. */
export async function changeWords(
  ctx: MutationCtx,
  { message, conversation }: Own,
  technician: Doc<"users">,
  rawText: string,
): Promise<void> {
  const clean = message.attachments ? cleanOptionalText : cleanText;
  const text = clean("The message", rawText, MAX_MESSAGE_CHARS);
  await refuseEditing(ctx, { message, conversation }, technician);
  if (text === message.text) return;
  const now = Date.now();
  const delivery = await renewDelivery(ctx, { message, conversation }, text);
  await forgetShown(ctx, message);
  await ctx.db.patch("messages", message._id, {
    text,
    searchText: wordsToFind({ ...message, text }),
    settledAt: now,
    editedAt: now,
    // What they wrote in their own language no longer says what was sent.
    original: undefined,
    ...(delivery && { delivery }),
  });
  const next = await changeConversation(ctx, conversation, {
    preview: previewOf(text || (message.attachments?.[0]?.name ?? "")),
    lastMessageAt: now,
  });
  const refs = { conversationId: conversation._id, actorId: technician._id };
  await recordEvent(ctx, "message_edited", refs);
  await renotePromise(ctx, next, message, text, { kind: "technician", userId: technician._id });
  if (delivery) await startOutbox(ctx, next, delivery);
}

async function refuseEditing(
  ctx: MutationCtx,
  { message, conversation }: Own,
  { _id }: Doc<"users">,
): Promise<void> {
  const { owner, status } = conversation;
  const isTheirs = owner.kind === "human" && owner.userId === _id && status !== "resolved";
  const [last] = await listPublicMessages(ctx, conversation._id);
  if (!isTheirs || last?._id !== message._id) {
    throw refusal("overtaken", "Something has happened since. Write another message instead.");
  }
  if (Date.now() > message._creationTime + EDITABLE_MS) {
    throw refusal("late", "A message can be changed for a minute. Write another one instead.");
  }
  if (message.delivery !== undefined && !hasStayed(message.delivery)) {
    throw refusal("sent", "It has left by text or by e-mail already. Write another message.");
  }
}

const refusal = (obstacle: "overtaken" | "late" | "sent", words: string) =>
  appError("conflict", words, { obstacle });

/**
 * What has not left goes with the new words, and has to be shown on the page anew. Undefined: nothing is to go. Errors: as for
 * a new message.
 */
async function renewDelivery(
  ctx: MutationCtx,
  { message, conversation }: Own,
  text: string,
): Promise<ReturnType<typeof newDelivery> | undefined> {
  const { delivery, attachments } = message;
  const wasSeen = delivery?.state === "cancelled" && delivery.reason === SEEN_ON_PAGE;
  if (delivery?.state !== "queued" && !wasSeen) return undefined;
  const channel = await findStaffChannel(ctx, conversation, { text, attachments });
  return channel === null ? undefined : newDelivery(delivery.purpose, channel);
}
