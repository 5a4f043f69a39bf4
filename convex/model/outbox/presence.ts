/**
 * Whether the customer's page is there, and what it shows. Asked only where it matters: in conversations that go on
 * by text, and of messages that would be mailed, so the page of any other says nothing and costs nothing. It is one
 * row of `workflows` per conversation,
 * with a lease, as a technician's shift is: a heartbeat writes no row that a list or a chat reads.
 *
 * Not `@convex-dev/presence`: that answers who is in a room, from tables of its own. What the outbox asks is whether
 * this page shows this message, in the transaction that claims it, and the answer goes with the conversation.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { MINUTE, SECOND } from "../../lib/time";

/**
 * A page is gone when it has not been heard of for this long. It says that it is there every 20 s: one lost heartbeat
 * is no absence, two are, and nobody waits a minute for a text.
 */
export const PAGE_LEASE = 50 * SECOND;
/** From when a page said that it is hidden or closed: reloading it, or a look at another tab, is no absence. */
export const PAGE_GRACE = 15 * SECOND;
/**
 * A page that is there tells within this time that it has shown an answer, which is then not mailed: in a conversation
 * that doesn't go on by text it says nothing else, and costs one call an answer.
 */
export const MAIL_PATIENCE = MINUTE;

type Db = Pick<QueryCtx, "db">;

/** The one row of a conversation's page, if it has said anything yet. */
export const findPage = (
  ctx: Db,
  conversationId: Id<"conversations">,
): Promise<Doc<"workflows"> | null> =>
  ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "presence"),
    )
    .unique();

/**
 * The page is there, and shows the conversation up to a message. One that says it is `leaving` is trusted for the
 * grace only.
 */
export async function recordPresence(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  { shows, leaving = false }: { shows?: Doc<"messages">; leaving?: boolean } = {},
): Promise<void> {
  const page = await findPage(ctx, conversationId);
  const state = {
    state: "running" as const,
    step: leaving ? "leaving" : "there",
    leaseExpiresAt: Date.now() + (leaving ? PAGE_GRACE : PAGE_LEASE),
    finishedAt: undefined,
    ...(await latest(ctx, page, shows)),
  };
  if (page !== null) return await ctx.db.patch("workflows", page._id, state);
  await ctx.db.insert("workflows", { kind: "presence", attempt: 1, conversationId, ...state });
}

/** What the page has shown of a message no longer holds: its words are others now. */
export async function forgetShown(ctx: MutationCtx, message: Doc<"messages">): Promise<void> {
  const page = await findPage(ctx, message.conversationId);
  if (page?.seen !== message._id) return;
  const nothing = { seen: undefined, seenAt: undefined, seenUpTo: undefined };
  await ctx.db.patch("workflows", page._id, nothing);
}

type Seen = Pick<Doc<"workflows">, "seen" | "seenAt" | "seenUpTo">;

/** Two tabs may show different ends: the further one has been seen. */
async function latest(
  ctx: Db,
  page: Doc<"workflows"> | null,
  shows: Doc<"messages"> | undefined,
): Promise<Seen> {
  if (shows?.settledAt === undefined) return {};
  const before = page?.seen && (await ctx.db.get("messages", page.seen));
  if (before && isUpTo(shows, before)) return {};
  return { seen: shows._id, seenAt: Date.now(), seenUpTo: shows.settledAt };
}

/**
 * What a technician who has the conversation is told of its page: what it has shown, until when somebody types. The
 * outbox waits for no such page, so its lease stays as it was.
 */
export async function recordOnPage(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  { shows, typesUntil }: { shows?: Doc<"messages">; typesUntil?: number },
): Promise<void> {
  const page = await findPage(ctx, conversationId);
  const seen = await latest(ctx, page, shows);
  if (typesUntil === undefined && seen.seen === undefined) return;
  const change = { ...seen, ...(typesUntil !== undefined && { typesUntil }) };
  const ended = { state: "done" as const, step: "gone", finishedAt: Date.now() };
  if (page === null) {
    await ctx.db.insert("workflows", {
      kind: "presence",
      attempt: 1,
      conversationId,
      ...ended,
      ...change,
    });
  } else {
    await ctx.db.patch("workflows", page._id, {
      ...change,
      ...(page.state === "done" && { finishedAt: ended.finishedAt }),
    });
  }
}

/** Whether whoever sees the conversation up to `end` sees a message. In the order in which they are listed. */
function isUpTo(message: Doc<"messages">, end: Doc<"messages">): boolean {
  const [at = Infinity, endAt = Infinity] = [message.settledAt, end.settledAt];
  return at === endAt ? message._creationTime <= end._creationTime : at < endAt;
}

/** For the outbox: the page has shown it, or until when the page has to be taken for being there. */
export async function findPagePresence(
  ctx: Db,
  message: Doc<"messages">,
  now: number,
): Promise<{ seen: boolean; until: number | null }> {
  const page = await findPage(ctx, message.conversationId);
  const end = page?.seen && (await ctx.db.get("messages", page.seen));
  const lease = page?.state === "running" ? (page.leaseExpiresAt ?? 0) : 0;
  return { seen: Boolean(end) && isUpTo(message, end!), until: lease > now ? lease : null };
}

/** The net of every lease: a page that has not come back. What it has shown is still known. */
export async function expirePresence(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  const page = await ctx.db.get("workflows", processId);
  if (page?.kind !== "presence" || page.state !== "running") return;
  if ((page.leaseExpiresAt ?? 0) > Date.now()) return;
  await ctx.db.patch("workflows", processId, {
    state: "done",
    step: "gone",
    leaseExpiresAt: undefined,
    finishedAt: Date.now(),
  });
}
