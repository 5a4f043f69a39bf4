/**
 * What happens to a document at a time: it answers from then on, or no longer. Each is a timer
 * (`model/conversations/timers.ts`) that its row points at; what it no longer points at does nothing.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DAY, MINUTE } from "../../lib/time";
import { recordAct, recordEvent } from "../analytics/events";
import {
  cancelTimer,
  endTimer,
  findHeldTimer,
  noteAct,
  scheduleTimer,
  type Due,
  type NextAct,
  type TimerRef,
} from "../conversations/timers";
import { requestAlert } from "../handoff/alertRequests";
import { EXPIRY_NOTICE } from "../handoff/expiring";
import * as Documents from "../knowledge/documents";
import type { DraftRow } from "../knowledge/drafts";
import { approveDraft, publishDocument } from "./documents";

type Timer = Doc<"workflows">;
type Row = Documents.DocumentRow | DraftRow;
/** Without an actor it is whoever may deploy. */
type By = { actorId?: Id<"users"> };

const MAX_AHEAD = 2 * 365 * DAY;

/**
 * "Valid until": from `at` on its passages don't answer, and a week before admins are told. Null: it stays. A later text
 * keeps the time, but for one that has passed. Errors: `invalid_input`.
 */
export async function setExpiry(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  at: number | null,
  { actorId }: By,
): Promise<void> {
  if (at === (document.expiresAt ?? null)) return;
  if (at !== null) checkTime(at);
  if (document.expireTimer !== undefined) await cancelTimer(ctx, document.expireTimer);
  const told = at === null ? 0 : Math.max(Date.now(), at - EXPIRY_NOTICE);
  await ctx.db.patch("knowledge", document._id, {
    expiresAt: at ?? undefined,
    expireTimer: at === null ? undefined : await arm(ctx, document, "expire", told),
  });
  await noteSchedule(ctx, document, { actorId, what: "expires", at });
}

/**
 * From `at` on a draft answers as if an admin approved it then, or a document that is unpublished answers again. Null:
 * not
 * by itself. A draft goes as the admin has read it, or not at all. Errors: `invalid_input`, `conflict`.
 */
export async function setPublishAt(
  ctx: MutationCtx,
  row: Row,
  at: number | null,
  { actorId }: By,
): Promise<void> {
  if (at === null && row.publish === undefined) return;
  if (at !== null) checkTime(at);
  if (at !== null && row.kind === "document" && row.state !== "unpublished") {
    const message =
      row.state === "failed"
        ? "This document has never been read in. Replace it."
        : "This document answers, or will once it is read in. Give a draft of its next text a time.";
    throw appError("conflict", message);
  }
  if (row.publish !== undefined) await cancelTimer(ctx, row.publish.timerId);
  const { updatedAt } = row;
  const publish =
    at === null ? undefined : { at, timerId: await arm(ctx, row, "publish", at), updatedAt };
  await ctx.db.patch("knowledge", row._id, { publish });
  await noteSchedule(ctx, row, { actorId, what: "publish", at });
}

function checkTime(at: number): void {
  const ahead = at - Date.now();
  if (ahead > 0 && ahead <= MAX_AHEAD) return;
  throw appError("invalid_input", "Give a time to come, in ms, within the next two years.");
}

const noteSchedule = (
  ctx: MutationCtx,
  { _id: documentId }: Row,
  { actorId, what, at }: By & { what: string; at: number | null },
) =>
  recordAct(
    ctx,
    "document_scheduled",
    { actorId, documentId },
    { reason: at === null ? `${what}: called off` : `${what} ${new Date(at).toISOString()}` },
  );

const FIRST_STEP = {
  publish: "waiting for its time",
  expire: "waiting for a week before its end",
};

async function arm(
  ctx: MutationCtx,
  { _id: documentId }: Row,
  kind: "publish" | "expire",
  at: number,
): Promise<Id<"workflows">> {
  const dueAt = Math.ceil(at);
  const timerId = await ctx.db.insert("workflows", {
    kind,
    state: "running",
    step: FIRST_STEP[kind],
    attempt: 1,
    documentId,
    dueAt,
    fires: 0,
  });
  await scheduleTimer(ctx, { timerId, attempt: 1 }, { dueAt, fires: 0 });
  return timerId;
}

/** An admin takes it back where processes are listed. */
export async function cancelSchedule(ctx: MutationCtx, timer: Timer): Promise<void> {
  await cancelTimer(ctx, timer._id, "cancelled by staff");
  const row = await findRow(ctx, timer);
  if (row === null) return;
  const none = { publish: undefined };
  const patch = timer.kind === "publish" ? none : { expiresAt: undefined, expireTimer: undefined };
  await ctx.db.patch("knowledge", row._id, patch);
}

