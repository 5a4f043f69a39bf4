/** What the AI may not say or decide, beside the built-in rules. Rules: `model/handoff/guardrails.ts`. */
import { v } from "convex/values";
import { adminMutation, adminQuery, internalQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import { saveGuardrails } from "./model/handoff/guardrails";
import { loadGuardrails, vGuardrails } from "./model/knowledge/guardrailRows";
import { loadForbiddenWords } from "./model/knowledge/guardrails";

/**
 * What the shop has added to the built-in rules: topics that always go to a person, words that the AI may not use, hosts
 * that answers may link to, and the examples that test them.
 */
export const get = adminQuery({
  args: {},
  returns: vGuardrails,
  handler: async (ctx) => await loadGuardrails(ctx),
});

/**
 * Sets all of it, at most 4,096 bytes together as JSON. Words and phrases are found whole, whatever their case and
 * accents; `insur*` finds what begins so. An example is a customer's sentence (handed off or not, by any rule) or one of
 * an answer (stopped for a word or a link, or not). Built-in rules stay as they are. Errors: `invalid_input`, and for
 * examples that come out otherwise, with each; `too_large`.
 */
export const save = adminMutation({
  limit: "write",
  args: vGuardrails.fields,
  returns: v.null(),
  handler: async (ctx, rules) => {
    await saveGuardrails(ctx, rules);
    await recordEvent(ctx, "guardrails_changed", { actorId: ctx.user._id });
    return null;
  },
});

/** For drafts and trials: a reply is told with its assignment. */
export const forbiddenWords = internalQuery({
  args: {},
  returns: v.array(v.string()),
  handler: async (ctx) => await loadForbiddenWords(ctx),
});
