/**
 * What a conversation's outbox does next: one text after another, each claimed in the transaction that picks it. Whoever
 * sends (`convex/smsSender.ts`) tells what became of a text and is given the next in the same transaction. All that is
 * known stands on the rows of the texts and of the process: a sender that is killed at any step is replaced.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { logError } from "../../lib/log";
import { SECOND } from "../../lib/time";
import {
  endOutboxProcess,
  findHeldOutbox,
  holdProcessUntil,
  LOOKING,
  LOOKING_AGAIN,
  SENDING,
  WAITING,
  type vProcessRef,
} from "../outbox/outbox";
import {
  cancelShown,
  claimSms,
  listSmsInState,
  LOOK_UPS,
  markSmsLost,
  SEND_LEASE,
  vClaimed,
  vSmsRef,
  type Sms,
} from "./claim";
import { vLetter } from "../outbox/letters";
import { giveUpOnLetter, recordFailedClaim, settleLookUp, vLost } from "./reconcile";

/** After so many a text of which nobody knows no longer holds up what comes after it. */
const BLOCKING_LOOK_UPS = 2;
/** What failed is not tried again at once. */
const FAILED_STEP_PAUSE = 30 * SECOND;
/** Texts that may be cancelled or put off in one transaction before one is found that goes. */
const MAX_PASSED_OVER = 20;

export const vStep = v.union(
  v.object({
    kind: v.literal("send"),
    text: vSmsRef,
    conversationId: v.id("conversations"),
    ...vClaimed.fields,
  }),
  v.object({
    kind: v.literal("mail"),
    text: vSmsRef,
    conversationId: v.id("conversations"),
    letter: vLetter,
  }),
  v.object({ kind: v.literal("look_up"), text: vSmsRef, wanted: vLost }),
  /** Nothing is due: the process has ended or sleeps, or somebody else has it. */
  v.object({ kind: v.literal("end") }),
);
export type Step = Infer<typeof vStep>;
type Ref = Infer<typeof vProcessRef>;
const END: Step = { kind: "end" };

/**
 * The next step of a process, or its end. What fails in finding it doesn't undo what was settled in the same call, and is
 * counted apart. Without `ref`: for a sender of a workflow, which asks by itself.
 */
export async function takeNextStep(ctx: MutationCtx, ref: Ref | undefined): Promise<Step> {
  if (ref === undefined) return END;
  try {
    return await findNextStep(ctx, ref);
  } catch (error) {
    // By name: what it says may quote the text.
    logError(`outbox ${ref.processId}: no next text`, error instanceof Error ? error.name : "");
    await ctx.scheduler.runAfter(0, internal.sms.stepFailed, { ref });
    return END;
  }
}

/** Committed with what it was decided by. */
async function findNextStep(ctx: MutationCtx, ref: Ref): Promise<Step> {
  const process = await findHeldOutbox(ctx, ref);
  if (process?.conversationId === undefined) return END;
  const now = Date.now();
  if (process.step === LOOKING_AGAIN) await countDeadLookUp(ctx, process.conversationId, now);
  const next = await find(ctx, process.conversationId, now);
  if (next === null) await endOutboxProcess(ctx, process);
  else if ("at" in next) {
    await holdProcessUntil(ctx, process, next.at, WAITING);
  } else {
    const step = next.kind === "look_up" ? LOOKING : SENDING;
    const left = (process.leaseExpiresAt ?? 0) - now;
    if (left < SEND_LEASE || process.step !== step) {
      await holdProcessUntil(ctx, process, now + SEND_LEASE, { step });
    }
    return next;
  }
  return END;
}

/** Before a sender is put to work: what the page has shown meanwhile needs none. True if nothing waits any more. */
export async function endShown(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
): Promise<boolean> {
  for (const state of ["sending", "unknown"] as const) {
    if ((await listSmsInState(ctx, conversationId, state)).length > 0) return false;
  }
  for (const text of await listSmsInState(ctx, conversationId, "queued")) {
    if (!(await cancelShown(ctx, text))) return false;
  }
  return true;
}

/** No step was found: it is tried again in a while, and the text that it would have been is given up on in the end. */
export async function recordFailedStep(ctx: MutationCtx, ref: Ref): Promise<void> {
  const process = await findHeldOutbox(ctx, ref);
  if (process?.conversationId === undefined) return;
  const now = Date.now();
  const due = await decide(ctx, process.conversationId, now);
  if (due !== null && "send" in due) await recordFailedClaim(ctx, due.send);
  await holdProcessUntil(ctx, process, now + FAILED_STEP_PAUSE, WAITING);
}

/** Null: nothing waits. */
async function find(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  now: number,
): Promise<Exclude<Step, { kind: "end" }> | { at: number } | null> {
  for (let passed = 0; passed < MAX_PASSED_OVER; passed++) {
    const due = await decide(ctx, conversationId, now);
    if (due === null || "at" in due) return due;
    if ("lookUp" in due) {
      const { to, body } = due.lookUp.delivery;
      const wanted = { to, body, since: due.lookUp.settledAt ?? due.lookUp._creationTime };
      return { kind: "look_up", text: refOf(due.lookUp), wanted };
    }
    if (await giveUpOnLetter(ctx, due.send, now)) continue;
    const claimed = await claimSms(ctx, due.send);
    if (claimed === null) continue;
    const of = { text: refOf(due.send), conversationId };
    return "letter" in claimed
      ? { kind: "mail", ...of, ...claimed }
      : { kind: "send", ...of, ...claimed };
  }
  return { at: now };
}

const refOf = ({ _id: messageId, delivery: { attempt } }: Sms<"queued" | "unknown">) => ({
  messageId,
  attempt,
});

type Due = { send: Sms<"queued"> } | { lookUp: Sms<"unknown"> } | { at: number } | null;

/** In order: what is under way, what nobody knows about, what waits. Null when there is nothing. */
async function decide(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  now: number,
): Promise<Due> {
  const [sending] = await listSmsInState(ctx, conversationId, "sending");
  if (sending !== undefined) {
    const lostAt = sending.delivery.at + SEND_LEASE;
    if (lostAt > now) return { at: lostAt };
    await markSmsLost(ctx, sending, now);
  }
  const wakeAt: number[] = [];
  for (const text of await listSmsInState(ctx, conversationId, "unknown")) {
    const { lookUps } = text.delivery;
    const lookAt = lookUpAt(text);
    if (lookAt <= now) return { lookUp: text };
    if (lookUps < BLOCKING_LOOK_UPS) return { at: lookAt };
    wakeAt.push(lookAt);
  }
  for (const text of await listSmsInState(ctx, conversationId, "queued")) {
    const { notBefore = 0, waitsFor } = text.delivery;
    if (notBefore <= now) return { send: text };
    wakeAt.push(notBefore);
    // What waits for the morning lets answers pass; what waits for the provider or the page keeps its place.
    if (waitsFor !== "opening") break;
  }
  const at = Math.min(...wakeAt);
  return Number.isFinite(at) ? { at } : null;
}

const lookUpAt = ({ delivery: { at, lookUps } }: Sms<"unknown">) =>
  at + (LOOK_UPS[lookUps] ?? Infinity);

/**
 * Whoever looked for a text died, and left no word: that counts as a look that was not answered, or it would be taken up
 * for ever.
 */
async function countDeadLookUp(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  now: number,
): Promise<void> {
  const lost = await listSmsInState(ctx, conversationId, "unknown");
  const text = lost.find((one) => lookUpAt(one) <= now);
  if (text) await settleLookUp(ctx, { text: refOf(text), sids: null, askedAt: now });
}
