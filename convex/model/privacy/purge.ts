/**
 * Deleting an account. The transaction that asks for it revokes every session, frees the address and closes
 * what is open; a durable workflow then erases everything in batches (`model/privacy/erase.ts`), mails a receipt and
 * forgets the address. Every batch commits with its own count, so a workflow killed anywhere goes on from
 * there: by itself, or started again by a cron (`resumePurges`). `attempt` fences whoever was given up on.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vMessageError, vReceipt } from "../../validators";
import { isGuest } from "../accounts/guests";
import { requestAlert } from "../handoff/alertRequests";
import { RECEIPT_RETENTION } from "./cleanup";
import { addRemoved, closeOpenConversations, eraseUser, type Removed } from "./erase";
import { recordEvent } from "../analytics/events";
import { background } from "../../lib/workflow";
import { isOptedOut, optOutHashOf } from "../accounts/consent";
import { findSuppression } from "../accounts/suppressions";
import { eraseNotes } from "../accounts/personNotes";
import * as Sessions from "../accounts/sessions";
import { MAX_SESSIONS } from "../accounts/sessions";
import { logError } from "../../lib/log";
import { listPhoneForms } from "../../lib/phoneForms";
import { DAY, MINUTE } from "../../lib/time";
import { refuseLastAdmin } from "../desk/staff";

/** A deletion without progress for this long is started again. */
export const STALLED_AFTER = 10 * MINUTE;
/** As long as the e-mail provider knows a repeated request. */
const GIVE_UP_MAILING = DAY;

export const vPurgeRef = v.object({ processId: v.id("workflows"), attempt: v.number() });
type PurgeRef = Infer<typeof vPurgeRef>;
type Receipt = Infer<typeof vReceipt>;

/** Begins it. From this transaction on nothing of the account can be read with its tokens. */
export async function startPurge(ctx: MutationCtx, user: Doc<"users">): Promise<Id<"workflows">> {
  await refuseLastAdmin(ctx, user);
  await Sessions.revokeAll(ctx, user._id, "account_deleted");
  await forgetCodes(ctx, user.email);
  const numbers = user.textsFrom === undefined ? [] : listPhoneForms(user.textsFrom);
  for (const number of numbers) await forgetCodes(ctx, number);
  await closeOpenConversations(ctx, user._id);
  // Their row names them, and loses that below.
  const notes = await eraseNotes(ctx, user);
  const now = Date.now();
  const processId = await ctx.db.insert("workflows", {
    kind: "purge",
    state: "running",
    step: "erasing",
    attempt: 1,
    userId: user._id,
    receiptTo: user.emailVerifiedAt === undefined ? undefined : user.email,
    receipt: {
      requestedAt: now,
      removed: notes > 0 ? { notes } : {},
      kept: await kept(ctx, user),
      mailed: false,
    },
    optOutHash: isOptedOut(user) ? optOutHashOf(user.phone!) : undefined,
    progressAt: now,
  });
  // The address is free again: whoever signs in with it meanwhile is somebody new.
  await ctx.db.replace("users", user._id, {
    role: "customer",
    smsConsent: "unknown",
    deletingAt: now,
  });
  // Nobody is named: this event outlives the account.
  await recordEvent(ctx, "account_deleted", {}, { reason: isGuest(user) ? "guest" : user.role });
  await run(ctx, processId, 1);
  return processId;
}

/** A code that was mailed or texted before must not open the account's successor by surprise. */
async function forgetCodes(ctx: MutationCtx, address: string | undefined): Promise<void> {
  if (address === undefined) return;
  const pending = await ctx.db
    .query("sessions")
    .withIndex("by_state_and_address", (q) => q.eq("state", "pending").eq("address", address))
    .take(MAX_SESSIONS);
  for (const { _id } of pending) await ctx.db.delete("sessions", _id);
}

async function run(ctx: MutationCtx, processId: Id<"workflows">, attempt: number): Promise<void> {
  const ref = { processId, attempt };
  const componentId: string = await background.start(ctx, internal.privacy.purge, ref, {
    onComplete: internal.privacy.purgeDone,
    context: ref,
    startAsync: true,
  });
  await ctx.db.patch("workflows", processId, { componentId });
}

/** One batch. True while there is more. */
export async function eraseBatch(ctx: MutationCtx, ref: PurgeRef): Promise<boolean> {
  const process = await held(ctx, ref);
  if (process?.userId === undefined) return false;
  const { done, removed } = await eraseUser(ctx, process.userId);
  await ctx.db.patch("workflows", process._id, {
    receipt: withCounts(process.receipt!, removed),
    progressAt: Date.now(),
    ...(done && { userId: undefined, step: "mailing the receipt" }),
  });
  return !done;
}

