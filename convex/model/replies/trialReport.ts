/** What a trial found: each exchange, and what would differ in all of them together. Figures and ids, no words of customers. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { comparedFields, processFields, vDocumentSet } from "../../validators";
import { appError } from "../../lib/errors";
import { findSpec, listResults } from "./trialRows";

/** Found first: what an evaluation goes by. */
const TOP = 3;

const vCompared = v.object(comparedFields);
const vSides = v.object({ live: v.number(), changed: v.number() });
const vTotals = v.object({
  compared: v.number(),
  /** How many find other documents first, cite others, and end otherwise. */
  otherFound: v.number(),
  otherCited: v.number(),
  otherOutcome: v.number(),
  answered: vSides,
  unsure: vSides,
  handoff: vSides,
  failed: vSides,
  /** Facts and acts that were judged, and answers refused for one. */
  checked: vSides,
  refused: vSides,
  contacts: vSides,
  costMicroUsd: vSides,
  totalMs: vSides,
  /** Of the lines that name documents: those that find one of them among the first three, and cite one. */
  lines: v.number(),
  rightFound: vSides,
  rightCited: vSides,
});
type Totals = Infer<typeof vTotals>;

export const vTrialReport = v.object({
  trialId: v.id("workflows"),
  agentId: v.id("agents"),
  /** Fields of the agent that the change has otherwise. */
  changes: v.array(v.string()),
  documents: vDocumentSet,
  state: processFields.state,
  step: processFields.step,
  error: processFields.error,
  startedAt: v.number(),
  finishedAt: processFields.finishedAt,
  done: v.number(),
  of: v.number(),
  limitMicroUsd: v.number(),
  spentMicroUsd: v.number(),
  totals: vTotals,
  exchanges: v.array(vCompared),
});

type Result = Extract<Doc<"analytics">, { kind: "trial_result" }>;

/** Errors: `not_found`. */
export async function loadTrialReport(
  ctx: Pick<QueryCtx, "db">,
  trialId: Id<"workflows">,
): Promise<Infer<typeof vTrialReport>> {
  const process = await ctx.db.get("workflows", trialId);
  const spec =
    process && process.kind === "trial" ? await findSpec(ctx, process._creationTime) : null;
  if (spec === null || process?.trial === undefined) {
    throw appError("not_found", "There is no such trial.");
  }
  const { state, step, error, finishedAt, _creationTime: startedAt } = process;
  const { done, of, limitMicroUsd, spentMicroUsd } = process.trial;
  const results = await listResults(ctx, startedAt);
  return {
    trialId,
    agentId: spec.agentId,
    changes: changesOf(spec),
    documents: spec.documents,
    state,
    step,
    error,
    startedAt,
    finishedAt,
    done,
    of,
    limitMicroUsd,
    spentMicroUsd,
    totals: totalsOf(results),
    exchanges: results.map(({ conversationId, messageId, line, live, changed, error }) => ({
      ...{ conversationId, messageId, line, live, changed, error },
    })),
  };
}

function changesOf({ live, changed }: Extract<Doc<"analytics">, { kind: "trial" }>): string[] {
  const names = ["prompt", "model", "fallbackModels", "settings", "tools"] as const;
  return names.filter((name) => JSON.stringify(live[name]) !== JSON.stringify(changed[name]));
}

/** Of those that were run on both sides. */
export function totalsOf(results: Pick<Result, "line" | "live" | "changed">[]): Totals {
  const both = results.flatMap(({ line, live, changed }) =>
    live !== undefined && changed !== undefined ? [{ line, live, changed }] : [],
  );
  type Both = (typeof both)[number];
  const count = (is: (one: Both) => boolean) => both.filter(is).length;
  const sum = (of: (side: Both["live"], line: Both["line"]) => number) => ({
    live: both.reduce((total, { live, line }) => total + of(live, line), 0),
    changed: both.reduce((total, { changed, line }) => total + of(changed, line), 0),
  });
  const ended = (outcome: Both["live"]["outcome"]) =>
    sum((side) => (side.outcome === outcome ? 1 : 0));
  const right = (documents: (side: Both["live"]) => Id<"knowledge">[]) =>
    sum((side, line) => (documents(side).some((id) => line?.documents.includes(id)) ? 1 : 0));
  return {
    compared: both.length,
    otherFound: count(
      ({ live, changed }) => !areSame(live.found.slice(0, TOP), changed.found.slice(0, TOP)),
    ),
    otherCited: count(({ live, changed }) => !areSame(live.cited, changed.cited)),
    otherOutcome: count(({ live, changed }) => live.outcome !== changed.outcome),
    answered: ended("answered"),
    unsure: ended("unsure"),
    handoff: ended("handoff"),
    failed: ended("failed"),
    checked: sum(({ checked }) => checked),
    refused: sum(({ refused }) => refused),
    contacts: sum(({ contacts }) => contacts),
    costMicroUsd: sum(({ costMicroUsd }) => costMicroUsd),
    totalMs: sum(({ totalMs }) => totalMs),
    lines: count(({ line }) => line !== undefined && line.documents.length > 0),
    rightFound: right(({ found }) => found.slice(0, TOP)),
    rightCited: right(({ cited }) => cited),
  };
}

/** Whatever their order. */
const areSame = (a: string[], b: string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));
