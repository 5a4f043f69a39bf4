/**
 * The net under the webhook. Twilio tells of a text once (docs/deploy.md says how to make it try again): while a
 * deployment is down, or the webhook's address or token is wrong, texts would be lost. So the provider's own list
 * is read, each stretch of time once, and what the webhook never brought is taken in as it would have been.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Stretch } from "../../providers/smsOutcome";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { hasTwilio } from "../../env";
import { logWarning } from "../../lib/log";
import { receiveInboundMessage, type vInboundMessage } from "./inbound";
import { findMessageBySid } from "./settlement";
import { DAY, HOUR, MINUTE } from "../../lib/time";

/** The webhook has had so long to bring a text, and the provider's list to show it. */
const SETTLED_AFTER = 5 * MINUTE;
/** What came before is no longer news to anybody: its sender has called by now. */
const LOOK_BACK = DAY;
/** Read at once: bounds the list of a busy number. */
const STRETCH = HOUR;
/** Texts of one list that are looked up in one query. */
export const CATCH_UP_BATCH = 200;

/** A `Stretch`, as functions take and return it. */
export const vStretch = v.object({ from: v.number(), to: v.number() });
/** One run reads up to here, however long it takes: with an end that moves on with the clock it would have none. */
export const vRun = v.object({ stretch: vStretch, until: v.number() });

/** Read again so often. */
const CATCH_UP_EVERY = 10 * MINUTE;

/** Whether it is time for a run, or for the bookmark of the first. */
export async function isCatchUpDue(ctx: Pick<QueryCtx, "db">, now: number): Promise<boolean> {
  if (!hasTwilio()) return false;
  const readUpTo = (await bookmark(ctx))?.progressAt ?? 0;
  return now - SETTLED_AFTER - readUpTo >= CATCH_UP_EVERY;
}

/** Reads what the webhook may have missed. Without Twilio, or with nothing to read, it starts nothing. */
export async function startCatchUp(ctx: MutationCtx): Promise<void> {
  const run = await planRun(ctx, Date.now());
  if (run !== null) await ctx.scheduler.runAfter(0, internal.smsSender.readMissed, run);
}

/** What a run of the cron has to read, from its first stretch on, or null when all is read. */
async function planRun(ctx: MutationCtx, now: number): Promise<Infer<typeof vRun> | null> {
  const until = now - SETTLED_AFTER;
  const stretch = await findNextStretch(ctx, until);
  return stretch && { stretch, until };
}

/** The next stretch before `until`, or null when all is read. The first time only notes where to begin. */
async function findNextStretch(ctx: MutationCtx, until: number): Promise<Stretch | null> {
  if (!hasTwilio()) return null;
  const mark = await bookmark(ctx);
  if (mark === null) {
    // A deployment without anybody stays empty: `convex import` takes no other without being told to replace.
    if ((await ctx.db.query("users").first()) === null) return null;
    // What came before this deployment had the number is not ours to answer.
    const row = { kind: "catch_up", state: "queued", step: "waiting", attempt: 1 } as const;
    await ctx.db.insert("workflows", { ...row, progressAt: until });
    return null;
  }
  const from = Math.max(mark.progressAt ?? until, until - LOOK_BACK);
  return from < until ? { from, to: Math.min(until, from + STRETCH) } : null;
}

/** Notes that a stretch has been read; answers the next of the same run. */
export async function noteStretchRead(
  ctx: MutationCtx,
  { stretch: { to }, until }: Infer<typeof vRun>,
): Promise<Stretch | null> {
  const mark = await bookmark(ctx);
  // Two readers at once read the same texts, which are stored once; the mark only moves forward.
  if (mark !== null && (mark.progressAt ?? 0) < to) {
    await ctx.db.patch("workflows", mark._id, { progressAt: to });
  }
  return await findNextStretch(ctx, until);
}

const bookmark = (ctx: Pick<QueryCtx, "db">): Promise<Doc<"workflows"> | null> =>
  ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "catch_up").eq("state", "queued"))
    .unique();

/** Those of the provider's texts that nobody has brought. */
export async function findUnknownSids(
  ctx: Pick<QueryCtx, "db">,
  sids: readonly string[],
): Promise<string[]> {
  const unknown: string[] = [];
  for (const sid of sids) if ((await findMessageBySid(ctx, sid)) === null) unknown.push(sid);
  return unknown;
}

/** Takes a text in that the webhook should have brought, and says so: its set-up may be wrong. */
export async function receiveMissedMessage(
  ctx: MutationCtx,
  text: Infer<typeof vInboundMessage>,
): Promise<void> {
  if ((await findMessageBySid(ctx, text.sid)) !== null) return;
  logWarning(
    "SMS: a text reached Twilio but not this deployment's webhook, and was read from Twilio's list. If this happens again, check the webhook's URL in Twilio's console and TWILIO_WEBHOOK_URL.",
  );
  await receiveInboundMessage(ctx, text);
}
