/**
 * Translations for the desk: of what customers write, into the technician's language, kept with each message for staff;
 * and of an answer into the customer's, which its technician reads before it goes. The language is found out by the
 * model in the same call. A row of `assists.ts` holds the money for as long as it takes.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { vUsage } from "../../validators";
import { appError } from "../../lib/errors";
import { cleanText, MAX_MESSAGE_CHARS, truncateText } from "../../lib/text";
import { settleAssist, startAssist, vAssistTask } from "./assists";
import { CALL_RESERVE_MICRO_USD } from "./budget";

/** In one call: what a screen shows. */
const MAX_TEXTS = 10;
const MAX_CHARS = 6_000;
const LOOKED_AT = 30;

const vText = v.object({ messageId: v.id("messages"), text: v.string() });
export const vTranslationTask = v.object({
  ...vAssistTask.pick("workflowId", "agentId", "agent").fields,
  to: v.string(),
  texts: v.array(vText),
});
export type TranslationTask = Infer<typeof vTranslationTask>;

export const vTranslationEnd = v.object({
  workflowId: v.id("workflows"),
  agentId: v.id("agents"),
  usage: vUsage,
  to: v.string(),
  /** Of messages; of an answer nothing is kept. */
  done: v.array(v.object({ ...vText.fields, language: v.string() })),
});

/** An ISO 639 code: what `Intl` and every model know languages by. */
export function checkLanguage(code: string): string {
  if (/^[a-z]{2,3}$/.test(code)) return code;
  throw appError("invalid_input", "A language is its ISO 639 code, such as en or es.");
}

/** What a technician wrote before it was translated. */
export const checkOriginal = ({ text, to }: { text: string; to: string }) => ({
  text: cleanText("What you wrote", text, MAX_MESSAGE_CHARS),
  to: checkLanguage(to),
});

async function start(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  userId: Id<"users">,
): Promise<Pick<TranslationTask, "workflowId" | "agentId" | "agent">> {
  const asked = { task: "translation", userId, microUsd: CALL_RESERVE_MICRO_USD } as const;
  return await startAssist(ctx, conversation, asked);
}

/** The latest messages of the customer that are not in this language yet. Null: all are. */
export async function admitReading(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { userId, to }: { userId: Id<"users">; to: string },
): Promise<TranslationTask | null> {
  checkLanguage(to);
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q
        .eq("conversationId", conversation._id)
        .eq("visibility", "public")
        .gt("settledAt", undefined),
    )
    .order("desc")
    .take(LOOKED_AT);
  const texts: Infer<typeof vText>[] = [];
  let chars = 0;
  for (const { _id: messageId, author, text, translation } of rows) {
    if (author.kind !== "customer" || text === "" || translation?.to === to) continue;
    if (texts.length === MAX_TEXTS || (texts.length > 0 && chars + text.length > MAX_CHARS)) break;
    chars += text.length;
    texts.push({ messageId, text });
  }
  if (texts.length === 0) return null;
  return { ...(await start(ctx, conversation, userId)), to, texts };
}

/** An answer of whoever has the conversation. */
export async function admitAnswer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { userId, to, text }: { userId: Id<"users">; to: string; text: string },
): Promise<Omit<TranslationTask, "texts"> & { text: string }> {
  const { owner } = conversation;
  if (owner.kind !== "human" || owner.userId !== userId) {
    throw appError("conflict", "Claim the conversation before you have an answer translated.");
  }
  checkLanguage(to);
  const words = cleanText("The answer", text, MAX_MESSAGE_CHARS);
  return { ...(await start(ctx, conversation, userId)), to, text: words };
}

/** Books what it cost, keeps what belongs to messages, and leaves no row. */
export async function settleTranslation(
  ctx: MutationCtx,
  { to, done, ...end }: Infer<typeof vTranslationEnd>,
): Promise<void> {
  const row = await ctx.db.get("workflows", end.workflowId);
  // Given up on: it is booked already, and what it says comes too late.
  if (row?.reserved === undefined) return;
  await settleAssist(ctx, end);
  if ((await ctx.db.get("workflows", end.workflowId)) !== null)
    await ctx.db.delete("workflows", end.workflowId);
  for (const { messageId, language, text } of done) {
    const message = await ctx.db.get("messages", messageId);
    if (message?.conversationId !== row.conversationId) continue;
    const translation = { to, language, text: truncateText(text, MAX_MESSAGE_CHARS) };
    await ctx.db.patch("messages", messageId, { translation });
  }
}
