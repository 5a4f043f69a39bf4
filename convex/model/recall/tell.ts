/**
 * Telling customers that something they were told holds no longer: one call, a page of conversations after another, each
 * conversation in a transaction of its own that looks again. So nobody is told twice, however often it is called, and
 * an answer that was being written while the document changed is corrected when it is there.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText, previewOf } from "../../lib/text";
import { MINUTE, SECOND } from "../../lib/time";
import { changeConversation } from "../conversations/changes";
import type { DocumentRow } from "../knowledge/documents";
import { continueDelivery } from "../outbox/delivery";
import { mostCharsIn } from "../outbox/segments";
import { tellCustomer } from "../outbox/systemLines";
import { writeCorrection } from "./stale";
import { OVERTAKEN, queryConversations, Recall, vView, type View } from "./told";

/** Conversations of one transaction. */
const PAGE = 5;
/** An answer takes two minutes at most: one that was begun before the change has ended by then. */
const LAST_ANSWERS = 3 * MINUTE;
/** A conversation that moves while it is gone through, because its customer writes, is found by a second round. */
const SECOND_ROUND = 10 * SECOND;
/** A row that has not moved for so long has lost its job, as by a restored snapshot. */
const LOST_AFTER = 10 * MINUTE;
/** An admin's own words go as a text, too. */
const MAX_TEXT_CHARS = mostCharsIn(3);

export const vTelling = v.object({
  processId: v.id("workflows"),
  /** An admin's own words; absent: made of what each was told and what holds now. */
  text: v.optional(v.string()),
});
export const vPlace = v.object({
  view: vView,
  cursor: v.union(v.string(), v.null()),
  /** Customers so far. */
  found: v.number(),
  /** Everybody has been gone through once. */
  again: v.boolean(),
});
type Telling = Infer<typeof vTelling>;
type Place = Infer<typeof vPlace>;
const START: Place = { view: "open", cursor: null, found: 0, again: false };
const NEXT: Record<View, View | null> = { open: "resolved", resolved: null };

/**
 * Begins; while it goes on, another call is the same one. Errors: `too_large`, `invalid_input`; `conflict` while the
 * document is being read in: what it will say is not known yet.
 */
export async function startTelling(
  ctx: MutationCtx,
  { _id: documentId, nextVersion }: DocumentRow,
  rawText: string | undefined,
): Promise<Id<"workflows">> {
  const text =
    rawText === undefined ? undefined : cleanText("The correction", rawText, MAX_TEXT_CHARS);
  if (nextVersion !== undefined) {
    throw appError("conflict", "This document is being read in. Try again when that is done.");
  }
  const running = await findRunning(ctx, documentId);
  if (running !== null) return running._id;
  const processId = await ctx.db.insert("workflows", {
    kind: "recall",
    state: "running",
    step: "looking for who was told",
    attempt: 1,
    documentId,
    progressAt: Date.now(),
  });
  await ctx.scheduler.runAfter(0, internal.recalls.tellPage, {
    ...{ processId, ...(text && { text }) },
    ...START,
  });
  return processId;
}

/** Recalls that go on at a time, of all documents. */
const MAX_RUNNING = 20;

async function findRunning(
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
): Promise<Doc<"workflows"> | null> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "recall").eq("state", "running"))
    .take(MAX_RUNNING);
  const isLost = ({ progressAt = 0 }: Doc<"workflows">) => progressAt < Date.now() - LOST_AFTER;
  for (const row of rows.filter(isLost)) await endTelling(ctx, row._id, "failed", "lost");
  const going = rows.filter((row) => !isLost(row));
  if (going.length >= MAX_RUNNING) throw appError("conflict", "Others are being told. Try later.");
  return going.find((row) => row.documentId === documentId) ?? null;
}

async function endTelling(
  ctx: MutationCtx,
  processId: Id<"workflows">,
  state: "done" | "failed" | "cancelled",
  step: string,
): Promise<void> {
  await ctx.db.patch("workflows", processId, { state, step, finishedAt: Date.now() });
}

/** Goes through a page of conversations, and on to the next. */
export async function tellPage(
  ctx: MutationCtx,
  { processId, text, ...place }: Telling & Place,
): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.kind !== "recall" || process.state !== "running") return;
  const document = process.documentId && (await ctx.db.get("knowledge", process.documentId));
  if (document?.kind !== "document") {
    return await endTelling(ctx, processId, "cancelled", "the document is gone");
  }
  const { page, isDone, continueCursor } = await queryConversations(
    ctx,
    document,
    place.view,
  ).paginate({ numItems: PAGE, cursor: place.cursor });
  const recall = new Recall(ctx, document);
  let { found } = place;
  for (const conversation of page) {
    const told = await recall.find(conversation);
    if (told === null || told.told !== undefined) continue;
    found += 1;
    const ref = { documentId: document._id, conversationId: conversation._id, text };
    await ctx.scheduler.runAfter(0, internal.recalls.tellOne, ref);
  }
  const view = isDone ? NEXT[place.view] : place.view;
  const cursor = isDone ? null : continueCursor;
  if (view !== null) return await goOn(ctx, process, text, { ...place, view, cursor, found });
  if (place.again) return await endTelling(ctx, processId, "done", saidTo(found));
  const wait = Math.max(SECOND_ROUND, document.updatedAt + LAST_ANSWERS - Date.now());
  await goOn(ctx, process, text, { ...START, found, again: true }, wait);
}

async function goOn(
  ctx: MutationCtx,
  { _id: processId }: Doc<"workflows">,
  text: string | undefined,
  place: Place,
  wait = 0,
): Promise<void> {
  const step = wait > 0 ? `${saidTo(place.found)}; looks again` : saidTo(place.found);
  await ctx.db.patch("workflows", processId, { step, progressAt: Date.now() });
  await ctx.scheduler.runAfter(wait, internal.recalls.tellPage, { processId, text, ...place });
}

const saidTo = (found: number) => (found === 1 ? "1 customer told" : `${found} customers told`);

export const vTold = v.object({
  documentId: v.id("knowledge"),
  conversationId: v.id("conversations"),
  text: v.optional(v.string()),
});

/** Tells one customer, unless somebody has by now, or nothing is left to correct. */
export async function tellOne(
  ctx: MutationCtx,
  { documentId, conversationId, text }: Infer<typeof vTold>,
): Promise<void> {
  const document = await ctx.db.get("knowledge", documentId);
  const conversation = await ctx.db.get("conversations", conversationId);
  if (document?.kind !== "document" || conversation === null) return;
  const user = await ctx.db.get("users", conversation.userId);
  if (user === null || user.deletingAt !== undefined) return;
  const recall = new Recall(ctx, document);
  const found = await recall.find(conversation);
  if (found === null || found.told !== undefined) return;
  for (const { _id, delivery } of await recall.listWaiting(conversation)) {
    const next = continueDelivery(delivery!, Date.now());
    await ctx.db.patch("messages", _id, {
      delivery: { state: "cancelled", ...next, reason: OVERTAKEN },
    });
  }
  const words = text ?? writeCorrection(found.stale);
  const now = await changeConversation(ctx, conversation, {
    lastMessageAt: Date.now(),
    preview: previewOf(words),
    unreadByCustomer: conversation.unreadByCustomer + 1,
  });
  const messageId = await tellCustomer(ctx, now, words, "correction");
  const version = (await recall.isLive()) ? document.version : 0;
  await ctx.db.patch("messages", messageId, { corrects: { documentId, version } });
}
