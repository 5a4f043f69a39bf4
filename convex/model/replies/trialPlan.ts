/**
 * What a trial is to compare, and on what: checked and picked in the transaction that starts it. Apart from its steps
 * (`trials.ts`), which those who only cancel one load.
 */
import { v, type Infer } from "convex/values";
import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { vDocumentSet, vTrialAgent } from "../../validators";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { checkAgent, requireAgent } from "../agents/agents";
import { checkModelSettings } from "../agents/modelSettings";
import { findDocumentBySlug, requireDocument } from "../knowledge/documents";
import { recordAct } from "../analytics/events";
import { MAX_EXCHANGES, MAX_LINES } from "./trialRows";
import { goOn, requireNoneRunning } from "./trials";

const MAX_QUESTION_CHARS = 400;
/** Distinct documents that lines name, and documents of each kind of change. */
const MAX_DOCUMENTS = 100;
const MAX_LIMIT_USD = 100;
/** Looked at for answers: conversations that were last active, and the latest messages of each. */
const CONVERSATIONS = 50;
const MESSAGES = 10;

export const vTrialInput = v.object({
  /** What changes of the agent. */
  change: v.optional(v.object(vTrialAgent.partial().fields)),
  /** What changes of the documents. */
  documents: v.optional(vDocumentSet),
  /** The last answers of the agent that are asked for again, at most 50. */
  exchanges: v.number(),
  /** Lines of an evaluation, at most 200: a question, and the slugs of the documents that answer it. */
  lines: v.optional(v.array(v.object({ question: v.string(), slugs: v.array(v.string()) }))),
  /** What the models may cost, both sides together: at most 100. */
  limitUsd: v.number(),
});
export type TrialInput = Infer<typeof vTrialInput> & { agentId: Id<"agents"> };

type Row<K extends string> = Omit<
  Extract<WithoutSystemFields<Doc<"analytics">>, { kind: K }>,
  "kind" | "start"
>;
type Plan = { spec: Row<"trial">; results: Row<"trial_result">[]; limitMicroUsd: number };

/** Starts a trial. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` while another one runs. */
export async function startTrial(
  ctx: MutationCtx,
  input: TrialInput,
  { actorId }: { actorId?: Id<"users"> },
): Promise<Id<"workflows">> {
  await requireNoneRunning(ctx);
  const { spec, results, limitMicroUsd } = await planTrial(ctx, input);
  const workflowId = await ctx.db.insert("workflows", {
    kind: "trial",
    state: "running",
    step: "waiting",
    attempt: 1,
  });
  const { _creationTime: start } = (await ctx.db.get("workflows", workflowId))!;
  await ctx.db.insert("analytics", { kind: "trial", start, ...spec });
  for (const result of results) {
    await ctx.db.insert("analytics", { kind: "trial_result", start, ...result });
  }
  const of = results.length;
  const trial = { limitMicroUsd, spentMicroUsd: 0, done: 0, of, after: 0, lost: 0 };
  await ctx.db.patch("workflows", workflowId, { trial });
  await goOn(ctx, { workflowId, attempt: 1 });
  await recordAct(ctx, "trial_started", { actorId, agentId: spec.agentId });
  return workflowId;
}

/** Errors: `not_found`, `invalid_input`, `too_large`, `conflict` for a document that is not as the change says. */
async function planTrial(
  ctx: MutationCtx,
  { agentId, change = {}, documents = { add: [], remove: [] }, ...input }: TrialInput,
): Promise<Plan> {
  const { exchanges, lines = [], limitUsd } = input;
  if (!(limitUsd > 0 && limitUsd <= MAX_LIMIT_USD)) {
    throw appError("invalid_input", `The limit is up to ${MAX_LIMIT_USD} US dollars.`);
  }
  if (!(Number.isInteger(exchanges) && exchanges >= 0)) {
    throw appError("invalid_input", "How many exchanges is a whole number.");
  }
  if (exchanges > MAX_EXCHANGES) {
    throw appError("too_large", `At most ${MAX_EXCHANGES} exchanges are run again.`);
  }
  if (lines.length > MAX_LINES) throw appError("too_large", `At most ${MAX_LINES} lines fit.`);
  const agent = await requireAgent(ctx, agentId);
  await checkDocuments(ctx, documents);
  const results = [
    ...(await pickExchanges(ctx, agentId, exchanges)),
    ...(await readLines(ctx, lines)),
  ];
  if (results.length === 0) {
    throw appError(
      "invalid_input",
      "There is nothing to try it on: no answer of this agent, no line.",
    );
  }
  const spec = {
    agentId,
    live: sideOf(agent),
    changed: sideOf(changedAgent(agent, change)),
    documents,
  };
  return { spec, results, limitMicroUsd: Math.round(limitUsd * 1e6) };
}