function withCounts(receipt: Receipt, more: Removed): Receipt {
  const removed = { ...receipt.removed };
  addRemoved(removed, more);
  return { ...receipt, removed };
}

/** What is to be mailed and where to, or null: a guest, a receipt that is mailed, an attempt given up on. */
export async function composeReceiptLetter(
  ctx: Pick<QueryCtx, "db">,
  ref: PurgeRef,
): Promise<{ to: string; receipt: Receipt } | null> {
  const process = await held(ctx, ref);
  if (process?.receiptTo === undefined || process.receipt === undefined) return null;
  // The address isn't kept for a provider that is down for days.
  if (Date.now() - process.receipt.requestedAt > GIVE_UP_MAILING) return null;
  return { to: process.receiptTo, receipt: process.receipt };
}

/** Ends it: the address goes, with the receipt's word on whether it was mailed. */
export async function finishPurge(ctx: MutationCtx, ref: PurgeRef, mailed: boolean): Promise<void> {
  const process = await held(ctx, ref);
  if (process === null || process.userId !== undefined) return;
  await ctx.db.patch("workflows", process._id, {
    state: "done",
    step: "done",
    receipt: { ...process.receipt!, mailed },
    receiptTo: undefined,
    progressAt: undefined,
    error: undefined,
    finishedAt: Date.now(),
  });
}

/** The workflow ended without having finished: shown as failed, and started again by `resumePurges`. */
export async function failPurge(
  ctx: MutationCtx,
  ref: PurgeRef,
  error: Infer<typeof vMessageError>,
): Promise<void> {
  const process = await held(ctx, ref);
  if (process === null) return;
  await ctx.db.patch("workflows", process._id, { state: "failed", error });
  logError(`deletion ${process._id}, attempt ${process.attempt}`, error.message);
  if (process.attempt === ALERT_AFTER) await requestAlert(ctx);
}

async function held(ctx: Pick<QueryCtx, "db">, { processId, attempt }: PurgeRef) {
  const process = await ctx.db.get("workflows", processId);
  return process?.state === "running" && process.attempt === attempt ? process : null;
}

const RESUMED = 20;
const LOOKED_AT = 200;
/** Admins are told of a deletion that has failed so often. */
const ALERT_AFTER = 3;

/** Starts deletions again that failed or stand still, at most 20 of each: those first that were tried the longest ago. */
export async function resumePurges(ctx: MutationCtx): Promise<void> {
  const stalledBefore = Date.now() - STALLED_AFTER;
  for (const state of ["failed", "running"] as const) {
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "purge").eq("state", state))
      .take(LOOKED_AT);
    rows.sort((a, b) => (a.progressAt ?? 0) - (b.progressAt ?? 0));
    for (const { _id, attempt, progressAt = 0 } of rows.slice(0, RESUMED)) {
      if (progressAt > stalledBefore) continue;
      const next = { state: "running" as const, attempt: attempt + 1, progressAt: Date.now() };
      await ctx.db.patch("workflows", _id, next);
      await run(ctx, _id, attempt + 1);
    }
  }
}

async function kept(ctx: Pick<QueryCtx, "db">, user: Doc<"users">): Promise<Receipt["kept"]> {
  const years = Math.round(RECEIPT_RETENTION / (365 * DAY));
  const all = [
    {
      what: "Numbers per hour and per day, and events without names",
      why: "They tell how many, not who.",
    },
    {
      what: "Counters against abuse, as keyed hashes of the address and the network",
      why: "For a day at most: they stop attacks on sign-in.",
    },
    { what: "This receipt, without your name", why: `For ${years} years, to prove the deletion.` },
  ];
  if (isOptedOut(user)) {
    const why = `For ${years} years: the law wants an opt-out to be honoured.`;
    all.push({ what: "A keyed hash of the phone number that opted out of SMS", why });
  }
  if (user.email !== undefined && (await findSuppression(ctx, user.email)) !== null) {
    const why = "So that nothing more is mailed there.";
    all.push({ what: "A keyed hash of the e-mail address that gets no answers by mail", why });
  }
  if (user.role !== "customer") {
    const why = "They are part of the customers' conversations.";
    all.push({ what: "Answers to customers, without your name", why });
  }
  return all;
}
