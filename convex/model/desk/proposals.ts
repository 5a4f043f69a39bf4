/**
 * What technicians answered, as texts for everybody. A text is proposed here (`convex/lib/anonymize.ts` takes out whose
 * it was), and kept only when somebody who has read it says so: exactly what they were shown, or made of it.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { anonymizeText, factKeys } from "../../lib/anonymize";
import { appError } from "../../lib/errors";
import { truncateText } from "../../lib/text";
import { recordEvent } from "../analytics/events";
import { findGapsLike } from "../analytics/gaps";
import { loadShopPage } from "../hours/setting";
import { createDraft, vDraftText, type DraftText } from "../knowledge/drafts";
import { asksSomething } from "../knowledge/query";
import { listResolved } from "./lists";

type Db = Pick<QueryCtx, "db">;
type Message = Doc<"messages">;

/** Messages of one episode that are looked at: the latest. */
const LOOK_BACK = 100;
/** Of a conversation: each unanswered question is an event. */
const EVENTS = 200;
const TITLE_CHARS = 120;
const CATEGORY = "answers";

export const vProposal = vDraftText.extend({
  /** What code took out, and how often: "name", "phone number". Read it all the same. */
  removed: v.array(v.object({ what: v.string(), count: v.number() })),
  /** Open questions that it may answer, of `gaps.list`. */
  gapIds: v.array(v.id("analytics")),
});

/** What `drafts.saveAnswer` keeps of a technician's message, or of all that technicians said in this episode. */
export async function proposeAnswer(
  ctx: Db,
  conversation: Doc<"conversations">,
  messageId: Id<"messages"> | undefined,
): Promise<Infer<typeof vProposal>> {
  const spoken = await listSpoken(ctx, conversation);
  const answers = spoken.filter(
    ({ _id, author, text }) =>
      author.kind === "technician" && text !== "" && (messageId ?? _id) === _id,
  );
  if (answers.length === 0) throw noAnswer();
  const known = await whoIsKnown(ctx, conversation, spoken);
  const question = questionBefore(spoken, answers[0]!, known);
  const texts = answers.map(({ text }) => anonymizeText(text, known));
  return {
    title: shortened(question.replace(/\s+/g, " ")) || "An answer",
    category: CATEGORY,
    format: "text",
    body: texts.map(({ text }) => text).join("\n\n"),
    removed: sumUp(texts.flatMap(({ removed }) => removed)),
    gapIds: await findGapsLike(ctx, await askedInVain(ctx, conversation._id)),
  };
}

const noAnswer = () =>
  appError("not_found", "There is no answer of a technician's in this conversation.");

/** What was said in the conversation's episode, in order. */
async function listSpoken(ctx: Db, { _id, episode }: Doc<"conversations">): Promise<Message[]> {
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q.eq("conversationId", _id).eq("visibility", "public").gt("settledAt", undefined),
    )
    .order("desc")
    .take(LOOK_BACK);
  return rows.filter((row) => row.episode === episode && row.author.kind !== "system").reverse();
}

/** The customer's last words before an answer that ask for something. "Yes, a person please" asks nothing. */
function questionBefore(spoken: Message[], answer: Message, known: Known): string {
  const before = spoken
    .slice(0, spoken.indexOf(answer))
    .filter(({ author, text }) => author.kind === "customer" && text !== "")
    .map(({ text }) => anonymizeText(text, known).text);
  // A number or a name that they leave asks nothing either.
  const asks = (text: string) => asksSomething(text.replace(/\[[^\][]{1,40} removed\]/g, ""));
  return before.findLast(asks) ?? before.at(-1) ?? "";
}

type Known = Parameters<typeof anonymizeText>[1];

async function whoIsKnown(
  ctx: Db,
  conversation: Doc<"conversations">,
  spoken: Message[],
): Promise<Known> {
  const customer = await ctx.db.get("users", conversation.userId);
  const technicians = spoken.flatMap(({ author }) =>
    author.kind === "technician" ? author.name : [],
  );
  const names = [customer?.name, conversation.contact?.name, ...technicians];
  const page = await loadShopPage(ctx);
  return {
    names: names.filter((name) => name !== undefined),
    shop: factKeys(page.map(({ text }) => text).join("\n")),
  };
}

/** At the end of a word. */
function shortened(title: string): string {
  if (title.length <= TITLE_CHARS) return title;
  return `${truncateText(title, TITLE_CHARS).replace(/\s+\S*$/, "")}…`;
}

function sumUp(removed: Infer<typeof vProposal>["removed"]) {
  const counts = new Map<string, number>();
  for (const { what, count } of removed) counts.set(what, (counts.get(what) ?? 0) + count);
  return [...counts].map(([what, count]) => ({ what, count }));
}

/** Questions of this conversation that found nothing. */
async function askedInVain(ctx: Db, conversationId: Id<"conversations">): Promise<string[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", conversationId).eq("question", undefined),
    )
    .order("desc")
    .take(EVENTS);
  return rows.flatMap((row) =>
    row.kind === "event" && row.type === "knowledge_gap" ? (row.data.question ?? []) : [],
  );
}

export const vKeptAnswer = vDraftText.extend({ gapIds: v.optional(v.array(v.id("analytics"))) });

/**
 * Keeps exactly this text as a draft. What is surely this customer's own, their address and number as rows have it, is
 * refused: `invalid_input`. Errors: as `createDraft`.
 */
export async function keepAnswer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { text, gapIds, actorId }: { text: DraftText; gapIds?: Id<"analytics">[]; actorId: Id<"users"> },
): Promise<Id<"knowledge">> {
  const customer = await ctx.db.get("users", conversation.userId);
  const { contact } = conversation;
  const own = [
    customer?.email,
    customer?.phone,
    customer?.textsFrom,
    contact?.email,
    contact?.phone,
  ];
  const theirs = factKeys(own.filter((one) => one !== undefined).join("\n"));
  if ([...factKeys(`${text.title}\n${text.body}`)].some((fact) => theirs.has(fact))) {
    const message = "The text names the customer's own address or number. Take it out.";
    throw appError("invalid_input", message);
  }
  const conversationId = conversation._id;
  const origin = { kind: "conversation" as const, conversationId };
  const documentId = await createDraft(ctx, { ...text, gapIds, origin });
  await recordEvent(ctx, "draft_saved", { actorId, conversationId, documentId });
  return documentId;
}

export const vSolved = v.object({
  conversationId: v.id("conversations"),
  /** Why people took over, and what about. */
  reason: v.string(),
  summary: v.string(),
  resolvedAt: v.number(),
});

/** Drafts that are remembered: older ones are of conversations that are on no list any more. */
const REMEMBERED = 300;

/** The latest resolved conversations that people were handed and answered, and of which no draft was made. */
export async function listSolved(ctx: Db): Promise<Infer<typeof vSolved>[]> {
  const saved = await ctx.db
    .query("analytics")
    .withIndex("by_type", (q) => q.eq("type", "draft_saved"))
    .order("desc")
    .take(REMEMBERED);
  const kept = new Set(saved.map((row) => (row.kind === "event" ? row.conversationId : undefined)));
  return (await listResolved(ctx)).flatMap(({ _id, brief, answeredBy, resolvedAt }) => {
    const byPeople = answeredBy === "human" || answeredBy === "both";
    if (!byPeople || brief === undefined || resolvedAt === undefined || kept.has(_id)) return [];
    const { reason, summary } = brief;
    return [{ conversationId: _id, reason, summary, resolvedAt }];
  });
}