/** As a change makes it. Errors: `invalid_input`, `too_large`. */
export function changedAgent(agent: Doc<"agents">, change: NonNullable<TrialInput["change"]>) {
  const { _id, _creationTime, metrics, ...current } = agent;
  const settings = checkModelSettings(change.settings ?? current.settings);
  return checkAgent({ ...current, ...change, settings });
}

/** What of an agent is tried. */
export const sideOf = ({
  prompt,
  model,
  fallbackModels,
  settings,
  tools,
}: Infer<typeof vTrialAgent>): Infer<typeof vTrialAgent> => ({
  prompt,
  model,
  fallbackModels,
  ...(settings !== undefined && { settings }),
  tools,
});

async function checkDocuments(
  ctx: MutationCtx,
  { add, remove }: Infer<typeof vDocumentSet>,
): Promise<void> {
  if (Math.max(add.length, remove.length) > MAX_DOCUMENTS) {
    throw appError("too_large", `At most ${MAX_DOCUMENTS} documents are added or left out.`);
  }
  for (const [ids, state] of [
    [add, "unpublished"],
    [remove, "published"],
  ] as const) {
    for (const id of ids) {
      const document = await requireDocument(ctx, id);
      if (document.state === state) continue;
      throw appError("conflict", `The document "${document.slug}" is not ${state}.`);
    }
  }
}

async function readLines(ctx: MutationCtx, lines: NonNullable<TrialInput["lines"]>) {
  const slugs = new Set(lines.flatMap((line) => line.slugs));
  if (slugs.size > MAX_DOCUMENTS) {
    throw appError("too_large", `The lines name at most ${MAX_DOCUMENTS} documents.`);
  }
  const ids = new Map<string, Id<"knowledge">>();
  for (const slug of slugs) {
    const document = await findDocumentBySlug(ctx, slug);
    if (document === null) {
      throw appError("not_found", `There is no document ${JSON.stringify(slug.slice(0, 100))}.`);
    }
    ids.set(slug, document._id);
  }
  return lines.map((line) => ({
    line: {
      question: cleanText("A question", line.question, MAX_QUESTION_CHARS),
      documents: [...new Set(line.slugs)].map((slug) => ids.get(slug)!),
    },
  }));
}

/** The last answers of an agent, latest first. Ids alone: what was said stays where its customer can have it erased. */
async function pickExchanges(ctx: MutationCtx, agentId: Id<"agents">, count: number) {
  if (count === 0) return [];
  const active: Doc<"conversations">[] = [];
  for (const status of ["open", "snoozed", "resolved"] as const) {
    const rows = await ctx.db
      .query("conversations")
      .withIndex("by_status_and_last_message", (q) => q.eq("status", status))
      .order("desc")
      .take(CONVERSATIONS);
    active.push(...rows);
  }
  const answers: Doc<"messages">[] = [];
  const latest = active.sort((a, b) => b.lastMessageAt - a.lastMessageAt);
  for (const { _id } of latest.slice(0, CONVERSATIONS)) {
    const rows = await ctx.db
      .query("messages")
      .withIndex("by_conversation_and_visibility", (q) =>
        q.eq("conversationId", _id).eq("visibility", "public").gt("settledAt", undefined),
      )
      .order("desc")
      .take(MESSAGES);
    answers.push(
      ...rows.filter(
        ({ author, status }) =>
          author.kind === "agent" && author.agentId === agentId && status === "complete",
      ),
    );
  }
  return answers
    .sort((a, b) => b.settledAt! - a.settledAt!)
    .slice(0, count)
    .map(({ conversationId, _id: messageId }) => ({ conversationId, messageId }));
}
