/**
 * Summaries of long conversations, for staff: one a conversation, whoever asked for it, kept until somebody has written
 * since. Its row is one of `assists.ts`; who writes it is `summarizing.ts`.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vMessageError } from "../../validators";
import { appError } from "../../lib/errors";
import { endAssist, isAssist, LOOKED_AT, startAssist, vAssistTask, type Held } from "./assists";
import { CALL_RESERVE_MICRO_USD } from "./budget";
import { loadContext, vContextMessage } from "./context";
import { pickPictures } from "./pickPictures";

/** What it is made of: more than anybody reads through, and a few thousand tokens. */
const BOUNDS = { messages: 60, chars: 12_000 };

export const vSummaryTask = v.object({
  ...vAssistTask.pick("workflowId", "agentId", "agent", "earlier").fields,
  upTo: v.number(),
  said: v.array(vContextMessage),
});
export type SummaryTask = Infer<typeof vSummaryTask>;

/** Null: there is one already, or it is being written. */
export async function admitSummary(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  userId: Id<"users">,
): Promise<SummaryTask | null> {
  const { _id, lastMessageAt: upTo, earlier } = conversation;
  for (const row of await listSummaries(ctx, _id)) {
    if (row.state === "running") return null;
    if (row.state === "done" && row.assist.upTo === upTo) return null;
    await endAssist(ctx, row);
  }
  const said = pickPictures(await loadContext(ctx, conversation, undefined, BOUNDS), 0);
  if (said.length === 0) throw appError("conflict", "There is nothing to sum up yet.");
  const asked = { task: "summary", userId, microUsd: CALL_RESERVE_MICRO_USD } as const;
  const started = await startAssist(ctx, conversation, asked);
  return { ...started, said, upTo, ...(earlier !== undefined && { earlier }) };
}

async function listSummaries(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<Held[]> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "assist"),
    )
    .order("desc")
    .take(LOOKED_AT);
  return rows.filter((row): row is Held => isAssist(row) && row.assist.task === "summary");
}

export const vSummary = v.object({
  state: v.union(v.literal("running"), v.literal("done"), v.literal("failed")),
  text: v.string(),
  /** `lastMessageAt` of the conversation as it was read: older than that of today, somebody has written since. */
  upTo: v.optional(v.number()),
  error: v.optional(vMessageError),
});

export async function findSummary(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<Infer<typeof vSummary> | null> {
  const row = (await listSummaries(ctx, conversationId)).find(({ state }) => state !== "cancelled");
  if (row === undefined) return null;
  const state = row.state === "running" || row.state === "done" ? row.state : "failed";
  const { text, upTo } = row.assist;
  // Not judged before it is whole.
  return { state, text: state === "done" ? text : "", upTo, error: row.error };
}