/** The row that points at a timer, or null. */
async function findRow(ctx: MutationCtx, { _id, documentId }: Timer): Promise<Row | null> {
  const row = documentId && (await ctx.db.get("knowledge", documentId));
  if (row?.kind !== "document" && row?.kind !== "draft") return null;
  const isIts =
    row.publish?.timerId === _id || (row.kind === "document" && row.expireTimer === _id);
  return isIts ? row : null;
}

/**
 * As `fireTimer` of `timerActs.ts`, apart from it: what conversations do about their timers need not load what reads
 * documents in.
 */
export async function fireDocumentTimer(
  ctx: MutationCtx,
  ref: TimerRef,
  nth: number,
): Promise<Due | null> {
  const timer = await findHeldTimer(ctx, ref);
  if (timer?.dueAt === undefined) return null;
  const { dueAt, fires = 0 } = timer;
  // Done already, or a moment early.
  if (fires !== nth || Date.now() < dueAt) return { dueAt: Math.max(dueAt, Date.now()), fires };
  const next = await actOnDocument(ctx, timer);
  return next && (await noteAct(ctx, timer, next));
}

async function actOnDocument(ctx: MutationCtx, timer: Timer): Promise<NextAct | null> {
  const row = await findRow(ctx, timer);
  if (row === null) {
    await endTimer(ctx, timer._id, "cancelled", "no longer needed");
    return null;
  }
  if (row.kind === "draft") return await publishDraft(ctx, timer, row);
  return timer.kind === "publish"
    ? await publishAgain(ctx, timer, row)
    : await expire(ctx, timer, row);
}

async function expire(
  ctx: MutationCtx,
  timer: Timer,
  document: Documents.DocumentRow,
): Promise<NextAct | null> {
  const { _id: documentId, expiresAt } = document;
  if (expiresAt === undefined) {
    // It was published again, or got another text, in the moment of its end.
    await ctx.db.patch("knowledge", documentId, { expireTimer: undefined });
    await endTimer(ctx, timer._id, "cancelled", "no longer needed");
    return null;
  }
  if ((timer.fires ?? 0) === 0) {
    await requestAlert(ctx);
    return { at: expiresAt, step: "waiting for its end", patch: { toldAt: Date.now() } };
  }
  await Documents.expireDocument(ctx, document);
  await recordEvent(ctx, "document_unpublished", { documentId }, { reason: "expired" });
  await endTimer(ctx, timer._id, "done", "no longer answers");
  return null;
}

async function publishAgain(
  ctx: MutationCtx,
  timer: Timer,
  document: Documents.DocumentRow,
): Promise<NextAct | null> {
  if (document.nextVersion !== undefined) return untilReadIn();
  await ctx.db.patch("knowledge", document._id, { publish: undefined });
  if (document.state === "unpublished") {
    await publishDocument(ctx, { ...document, publish: undefined }, true, { scheduled: true });
  }
  await endTimer(ctx, timer._id, "done", "answers");
  return null;
}

const untilReadIn = (): NextAct => ({
  at: Date.now() + MINUTE,
  step: "waiting until the document is read in",
});

async function publishDraft(
  ctx: MutationCtx,
  timer: Timer,
  draft: DraftRow,
): Promise<NextAct | null> {
  const document = draft.documentId && (await Documents.requireDocument(ctx, draft.documentId));
  if (document?.nextVersion !== undefined) return untilReadIn();
  const obstacle = await obstacleOf(ctx, draft, document);
  await ctx.db.patch("knowledge", draft._id, { publish: undefined });
  if (obstacle !== null) {
    await ctx.db.patch("workflows", timer._id, {
      state: "failed",
      step: "not published",
      error: { code: "not_published", message: obstacle },
      dueAt: undefined,
      finishedAt: Date.now(),
    });
    await requestAlert(ctx);
    return null;
  }
  await approveDraft(ctx, { ...draft, publish: undefined }, { scheduled: true });
  await endTimer(ctx, timer._id, "done", "answers once it is read in");
  return null;
}

/** Why a draft can't go by itself: what an admin who approved it by hand would be told. */
async function obstacleOf(
  ctx: MutationCtx,
  draft: DraftRow,
  document: Documents.DocumentRow | undefined,
): Promise<string | null> {
  if (draft.publish?.updatedAt !== draft.updatedAt) {
    return "The draft has changed since it was given its time.";
  }
  if (document !== undefined) {
    return document.version === draft.version
      ? null
      : "The document has changed since the draft was saved.";
  }
  const slug = Documents.slugOf({ title: draft.title });
  const taken = await Documents.findDocumentBySlug(ctx, slug);
  return taken === null ? null : `A document named "${slug}" exists.`;
}
