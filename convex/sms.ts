/** Conversations by text: what the webhooks and the outbox call. Nothing here is public. */
import { vWorkflowId } from "@convex-dev/workflow";
import { vResultValidator } from "@convex-dev/workpool";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, internalQuery } from "./functions";
import { workflow } from "./lib/workflow";
import * as CatchUp from "./model/sms/catchUp";
import * as Claim from "./model/sms/claim";
import * as Inbound from "./model/sms/inbound";
import * as Reconcile from "./model/sms/reconcile";
import * as Media from "./model/sms/media";
import * as Outbox from "./model/outbox/outbox";
import * as Settlement from "./model/sms/settlement";

const text = Claim.vSmsRef;
const messageId = v.id("messages");

/** A text that came in. */
export const receive = internalMutation({
  args: { text: Inbound.vInboundMessage },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Inbound.receiveInboundMessage(ctx, args.text);
    return null;
  },
});

/** Reads what the webhook may have missed, now: upkeep does every ten minutes. */
export const catchUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await CatchUp.startCatchUp(ctx);
    return null;
  },
});

export const unknownTexts = internalQuery({
  args: { sids: v.array(v.string()) },
  returns: v.array(v.string()),
  handler: async (ctx, { sids }) => await CatchUp.findUnknownSids(ctx, sids),
});

export const receiveMissed = internalMutation({
  args: { text: Inbound.vInboundMessage },
  returns: v.null(),
  handler: async (ctx, args) => {
    await CatchUp.receiveMissedMessage(ctx, args.text);
    return null;
  },
});

/** A stretch has been read; answers the next of this run. */
export const stretchRead = internalMutation({
  args: CatchUp.vRun.fields,
  returns: v.union(CatchUp.vStretch, v.null()),
  handler: async (ctx, run) => await CatchUp.noteStretchRead(ctx, run),
});

/** Durable: sends what is due in one conversation, one text after another. */
export const deliver = workflow
  .define({ args: Claim.vProcessRef.fields, returns: v.null() })
  .handler(async (step, ref): Promise<null> => {
    let failed: Claim.SmsRef | null = null;
    for (;;) {
      const before: { failed: boolean; text?: Claim.SmsRef } =
        failed === null ? { failed: false } : { failed: true, text: failed };
      const next: Claim.Step = await step.runMutation(internal.sms.nextStep, { ref, ...before });
      if (next.kind === "end") return null;
      const action = next.kind === "send" ? internal.smsSender.send : internal.smsSender.lookUp;
      try {
        // Not retried here: what became of the text is on its row, and the next step goes by that.
        await step.runAction(action, { text: next.text }, { retry: false });
        failed = null;
      } catch {
        failed = next.text;
      }
    }
  });

export const nextStep = internalMutation({
  /** `text`: of the step that failed. */
  args: { ref: Claim.vProcessRef, failed: v.boolean(), text: v.optional(text) },
  returns: Claim.vStep,
  handler: async (ctx, { ref, failed, text }) => {
    if (failed && text) await Reconcile.recordFailedStep(ctx, text);
    return await Claim.planNextStep(ctx, ref, failed);
  },
});

export const claim = internalMutation({
  args: { text },
  returns: v.union(Claim.vClaimed, v.null()),
  handler: async (ctx, args) => await Claim.claimSms(ctx, args.text),
});

export const settleSend = internalMutation({
  args: { text, outcome: Settlement.vSendOutcome },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Settlement.settleSend(ctx, args.text, args.outcome);
    return null;
  },
});

export const lost = internalQuery({
  args: { text },
  returns: v.union(Reconcile.vLost, v.null()),
  handler: async (ctx, args) => await Reconcile.findLostSms(ctx, args.text),
});

export const lookedUp = internalMutation({
  args: Reconcile.vLookedUp.fields,
  returns: v.null(),
  handler: async (ctx, args) => {
    await Reconcile.settleLookUp(ctx, args);
    return null;
  },
});

/** A status callback. */
export const report = internalMutation({
  args: { said: Settlement.vDeliveryStatusReport },
  returns: v.null(),
  handler: async (ctx, { said }) => {
    await Settlement.recordDeliveryStatus(ctx, said);
    return null;
  },
});

/** Scheduled for when something of a sleeping outbox is due. */
export const wake = internalMutation({
  args: Claim.vProcessRef.fields,
  returns: v.null(),
  handler: async (ctx, ref) => {
    await Outbox.wakeProcess(ctx, ref);
    return null;
  },
});

/** The net under `wake` and under workflows that were lost. */
export const recover = internalMutation({
  args: { processId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { processId }) => {
    await Outbox.recoverProcess(ctx, processId);
    return null;
  },
});

export const deliverDone = internalMutation({
  args: { workflowId: vWorkflowId, result: vResultValidator, context: Claim.vProcessRef },
  returns: v.null(),
  handler: async (ctx, { workflowId, context }) => {
    await workflow.cleanup(ctx, workflowId);
    await Outbox.handleProcessEnd(ctx, context);
    return null;
  },
});

/** Durable: fetches the pictures of a text. */
export const fetchMedia = workflow
  .define({ args: { messageId, media: v.array(Inbound.vMedia) }, returns: v.null() })
  .handler(async (step, args): Promise<null> => {
    for (const [index, media] of args.media.entries()) {
      const one = { messageId: args.messageId, media, index };
      try {
        await step.runAction(internal.sms.takeMedia, one, { retry: true });
      } catch {
        // The others may be there; `mediaDone` says how many are missing.
        continue;
      }
    }
    return null;
  });

export const takeMedia = internalAction({
  args: { messageId, media: Inbound.vMedia, index: v.number() },
  returns: v.boolean(),
  handler: async (ctx, args): Promise<boolean> =>
    await Media.fetchPicture(ctx, args.messageId, args.media, args.index),
});

/** False: the picture is refused, or its message gone. */
export const attachMedia = internalMutation({
  args: { messageId, storageId: v.id("_storage"), index: v.number() },
  returns: v.boolean(),
  handler: async (ctx, file) => await Media.storePicture(ctx, file),
});

export const mediaDone = internalMutation({
  args: {
    workflowId: vWorkflowId,
    result: vResultValidator,
    context: v.object({ messageId }),
  },
  returns: v.null(),
  handler: async (ctx, { workflowId, context }) => {
    await workflow.cleanup(ctx, workflowId);
    await Media.finishPictures(ctx, context.messageId);
    return null;
  },
});
