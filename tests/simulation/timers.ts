/** Timers as they come: on time, late, twice, from a run that was given up, or lost and armed again. */
import fc from "fast-check";
import type { WorkflowId } from "@convex-dev/workflow";
import { internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SILENT_AFTER_FOLLOW_UP } from "../../convex/model/desk/timerActs";
import { SILENT_FOR } from "../../convex/model/desk/followUps";
import { HOUR, MINUTE } from "../../convex/lib/time";
import { OVERDUE_AFTER, type TimerRef } from "../../convex/model/conversations/timers";
import { count } from "../properties";
import { must } from "./expect";
import { rowsChanged } from "./checks";
import type { Run } from "./component";
import { hasLeft } from "./desk";
import type { Job } from "./engine";
import type { Promised } from "./model";
import { ago, latest, step, type StepKind } from "./steps";
import type { JobHandler, Timer, World } from "./world";

/** Whether what it was armed for is still so. */
export function isCurrent({ kind, token, conversation: { talk } }: Timer): boolean {
  if (token === null) return false;
  if (kind !== "promise") return talk.tokens[kind] === token;
  const promise = talk.promises.find((one) => one === token);
  return promise !== undefined && !promise.late;
}

function acts(timer: Timer, ref: TimerRef, nth: number): boolean {
  const now = timer.attempt === ref.attempt && timer.nth === nth && Date.now() >= timer.dueAt;
  return now && !timer.failed && isCurrent(timer);
}

/** What the world is like after it has acted. */
function acted(world: World, timer: Timer, timerId: string): void {
  const { talk } = timer.conversation;
  if (timer.kind === "handoff") {
    const row = world.engine.rows("workflows").find(({ _id }) => _id === timerId)!;
    if (row.toldAt === Date.now() && !world.told.has(timerId)) {
      talk.unreadByCustomer += 1;
      world.told.add(timerId);
      count("told of the wait");
    }
  } else if (timer.kind === "snooze") {
    const left = hasLeft(world, talk);
    count(left && talk.waitingSince !== undefined ? "woken, gone home" : "woken");
    talk.woken(left);
  } else if (timer.kind === "promise") {
    count("promise late");
    talk.late(timer.token as Promised, Date.now());
  } else if (timer.nth === 0) {
    talk.unreadByCustomer += 1;
    talk.events.push("followed_up");
    count("followed up");
  } else {
    talk.resolved();
    talk.unreadByCustomer += 1;
    count("closed silent");
  }
}

type Fire = typeof internal.workflows.fire | typeof internal.workflows.resumeTimer;

/** Calls it, by its workflow or without. Whatever is moot, early, or done already changes nothing. */
async function call(world: World, fn: Fire, ref: TimerRef, nth: number) {
  const timer = world.timers.get(ref.timerId)!;
  const does = acts(timer, ref, nth);
  const due = await world.call(fn, { ref, nth }, undefined, () => {
    if (does) acted(world, timer, ref.timerId);
    return "ok";
  });
  count(does ? `acted: ${timer.kind}` : isCurrent(timer) ? "fired again" : "fired moot");
  if (!does && fn === internal.workflows.fire) must(rowsChanged(world.engine.changes()), []);
  if (!does) return due;
  timer.nth += 1;
  const row = world.engine.rows("workflows").find(({ _id }) => _id === ref.timerId)!;
  timer.dueAt = row.dueAt ?? Infinity;
  return due;
}

/** A workflow's step; then, if its answer was lost, the same step again: that acts no second time. */
async function fire(world: World, run: Run, again = false): Promise<void> {
  const { ref, nth } = run;
  const due = await call(world, internal.workflows.fire, ref, nth);
  if (again) await call(world, internal.workflows.fire, ref, nth);
  if (run.state !== "inProgress") return;
  if (due === null || due === undefined) run.state = "done";
  else Object.assign(run, { dueAt: due.dueAt, nth: due.fires });
}

async function resume(world: World, { args }: Job): Promise<void> {
  const { ref, nth } = args as { ref: TimerRef; nth: number };
  count("resumed");
  await call(world, internal.workflows.resumeTimer, ref, nth);
}

/** A digest, from its first step to its last: nobody in this world has an address. */
async function mail(world: World, ref: TimerRef): Promise<void> {
  await world.call(internal.workflows.beginAlert, ref, undefined, () => "ok");
  await world.call(internal.workflows.finishAlert, { ref, tally: {} }, undefined, () => "ok");
}

/** Whatever is due, in the order of its time. */
export async function runDueRuns(world: World): Promise<void> {
  for (const run of world.component.list("alert", "inProgress")) {
    if (run.dueAt > Date.now()) continue;
    run.state = "done";
    await mail(world, run.ref);
  }
  for (const run of dueRuns(world)) await fire(world, run);
}

