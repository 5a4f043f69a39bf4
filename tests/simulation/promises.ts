/** Promises to customers, and what staff may do to timers by hand. */
import fc from "fast-check";
import { api } from "../../convex/_generated/api";
import { HOUR, MINUTE } from "../../convex/lib/time";
import { MAX_PROMISES } from "../../convex/model/promises/ledger";
import { count } from "../properties";
import { hasLeft } from "./desk";
import type { Talk } from "./model";
import { ago, conversationOf, latest, step, which, who, type StepKind } from "./steps";
import { idOf, isCurrent } from "./timers";
import type { Party, Timer, World } from "./world";

async function make(world: World, on: number, by: Party, ms: number): Promise<void> {
  const { id, talk } = conversationOf(world, on);
  const dueAt = Date.now() + ms;
  const args = { conversationId: id, text: "We call you", dueAt };
  await world.call(api.conversations.makePromise, args, by, () => {
    if (talk.status === "resolved" || talk.promises.length >= MAX_PROMISES) return "conflict";
    const { promises = [] } = world.rowOf(id);
    talk.promises.push({ workflowId: promises.at(-1)!.workflowId, dueAt, late: false });
    talk.tokens.follow_up = null;
    talk.events.push("promise_made");
    count("promise made");
    return "ok";
  });
}

const withPromise = (world: World, workflowId: string): Talk | undefined =>
  world.conversations.find(({ talk }) =>
    talk.promises.some((promise) => promise.workflowId === workflowId),
  )?.talk;

const takeOff = (talk: Talk, workflowId: string) =>
  (talk.promises = talk.promises.filter((promise) => promise.workflowId !== workflowId));

const timersOf = (world: World, ...kinds: Timer["kind"][]) =>
  [...world.timers].filter(([, { kind }]) => kinds.includes(kind)).map(([id]) => id);

async function keep(world: World, workflowId: string, by: Party): Promise<void> {
  await world.call(api.conversations.keepPromise, { workflowId: idOf(workflowId) }, by, () => {
    const talk = withPromise(world, workflowId);
    if (talk === undefined) return "not_found";
    const { late } = talk.promises.find((promise) => promise.workflowId === workflowId)!;
    count(late ? "promise kept late" : "promise kept");
    takeOff(talk, workflowId);
    talk.events.push("promise_kept");
    return "ok";
  });
}

/** By the process's own button. Who waits in the queue can't be cancelled away. */
async function cancel(world: World, workflowId: string, by: Party): Promise<void> {
  const timer = world.timers.get(workflowId)!;
  const { talk } = timer.conversation;
  const open = isCurrent(timer) && !timer.failed;
  await world.call(api.workflows.cancel, { workflowId: idOf(workflowId) }, by, () => {
    if (timer.kind === "promise") {
      if (withPromise(world, workflowId) === undefined) return "conflict";
      takeOff(talk, workflowId);
      // The customer is told.
      talk.unreadByCustomer += 1;
      talk.events.push("promise_dropped");
      count("promise dropped");
      return "ok";
    }
    if (!open || timer.kind === "handoff") return "conflict";
    count(`cancelled ${timer.kind}`);
    if (timer.kind === "follow_up") talk.tokens.follow_up = null;
    else {
      talk.woken(hasLeft(world, talk), 0);
    }
    return "ok";
  });
}

async function retry(world: World, workflowId: string, by: Party): Promise<void> {
  const timer = world.timers.get(workflowId)!;
  const again = timer.failed && isCurrent(timer);
  await world.call(api.workflows.retry, { workflowId: idOf(workflowId) }, by, () => {
    if (again) count("started again by hand");
    return again ? "ok" : "conflict";
  });
}

type By = { by: number; back: number };
const tech = (world: World, by: number) => world.technicians[by]!;

export const promiseSteps: StepKind[] = [
  step<{ on: number; by: number; ms: number }>(
    "promise",
    3,
    { on: which, by: who, ms: fc.constantFrom(MINUTE, HOUR) },
    (world, { on, by, ms }) => make(world, on, tech(world, by), ms),
  ),
  step<By>("keep a promise", 1, { by: who, back: ago }, async (world, { by, back }) => {
    const id = latest(timersOf(world, "promise"), back);
    if (id !== undefined) await keep(world, id, tech(world, by));
  }),
  step<By>("cancel a timer", 3, { by: who, back: ago }, async (world, { by, back }) => {
    // Mostly one that is live.
    const all = timersOf(world, "promise", "snooze", "follow_up", "handoff");
    const live = all.filter((one) => isCurrent(world.timers.get(one)!));
    const id = latest(live, back) ?? latest(all, back);
    if (id !== undefined) await cancel(world, id, tech(world, by));
  }),
  step<By>("retry a timer", 1, { by: who, back: ago }, async (world, { by, back }) => {
    const failed = [...world.timers].filter(([, timer]) => timer.failed).map(([id]) => id);
    const id = latest([...timersOf(world, "handoff", "snooze"), ...failed], back);
    if (id !== undefined) await retry(world, id, tech(world, by));
  }),
];
