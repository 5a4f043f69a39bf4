/**
 * The desk's search. Convex ranks by relevance, and no index orders hits by time: so the best of each kind are read, a
 * bounded number, looked through for all that was asked, and shown latest first.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { smsEnv } from "../../env";
import { isAppError } from "../../lib/errors";
import { parsePhone } from "../../lib/phone";
import {
  excerptAround,
  hasAllTerms,
  MAX_SEARCH_TERMS,
  numbersIn,
  searchTermsOf,
  searchTextOf,
  WORD,
} from "../../lib/searchWords";
import { cleanOptionalText } from "../../lib/text";
import { vConversationStatus, conversationFields } from "../../validators";
import { factsOf } from "../conversations/card";
import { loadLabels } from "../knowledge/labels";
import { publicAuthor, textForStaff, vPublicAuthor } from "../conversations/publicMessage";

const MAX_FOUND = 50;
const MAX_ASKED_CHARS = 200;
/** Read of each kind, whatever the tables hold: 530 rows and what the 50 that are shown need. */
const MESSAGES = 200;
const CARDS = 50;
const LABELS = 2;
const PEOPLE = 20;
/** The latest of each person's. */
const CONVERSATIONS_EACH = 8;
const EXCERPT_CHARS = 180;

export const vFound = v.object({
  conversationId: v.id("conversations"),
  customer: v.object({
    name: v.optional(v.string()),
    email: v.optional(v.string()),
    phone: v.optional(v.string()),
  }),
  contact: conversationFields.contact,
  channel: conversationFields.channel,
  status: vConversationStatus,
  owner: v.union(v.literal("ai"), v.literal("queue"), v.literal("human")),
  labels: conversationFields.labels,
  /** Of the message, or of the conversation's last one. */
  at: v.number(),
  /** Absent: it was found by who or what it is about. */
  message: v.optional(
    v.object({
      _id: v.id("messages"),
      author: vPublicAuthor,
      visibility: v.union(v.literal("public"), v.literal("staff")),
    }),
  ),
  /** A piece of the message, or what is known of the conversation, in parts. */
  excerpt: v.array(v.object({ text: v.string(), hit: v.boolean() })),
});
type Found = Infer<typeof vFound>;

type Ctx = Pick<QueryCtx, "db">;
type Conversation = Doc<"conversations">;
type Candidate = { id: Id<"conversations">; at: number } & (
  { message: Doc<"messages"> } | { message?: never; row: Conversation }
);

/** At most 50, latest first; nothing for less than two letters. Errors: `too_large`. */
export async function searchConversations(ctx: Ctx, raw: string): Promise<Found[]> {
  const asked = cleanOptionalText("The search", raw, MAX_ASKED_CHARS);
  const terms = searchTermsOf(asked);
  if (terms.join("").length < 2) return [];
  const found = [
    ...(await findMessages(ctx, terms)),
    ...(await findCards(ctx, terms)),
    ...(await findLabelled(ctx, terms)),
    ...(await findOfPeople(ctx, asked, terms)),
  ];
  return await describeLatest(ctx, found, terms);
}

async function findMessages(ctx: Ctx, terms: string[]): Promise<Candidate[]> {
  const rows = await ctx.db
    .query("messages")
    .withSearchIndex("search_words", (q) => q.search("searchText", terms.join(" ")))
    // More than are shown: several are of one conversation.
    .take(MESSAGES);
  return rows.flatMap((message): Candidate[] =>
    message.settledAt !== undefined && hasAllTerms(message.searchText ?? "", terms)
      ? [{ id: message.conversationId, at: message.settledAt, message }]
      : [],
  );
}

async function findCards(ctx: Ctx, terms: string[]): Promise<Candidate[]> {
  const rows = await ctx.db
    .query("conversations")
    .withSearchIndex("search_card", (q) => q.search("card", terms.join(" ")))
    .take(CARDS);
  return rows.filter(({ card = "" }) => hasAllTerms(card, terms)).map(asCandidate);
}

const asCandidate = (row: Conversation): Candidate => ({ id: row._id, at: row.lastMessageAt, row });

