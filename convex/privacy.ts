/** The durable halves of exporting and deleting a person's data, and retention by age. None is public. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, internalQuery } from "./functions";
import { deliverEmail } from "./model/analytics/email";
import { eraseUser } from "./model/privacy/erase";
import * as Export from "./model/privacy/export";
import * as ExportFile from "./model/privacy/exportFile";
import * as ExportPages from "./model/privacy/exportPages";
import { isAppError } from "./lib/errors";
import { logError } from "./lib/log";
import { background, endedArgs } from "./lib/workflow";
import { findShopName } from "./model/knowledge/shopName";
import * as Purge from "./model/privacy/purge";
import * as Sweep from "./model/privacy/sweep";
import { vRowKind, vSweepTask } from "./model/privacy/sweepers";
import * as SweepRows from "./model/privacy/sweepRows";
import { receiptText } from "./model/privacy/receipt";
import { truncateText } from "./lib/text";
import { ProviderError } from "./providers/errors";
import { vReceipt } from "./validators";

const processId = v.id("workflows");
const { vAfter, vCursor, vPageOf } = ExportPages;
const INLINE = { inline: true } as const;

/** Durable: one file after another, each from as much as fits in it. */
export const exportData = background
  .define({ args: { processId }, returns: v.null() })
  .handler(async (step, { processId }): Promise<null> => {
    let from: ExportFile.Place | null = ExportFile.FIRST_PLACE;
    for (let part = 1; from !== null; part++) {
      const place: ExportFile.Place = from;
      from = await step.runAction(internal.privacy.exportPart, { processId, part, from: place });
    }
    return null;
  });

export const exportPart = internalAction({
  args: { processId, part: v.number(), from: ExportFile.vPlace },
  returns: v.union(ExportFile.vPlace, v.null()),
  handler: async (ctx, args): Promise<ExportFile.Place | null> =>
    await ExportFile.writePart(ctx, args),
});

/** One whose workflow failed or was lost: all its parts; those that are there are kept. */
export const exportLost = internalAction({
  args: { processId },
  returns: v.null(),
  handler: async (ctx, { processId }): Promise<null> => {
    try {
      let from: ExportFile.Place | null = ExportFile.FIRST_PLACE;
      for (let part = 1; from !== null; part++) {
        from = await ExportFile.writePart(ctx, { processId, part, from });
      }
    } catch (error) {
      logError(`export ${processId}`, error);
      await ctx.runMutation(internal.privacy.failExport, { processId });
    }
    return null;
  },
});

export const failExport = internalMutation({
  args: { processId },
  returns: v.null(),
  handler: async (ctx, { processId }) => {
    await Export.failExport(ctx, processId);
    return null;
  },
});

export const exportPerson = internalQuery({
  args: { processId },
  returns: v.union(ExportPages.vPerson, v.null()),
  handler: async (ctx, args) => await ExportPages.readPerson(ctx, args.processId),
});

export const exportConversationIds = internalQuery({
  args: { processId, cursor: vCursor },
  returns: vPageOf(v.id("conversations")),
  handler: async (ctx, args) => await ExportPages.listConversationIds(ctx, args),
});

export const exportConversation = internalQuery({
  args: { processId, conversationId: v.id("conversations"), after: vAfter },
  returns: v.union(ExportPages.vConversationPage, v.null()),
  handler: async (ctx, args) => await ExportPages.readConversation(ctx, args),
});

export const exportEvents = internalQuery({
  args: { processId, as: ExportPages.vAs, after: vAfter },
  returns: v.object({ items: v.array(ExportPages.vEvent), next: vAfter }),
  handler: async (ctx, args) => await ExportPages.listEvents(ctx, args),
});

/** False if the export is over, or has this part: the file is deleted then. */
export const storeExportPart = internalMutation({
  args: { processId, part: v.number(), fileId: v.id("_storage"), last: v.boolean() },
  returns: v.boolean(),
  handler: async (ctx, args) => await Export.storePart(ctx, args),
});

export const exportDone = internalMutation({
  args: endedArgs(v.object({ processId })),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    await background.cleanup(ctx, workflowId);
    if (result.kind !== "success") await Export.failExport(ctx, context.processId);
    return null;
  },
});

/** Durable: erases in batches, mails the receipt, forgets the address. */
export const purge = background
  .define({ args: Purge.vPurgeRef.fields, returns: v.null() })
  .handler(async (step, ref): Promise<null> => {
    while (await step.runMutation(internal.privacy.eraseBatch, ref));
    const mailed = await step.runAction(internal.privacy.mailReceipt, ref, {
      retry: { maxAttempts: 5, initialBackoffMs: 5_000, base: 4 },
    });
    await step.runMutation(internal.privacy.finishPurge, { ref, mailed }, INLINE);
    return null;
  });

