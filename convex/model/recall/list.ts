/** Who was told what a document says no longer, as staff see it. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import { v, type Infer } from "convex/values";
import type { QueryCtx } from "../../_generated/server";
import { checkPageSize, withoutSplit } from "../../lib/pages";
import { vChannel, vConversationStatus, vTimestamp } from "../../validators";
import type { DocumentRow } from "../knowledge/documents";
import { writeCorrection } from "./stale";
import { queryConversations, Recall, type Found, type View } from "./told";

type Db = Pick<QueryCtx, "db">;

/** Conversations of a page, each read back by 100 messages. */
export const PAGE_LIMIT = 10;

export const vRecalled = v.object({
  conversationId: v.id("conversations"),
  status: vConversationStatus,
  channel: vChannel,
  customer: v.object({ userId: v.id("users"), name: v.optional(v.string()) }),
  /** The last message that said so, and when. */
  messageId: v.id("messages"),
  at: vTimestamp,
  /** Sentences that hold no longer, and what the document says instead, if anything. */
  stale: v.array(v.object({ said: v.string(), now: v.optional(v.string()) })),
  /** What the customer would read. */
  correction: v.string(),
  /** They have been told; by text, how far it came. */
  told: v.optional(v.object({ at: vTimestamp, delivery: v.optional(v.string()) })),
});

/** A page goes through so many conversations, of which few or none may be listed. */
export async function listRecalled(
  ctx: Db,
  document: DocumentRow,
  view: View,
  options: PaginationOptions,
): Promise<PaginationResult<Infer<typeof vRecalled>>> {
  const page = withoutSplit(
    await queryConversations(ctx, document, view).paginate(checkPageSize(options, PAGE_LIMIT)),
  );
  const recall = new Recall(ctx, document);
  const listed = [];
  for (const conversation of page.page) {
    const found = await recall.find(conversation);
    if (found !== null) listed.push(await describe(ctx, found));
  }
  return { ...page, page: listed };
}

async function describe(ctx: Db, { conversation, message, stale, told }: Found) {
  const { _id: conversationId, status, channel, userId } = conversation;
  const user = await ctx.db.get("users", userId);
  return {
    conversationId,
    status,
    channel,
    customer: { userId, name: user?.name },
    messageId: message._id,
    at: message.settledAt ?? message._creationTime,
    stale,
    correction: writeCorrection(stale),
    told: told && { at: told.settledAt ?? told._creationTime, delivery: told.delivery?.state },
  };
}
