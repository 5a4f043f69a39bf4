/** Cancelling and retrying durable processes by hand: who may, which kinds, and what it means for each. */
import { v, type Infer } from "convex/values";
import { processFields } from "../../validators";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { requestAlert } from "../handoff/alertRequests";
import { endShift } from "../handoff/assignment";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import * as Export from "../privacy/export";
import * as Sweep from "../privacy/sweep";
import { cancelSchedule } from "../desk/schedules";
import { endSnoozeEarly } from "../desk/timerActs";
import { stopWatch, watchAgain } from "../desk/rechecks";
import { cancelSite, resumeSite } from "../desk/sites";
import { startIngest } from "../knowledge/ingest";
import { reingestDocument } from "../knowledge/documents";
import * as Ledger from "../promises/ledger";
import * as Admission from "../replies/admission";
import { cancelTrial, resumeTrial } from "../replies/trials";
import { changeConversation } from "../conversations/changes";
import { cancelTimer, endWorkflow, restartTimer, withoutTimer } from "../conversations/timers";

type Process = Doc<"workflows">;
type Kind = Process["kind"];
type Rule = {
  /** Others may be handled by technicians too. */
  admin?: boolean;
  /** Does it, or throws `conflict` with the reason. */
  run: (ctx: MutationCtx, process: Process, user: Doc<"users">) => Promise<unknown>;
  /** Why nobody may, for kinds of which that is so. */
  refusal?: string;
};

const refuse = (refusal: string): Rule => ({
  run: () => Promise.reject(appError("conflict", refusal)),
  refusal,
});

const isLive = ({ state }: Process) => state === "queued" || state === "running";
const isOver = ({ state }: Process) => state === "failed" || state === "cancelled";

const CANCEL: Record<Kind, Rule> = {
  reply: { run: stopReply },
  handoff: refuse("Somebody is waiting. Claim the conversation, or resolve it."),
  follow_up: { run: stopFollowUp },
  snooze: { run: endSnooze },
  promise: { run: (ctx, { _id }, user) => Ledger.dropPromise(ctx, _id, user._id) },
  shift: {
    admin: true,
    run: (ctx, process, user) => endShift(ctx, process, "ended by an admin", user._id),
  },
  lease: refuse("It goes with its shift. End that."),
  alert: { admin: true, run: stopWorkflow },
  ingest: { admin: true, run: (ctx, process) => endWorkflow(ctx, process) },
  delivery: refuse("A message that is on its way can't be called back."),
  presence: refuse("It is the customer's own page, and goes with it."),
  desk: refuse("It is a technician's open desk, and goes with it."),
  catch_up: refuse("It reads texts that the webhook missed, and goes on while SMS is set up."),
  export: refuse("An export belongs to the person who asked for it."),
  purge: refuse("A deletion that has begun can't be undone."),
  file: refuse("A stored file is no process. It goes with its conversation."),
  publish: { admin: true, run: cancelSchedule },
  expire: { admin: true, run: cancelSchedule },
  recall: refuse("Whom it has told it has told, and the rest within a minute."),
  trial: { admin: true, run: cancelTrial },
  site: { admin: true, run: cancelSite },
  recheck: { admin: true, run: stopWatch },
  suppression: refuse("An address that wants no mail, or takes none, stays so."),
  assist: refuse("It is its technician's own, and ends with them."),
  person_note: refuse("It is no process. Remove the note from the customer's panel."),
  weekly: refuse("It is its reader's own: they turn it off on the insights page."),
  mention: refuse("It is no process. It goes with its note."),
  set_aside: refuse("It still has to be done. Retry it."),
};

const RETRY: Record<Kind, Rule> = {
  reply: { run: replyAgain },
  handoff: { run: timerAgain },
  follow_up: { run: timerAgain },
  snooze: { run: timerAgain },
  promise: { run: promiseAgain },
  shift: refuse("Whoever is back begins a new shift."),
  lease: refuse("Whoever is back begins a new shift."),
  alert: { admin: true, run: alertAgain },
  ingest: { admin: true, run: ingestAgain },
  delivery: refuse("Write to the customer again instead."),
  presence: refuse("A customer who comes back is heard of by themselves."),
  desk: refuse("A technician who looks again is heard of by themselves."),
  catch_up: refuse("It goes on by itself within ten minutes."),
  export: { admin: true, run: (ctx, process) => Export.restartExport(ctx, process) },
  purge: refuse("A deletion goes on by itself within ten minutes."),
  file: refuse("A stored file is no process."),
  publish: { admin: true, run: timerAgain },
  expire: { admin: true, run: timerAgain },
  recall: refuse("Tell them again: nobody is told twice."),
  trial: { admin: true, run: resumeTrial },
  site: { admin: true, run: resumeSite },
  recheck: { admin: true, run: watchAgain },
  suppression: refuse("It is no process."),
  assist: refuse("Ask for it again."),
  person_note: refuse("It is no process."),
  weekly: refuse("It goes on by itself within ten minutes."),
  mention: refuse("It is no process."),
  set_aside: { admin: true, run: (ctx, process) => Sweep.tryAside(ctx, process) },
};

/** Why nobody may cancel, or retry, a process of a kind; null where somebody may. */
export const refusalsOf = (kind: Kind) => ({
  cancel: CANCEL[kind].refusal ?? null,
  retry: RETRY[kind].refusal ?? null,
});

