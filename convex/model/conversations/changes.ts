/**
 * The one way to change a conversation's row outside of its turn. What decides who may write next (`turn`, `owner`) and
 * what changes only together with it (its state, its episode) is no part of a change: `turns.ts` alone writes those.
 */
import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { withCard } from "./card";

type Fields = WithoutSystemFields<Doc<"conversations">>;

/** Written by `bumpTurn` and `setAside`: what a conversation is, with whom, and in which episode. */
type OfTheTurn =
  | "turn"
  | "owner"
  | "status"
  | "snoozedUntil"
  | "resolvedAt"
  | "episode"
  | "brief"
  | "urgent"
  | "target"
  | "earlier"
  | "ratings";
/** Written by both, from what it is made of. */
type Derived = "card";
/** Written when it is created; whose it is also by `giveConversations`. */
type OfTheBeginning = "userId" | "channel";
type Guarded = OfTheTurn | Derived | OfTheBeginning | "_id" | "_creationTime";

/** `never`, not only left out: a document that is spread or passed whole doesn't fit either. */
export type ConversationChange = Partial<Omit<Fields, Guarded>> & { [field in Guarded]?: never };

/** Stores the change. Returns the conversation as it now is. */
export async function changeConversation(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  change: ConversationChange,
): Promise<Doc<"conversations">> {
  const next = withCard(conversation, change);
  await ctx.db.patch("conversations", conversation._id, next);
  return { ...conversation, ...next };
}

/** Makes them somebody else's: a guest's become the account's that the guest turned out to be. */
export async function giveConversations(
  ctx: MutationCtx,
  conversations: Doc<"conversations">[],
  userId: Id<"users">,
): Promise<void> {
  for (const { _id } of conversations) await ctx.db.patch("conversations", _id, { userId });
}
