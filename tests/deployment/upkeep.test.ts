/** Upkeep starts what there is to do, and costs nothing else: one call, whatever else there might be. */
import { beforeEach, expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import { HOUR, MINUTE } from "../../convex/lib/time";
import { clockedDeployment, hush, type Deployment } from "../setup";

beforeEach(() => void hush());

type Ctx = Parameters<Parameters<Deployment["run"]>[0]>[0];
const process = { step: "at work", attempt: 1 } as const;

/** What upkeep has scheduled, by name. */
async function startedBy(t: Deployment): Promise<string[]> {
  const jobs = () =>
    t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").collect());
  const before = new Set((await jobs()).map(({ _id }) => _id));
  await t.mutation(internal.workflows.upkeep, {});
  return (await jobs()).filter(({ _id }) => !before.has(_id)).map(({ name }) => name);
}

const WORK: { job: string; make: (ctx: Ctx) => Promise<unknown> }[] = [
  {
    job: "replies:recoverAll",
    make: (ctx) =>
      ctx.db.insert("workflows", {
        ...process,
        kind: "delivery",
        state: "queued",
        leaseExpiresAt: Date.now(),
      }),
  },
  {
    job: "analytics:rollUp",
    make: (ctx) => ctx.db.insert("analytics", { kind: "event", type: "alerted", data: {} }),
  },
  {
    job: "knowledge:maintain",
    make: (ctx) => ctx.db.insert("workflows", { ...process, kind: "ingest", state: "running" }),
  },
  {
    job: "privacy:resumePurges",
    make: (ctx) => ctx.db.insert("workflows", { ...process, kind: "purge", state: "failed" }),
  },
  {
    job: "privacy:deleteUnsent",
    make: (ctx) => ctx.db.insert("workflows", { ...process, kind: "file", state: "running" }),
  },
  {
    job: "workflows:rearmTimers",
    make: (ctx) =>
      ctx.db.insert("workflows", {
        ...process,
        kind: "follow_up",
        state: "running",
        dueAt: Date.now(),
      }),
  },
];

test.each(WORK)("$job is started when there is something for it, alone", async ({ job, make }) => {
  const t = clockedDeployment();
  await t.mutation(internal.sms.catchUp, {});
  await t.run(async (ctx) => void (await make(ctx)));
  vi.setSystemTime(Date.now() + 2 * HOUR);
  expect((await startedBy(t)).filter((name) => name !== "smsSender:readMissed")).toEqual([job]);
});

test("with nothing to do nothing is started, but the list of texts every ten minutes", async () => {
  const t = clockedDeployment();
  await t.run(async (ctx) => {
    await ctx.db.insert("users", { role: "customer", smsConsent: "unknown" });
  });
  await t.mutation(internal.sms.catchUp, {});
  expect(await startedBy(t)).toEqual([]);
  vi.setSystemTime(Date.now() + 9 * MINUTE);
  expect(await startedBy(t)).toEqual([]);
  vi.setSystemTime(Date.now() + MINUTE);
  expect(await startedBy(t)).toEqual(["smsSender:readMissed"]);
});
