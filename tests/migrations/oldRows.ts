/** Rows of the shapes from before each migration, and how a test runs one to its end. */
import { vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { customer, snapshot, type Deployment } from "../setup";
import type { MIGRATIONS } from "../../convex/validators";

export const RESOLVED_AT = "m0001_resolved_at";
export const METRICS = "m0002_agent_metrics";
export const TIMERS = "m0003_timers";
export const VECTOR_TYPES = "m0004_vector_type";

export const { run, runAll, status, cancel } = internal.migrations;
export const finish = (t: Deployment) =>
  t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
export const stateOf = async (t: Deployment, fn: (typeof MIGRATIONS)[number]) =>
  (await t.query(status, {})).find(({ name }) => name === fn)!;

/** Conversations as they were stored before there was `resolvedAt`, resolved at their end. */
export async function oldConversations(
  t: Deployment,
  count: number,
  fields: Partial<Doc<"conversations">> = {},
): Promise<Id<"conversations">[]> {
  const { userId } = await customer(t, `c${Math.random()}@example.com`);
  return await t.run(async (ctx) => {
    const ids = [];
    for (let i = 0; i < count; i++) {
      const id = await ctx.db.insert("conversations", {
        userId,
        channel: "web",
        status: "resolved",
        owner: { kind: "ai" },
        turn: 1,
        episode: 1,
        lastMessageAt: 1000 + i,
        preview: "My card is 4111 1111 1111 1111",
        unreadByCustomer: 0,
        unreadByStaff: 0,
        aiReplies: 0,
        ...fields,
      });
      ids.push(id);
    }
    return ids;
  });
}

export const resolvedTimes = async (t: Deployment) => {
  const { conversations } = await snapshot(t);
  return (conversations as Doc<"conversations">[]).map(({ resolvedAt }) => resolvedAt);
};
/** An agent's totals before `m0002_agent_metrics`. */
export const FLAT = {
  replies: 4,
  failures: 1,
  handoffs: 2,
  promptTokens: 10,
  completionTokens: 20,
  costMicroUsd: 30,
  firstTokenMsSum: 800,
  totalMsSum: 4000,
};
