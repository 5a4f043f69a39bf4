/** The day's budget for model calls: never exceeded by what begins at once, and never a dead end. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { fc, runs } from "../../../tests/properties";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  control,
  customer,
  deployment,
  guest,
  messages,
  refusal,
  row,
  runReply,
  settled,
  type Deployment,
} from "../../../tests/setup";
import {
  budgetRenewsAt,
  REPLY_RESERVE_MICRO_USD,
  reserveBudget,
  settleReservation,
  type Reservation,
} from "./budget";
import { DAY } from "../../lib/time";

const RESERVE_USD = REPLY_RESERVE_MICRO_USD / 1_000_000;
const budgetOf = (replies: number) => ({
  AI_DAILY_BUDGET_USD: String(replies * RESERVE_USD),
  OPENAI_API_KEY: "",
});

/** A conversation with a question that waits for its writer. */
async function asked(t: Deployment): Promise<Id<"conversations">> {
  const someone = await guest(t);
  const { conversationId } = await someone.t.mutation(api.conversations.createConversation, {
    message: { text: "How much is a laptop screen? Budget case" },
  });
  return conversationId;
}

async function begin(t: Deployment, conversationId: Id<"conversations">) {
  const { turn } = await row(t, conversationId);
  return await t.mutation(internal.replies.begin, { conversationId, turn, attempt: 1 });
}

const spent = async (t: Deployment) => (await t.query(internal.analytics.budget, {})).spentMicroUsd;

test.each([
  [7, "less than a reply a shard"],
  [40, "more than two replies a shard"],
])(
  "of 100 replies that begin at once, the %i that the budget covers are written: %s",
  async (covered) => {
    const t = deployment(budgetOf(covered));
    await addAgent(t);
    const waiting = await Promise.all(Array.from({ length: 100 }, () => asked(t)));
    const assignments = await Promise.all(waiting.map((id) => begin(t, id)));
    expect(assignments.filter((assignment) => assignment !== null)).toHaveLength(covered);
    expect(await spent(t)).toBe(covered * REPLY_RESERVE_MICRO_USD);
    for (const [i, id] of waiting.entries()) {
      const { owner, brief } = await row(t, id);
      if (assignments[i] !== null) expect(owner.kind).toBe("ai");
      else expect([owner.kind, brief?.reason]).toEqual(["queue", "daily_budget"]);
    }
  },
  180_000,
);

test("whoever asks after that is told to leave a message, and a technician finds the question", async () => {
  const t = deployment(budgetOf(0));
  await addAgent(t);
  const id = await asked(t);
  await runReply(t, id);
  const said = await messages(t, id);
  expect(said.map(({ author }) => author.kind)).toEqual(["customer", "system"]);
  expect(said[1]!.text).toContain("finished for today");
  expect(said[1]!.text).toContain("technician");
  expect((await row(t, id)).brief?.summary).toContain("laptop screen");
});

test("a reply is charged what it cost, and gives the rest of its reservation back", async () => {
  const t = deployment(budgetOf(1));
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const first = await asked(t);
  await runReply(t, first);
  const reply = (await messages(t, first)).find(({ author }) => author.kind === "agent")!;
  expect(reply.status).toBe("complete");
  expect(reply.usage!.costMicroUsd).toBeGreaterThan(0);
  expect(await spent(t)).toBe(reply.usage!.costMicroUsd);
});

test("a stopped reply is charged once, however often its writer says so", async () => {
  const t = deployment(budgetOf(5));
  await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Budget, stopped" },
  });
  const { fence, agentId } = (await begin(t, conversationId))!;
  await ann.t.mutation(api.replies.stop, { conversationId });
  expect(await spent(t)).toBe(REPLY_RESERVE_MICRO_USD);
  const usage = {
    model: "m",
    promptTokens: 1,
    completionTokens: 1,
    costMicroUsd: 1_234,
    totalMs: 1,
  };
  for (let i = 0; i < 2; i++) await t.mutation(internal.replies.charge, { fence, agentId, usage });
  expect(await spent(t)).toBe(1_234);
});

test("the next day, in UTC, the budget is whole again", async () => {
  const t = clockedDeployment(budgetOf(1));
  vi.setSystemTime(Date.UTC(2026, 2, 28, 23, 59));
  await addAgent(t);
  expect(await begin(t, await asked(t))).not.toBeNull();
  expect(await begin(t, await asked(t))).toBeNull();
  expect(budgetRenewsAt(Date.now())).toBe(Date.UTC(2026, 2, 29));
  vi.setSystemTime(budgetRenewsAt(Date.now()));
  expect(await begin(t, await asked(t))).not.toBeNull();
});