export const eraseBatch = internalMutation({
  args: Purge.vPurgeRef.fields,
  returns: v.boolean(),
  handler: async (ctx, ref) => await Purge.eraseBatch(ctx, ref),
});

/** False if there is nobody to mail to, or the provider refuses for good: the data is gone all the same. */
export const mailReceipt = internalAction({
  args: Purge.vPurgeRef.fields,
  returns: v.boolean(),
  handler: async (ctx, ref): Promise<boolean> => {
    const letter = await ctx.runQuery(internal.privacy.letter, ref);
    if (letter === null) return false;
    const { shop } = letter;
    const subject = `Your ${shop} account has been deleted`;
    const text = receiptText(letter.receipt, shop);
    try {
      await deliverEmail(ctx, { to: letter.to, subject, text }, `receipt-${ref.processId}`);
      return true;
    } catch (error) {
      const final = error instanceof ProviderError ? !error.retryable : isAppError(error);
      if (final) return false;
      throw error;
    }
  },
});

export const letter = internalQuery({
  args: Purge.vPurgeRef.fields,
  returns: v.union(v.object({ to: v.string(), receipt: vReceipt, shop: v.string() }), v.null()),
  handler: async (ctx, ref) => {
    const letter = await Purge.composeReceiptLetter(ctx, ref);
    return letter && { ...letter, shop: await findShopName(ctx) };
  },
});

export const finishPurge = internalMutation({
  args: { ref: Purge.vPurgeRef, mailed: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { ref, mailed }) => {
    await Purge.finishPurge(ctx, ref, mailed);
    return null;
  },
});

export const purgeDone = internalMutation({
  args: endedArgs(Purge.vPurgeRef),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    // Its journal has served: what people see is the `workflows` row.
    await background.cleanup(ctx, workflowId);
    if (result.kind === "success") return null;
    const reason = result.kind === "failed" ? truncateText(result.error, 300) : "It was cancelled.";
    await Purge.failPurge(ctx, context, { code: "purge_failed", message: reason });
    return null;
  },
});

/** Erases somebody without a receipt: the rest of a merged guest. */
export const eraseRest = internalMutation({
  args: { userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { userId }) => {
    const { done } = await eraseUser(ctx, userId);
    if (!done) await ctx.scheduler.runAfter(0, internal.privacy.eraseRest, { userId });
    return null;
  },
});

/** Run by a cron once a day: starts deleting what is past its time. */
export const startRetention = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Sweep.startSweeps(ctx);
    return null;
  },
});

/** Run by a cron: files that nothing names after an hour. */
export const deleteUnsent = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Sweep.sweepUnsent(ctx);
    return null;
  },
});

export const retain = internalAction({
  args: { task: vSweepTask },
  returns: v.null(),
  handler: async (ctx, { task }): Promise<null> => {
    await Sweep.sweepAll(ctx, task);
    return null;
  },
});

export const sweep = internalMutation({
  args: { task: vSweepTask },
  returns: v.union(vSweepTask, v.null()),
  handler: async (ctx, { task }) => await SweepRows.sweepBatch(ctx, task),
});

export const isolate = internalMutation({
  args: { task: vSweepTask },
  returns: v.array(v.string()),
  handler: async (ctx, { task }) => await SweepRows.isolateBatch(ctx, task),
});

export const sweepOne = internalMutation({
  args: { kind: vRowKind, id: v.string() },
  returns: v.boolean(),
  handler: async (ctx, args) => await SweepRows.sweepOne(ctx, args),
});

export const tryRow = internalMutation({
  args: { kind: vRowKind, id: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await SweepRows.tryRow(ctx, args);
    return null;
  },
});

export const tryAside = internalMutation({
  args: { asideId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { asideId }) => {
    await SweepRows.runAside(ctx, asideId);
    return null;
  },
});

export const eraseGuest = internalAction({
  args: { userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { userId }): Promise<null> => {
    await Sweep.eraseGuest(ctx, userId);
    return null;
  },
});

export const setGuestAside = internalMutation({
  args: { userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { userId }) => {
    await SweepRows.setGuestAside(ctx, userId);
    return null;
  },
});

/** Run by a cron: a deletion or an export that failed or was lost goes on. */
export const resumePurges = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Purge.resumePurges(ctx);
    await Export.resumeExports(ctx);
    return null;
  },
});
