/** Notes among staff. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { cleanText, MAX_MESSAGE_CHARS } from "../../lib/text";
import { requireMentioned, tellMentioned } from "./mentions";
import { wordsToFind } from "../conversations/wordsToFind";

/**
 * A note among staff, and word to the colleagues of `ids` whom it names. It changes nothing that the customer can see, not
 * even a time stamp.
 */
export async function insertNote(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  rawText: string,
  ids: Id<"users">[] = [],
): Promise<Id<"messages">> {
  const text = cleanText("The note", rawText, MAX_MESSAGE_CHARS);
  const mentions = await requireMentioned(ctx, text, ids);
  const refs = { conversationId: conversation._id, actorId: technician._id };
  await recordEvent(ctx, "note_added", refs);
  const messageId = await ctx.db.insert("messages", {
    ...staffMessageOf(conversation, technician, text),
    visibility: "staff",
    settledAt: Date.now(),
    ...(mentions.length > 0 && { mentions }),
  });
  const note = { _id: messageId, conversationId: conversation._id };
  await tellMentioned(ctx, note, mentions, technician._id);
  return messageId;
}

/** What every message of a technician's has. */
export const staffMessageOf = (
  { _id, turn, episode }: Doc<"conversations">,
  technician: Doc<"users">,
  text: string,
) => ({
  conversationId: _id,
  author: {
    kind: "technician" as const,
    userId: technician._id,
    name: technician.name ?? "Technician",
  },
  status: "complete" as const,
  text,
  searchText: wordsToFind({ text }),
  turn,
  episode,
});