test("a reply that fails before it used anything costs nothing", async () => {
  const t = clockedDeployment(budgetOf(1));
  await addAgent(t, { fallbackModels: [] });
  const id = await asked(t);
  const match = "Budget case";
  await control("/faults", { provider: "openrouter", kind: "status", status: 400, match });
  await settled(runReply(t, id));
  expect(await spent(t)).toBe(0);
});

test("a budget that isn't a number is named, with the command that mends it", async () => {
  const t = deployment({ AI_DAILY_BUDGET_USD: "plenty" });
  await addAgent(t);
  await expect(t.query(internal.analytics.budget, {})).rejects.toThrow(
    "npx convex env set AI_DAILY_BUDGET_USD",
  );
});

test("an admin sets the day's budget, at once, and never above the deployment's", async () => {
  const t = deployment(budgetOf(2));
  await addAgent(t);
  const sam = await admin(t);
  const set = (usd: number | null) => sam.t.mutation(api.budget.set, { usd });
  const now = Date.now();
  const today = async () => await sam.t.query(api.budget.today, { now });
  expect(await begin(t, await asked(t))).not.toBeNull();
  expect(await today()).toMatchObject({
    ...{ spentMicroUsd: REPLY_RESERVE_MICRO_USD, renewsAt: budgetRenewsAt(now) },
    ...{ budgetMicroUsd: 2 * REPLY_RESERVE_MICRO_USD, mostMicroUsd: 2 * REPLY_RESERVE_MICRO_USD },
  });
  await set(RESERVE_USD);
  expect((await today()).budgetMicroUsd).toBe(REPLY_RESERVE_MICRO_USD);
  expect(await begin(t, await asked(t))).toBeNull();
  await set(null);
  expect(await begin(t, await asked(t))).not.toBeNull();
  expect((await refusal(set(3 * RESERVE_USD))).code).toBe("too_large");
  for (const usd of [-1, NaN, Infinity]) {
    expect((await refusal(set(usd))).code).toBe("invalid_input");
  }
});

type Act =
  | { kind: "reserve"; conversation: number }
  | { kind: "settle"; cost: number }
  | { kind: "nextDay" };
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("reserve" as const), conversation: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      cost: fc.nat(REPLY_RESERVE_MICRO_USD),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "nextDay" as const }) },
);

test("whatever begins and ends in whatever order: refused exactly when the rest can't cover a reply", async () => {
  const t = clockedDeployment();
  let day = Date.UTC(2027, 0, 1);
  await fc.assert(
    fc.asyncProperty(
      // From 40 on a shard's part covers a reply alone; below, only several parts together do.
      fc.integer({ min: 0, max: 80 }),
      fc.array(act, { maxLength: 80, size: "max" }),
      async (units, acts) => {
        // Each sequence has days of its own: the deployment is made once.
        day += 30 * DAY;
        vi.setSystemTime(day);
        const budget = units * 20_000;
        vi.stubEnv("AI_DAILY_BUDGET_USD", String(budget / 1_000_000));
        const open: Reservation[] = [];
        let used = 0;
        await t.run(async (ctx) => {
          // What earlier days have left is out of the way: the mock reads every row.
          for (const { _id } of await ctx.db.query("rateLimits").collect()) {
            await ctx.db.delete("rateLimits", _id);
          }
          for (const act of acts) {
            if (act.kind === "nextDay") {
              vi.setSystemTime(Date.now() + DAY);
              used = 0;
            } else if (act.kind === "reserve") {
              const id = `conversation${act.conversation}` as Id<"conversations">;
              const reservation = await reserveBudget(ctx, id);
              expect(reservation !== null).toBe(budget - used >= REPLY_RESERVE_MICRO_USD);
              if (reservation === null) continue;
              open.push(reservation);
              used += reservation.microUsd;
            } else {
              const reservation = open.pop();
              if (reservation === undefined) continue;
              await settleReservation(ctx, reservation, act.cost);
              if (budgetRenewsAt(reservation.day) === budgetRenewsAt(Date.now())) {
                used += act.cost - reservation.microUsd;
              }
            }
            expect(used).toBeLessThanOrEqual(budget);
          }
        });
      },
    ),
    { numRuns: runs(150) },
  );
}, 180_000);