/** By the names of the shop's labels: conversations hold their keys. */
async function findLabelled(ctx: Ctx, terms: string[]): Promise<Candidate[]> {
  const labels = (await loadLabels(ctx)).filter(({ name }) =>
    hasAllTerms(searchTextOf(name), terms),
  );
  const found: Candidate[] = [];
  for (const { key } of labels.slice(0, LABELS)) found.push(...(await findCards(ctx, [key])));
  return found;
}

async function findOfPeople(ctx: Ctx, asked: string, terms: string[]): Promise<Candidate[]> {
  const people = new Map<Id<"users">, Doc<"users">>();
  for (const user of await listPeople(ctx, asked, terms)) {
    if (people.size < PEOPLE) people.set(user._id, user);
  }
  const rows = await Promise.all(
    [...people.keys()].map((userId) =>
      ctx.db
        .query("conversations")
        .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
        .order("desc")
        .take(CONVERSATIONS_EACH),
    ),
  );
  return rows.flat().map(asCandidate);
}

async function listPeople(ctx: Ctx, asked: string, terms: string[]): Promise<Doc<"users">[]> {
  const number = numberOf(asked);
  if (number !== undefined) {
    const [texting, known] = await Promise.all([
      ctx.db
        .query("users")
        .withIndex("by_texts_from", (q) => q.eq("textsFrom", number))
        .take(PEOPLE),
      ctx.db
        .query("users")
        .withIndex("by_phone", (q) => q.eq("phone", number))
        .take(PEOPLE),
    ]);
    return [...texting, ...known];
  }
  const address = asked.toLowerCase();
  const byAddress = /\s/.test(address)
    ? []
    : await ctx.db
        .query("users")
        .withIndex("by_email", (q) => q.gte("email", address).lt("email", `${address}\uffff`))
        .take(PEOPLE);
  // Names stand as they were written, accents and all.
  const names = (asked.match(WORD) ?? []).slice(0, MAX_SEARCH_TERMS).join(" ");
  const named = await ctx.db
    .query("users")
    .withSearchIndex("search_name", (q) => q.search("name", names).eq("role", "customer"))
    .take(PEOPLE);
  return [...byAddress, ...named.filter(({ name = "" }) => hasAllTerms(searchTextOf(name), terms))];
}

/** As it is stored, in E.164; undefined for what is no number. */
function numberOf(asked: string): string | undefined {
  if (numbersIn(asked).length === 0) return undefined;
  try {
    return parsePhone(asked, smsEnv().home);
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

/** One row a conversation: its latest message that matches, else what it is about. */
async function describeLatest(ctx: Ctx, found: Candidate[], terms: string[]): Promise<Found[]> {
  const best = new Map<Id<"conversations">, Candidate>();
  for (const one of found) {
    const known = best.get(one.id);
    const isBetter = known?.message === undefined || (one.message && one.at > known.at);
    if (known === undefined || (isBetter && one.message)) best.set(one.id, one);
  }
  const latest = [...best.values()].sort((a, b) => b.at - a.at);
  const shown: Found[] = [];
  for (const one of latest) {
    if (shown.length === MAX_FOUND) break;
    const described = await describe(ctx, one, terms);
    if (described !== null) shown.push(described);
  }
  return shown;
}

/** Null for what is being erased: its person is gone already. */
async function describe(ctx: Ctx, one: Candidate, terms: string[]): Promise<Found | null> {
  const row = one.message ? await ctx.db.get("conversations", one.id) : one.row;
  const user = row && (await ctx.db.get("users", row.userId));
  if (!row || !user || user.deletingAt !== undefined) return null;
  const { message } = one;
  const text = message ? textForStaff(message) : factsOf(row) || row.preview;
  return {
    conversationId: row._id,
    customer: { name: user.name, email: user.email, phone: user.phone ?? user.textsFrom },
    contact: row.contact,
    channel: row.channel,
    status: row.status,
    owner: row.owner.kind,
    labels: row.labels,
    at: one.at,
    message: message && {
      _id: message._id,
      author: publicAuthor(message.author),
      visibility: message.visibility,
    },
    excerpt: excerptAround(text, terms, EXCERPT_CHARS),
  };
}
