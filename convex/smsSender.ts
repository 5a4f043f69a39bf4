"use node";
/** Sends texts and answers by e-mail, and reads the provider's lists: these functions and `holidayReader.ts` run in Node, where Twilio's SDK does. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import type { ActionCtx } from "./_generated/server";
import { requireTwilio } from "./env";
import { internalAction } from "./functions";
import { appError } from "./lib/errors";
import { logError, logWarning } from "./lib/log";
import { codeText } from "./model/outbox/consentWords";
import { CATCH_UP_BATCH, vRun } from "./model/sms/catchUp";
import type { Stretch } from "./providers/smsOutcome";
import { vProcessRef } from "./model/outbox/outbox";
import { vSmsRef } from "./model/sms/claim";
import type { Step } from "./model/sms/steps";
import { vTimerRef } from "./model/conversations/timers";
import { mailLetter } from "./providers/email";
import { findSentSms, picturesOf, listReceivedSms, sendSms } from "./providers/sms";

/**
 * Sends what is due in one conversation, one text or e-mail after another, each claimed in the transaction that
 * settles the one
 * before. Killed at any moment it leaves a text that is queued, or one of which nobody knows: that one is looked up,
 * never sent again blindly.
 */
export const deliver = internalAction({
  args: vProcessRef.fields,
  returns: v.null(),
  handler: async (ctx, ref) => {
    let next: Step = await ctx.runMutation(internal.sms.claimNext, { ref });
    while (next.kind !== "end") {
      if (next.kind === "send") next = await sendOne(ctx, ref, next);
      else if (next.kind === "mail") next = await mailOne(ctx, ref, next);
      else next = await lookUpOne(ctx, ref, next);
    }
    return null;
  },
});

type Next<K extends Step["kind"]> = Extract<Step, { kind: K }>;
type Ref = Infer<typeof vProcessRef>;

async function sendOne(
  ctx: ActionCtx,
  ref: Ref,
  { text, to, body, conversationId }: Next<"send">,
): Promise<Step> {
  const of = { messageId: text.messageId, conversationId };
  const sent = await sendSms({ to, body, of });
  return await ctx.runMutation(internal.sms.settleSend, { ref, text, ...sent });
}

/** The same key with each try: the provider takes a message once. */
async function mailOne(ctx: ActionCtx, ref: Ref, { text, letter }: Next<"mail">): Promise<Step> {
  const sent = await mailLetter(letter, `answer-${text.messageId}`);
  return await ctx.runMutation(internal.sms.settleSend, { ref, text, provider: "email", ...sent });
}

/** Asks the provider about a text of which nobody knows whether it was accepted. */
async function lookUpOne(
  ctx: ActionCtx,
  ref: Ref,
  { text, wanted }: Next<"look_up">,
): Promise<Step> {
  const askedAt = Date.now();
  const found = await findSentSms(wanted);
  return await ctx.runMutation(internal.sms.lookedUp, { ref, text, askedAt, ...found });
}

/**
 * A step of `sms.deliver` that was to be run when senders became scheduled: nothing is claimed yet, and the workflow's
 * next step gives what is due to a sender.
 */
const leftToSender = internalAction({
  args: { text: vSmsRef },
  returns: v.null(),
  handler: () => Promise.resolve(null),
});
export { leftToSender as send, leftToSender as lookUp };

/**
 * Texts a sign-in code. At most once: a scheduled action is not repeated, and whoever gets nothing asks again. What
 * became of it is nobody's business but the log's, which names neither number nor code.
 */
export const sendCode = internalAction({
  args: { attemptId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { attemptId }) => {
    const attempt = await ctx.runQuery(internal.auth.codeToText, { attemptId });
    if (attempt === null) return null;
    const body = codeText(attempt.shop, attempt.code);
    const { outcome, fault } = await sendSms({ to: attempt.to, body });
    await noteTexts(ctx, fault);
    if (outcome.kind !== "accepted")
      logWarning("SMS: a text to sign in with was not sent", outcome.reason);
    return null;
  },
});

/** Texts a test message of an admin to themselves. Errors: `not_configured`, `provider_unavailable`. */
export const sendTest = internalAction({
  args: { to: v.string(), body: v.string() },
  returns: v.null(),
  handler: async (ctx, text) => {
    requireTwilio();
    const { outcome, fault } = await sendSms(text);
    await noteTexts(ctx, fault);
    if (outcome.kind === "accepted") return null;
    throw appError("provider_unavailable", `The text was not taken (${outcome.reason}).`);
  },
});

/** Texts an alert to one technician, if it is worth a text and none went a moment ago. */
export const sendAlert = internalAction({
  args: { ref: vTimerRef, userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, alert) => {
    const text = await ctx.runMutation(internal.workflows.claimAlertText, alert);
    if (text === null) return null;
    const { outcome, fault } = await sendSms(text);
    await noteTexts(ctx, fault);
    if (outcome.kind === "accepted") return null;
    logWarning("SMS: an alert was not texted", outcome.reason);
    if (outcome.kind === "opted_out") {
      await ctx.runMutation(internal.workflows.alertRefused, { userId: alert.userId });
    }
    return null;
  },
});

/**
 * Takes in the texts of one stretch of time that the webhook never brought, the oldest first, and goes on with the
 * next, up to where the run ends. When the provider can't be asked, the same stretch is read by the cron's next run.
 */
export const readMissed = internalAction({
  args: vRun.fields,
  returns: v.null(),
  handler: async (ctx, { stretch, until }) => {
    for (let next: Stretch | null = stretch; next !== null;) {
      const texts = await listReceivedSms(next);
      if (texts === null) return null;
      for (let i = 0; i < texts.length; i += CATCH_UP_BATCH) {
        if (!(await takeIn(ctx, texts.slice(i, i + CATCH_UP_BATCH)))) return null;
      }
      next = await ctx.runMutation(internal.sms.stretchRead, { stretch: next, until });
    }
    return null;
  },
});

async function noteTexts(ctx: ActionCtx, fault: string | null): Promise<void> {
  await ctx.runMutation(internal.health.noteProvider, { provider: "texts", fault, where: {} });
}

type Received = NonNullable<Awaited<ReturnType<typeof listReceivedSms>>>;

/** Those of a batch that we don't know. False when the provider can't be asked for their pictures. */
async function takeIn(ctx: ActionCtx, batch: Received): Promise<boolean> {
  const sids = batch.map(({ sid }) => sid);
  const missed = new Set(await ctx.runQuery(internal.sms.unknownTexts, { sids }));
  for (const { pictures, ...text } of batch) {
    if (!missed.has(text.sid)) continue;
    const media = pictures > 0 ? await picturesOf(text.sid) : [];
    if (media === null) return false;
    try {
      await ctx.runMutation(internal.sms.receiveMissed, { text: { ...text, media } });
    } catch (error) {
      // Without its words, which an error may quote. Listed for staff: those that come after it go on.
      const name = error instanceof Error ? error.name : "error";
      logError("SMS: a text that the webhook missed could not be taken in", `${text.sid}, ${name}`);
      await ctx.runMutation(internal.privacy.tryRow, { kind: "text", id: text.sid });
    }
  }
  return true;
}
