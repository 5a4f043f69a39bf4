/** Timers as they come: on time, late, twice, from a run that was given up, or lost and armed again. */
import fc from "fast-check";
import { internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SILENT_AFTER_FOLLOW_UP } from "../../convex/model/desk/timerActs";
import { SILENT_FOR } from "../../convex/model/desk/followUps";
import { HOUR, MINUTE } from "../../convex/lib/time";
import {
  markTimerFailed,
  OVERDUE_AFTER,
  type TimerRef,
} from "../../convex/model/conversations/timers";
import { count } from "../properties";
import { must } from "./expect";
import { rowsChanged } from "./checks";
import { hasLeft } from "./desk";
import type { Change, Job } from "./engine";
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

const isDue = (timer: Timer) => Date.now() >= timer.dueAt;

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

/** Whatever is moot, early, or done already changes nothing but its own next look. */
async function call(world: World, { ref, nth }: Act): Promise<void> {
  const timer = world.timers.get(ref.timerId)!;
  const does = acts(timer, ref, nth);
  await world.call(internal.workflows.resumeTimer, { ref, nth }, undefined, () => {
    if (does) acted(world, timer, ref.timerId);
    return "ok";
  });
  count(does ? `acted: ${timer.kind}` : isCurrent(timer) ? "fired again" : "fired moot");
  if (!does) {
    // An early one waits again, on its own row.
    const early = timer.nth === nth && Date.now() < timer.dueAt;
    const own = ({ id, table }: Change) => id === ref.timerId || table === "_scheduled_functions";
    const changed = rowsChanged(world.engine.changes());
    return must(early ? changed.filter((one) => !own(one)) : changed, []);
  }
  timer.nth += 1;
  const row = world.engine.rows("workflows").find(({ _id }) => _id === ref.timerId)!;
  timer.dueAt = row.dueAt ?? Infinity;
}

type Act = { ref: TimerRef; nth: number };
const actOf = ({ args }: Job) => args as Act;

/** Its job; then, if `again`, the same once more: that acts no second time. */
async function fire(world: World, job: Job, again = false): Promise<void> {
  await world.engine.take(job.id);
  await call(world, actOf(job));
  if (again) await call(world, actOf(job));
}

/** A digest, from its first step to its last: nobody in this world has an address. */
async function mail(world: World, ref: TimerRef): Promise<void> {
  const letters = await world.call(internal.workflows.writeAlert, ref, undefined, () => "ok");
  must(letters, null);
}

const timerJobsOf = (world: World) =>
  world.engine.jobs().filter(({ name }) => name === "workflows:resumeTimer");

const dueTimers = (world: World) =>
  timerJobsOf(world)
    .filter(({ dueAt }) => dueAt <= Date.now())
    .sort((a, b) => a.dueAt - b.dueAt);

/** Whatever is due, in the order of its time. */
export async function runDueTimers(world: World): Promise<void> {
  for (const job of dueTimers(world)) await fire(world, job);
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
    const job = latest(dueTimers(world), args.back) ?? dueTimers(world)[0];
    if (job !== undefined) await fire(world, job, args.again);
  }),
  step("everything due fires", 4, {}, runDueTimers),
  // One that is not due, was given up, or belongs to something that is over.
  step<{ back: number }>(
    "a timer fires out of turn",
    2,
    { back: fc.nat(8) },
    async (world, { back }) => {
      const id = latest([...world.timers.keys()], back);
      const timer = id === undefined ? undefined : world.timers.get(id)!;
      if (timer === undefined || isDue(timer)) return;
      await call(world, { ref: { timerId: idOf(id!), attempt: timer.attempt }, nth: timer.nth });
    },
  ),
  // An act that was done long ago comes once more when the next is due.
  step("a timer fires a second time late", 2, {}, async (world) => {
    const job = dueTimers(world).find((one) => actOf(one).nth > 0);
    if (job !== undefined) await call(world, { ...actOf(job), nth: actOf(job).nth - 1 });
  }),
  step<{ back: number }>("a timer is lost", 2, { back: ago }, async (world, { back }) => {
    const job = latest(timerJobsOf(world), back);
    if (job === undefined) return;
    await world.engine.take(job.id);
    count("a timer was lost");
  }),
  step<{ back: number }>("a timer fails", 1, { back: ago }, async (world, { back }) => {
    const job = latest(dueTimers(world), back);
    if (job === undefined) return;
    await world.engine.take(job.id);
    const { ref } = actOf(job);
    await world.engine.run((ctx) => markTimerFailed(ctx, ref, "It broke."));
    const timer = world.timers.get(ref.timerId)!;
    const row = world.engine.rows("workflows").find(({ _id }) => _id === ref.timerId);
    if (row?.state !== "failed" || timer.attempt !== ref.attempt) return;
    timer.failed = true;
    count("a timer failed");
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
  "workflows:resumeTimer": (world, job) => call(world, actOf(job)),
  "workflows:sendAlert": (world, { args }) => mail(world, args as TimerRef),
};
