/** Notes among staff. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { cleanText, MAX_MESSAGE_CHARS } from "../../lib/text";

/** A note among staff. It changes nothing that the customer can see, not even a time stamp. */
export async function insertNote(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  rawText: string,
): Promise<Id<"messages">> {
  const text = cleanText("The note", rawText, MAX_MESSAGE_CHARS);
  const refs = { conversationId: conversation._id, actorId: technician._id };
  await recordEvent(ctx, "note_added", refs);
  return await ctx.db.insert("messages", {
    ...staffMessageOf(conversation, technician, text),
    visibility: "staff",
    settledAt: Date.now(),
  });
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
  turn,
  episode,
});
