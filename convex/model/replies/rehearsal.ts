/**
 * One exchange of a trial: the product's own search, prompt, tools and grounding, with nothing done in the world. What
 * would be written, scheduled or sent is not, whoever wants it: the context that they are given can't.
 */
import type { Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import type { vTrialAgent, vTrialSide, vUsage } from "../../validators";
import type { DocumentSet } from "../knowledge/search";
import { CALL_RESERVE_MICRO_USD } from "./budget";
import { rehearseReply } from "./generation";
import type { vDone, vTask } from "./trials";
import type { vTried, vTryTask } from "./tryout";
import type { Effects } from "./writer";

/** The money limit: what this side has used is paid all the same. */
export class OutOfMoney extends Error {
  override readonly name = "OutOfMoney";
  constructor(readonly costMicroUsd: number) {
    super("The trial's money limit is reached.");
  }
}

type Side = Infer<typeof vTrialSide>;
type Task = Infer<typeof vTask> & { workflowId: Id<"workflows">; attempt: number };
/** Without `documents`: as they are. */
type Changes = { agent: Infer<typeof vTrialAgent>; documents?: DocumentSet };

/** Both sides, one after the other, within the money that is left. */
export async function rehearseBoth(ctx: ActionCtx, task: Task): Promise<Infer<typeof vDone>> {
  const { resultId, leftMicroUsd, documents } = task;
  let costMicroUsd = 0;
  try {
    const live = await rehearse(ctx, task, { agent: task.live }, leftMicroUsd);
    costMicroUsd += live.costMicroUsd;
    const isOther = documents.add.length + documents.remove.length > 0;
    const then = { agent: task.changed, ...(isOther && { documents }) };
    const changed = await rehearse(ctx, task, then, leftMicroUsd - costMicroUsd);
    return { resultId, live, changed, costMicroUsd: costMicroUsd + changed.costMicroUsd };
  } catch (error) {
    if (!(error instanceof OutOfMoney)) throw error;
    return { resultId, costMicroUsd: costMicroUsd + error.costMicroUsd };
  }
}

export const NO_EFFECTS: Effects = {
  where: { attempt: 1 },
  flush: () => Promise.resolve(true),
  checkpoint: () => Promise.resolve({ mayRead: true, watched: false }),
  setContact: () => Promise.resolve(true),
};

/** What a changed agent would answer, in words: for whoever tries it. */
export async function rehearseTry(
  ctx: ActionCtx,
  {
    agent: { model, fallbackModels, ...agent },
    context,
  }: Extract<Infer<typeof vTryTask>, { kind: "ask" }>,
): Promise<{ tried: Infer<typeof vTried>; usage: Infer<typeof vUsage> }> {
  const brief = {
    ...{ context, channel: "web" as const },
    agent: { ...agent, name: "", models: [model, ...fallbackModels] },
  };
  const said = await rehearseReply(withoutWrites(ctx), brief, NO_EFFECTS, undefined);
  const { outcome, text, citations, passages, checks, usage } = said;
  const reason = reasonOf(outcome);
  const tried = {
    outcome: outcomeOf(outcome),
    text,
    ...(reason !== undefined && { reason }),
    citations: citations.map(({ n, title }) => ({ n, title })),
    found: each(passages.map(({ title }) => title)),
    refused: checks.refused,
    ...(usage.model !== "" && { model: usage.model }),
    costMicroUsd: usage.costMicroUsd,
    totalMs: usage.totalMs,
  };
  return { tried, usage };
}

/** Answers as this agent with these documents would, and returns figures. Throws `OutOfMoney`. */
async function rehearse(
  ctx: ActionCtx,
  { workflowId, attempt, context, channel, earlier }: Task,
  { agent, documents }: Changes,
  leftMicroUsd: number,
): Promise<Side> {
  const { prompt, model, fallbackModels, settings, tools } = agent;
  let contacts = 0;
  const effects: Effects = {
    ...NO_EFFECTS,
    where: { workflowId, attempt },
    admitCall: (costMicroUsd) => {
      if (leftMicroUsd - costMicroUsd < CALL_RESERVE_MICRO_USD) throw new OutOfMoney(costMicroUsd);
    },
    setContact: () => {
      contacts += 1;
      return Promise.resolve(true);
    },
  };
  const models = [model, ...fallbackModels];
  const brief = {
    ...{ context, channel, ...(earlier !== undefined && { earlier }) },
    agent: { name: "", prompt, models, tools, ...(settings !== undefined && { settings }) },
  };
  const said = await rehearseReply(withoutWrites(ctx), brief, effects, documents);
  const { outcome, passages, citations, checks, usage } = said;
  return {
    outcome: outcomeOf(outcome),
    found: each(passages.map(({ documentId }) => documentId)),
    cited: each(citations.map(({ documentId }) => documentId)),
    ...checks,
    contacts,
    costMicroUsd: usage.costMicroUsd,
    totalMs: usage.totalMs,
  };
}

type Outcome = Awaited<ReturnType<typeof rehearseReply>>["outcome"];

export function outcomeOf(outcome: Outcome): Side["outcome"] {
  if (outcome.kind !== "complete") return outcome.kind;
  return (outcome.unsure ?? outcome.gap !== undefined) ? "unsure" : "answered";
}

export function reasonOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "failed") return outcome.error.message;
  return outcome.kind === "handoff" ? outcome.handoff.reason : undefined;
}

const each = <T>(all: T[]): T[] => [...new Set(all)];

/** Reads, and does nothing else: not even a note that a provider has failed. */
export function withoutWrites(ctx: ActionCtx): ActionCtx {
  const nothing = () => Promise.resolve(null as never);
  return {
    ...ctx,
    runMutation: nothing,
    runAction: nothing,
    scheduler: { runAfter: nothing, runAt: nothing, cancel: nothing },
    storage: new Proxy(ctx.storage, { get: () => nothing }),
  };
}