const dueRuns = (world: World) =>
  world.component
    .list("timer", "inProgress")
    .filter(({ dueAt }) => dueAt <= Date.now())
    .sort((a, b) => a.dueAt - b.dueAt);

/** The component tells of one that has ended. */
async function report(world: World, run: Run, error?: string): Promise<void> {
  run.told = true;
  const ended =
    run.state === "canceled"
      ? { kind: "canceled" as const }
      : { kind: "success" as const, returnValue: null };
  const result = error === undefined ? ended : { kind: "failed" as const, error };
  const args = { workflowId: run.id as WorkflowId, result, context: run.ref };
  await world.call(internal.workflows.timerDone, args, undefined, () => {
    const timer = world.timers.get(run.ref.timerId);
    if (error !== undefined && timer?.attempt === run.ref.attempt) timer.failed = true;
    return "ok";
  });
}

export async function rearm(world: World): Promise<void> {
  await world.call(internal.workflows.rearmTimers, {}, undefined, () => "ok");
}

/** The cron that finds who has been silent: what it asks may be asked, and once an episode. */
export async function startFollowUps(world: World): Promise<void> {
  await world.call(internal.workflows.startFollowUps, {}, undefined, () => {
    for (const { id, talk } of world.conversations) {
      const { timers } = world.rowOf(id);
      if (timers?.follow_up === undefined || talk.tokens.follow_up !== null) continue;
      must(talk.isTheirMove() && talk.followedUp !== talk.episode, true, "may be asked");
      talk.tokens.follow_up = { of: talk.episode };
      talk.followedUp = talk.episode;
    }
    return "ok";
  });
}

type Again = { back: number; again: boolean };

export const timerSteps: StepKind[] = [
  step<Again>("a timer fires", 6, { back: ago, again: fc.boolean() }, async (world, args) => {
    const run = latest(dueRuns(world), args.back) ?? dueRuns(world)[0];
    if (run !== undefined) await fire(world, run, args.again);
  }),
  step("everything due fires", 4, {}, runDueRuns),
  // One that is not due, was given up, or belongs to something that is over.
  step<{ back: number }>(
    "a timer fires out of turn",
    2,
    { back: fc.nat(8) },
    async (world, args) => {
      const run = latest(
        [...world.component.runs.values()].filter(({ kind }) => kind === "timer"),
        args.back,
      );
      if (run !== undefined) await fire(world, run);
    },
  ),
  // A step that was done long ago comes once more when the next is due.
  step("a timer fires a second time late", 2, {}, async (world) => {
    const run = dueRuns(world).find(({ nth }) => nth > 0);
    if (run !== undefined) await call(world, internal.workflows.fire, run.ref, run.nth - 1);
  }),
  step<{ back: number }>("a run is lost", 2, { back: ago }, (world, { back }) => {
    const running = [...world.component.runs.values()].filter(
      ({ state }) => state === "inProgress",
    );
    const run = latest(running, back);
    if (run === undefined) return;
    run.state = "lost";
    count("a run was lost");
  }),
  step<{ back: number }>("a run fails", 1, { back: ago }, async (world, { back }) => {
    const run = latest(world.component.list("timer", "inProgress"), back);
    if (run === undefined) return;
    run.state = "done";
    await report(world, run, "It broke.");
    count("a run failed");
  }),
  step("the component reports", 2, {}, async (world) => {
    const ended = [...world.component.runs.values()].find(
      ({ state, told }) => !told && (state === "done" || state === "canceled"),
    );
    if (ended !== undefined) await report(world, ended);
  }),
  step<{ late: boolean }>("rearm", 3, { late: fc.boolean() }, async (world, { late }) => {
    if (late) world.pass(OVERDUE_AFTER + 1);
    await rearm(world);
  }),
  step<{ silent: boolean }>(
    "look for the silent",
    3,
    { silent: fc.boolean() },
    async (world, step) => {
      if (step.silent) world.pass(SILENT_FOR + 1);
      await startFollowUps(world);
    },
  ),
  step<{ ms: number }>(
    "a while passes",
    3,
    { ms: fc.constantFrom(5 * MINUTE, HOUR, 4 * HOUR, SILENT_AFTER_FOLLOW_UP) },
    (world, { ms }) => world.pass(ms),
  ),
];

export const idOf = (timerId: string) => timerId as Id<"workflows">;

export const timerJobs: Record<string, JobHandler> = {
  "workflows:resumeTimer": resume,
  "workflows:sendLostAlert": (world, { args }) => mail(world, args as TimerRef),
  "workflows:forgetCancelled": async (world, { args }) => {
    const { workflowId } = args as { workflowId: WorkflowId };
    await world.call(internal.workflows.forgetCancelled, { workflowId }, undefined, () => "ok");
  },
};
