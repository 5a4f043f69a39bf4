/** What whoever edits the knowledge asks of it: where words stand, and what would be answered with a text that is not live. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { adminAction, internalMutation, staffQuery } from "./functions";
import { redactSecrets } from "./lib/redact";
import { cleanText } from "./lib/text";
import { findDocuments, vFoundDocument } from "./model/knowledge/lookup";
import { settleReservation } from "./model/replies/budget";
import * as Tries from "./model/replies/tries";
import { vAnswered, vTriedText } from "./model/replies/tryFields";
import { vReservation } from "./validators";

/**
 * Documents with these words in their text or title, whether they answer or not, best first, at most 20. Errors:
 * `invalid_input`.
 */
export const find = staffQuery({
  args: { words: v.string() },
  returns: v.array(vFoundDocument),
  handler: async (ctx, { words }) => await findDocuments(ctx, words),
});

/**
 * What would be found for a customer's first question, at most 400 characters, and what the AI would answer: with the
 * documents as they are, or with `text` in the place of `documentId`'s or beside all of them. Nothing of it is
 * stored but, once, that a question was answered (`firstDay.state`), and nothing is sent; what the model costs counts to
 * the day's budget. Errors: `invalid_input`, `too_large`, `conflict` without an active
 * agent or with a used-up budget.
 */
export const tryQuestion = adminAction({
  limit: "knowledge",
  args: { question: v.string(), text: v.optional(vTriedText) },
  returns: vAnswered,
  handler: async (ctx, { question: asked, text }): Promise<Infer<typeof vAnswered>> => {
    const question = redactSecrets(cleanText("The question", asked, 400));
    const { userId } = ctx.caller;
    // With the call: the SDK, and the parser of Markdown.
    const { proposeDocuments, answerQuestion } = await import("./model/replies/trying");
    const documents = text && (await proposeDocuments(text));
    const admitted: Infer<typeof Tries.vTry> = await ctx.runMutation(internal.editing.admitTry, {
      question,
    });
    if (admitted.kind === "rule") {
      const { reason } = admitted;
      return { found: [], text: "", citations: [], outcome: "handoff", reason };
    }
    return await answerQuestion(ctx, { ...admitted, userId, question }, documents);
  },
});

export const admitTry = internalMutation({
  args: { question: v.string() },
  returns: Tries.vTry,
  handler: async (ctx, { question }) => await Tries.admitTry(ctx, question),
});

export const settleTry = internalMutation({
  args: Tries.vTried.fields,
  returns: v.null(),
  handler: async (ctx, args) => {
    await Tries.settleTry(ctx, args);
    return null;
  },
});

/** Whoever tried never came back. */
export const bookLost = internalMutation({
  args: { reserved: vReservation, costMicroUsd: v.number() },
  returns: v.null(),
  handler: async (ctx, { reserved, costMicroUsd }) => {
    await settleReservation(ctx, reserved, costMicroUsd);
    return null;
  },
});
