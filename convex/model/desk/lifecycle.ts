/** A conversation's life: created, owned by the AI, the queue or a technician, resolved, reopened. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { contactOfClaim } from "../accounts/guests";
import { autoAssignWaiting } from "../handoff/assignment";
import { rememberEpisode, patchToReopen } from "../conversations/episodes";
import { summarizeLastQuestion } from "../conversations/history";
import { refuseResolved } from "./ownership";
import { refuseOpenPromises, tellOfDropped } from "../promises/ledger";
import { recordResolved, type ResolvedBy } from "./resolutions";
import { askForRating, mayAskForRating } from "../outbox/ratingQuestion";
import { insertSystemMessage } from "../outbox/systemLines";
import { DAY } from "../../lib/time";
import { bumpTurn, setConversationAside } from "../conversations/turns";

export async function createConversation(
  ctx: MutationCtx,
  userId: Id<"users">,
  channel: Doc<"conversations">["channel"] = "web",
): Promise<Doc<"conversations">> {
  const contact = channel === "web" ? contactOfClaim(await ctx.db.get("users", userId)) : undefined;
  const id = await ctx.db.insert("conversations", {
    userId,
    contact,
    channel,
    status: "open",
    owner: { kind: "ai" },
    turn: 0,
    episode: 1,
    lastMessageAt: Date.now(),
    preview: "",
    unreadByCustomer: 0,
    unreadByStaff: 0,
    aiReplies: 0,
  });
  await recordEvent(ctx, "conversation_created", { conversationId: id, actorId: userId });
  return (await ctx.db.get("conversations", id))!;
}

/** Places that are counted: beyond, only "more" is told. */
export const MAX_PLACE = 5;

/**
 * Where a conversation stands among those that wait, from 1; null when it doesn't wait, and `MAX_PLACE` + 1 for
 * every place beyond. Reads those just before it, `MAX_PLACE` at most: every page that waits asks this, and runs it
 * again only when one of these goes.
 */
export async function findPlaceInQueue(
  ctx: Pick<QueryCtx, "db">,
  { _creationTime, status, owner }: Doc<"conversations">,
): Promise<number | null> {
  if (status !== "open" || owner.kind !== "queue") return null;
  const { since } = owner;
  const waiting = () => ctx.db.query("conversations");
  const sameMoment = await waiting()
    .withIndex("by_status_and_owner", (q) =>
      q
        .eq("status", "open")
        .eq("owner.kind", "queue")
        .eq("owner.since", since)
        .lt("_creationTime", _creationTime),
    )
    .order("desc")
    .take(MAX_PLACE);
  if (sameMoment.length === MAX_PLACE) return MAX_PLACE + 1;
  const earlier = await waiting()
    .withIndex("by_status_and_owner", (q) =>
      q.eq("status", "open").eq("owner.kind", "queue").lt("owner.since", since),
    )
    .order("desc")
    .take(MAX_PLACE - sameMoment.length);
  return sameMoment.length + earlier.length + 1;
}

/** Messages among which those are that somebody has just sent. */
const JUST_SAID = 20;

/**
 * `conflict` if something happened in the conversation since `turn`, but for what this member of staff has said: whoever
 * answers and closes in one go is faster than the page that shows the answer.
 */
export async function requireTurn(
  ctx: Pick<QueryCtx, "db">,
  { _id, turn: current }: Doc<"conversations">,
  { turn = current, staffId }: { turn: number | undefined; staffId: Id<"users"> },
): Promise<void> {
  if (turn === current) return;
  const latest = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q.eq("conversationId", _id).eq("visibility", "public").gt("settledAt", undefined),
    )
    .order("desc")
    .take(JUST_SAID);
  // Each of their messages is a turn of its own: as many as turns, and nothing else has happened.
  const own = latest.filter(
    ({ author, turn: of }) =>
      author.kind === "technician" && author.userId === staffId && of > turn,
  );
  if (own.length > 0 && own.length === current - turn) return;
  throw appError("conflict", "Something new has come in. Look at it first.");
}

const CLOSED = "Our team has closed this conversation. Write again any time and it opens again.";

type ResolveOptions = {
  /** What came of it, in the technician's words. */
  summary?: string;
  dropPromises?: boolean;
  /** What the customer is told. */
  line?: string;
};

/**
 * Settled, by staff, by its customer or by a timer. What it was about is remembered for the AI, with the
 * technician's own words if there are any.
 */
export async function resolveConversation(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  by: ResolvedBy,
  { summary, dropPromises = false, line = CLOSED }: ResolveOptions = {},
): Promise<void> {
  if (conversation.status === "resolved") return;
  if (!dropPromises) refuseOpenPromises(conversation, { asCustomer: by.by === "customer" });
  const now = Date.now();
  const people = conversation.brief !== undefined || conversation.owner.kind === "human";
  const next = await bumpTurn(ctx, conversation, {
    status: "resolved",
    resolvedAt: now,
    owner: { kind: "ai" },
    snoozedUntil: undefined,
    offer: undefined,
    waitingSince: undefined,
    unreadByStaff: 0,
    // Nobody reads along when a timer closes.
    unreadByCustomer: conversation.unreadByCustomer + (by.by === "silence" ? 1 : 0),
    earlier: rememberEpisode(conversation, {
      question: await summarizeLastQuestion(ctx, conversation._id),
      by: people ? "technician" : "assistant",
      at: now,
      ...(summary ? { summary } : {}),
    }),
  });
  await tellOfDropped(ctx, next, conversation.promises ?? []);
  // Who closes it themselves is not written to about it.
  if (by.by !== "customer" && (await mayAskForRating(ctx, conversation))) {
    await askForRating(ctx, next, line);
  } else await insertSystemMessage(ctx, next, line);
  await recordResolved(ctx, next, by);
  if (conversation.owner.kind === "human") await autoAssignWaiting(ctx);
}

/** Events of a conversation looked at for its end: thumbs and ratings may follow it. */
const LOOK_BACK = 20;

/** When a resolved conversation was resolved, from its events; else when something was last said in it. */
export async function findResolvedTime(
  ctx: Pick<QueryCtx, "db">,
  { _id, lastMessageAt }: Doc<"conversations">,
): Promise<number> {
  const rows = ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) => q.eq("conversationId", _id))
    .order("desc");
  let seen = 0;
  for await (const row of rows) {
    // A trial's results name conversations, too: at most as many as there are trials.
    if (row.kind !== "event") continue;
    if (row.type === "resolved") return row._creationTime;
    if (++seen === LOOK_BACK) break;
  }
  return lastMessageAt;
}

export async function reopenConversation(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  actorId: Id<"users">,
): Promise<void> {
  if (conversation.status !== "resolved") return;
  await bumpTurn(ctx, conversation, { ...patchToReopen(conversation), lastMessageAt: Date.now() });
  await recordEvent(ctx, "reopened", { conversationId: conversation._id, actorId });
}

/** Out of the lists until a time, at most 90 days ahead; a customer's message ends it at once. */
export async function snoozeConversation(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  until: number,
  actorId: Id<"users">,
): Promise<void> {
  const now = Date.now();
  if (!(until > now && until < now + 90 * DAY)) {
    throw appError("invalid_input", "Snooze until a time within the next 90 days.");
  }
  refuseResolved(conversation);
  await setConversationAside(ctx, conversation, { status: "snoozed", snoozedUntil: until });
  await recordEvent(ctx, "snoozed", { conversationId: conversation._id, actorId });
  if (conversation.owner.kind === "human") await autoAssignWaiting(ctx);
}
