/**
 * Who types, who looks, who has seen what. In rows of `workflows`, one of the customer's page (`outbox/presence.ts`) and
 * one of each technician who has the conversation open, so that neither a list nor the AI's queries run again for them.
 *
 * Nothing has to end here: a row says until when it holds, and whoever reads it compares that with their own clock. A
 * query is run again when a row of it changes, and at no other time. `finishedAt` is the last word of a desk, so that the
 * `clean up` cron takes the row of one that has not been heard of for as long as ended processes are kept.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { MINUTE, SECOND } from "../../lib/time";
import { literals } from "../../validators";
import { findPage, recordOnPage } from "../outbox/presence";

/** Said every 7 s at most while somebody types: one word that is lost is a gap of 4 s. */
export const TYPING_LASTS = 10 * SECOND;
/** What is known to last as long as this needs no new word: keys held down, or a second tab. */
const TYPING_FRESH = 5 * SECOND;
/**
 * Said every minute while a colleague is here too, and once where nobody is: a desk that is closed says so, so this
 * ends only one that was cut off.
 */
export const LOOK_LASTS = 2.5 * MINUTE;
/** More technicians have no conversation open at a time; the latest to come are named. */
const MAX_DESKS = 20;

type Conversation = Doc<"conversations">;
type Db = Pick<QueryCtx, "db">;

/** What is written: an answer to the customer, or a note that they never hear of. */
export const vWriting = literals("answer", "note");
const vSeen = v.object({
  /** When it was shown, and up to which moment of messages' `settledAt`. */
  at: v.number(),
  upTo: v.number(),
});
const vTyping = { typesUntil: v.optional(v.number()), seen: v.optional(vSeen) };

/** The technician who has the conversation, for its customer. */
export const vTechnicianHere = v.object({ name: v.optional(v.string()), ...vTyping });
export type TechnicianHere = Infer<typeof vTechnicianHere>;

export const vHere = v.object({
  customer: v.object(vTyping),
  colleagues: v.array(
    v.object({
      userId: v.id("users"),
      name: v.optional(v.string()),
      looksUntil: v.number(),
      typesUntil: v.optional(v.number()),
      writes: v.optional(vWriting),
    }),
  ),
});

const desksOf = (ctx: Db, conversationId: Id<"conversations">): Promise<Doc<"workflows">[]> =>
  ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "desk"),
    )
    .order("desc")
    .take(MAX_DESKS);

const deskOf = async (ctx: Db, conversationId: Id<"conversations">, userId: Id<"users">) =>
  (await desksOf(ctx, conversationId)).find((row) => row.userId === userId);

/** Those who are waited for, or who have it, are told: anything else is nobody's business. */
const holderOf = ({ owner, status }: Conversation): Id<"users"> | null =>
  owner.kind === "human" && status !== "resolved" ? owner.userId : null;

const isFresh = (row: Doc<"workflows"> | null | undefined): boolean =>
  (row?.typesUntil ?? 0) > Date.now() + TYPING_FRESH;

/** The customer types on the page. Nobody is told, and nothing written, unless a technician has the conversation. */
export async function typeAsCustomer(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  if (holderOf(conversation) === null || conversation.channel !== "web") return;
  if (isFresh(await findPage(ctx, conversation._id))) return;
  await recordOnPage(ctx, conversation._id, { typesUntil: Date.now() + TYPING_LASTS });
}

/** A technician writes: an answer only where it is theirs to give. */
export async function typeAsStaff(
  ctx: MutationCtx,
  conversation: Conversation,
  user: Doc<"users">,
  writes: Infer<typeof vWriting>,
): Promise<void> {
  if (writes === "answer" && holderOf(conversation) !== user._id) return;
  const desk = await deskOf(ctx, conversation._id, user._id);
  if (desk?.step === writes && isFresh(desk)) return;
  await writeDesk(ctx, { conversation, user, desk }, writes, {
    typesUntil: Date.now() + TYPING_LASTS,
  });
}

/**
 * A technician has the conversation open and, if it is theirs, has seen what was said up to `saw`; or (`leaving`) has
 * turned away. Then only what was seen is kept.
 */
