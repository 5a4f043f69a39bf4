/**
 * What the shop adds to the built-in rules, read within a turn: topics when a customer's message is stored, words when
 * its answer is begun, each a small row of its own. `guardrailRows.ts` writes them: whoever only reads a turn's share
 * would load all that checks the others.
 */
import type { Infer } from "convex/values";
import type { QueryCtx } from "../../_generated/server";
import type { vOwnTopic, vRuleCase } from "../../validators";
import { findOnlyRow } from "./onlyRow";

export type OwnTopic = Infer<typeof vOwnTopic>;
export type RuleCase = Infer<typeof vRuleCase>;
type Ctx = Pick<QueryCtx, "db">;

/** Topics that always go to a person. */
export const loadOwnTopics = async (ctx: Ctx): Promise<OwnTopic[]> =>
  (await findOnlyRow(ctx, "own_topics"))?.topics ?? [];

/** Words that the AI may not use, as they were typed (`lib/phrases.ts`). */
export const loadForbiddenWords = async (ctx: Ctx): Promise<string[]> =>
  (await findOnlyRow(ctx, "forbidden_words"))?.words ?? [];

/** Sentences that say what the rules must catch, and what not. */
export const loadRuleCases = async (ctx: Ctx): Promise<RuleCase[]> =>
  (await findOnlyRow(ctx, "rule_cases"))?.cases ?? [];