/** Ends a live process. Errors: `not_found`, `forbidden`, `conflict` with the reason. */
export async function cancelProcess(ctx: MutationCtx, process: Process, user: Doc<"users">) {
  const rule = allowed(CANCEL[process.kind], user);
  // Late promises, and pages with news, go on.
  const goesOn = process.state === "failed" && ["promise", "recheck"].includes(process.kind);
  if (!isLive(process) && !goesOn) throw appError("conflict", "This process has ended already.");
  await rule.run(ctx, process, user);
  await audit(ctx, "process_cancelled", process, user);
}

/** Starts a process that failed again. Errors: `not_found`, `forbidden`, `conflict` with the reason. */
export async function retryProcess(ctx: MutationCtx, process: Process, user: Doc<"users">) {
  const rule = allowed(RETRY[process.kind], user);
  if (!isOver(process)) throw appError("conflict", "This process has not failed.");
  await rule.run(ctx, process, user);
  await closeIfReplaced(ctx, process);
  await audit(ctx, "process_retried", process, user);
}

/** What another process does now is no failure to look after any more. */
async function closeIfReplaced(ctx: MutationCtx, { _id }: Process): Promise<void> {
  const row = await ctx.db.get("workflows", _id);
  if (row?.state !== "failed") return;
  await ctx.db.patch("workflows", _id, { state: "cancelled", step: "started again by staff" });
}

function allowed(rule: Rule, { role }: Doc<"users">): Rule {
  if (rule.admin && role !== "admin") throw appError("forbidden", "Only an admin may do this.");
  return rule;
}

const audit = (
  ctx: MutationCtx,
  type: "process_cancelled" | "process_retried",
  { kind, conversationId, documentId }: Process,
  user: Doc<"users">,
) => recordEvent(ctx, type, { conversationId, documentId, actorId: user._id }, { reason: kind });

async function conversationOf(ctx: MutationCtx, { conversationId }: Process) {
  const conversation = conversationId && (await ctx.db.get("conversations", conversationId));
  if (!conversation) throw appError("conflict", "Its conversation is gone.");
  return conversation;
}

/** As the customer's own stop. */
async function stopReply(ctx: MutationCtx, process: Process): Promise<void> {
  const conversation = await conversationOf(ctx, process);
  if (conversation.turn !== process.turn) throw appError("conflict", "This answer is overtaken.");
  await Admission.stopReply(ctx, conversation);
}

async function replyAgain(ctx: MutationCtx, process: Process): Promise<void> {
  const conversation = await conversationOf(ctx, process);
  // A stop ends the turn by counting it up.
  const since = conversation.turn - (process.turn ?? 0);
  if (since !== (process.state === "cancelled" ? 1 : 0)) {
    throw appError("conflict", "The conversation has gone on since.");
  }
  await Admission.retryReply(ctx, conversation);
}

async function stopFollowUp(ctx: MutationCtx, process: Process): Promise<void> {
  const conversation = await conversationOf(ctx, process);
  await cancelTimer(ctx, process._id, "cancelled by staff");
  const timers = withoutTimer(conversation.timers, "follow_up");
  await changeConversation(ctx, conversation, { timers });
}

/** It wakes now. */
async function endSnooze(ctx: MutationCtx, process: Process, user: Doc<"users">): Promise<void> {
  await endSnoozeEarly(ctx, await conversationOf(ctx, process), user._id);
}

async function stopWorkflow(ctx: MutationCtx, process: Process): Promise<void> {
  await cancelTimer(ctx, process._id, "cancelled by staff");
}

async function timerAgain(ctx: MutationCtx, process: Process): Promise<void> {
  if (process.state === "cancelled") {
    throw appError("conflict", "What it was for is over.");
  }
  await restartTimer(ctx, process);
}

async function promiseAgain(ctx: MutationCtx, process: Process): Promise<void> {
  if (process.error?.code === "promise_late") {
    throw appError("conflict", "It is late: keep it, or drop it.");
  }
  await timerAgain(ctx, process);
}

async function alertAgain(ctx: MutationCtx): Promise<void> {
  await requestAlert(ctx);
}

async function ingestAgain(ctx: MutationCtx, { documentId }: Process): Promise<void> {
  const document = documentId && (await ctx.db.get("knowledge", documentId));
  if (!document || document.kind !== "document") {
    throw appError("conflict", "Its document is gone.");
  }
  await startIngest(ctx, await reingestDocument(ctx, document));
}

/** A durable process: what it does, how far it is, what went wrong. */
export const vProcessForStaff = v.object({
  _id: v.id("workflows"),
  _creationTime: v.number(),
  kind: processFields.kind,
  state: processFields.state,
  step: processFields.step,
  attempt: processFields.attempt,
  conversationId: processFields.conversationId,
  documentId: processFields.documentId,
  /** Timers: when it acts next. */
  dueAt: processFields.dueAt,
  finishedAt: processFields.finishedAt,
  error: processFields.error,
  /** Of a deletion; for admins. */
  receipt: processFields.receipt,
});

export function processForStaff(
  row: Doc<"workflows">,
  { role }: Doc<"users">,
): Infer<typeof vProcessForStaff> {
  return {
    receipt: role === "admin" ? row.receipt : undefined,
    _id: row._id,
    _creationTime: row._creationTime,
    kind: row.kind,
    state: row.state,
    step: row.step,
    attempt: row.attempt,
    conversationId: row.conversationId,
    documentId: row.documentId,
    dueAt: row.dueAt,
    finishedAt: row.finishedAt,
    error: row.error,
  };
}
