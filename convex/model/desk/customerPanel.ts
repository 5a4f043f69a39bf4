/**
 * What the desk shows about the customer of a conversation. Every part is bounded. Nothing of it changes with what is
 * said in that conversation, so that a message there changes nothing on the desks that show it; words that are being
 * written are no part of what it reads.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { smsEnv } from "../../env";
import { parsePhone } from "../../lib/phone";
import { normalizeEmail } from "../../lib/text";
import { conversationFields, literals, userFields, vPromise } from "../../validators";
import { findSmsUser } from "../access/smsUsers";
import { listNotes, vPersonNote } from "../accounts/personNotes";
import { describeReach, reachFields } from "../accounts/publicUser";
import { findUserByEmail } from "../accounts/users";
import { fileUrlOf } from "../conversations/attachments";

/** The latest conversations that it looks at; `more` says that there are others. */
export const MAX_CONVERSATIONS = 20;
/** Files that are shown, and at most so many of one conversation. */
const MAX_FILES = 12;
const MAX_DEVICES = 10;

const conversationId = v.id("conversations");

export const vCustomerPanel = v.object({
  _id: v.id("users"),
  createdAt: v.number(),
  /** False: somebody who works here, of whom nothing but this is shown. */
  isCustomer: v.boolean(),
  leaving: v.boolean(),
  ...reachFields,
  blockedAt: userFields.blockedAt,
  notes: v.array(vPersonNote),
  /** Other ones, the latest first. */
  conversations: v.array(
    v.object({
      _id: conversationId,
      title: v.string(),
      at: v.number(),
      status: conversationFields.status,
      owner: literals("ai", "queue", "human"),
      holder: v.optional(v.string()),
      channel: conversationFields.channel,
    }),
  ),
  /** There are more than the latest `MAX_CONVERSATIONS`. */
  more: v.boolean(),
  devices: v.array(v.object({ conversationId, device: v.string(), at: v.number() })),
  files: v.array(
    v.object({
      conversationId,
      at: v.number(),
      /** Rows from before files had one have none. */
      name: v.optional(v.string()),
      contentType: v.string(),
      size: v.number(),
      url: v.string(),
    }),
  ),
  ratings: v.array(
    v.object({
      conversationId,
      score: v.number(),
      comment: v.optional(v.string()),
      at: v.number(),
    }),
  ),
  promises: v.array(v.object({ conversationId, ...vPromise.fields })),
});
export type CustomerPanel = Infer<typeof vCustomerPanel>;

type Ctx = Pick<QueryCtx, "db">;
type Conversation = Doc<"conversations">;

/** The customer of a conversation, which is left out of their others. */
export async function describeCustomer(ctx: Ctx, open: Conversation): Promise<CustomerPanel> {
  const user = await ctx.db.get("users", open.userId);
  const isCustomer = user?.role === "customer";
  const found = isCustomer
    ? await ctx.db
        .query("conversations")
        .withIndex("by_user_and_last_message", (q) => q.eq("userId", open.userId))
        .order("desc")
        .take(MAX_CONVERSATIONS + 1)
    : [];
  const latest = found.slice(0, MAX_CONVERSATIONS);
  return {
    _id: open.userId,
    createdAt: user?._creationTime ?? open._creationTime,
    isCustomer,
    leaving: user === null || user.deletingAt !== undefined,
    ...describeReach(user),
    blockedAt: user?.blockedAt,
    notes: user && isCustomer ? await listNotes(ctx, user) : [],
    conversations: await describeOthers(ctx, latest, open._id),
    more: found.length > latest.length,
    devices: devicesOf(latest),
    files: await listFiles(ctx, latest),
    ratings: latest.flatMap(ratingsOf).sort(latestFirst),
    promises: latest
      .flatMap(({ _id, promises = [] }) =>
        promises.map((promise) => ({ conversationId: _id, ...promise })),
      )
      .sort((a, b) => a.dueAt - b.dueAt),
  };
}

const latestFirst = (a: { at: number }, b: { at: number }) => b.at - a.at;

async function describeOthers(
  ctx: Ctx,
  latest: Conversation[],
  openId: Id<"conversations">,
): Promise<CustomerPanel["conversations"]> {
  const names = new Map<Id<"users">, string | undefined>();
  const others: CustomerPanel["conversations"] = [];
  for (const { _id, title, preview, lastMessageAt, status, owner, channel } of latest) {
    if (_id === openId) continue;
    if (owner.kind === "human" && !names.has(owner.userId)) {
      names.set(owner.userId, (await ctx.db.get("users", owner.userId))?.name);
    }
    const holder = owner.kind === "human" ? names.get(owner.userId) : undefined;
    const what = { title: title ?? preview, at: lastMessageAt, status, channel };
    others.push({ _id, ...what, owner: owner.kind, holder });
  }
  return others;
}

/** What hand-offs called them, each once, where it came up last. */
function devicesOf(latest: Conversation[]): CustomerPanel["devices"] {
  const devices = new Map<string, CustomerPanel["devices"][number]>();
  const named = latest
    .flatMap(({ _id, brief }) =>
      brief?.device === undefined
        ? []
        : [{ conversationId: _id, device: brief.device.trim(), at: brief.at }],
    )
    .sort(latestFirst);
  for (const each of named) {
    const key = each.device.toLowerCase();
    if (key !== "" && !devices.has(key)) devices.set(key, each);
  }
  return [...devices.values()].slice(0, MAX_DEVICES);
}

function ratingsOf({ _id, rating, ratings = [] }: Conversation): CustomerPanel["ratings"] {
  return [...ratings, ...(rating ? [rating] : [])].map(({ score, comment, at }) => ({
    conversationId: _id,
    score,
    comment,
    at,
  }));
}

/** Of the latest conversations what the customer sent, by when it was uploaded. */
async function listFiles(ctx: Ctx, latest: Conversation[]): Promise<CustomerPanel["files"]> {
  const rows: Doc<"workflows">[] = [];
  for (const { _id } of latest) {
    const some = await ctx.db
      .query("workflows")
      .withIndex("by_conversation_and_kind", (q) => q.eq("conversationId", _id).eq("kind", "file"))
      .order("desc")
      .take(MAX_FILES);
    rows.push(...some.filter(({ fromShop }) => !fromShop));
  }
  rows.sort((a, b) => b._creationTime - a._creationTime);
  const files: CustomerPanel["files"] = [];
  for (const { conversationId, fileId, fileName, _creationTime: at } of rows.slice(0, MAX_FILES)) {
    const file = fileId && (await ctx.db.system.get("_storage", fileId));
    if (!file || conversationId === undefined) continue;
    const { contentType = "application/octet-stream", size } = file;
    files.push({ conversationId, at, name: fileName, contentType, size, url: fileUrlOf(file._id) });
  }
  return files;
}

/**
 * Whom staff mean: by an e-mail address, a number that texts come from, a conversation or its address at the desk. Null
 * if it is nobody's. Errors: `invalid_input` for what is none of these.
 */
export async function findPerson(ctx: Ctx, typed: string): Promise<Doc<"users"> | null> {
  const text = typed.slice(0, 1_000).trim();
  const last = text.split(/[/?#]/).findLast((part) => part !== "") ?? "";
  const id = ctx.db.normalizeId("conversations", last);
  if (id !== null) {
    const conversation = await ctx.db.get("conversations", id);
    return conversation && (await ctx.db.get("users", conversation.userId));
  }
  if (text.includes("@")) return await findUserByEmail(ctx, normalizeEmail(text));
  return await findSmsUser(ctx, parsePhone(text, smsEnv().home));
}
