/** Steps of the clock: crons, what the shop switches, and the end, when everything that is left runs out. */
import fc from "fast-check";
import { internal } from "../../convex/_generated/api";
import { REPLY_LEASE } from "../../convex/model/conversations/replyProcess";
import { HOUR, MINUTE } from "../../convex/lib/time";
import { step, type StepKind } from "./steps";
import { rearm, runDueTimers } from "./timers";
import { checkShift, leaseOf } from "./desk";
import { finish, lookAfter, runJob, takeJob } from "./writers";
import type { JobHandler, World } from "./world";

/** What is over goes to the end of the line: its lease is a later one, of the past. */
const recoverAll = (world: World) =>
  world.call(internal.replies.recoverAll, {}, undefined, () => {
    for (const duty of world.duties.values()) {
      const lease = duty.shiftId && leaseOf(world, duty.shiftId);
      if (lease && lease < Date.now()) duty.leaseUntil = lease;
    }
    return "ok";
  });
const rollUp = (world: World) => world.call(internal.analytics.rollUp, {}, undefined, () => "ok");

export const timeSteps: StepKind[] = [
  step("recover all", 1, {}, async (world) => void (await recoverAll(world))),
  step("roll up", 1, {}, async (world) => void (await rollUp(world))),
  step<{ on: boolean }>("budget", 1, { on: fc.boolean() }, (world, { on }) => world.setBudget(on)),
];

/** What a cron has found: the checks of replies and shifts as if they came by themselves, and timers. */
export const rowJobs: Record<string, JobHandler> = {
  "privacy:tryRow": async (world, job) => {
    const { kind, id } = job.args as { kind: "lease" | "timer"; id: string };
    const row = world.engine.rows("workflows").find(({ _id }) => _id === id);
    if (kind === "lease" && row?.kind === "reply") return await lookAfter(world, id);
    if (kind === "lease" && row?.kind === "lease") return await checkShift(world, row.partOf!);
    await world.call(internal.privacy.tryRow, { kind, id }, undefined, () => "ok");
  },
  // An action that compares questions: it may be lost, and no conversation depends on it.
  "gaps:group": () => Promise.resolve(),
};

/** How the machines are that do what is left: well, or each dies as soon as it has a job. */
export type Machines = "well" | "dying";

/**
 * Time goes on with nobody doing anything more: leases run out, scheduled functions and crons run. Writers
 * believed dead stay so.
 */
export async function runOut(world: World, machines: Machines): Promise<void> {
  for (let round = 0; round < 12 && (round < 2 || isBusy(world)); round++) {
    world.pass(3 * REPLY_LEASE + 1);
    await recoverAll(world);
    await runDueTimers(world);
    await runDue(world, machines);
  }
  await settleTimers(world, machines);
  world.pass(HOUR + 2 * MINUTE);
  await rollUp(world);
  for (const { end } of world.checks) end?.(world);
}

/** Those that were lost or have failed are started again until every one has done what is due. */
async function settleTimers(world: World, machines: Machines): Promise<void> {
  for (let round = 0; round < 2; round++) {
    world.pass(HOUR);
    await runDueTimers(world);
    await rearm(world);
    await runDue(world, machines);
    await runDueTimers(world);
    await runDue(world, machines);
  }
}

const isBusy = (world: World) =>
  world.conversations.some(({ talk }) => talk.process !== null) ||
  world.engine.rows("workflows").some(({ kind, state }) => kind === "reply" && isAtWork(state));

const isAtWork = (state: string) => state === "queued" || state === "running";

async function runDue(world: World, machines: Machines): Promise<void> {
  for (;;) {
    const job = world.engine.jobs().find(({ dueAt }) => dueAt <= Date.now());
    if (job === undefined) return;
    const writes = job.name === "replies:generate";
    if (writes && machines === "dying") {
      await takeJob(world, job);
      continue;
    }
    const before = world.writers.length;
    await runJob(world, job);
    const writer = world.writers[before];
    if (writer !== undefined) await finish(world, writer, "complete");
  }
}