export async function lookAt(
  ctx: MutationCtx,
  conversation: Conversation,
  user: Doc<"users">,
  { saw, leaving = false }: { saw?: Id<"messages">; leaving?: boolean },
): Promise<void> {
  const desk = await deskOf(ctx, conversation._id, user._id);
  const seen = await newlySeen(ctx, conversation, { user, desk, saw });
  if (leaving && desk?.seenUpTo === undefined && seen.seenUpTo === undefined) {
    if (desk) await ctx.db.delete("workflows", desk._id);
    return;
  }
  const isOpen = leaving ? { leaseExpiresAt: undefined, typesUntil: undefined } : {};
  await writeDesk(ctx, { conversation, user, desk }, "looks", { ...seen, ...isOpen });
}

type Desk = { conversation: Conversation; user: Doc<"users">; desk: Doc<"workflows"> | undefined };

async function writeDesk(
  ctx: MutationCtx,
  { conversation, user, desk }: Desk,
  step: "answer" | "note" | "looks",
  change: Partial<Doc<"workflows">>,
): Promise<void> {
  const now = Date.now();
  // Whoever goes on looking is still typing.
  const types = step !== "looks" || (desk?.typesUntil ?? 0) <= now;
  const row = {
    ...(types && { step }),
    leaseExpiresAt: now + LOOK_LASTS,
    finishedAt: now,
    ...change,
  };
  if (desk) return await ctx.db.patch("workflows", desk._id, row);
  await ctx.db.insert("workflows", {
    kind: "desk",
    state: "done",
    attempt: 1,
    conversationId: conversation._id,
    userId: user._id,
    step,
    ...row,
  });
}

/** Only of a message that is there, and only whoever answers has seen it: a colleague's glance is none of that. */
async function newlySeen(
  ctx: MutationCtx,
  conversation: Conversation,
  { user, desk, saw }: Omit<Desk, "conversation"> & { saw: Id<"messages"> | undefined },
): Promise<Pick<Doc<"workflows">, "seenAt" | "seenUpTo">> {
  if (saw === undefined || holderOf(conversation) !== user._id) return {};
  const message = await ctx.db.get("messages", saw);
  if (message?.conversationId !== conversation._id || message.settledAt === undefined) return {};
  if ((desk?.seenUpTo ?? 0) >= message.settledAt) return {};
  return { seenAt: Date.now(), seenUpTo: message.settledAt };
}

const seenOf = ({ seenAt, seenUpTo }: Doc<"workflows">) =>
  seenAt === undefined || seenUpTo === undefined ? undefined : { at: seenAt, upTo: seenUpTo };

/**
 * What the customer may know of the technician who has the conversation: that they type an answer, and what they have
 * seen. Of nobody else, nor of a note. Null while nobody has it.
 */
export async function technicianHere(
  ctx: Db,
  conversation: Conversation,
): Promise<TechnicianHere | null> {
  const holder = holderOf(conversation);
  if (holder === null) return null;
  const desk = await deskOf(ctx, conversation._id, holder);
  const name = (await ctx.db.get("users", holder))?.name;
  if (desk === undefined) return { name };
  const typesUntil = desk.step === "answer" ? desk.typesUntil : undefined;
  return { name, typesUntil, seen: seenOf(desk) };
}

/** The customer's page, and the other technicians who have it open, the latest to come first. */
export async function listHere(
  ctx: Db,
  conversation: Conversation,
  me: Id<"users">,
): Promise<Infer<typeof vHere>> {
  const page = await findPage(ctx, conversation._id);
  const others = (await desksOf(ctx, conversation._id)).flatMap((row) =>
    row.userId !== undefined && row.userId !== me && row.leaseExpiresAt !== undefined
      ? [{ ...row, userId: row.userId, looksUntil: row.leaseExpiresAt }]
      : [],
  );
  return {
    customer: page === null ? {} : { typesUntil: page.typesUntil, seen: seenOf(page) },
    colleagues: await Promise.all(
      others.map(async ({ userId, looksUntil, typesUntil, step }) => ({
        userId,
        name: (await ctx.db.get("users", userId))?.name,
        looksUntil,
        typesUntil,
        writes: step === "answer" || step === "note" ? step : undefined,
      })),
    ),
  };
}
