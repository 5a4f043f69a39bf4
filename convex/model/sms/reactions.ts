/**
 * A phone's reaction to a text of ours (`lib/reactions.ts`): stored with the message that it quotes, and answered by
 * nobody. On an offer that is the latest thing said, a like is a yes and a dislike a no, as its buttons are.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { Reaction } from "../../lib/reactions";
import { findQuoted } from "../conversations/history";
import { smsBodyOf } from "./claim";
import { answerStandingOffer, isOfferHeard } from "../handoff/offers";

type Conversation = Doc<"conversations">;
type Reacted = Reaction & { smsSid: string };

/** Conversations by text that are looked through for what is quoted, the latest first. */
const MAX_THREADS = 3;
/** So much of a quote tells texts apart; phones cut long ones. */
const TOLD_APART = 60;

/**
 * Stores it; false when no message of ours is quoted. `muted`: somebody who is heard and not answered, whose like
 * accepts nothing.
 */
export async function takeReaction(
  ctx: MutationCtx,
  threads: readonly Conversation[],
  { kind, sign, quoted, smsSid }: Reacted,
  { muted }: { muted: boolean },
): Promise<boolean> {
  const begins = readLetters(quoted).slice(0, TOLD_APART);
  if (begins === "") return false;
  for (const conversation of threads.slice(0, MAX_THREADS)) {
    const isQuoted = (message: Doc<"messages">) => readLetters(smsBodyOf(message)).includes(begins);
    const message = await findQuoted(ctx, conversation._id, isQuoted);
    if (message === null) continue;
    // Delivered twice.
    if (message.reaction?.smsSid === smsSid) return true;
    const reaction = kind === "removed" ? undefined : { sign, at: Date.now(), smsSid };
    await ctx.db.patch("messages", message._id, { reaction });
    if (muted || !isOfferOf(conversation, message)) return true;
    if (!(await isOfferHeard(ctx, conversation))) return true;
    if (kind === "like" || kind === "dislike") {
      const answer = { accept: kind === "like", actorId: conversation.userId };
      await answerStandingOffer(ctx, conversation, answer);
    }
    return true;
  }
  return false;
}

/** Whether a message is the line of the standing offer, with nothing said since. */
const isOfferOf = ({ offer, turn }: Conversation, { delivery, ...line }: Doc<"messages">) =>
  offer?.turn === turn && line.turn === turn && delivery?.purpose === "offer";

/** Phones change quotes, spaces and the end of what they quote. */
const readLetters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
