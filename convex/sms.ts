/** Conversations by text: what the webhooks and the outbox call. Nothing here is public. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, internalQuery } from "./functions";
import { workflow, endedArgs } from "./lib/workflow";
import * as Health from "./model/analytics/health";
import { noteWebhook } from "./model/analytics/webhooks";
import * as CatchUp from "./model/sms/catchUp";
import * as Claim from "./model/sms/claim";
import * as Inbound from "./model/sms/inbound";
import * as Reconcile from "./model/sms/reconcile";
import * as Media from "./model/sms/media";
import * as Outbox from "./model/outbox/outbox";
import * as Settlement from "./model/sms/settlement";
import * as Steps from "./model/sms/steps";

const text = Claim.vSmsRef;
const messageId = v.id("messages");

/** A text that came in. */
export const receive = internalMutation({
  args: { text: Inbound.vInboundMessage },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Inbound.receiveInboundMessage(ctx, args.text);
    await noteWebhook(ctx, "texts");
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

/** What a sender does next: it has that text from here on. */
export const claimNext = internalMutation({
  args: { ref: Outbox.vProcessRef },
  returns: Steps.vStep,
  handler: async (ctx, { ref }) => await Steps.takeNextStep(ctx, ref),
});

/** Scheduled when it failed. */
export const stepFailed = internalMutation({
  args: { ref: Outbox.vProcessRef },
  returns: v.null(),
  handler: async (ctx, { ref }) => {
    await Steps.recordFailedStep(ctx, ref);
    return null;
  },
});

/** Of a call to the provider: whose sender it was, and what went wrong, or null for nothing. */
const sender = {
  ref: v.optional(Outbox.vProcessRef),
  fault: v.optional(v.union(v.string(), v.null())),
};

/** What became of a text; answers what is next. */
export const settleSend = internalMutation({
  args: {
    text,
    outcome: Settlement.vSendOutcome,
    /** Absent: it was a text. */
    provider: v.optional(v.literal("email")),
    ...sender,
  },
  returns: Steps.vStep,
  handler: async (ctx, { text, outcome, ref, fault, provider }) => {
    await Settlement.settleSend(ctx, text, outcome);
    await Health.noteProvider(ctx, provider ?? "texts", fault);
    return await Steps.takeNextStep(ctx, ref);
  },
});

/** What the provider's list says; answers what is next. */
export const lookedUp = internalMutation({
  args: { ...Reconcile.vLookedUp.fields, ...sender },
  returns: Steps.vStep,
  handler: async (ctx, { ref, fault, ...found }) => {
    await Reconcile.settleLookUp(ctx, found);
    await Health.noteProvider(ctx, "texts", fault);
    return await Steps.takeNextStep(ctx, ref);
  },
});

/** A status callback. */
export const report = internalMutation({
  args: { said: Settlement.vDeliveryStatusReport },
  returns: v.null(),
  handler: async (ctx, { said }) => {
    await Settlement.recordDeliveryStatus(ctx, said);
    await noteWebhook(ctx, "texts");
    return null;
  },
});

/** Scheduled for when something of a sleeping outbox is due, or the sender of one must have been lost. */
export const checkOutbox = internalMutation({
  args: { conversationId: v.id("conversations") },
  returns: v.null(),
  handler: async (ctx, { conversationId }) => {
    await Outbox.checkOutbox(ctx, conversationId, () => Steps.endShown(ctx, conversationId));
    return null;
  },
});

/** As that, for outboxes that slept before it was there. Nothing schedules it any more. */
export const wake = internalMutation({
  args: Outbox.vProcessRef.fields,
  returns: v.null(),
  handler: async (ctx, { processId }) => {
    await Outbox.recoverProcess(ctx, processId);
    return null;
  },
});

/** As `smsSender.deliver`, for texts that were on their way before senders were scheduled. Starts no more. */
export const deliver = workflow
  .define({ args: Outbox.vProcessRef.fields, returns: v.null() })
  .handler(async (step, ref): Promise<null> => {
    let failed: Claim.SmsRef | null = null;
    for (;;) {
      const before: { failed: boolean; text?: Claim.SmsRef } =
        failed === null ? { failed: false } : { failed: true, text: failed };
      const next = (await step.runMutation(internal.sms.nextStep, { ref, ...before })) as OldStep;
      if (next.kind === "end") return null;
      const action = next.kind === "send" ? internal.smsSender.send : internal.smsSender.lookUp;
      try {
        await step.runAction(action, { text: next.text }, { retry: false });
        failed = null;
      } catch {
        failed = next.text;
      }
    }
  });
/** As a journal may have it. */
type OldStep = { kind: "end" } | { kind: "send" | "look_up"; text: Claim.SmsRef };

/** Of such a workflow: its process goes on with a sender, and it ends. */
export const nextStep = internalMutation({
  args: { ref: Outbox.vProcessRef, failed: v.boolean(), text: v.optional(text) },
  returns: v.object({ kind: v.literal("end") }),
  handler: async (ctx, { ref }) => {
    await Outbox.takeOutboxOver(ctx, ref);
    return { kind: "end" as const };
  },
});

export const deliverDone = internalMutation({
  args: endedArgs(Outbox.vProcessRef),
  returns: v.null(),
  handler: async (ctx, { workflowId, context }) => {
    await workflow.cleanup(ctx, workflowId);
    await Outbox.takeOutboxOver(ctx, context);
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
  args: {
    messageId,
    storageId: v.id("_storage"),
    index: v.number(),
    name: v.optional(v.string()),
  },
  returns: v.boolean(),
  handler: async (ctx, file) => await Media.storePicture(ctx, file),
});

export const mediaDone = internalMutation({
  args: endedArgs(v.object({ messageId })),
  returns: v.null(),
  handler: async (ctx, { workflowId, context }) => {
    await workflow.cleanup(ctx, workflowId);
    await Media.finishPictures(ctx, context.messageId);
    return null;
  },
});
