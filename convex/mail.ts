/** Answers by e-mail: what their links, the provider's events and the mails that come back call. Nothing here is public. */
import { v } from "convex/values";
import { noteWebhook } from "./model/analytics/webhooks";
import { internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { internalAction, internalMutation } from "./functions";
import { workflow, endedArgs } from "./lib/workflow";
import { ipOfRequest, tryConsumeLimit, vLimited } from "./model/access/limits";
import { spendMailLink } from "./model/accounts/mailLinks";
import { vGrant } from "./model/accounts/sessions";
import * as Suppressions from "./model/accounts/suppressions";
import * as Events from "./model/sms/mailEvents";
import * as Inbound from "./model/sms/mailInbound";
import { fetchFile, finishPictures, keepFile } from "./model/sms/media";
import { findMailFile } from "./providers/receivedMail";

/** False for a token that is not ours. */
export const unsubscribe = internalMutation({
  args: { token: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { token }) => await Suppressions.unsubscribe(ctx, token),
});

export const openLink = internalMutation({
  args: { token: v.string(), secret: v.string() },
  returns: v.union(
    v.object({
      kind: v.literal("granted"),
      grant: vGrant,
      conversationId: v.id("conversations"),
    }),
    v.object({ kind: v.literal("refused") }),
    vLimited,
  ),
  handler: async (ctx, link) => {
    const retryAfterMs = await tryConsumeLimit(ctx, "redeemCode", { ip: await ipOfRequest(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const opened = await spendMailLink(ctx, link);
    return opened === null ? { kind: "refused" as const } : { kind: "granted" as const, ...opened };
  },
});

/** What became of a mail of ours. */
export const report = internalMutation({
  args: { event: Events.vMailEvent },
  returns: v.null(),
  handler: async (ctx, { event }) => {
    await Events.recordMailEvent(ctx, event);
    await noteWebhook(ctx, "email");
    return null;
  },
});

/** A mail came in: its words are fetched. */
export const received = internalMutation({
  args: { mail: Inbound.vMailNotice },
  returns: v.null(),
  handler: async (ctx, { mail }) => {
    await Inbound.noteReceivedMail(ctx, mail);
    await noteWebhook(ctx, "email");
    return null;
  },
});

const target = Inbound.vMailTarget;
const vFile = v.object({ id: v.string(), name: v.string() });
/** What a mail came to: the message that its files belong to, if there are any. */
export const vTaken = v.object({
  messageId: v.union(v.id("messages"), v.null()),
  files: v.array(vFile),
});
type Taken = { messageId: Id<"messages"> | null; files: { id: string; name: string }[] };

/** Durable: fetches a mail, takes it in, and its files after it. Its words are in no step's result. */
export const read = workflow
  .define({ args: { emailId: v.string(), target }, returns: v.null() })
  .handler(async (step, { emailId, target }): Promise<null> => {
    const args = { emailId, target };
    const taken: Taken = await step.runAction(internal.mailReader.readMail, args, { retry: true });
    const { messageId, files } = taken;
    if (messageId === null) return null;
    for (const [index, file] of files.entries()) {
      const one = { emailId, messageId, index, ...file };
      try {
        await step.runAction(internal.mail.takeFile, one, { retry: true });
      } catch {
        // The others may be there; `filesDone` says how many are missing.
        continue;
      }
    }
    await step.runMutation(internal.mail.filesDone, { messageId });
    return null;
  });

export const takeFile = internalAction({
  args: { emailId: v.string(), messageId: v.id("messages"), index: v.number(), ...vFile.fields },
  returns: v.boolean(),
  handler: async (ctx, { emailId, id, ...file }): Promise<boolean> => {
    const url = await findMailFile(emailId, id);
    return await keepFile(ctx, url === null ? null : await fetchFile(url), file);
  },
});

export const filesDone = internalMutation({
  args: { messageId: v.id("messages") },
  returns: v.null(),
  handler: async (ctx, { messageId }) => {
    await finishPictures(ctx, messageId);
    return null;
  },
});

export const take = internalMutation({
  args: { target, mail: Inbound.vReadMail },
  returns: v.union(v.id("messages"), v.null()),
  handler: async (ctx, args) => await Inbound.takeMail(ctx, args.target, args.mail),
});

export const readDone = internalMutation({
  args: endedArgs(v.object({ emailId: v.string(), target })),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    await workflow.cleanup(ctx, workflowId);
    if (result.kind !== "success") await Inbound.noteUnreadMail(ctx, context.target);
    return null;
  },
});
