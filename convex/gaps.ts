/** Unanswered questions: grouped by meaning, and closed once a search finds their document. Rules: `model/analytics/gaps.ts`. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, internalQuery, staffQuery } from "./functions";
import * as Gaps from "./model/analytics/gaps";
import { readGapsOf, startCheck } from "./model/knowledge/gapChecks";
import { searchKnowledge } from "./model/knowledge/search";

const documentId = v.id("knowledge");

/**
 * Open questions that found nothing, those that mean the same together: most frequent first, at most 100. Rolled up
 * every five minutes. `drafts.save` and `saveAnswer` take the `gapId`s that a text is to answer.
 */
export const list = staffQuery({
  args: {},
  returns: v.array(Gaps.vGapGroup),
  handler: async (ctx) => await Gaps.listGapGroups(ctx),
});

/** Run after a roll-up that counted a new question. What it doesn't get to, the next one does. */
export const group = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const gaps: Infer<typeof Gaps.vToGroup> = await ctx.runQuery(internal.gaps.toGroup, {});
    if (gaps.length === 0) return null;
    // Its table of words is 15 KB, which no query needs.
    const { groupQuestions } = await import("./model/knowledge/sameQuestion");
    const { embedAll } = await import("./model/knowledge/embedAll");
    const vectors = await embedAll(
      gaps.map(({ question }) => question),
      "unanswered questions are compared",
    );
    const groups = groupQuestions(
      gaps.map(({ gapId, question, group }, i) => {
        return { id: gapId, question, group, ...(vectors && { vector: vectors[i]! }) };
      }),
    );
    const found = gaps.flatMap(({ gapId }) => {
      const group = groups.get(gapId);
      return group === undefined ? [] : [{ gapId, group }];
    });
    await ctx.runMutation(internal.gaps.storeGroups, { groups: found });
    return null;
  },
});

export const toGroup = internalQuery({
  args: {},
  returns: Gaps.vToGroup,
  handler: async (ctx) => await Gaps.listToGroup(ctx),
});

export const storeGroups = internalMutation({
  args: { groups: v.array(v.object({ gapId: v.id("analytics"), group: v.string() })) },
  returns: v.null(),
  handler: async (ctx, { groups }) => {
    await Gaps.storeGroups(ctx, groups);
    return null;
  },
});

/** A document was read in that is to answer questions: whether they find it, now and again later. */
export const check = internalMutation({
  args: { documentId, attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, attempt }) => {
    await startCheck(ctx, documentId, attempt);
    return null;
  },
});

const vQuestions = v.array(v.object({ gapId: v.id("analytics"), question: v.string() }));

/** Asks each question as a customer's would be, and closes those that find the document. */
export const ask = internalAction({
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, { documentId }): Promise<null> => {
    const at = Date.now();
    const gaps: Infer<typeof vQuestions> = await ctx.runQuery(internal.gaps.questionsOf, {
      documentId,
    });
    const found = [];
    for (const { gapId, question } of gaps) {
      const { passages } = await searchKnowledge(ctx, { question });
      if (passages.some((passage) => passage.documentId === documentId)) found.push(gapId);
    }
    await ctx.runMutation(internal.gaps.close, { documentId, found, at });
    return null;
  },
});

export const questionsOf = internalQuery({
  args: { documentId },
  returns: vQuestions,
  handler: async (ctx, { documentId }) => {
    const rows = await readGapsOf(ctx, documentId);
    return rows.map(({ _id: gapId, question }) => ({ gapId, question }));
  },
});

export const close = internalMutation({
  args: { documentId, found: v.array(v.id("analytics")), at: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, found, at }) => {
    await Gaps.closeGaps(ctx, found, at);
    // One that was erased meanwhile waits for nothing either.
    const left = (await readGapsOf(ctx, documentId)).map(({ _id }) => _id);
    const gapIds = left.filter((gapId) => !found.includes(gapId));
    const document = await ctx.db.get("knowledge", documentId);
    if (document?.kind !== "document") return null;
    const next = gapIds.length === 0 ? undefined : gapIds;
    await ctx.db.patch("knowledge", documentId, { gapIds: next });
    return null;
  },
});
