/**
 * Who is on duty, and what follows: a model of shifts, the steps of the desk, and the checks of assignment. Which
 * of those who fit is given a conversation is the code's to say; that it may be given to them is checked here.
 */
import fc from "fast-check";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SHIFT_LEASE } from "../../convex/model/handoff/shifts";
import { SECOND } from "../../convex/lib/time";
import { count } from "../properties";
import { must } from "./expect";
import { rowsChanged } from "./checks";
import type { Talk } from "./model";
import { step, which, conversationOf, who, type StepKind } from "./steps";
import type { Check, JobHandler, Party, World } from "./world";

/** Whether the rules may give somebody a conversation more. */
export function hasRoom(world: World, subject: string): boolean {
  const duty = world.duties.get(subject)!;
  return duty.isLive() && world.loadOf(subject) < duty.capacity;
}

/** True if whoever has it has gone home since they took it. */
export function hasLeft(world: World, { owner, since }: Talk): boolean {
  const duty = world.duties.get(owner);
  if (duty === undefined || duty.shiftId !== undefined) return false;
  return duty.endedAt !== undefined && duty.endedAt >= since!;
}

const selfDraining: Check = {
  name: "nobody waits while somebody on duty has room",
  commit: (world) => {
    for (const { talk } of world.conversations) {
      if (talk.owner !== "queue" || talk.status !== "open") continue;
      for (const { subject } of world.technicians) {
        if (talk.returnedBy !== subject) must(hasRoom(world, subject), false, "somebody has room");
      }
    }
  },
};

export function leaseOf(world: World, shiftId: string): number | undefined {
  const row = world.engine.rows("workflows").find(({ partOf }) => partOf === shiftId);
  return row?.leaseExpiresAt;
}

const shiftsAgree: Check = {
  name: "one shift each, and it is the one that is known",
  commit: (world, changes) => {
    if (!changes.some(({ after }) => after?.kind === "shift" || after?.kind === "lease")) return;
    const running = world.engine
      .rows("workflows")
      .filter(({ kind, state }) => kind === "shift" && state === "running");
    // And none is left of those that have ended.
    const leases = world.engine.rows("workflows").filter(({ kind }) => kind === "lease");
    must(leases.length, running.length, "leases");
    const known = [...world.duties].filter(([, { shiftId }]) => shiftId !== undefined);
    must(
      running.map(({ _id, userId }) => [userId, _id, leaseOf(world, _id)]).sort(),
      known.map(([userId, { shiftId, leaseUntil }]) => [userId, shiftId, leaseUntil]).sort(),
    );
  },
};

export const deskChecks: Check[] = [selfDraining, shiftsAgree];

const runningOf = (world: World, subject: string) =>
  world.engine
    .rows("workflows")
    .find((row) => row.kind === "shift" && row.state === "running" && row.userId === subject)?._id;

export async function comeIn(
  world: World,
  { subject, ...rest }: Party,
  capacity: number,
): Promise<void> {
  const duty = world.duties.get(subject)!;
  const args = { available: true, capacity };
  await world.call(api.users.setAvailability, args, { subject, ...rest }, () => {
    if (duty.shiftId === undefined) {
      world.events.push("shift_started");
      duty.shiftId = runningOf(world, subject);
    }
    Object.assign(duty, { capacity, leaseUntil: Date.now() + SHIFT_LEASE });
    count("came in");
    return "ok";
  });
}

/** Whoever waits for an answer of theirs goes back to the queue. */
function wentHome(world: World, subject: string): void {
  const duty = world.duties.get(subject)!;
  if (duty.shiftId === undefined) return;
  Object.assign(duty, { shiftId: undefined, endedAt: Date.now() });
  world.events.push("shift_ended");
  for (const { talk } of world.conversations) {
    if (talk.owner !== subject || talk.status !== "open") continue;
    if (talk.waitingSince === undefined) continue;
    talk.returned(talk.place(Date.now()));
    count("left waiting");
  }
}

const goHome = (world: World, party: Party) =>
  world.call(api.users.setAvailability, { available: false }, party, () => {
    wentHome(world, party.subject);
    return "ok";
  });

async function beat(world: World, party: Party): Promise<void> {
  const duty = world.duties.get(party.subject)!;
  const runs = duty.shiftId !== undefined;
  const heard = await world.call(api.users.heartbeat, {}, party, () => {
    if (!runs) return "ok";
    if (!duty.isLive()) count("a lapsed shift goes on");
    duty.leaseUntil = Date.now() + SHIFT_LEASE;
    return "ok";
  });
  if (heard !== undefined) must(heard, runs);
}

/** The account stops being a technician's, or is shut out for a moment: the cases go back to the queue. */
async function leave(world: World, party: Party): Promise<void> {
  const userId = party.subject as Id<"users">;
  await world.call(api.users.setRole, { userId, role: "customer" }, world.admin, () => {
    wentHome(world, party.subject);
    for (const { talk } of world.conversations) {
      if (talk.owner !== party.subject) continue;
      talk.returned(talk.queuedSince ?? talk.waitingSince ?? Date.now());
    }
    return "ok";
  });
  await world.call(api.users.setRole, { userId, role: "technician" }, world.admin, () => "ok");
}

/** The scheduled look at a shift's lease. */
export async function checkShift(world: World, workflowId: string): Promise<void> {
  const args = { workflowId: workflowId as Id<"workflows"> };
  await world.call(internal.users.checkShift, args, undefined, () => {
    for (const [subject, duty] of world.duties) {
      if (duty.shiftId !== workflowId || duty.isLive()) continue;
      count("a shift lapsed");
      wentHome(world, subject);
    }
    return "ok";
  });
}

/** Back to the queue by whoever has it, for a colleague. */
async function requeue(world: World, on: number, by: Party): Promise<void> {
  const { id, talk } = conversationOf(world, on);
  await world.call(api.conversations.requeue, { conversationId: id }, by, () => {
    if (talk.status === "resolved") return "conflict";
    if (talk.owner === "queue") return "ok";
    if (talk.owner !== by.subject) return "conflict";
    talk.returned(talk.queuedSince ?? talk.waitingSince ?? Date.now(), by.subject);
    count("requeued");
    return "ok";
  });
}

const tech = (world: World, by: number) => world.technicians[by]!;

export const deskSteps: StepKind[] = [
  step<{ by: number; capacity: number }>(
    "come in",
    4,
    { by: who, capacity: fc.integer({ min: 1, max: 3 }) },
    (world, { by, capacity }) => comeIn(world, tech(world, by), capacity),
  ),
  step<{ by: number }>("go home", 2, { by: who }, async (world, { by }) => {
    await goHome(world, tech(world, by));
  }),
  step<{ by: number }>("heartbeat", 2, { by: who }, (world, { by }) =>
    beat(world, tech(world, by)),
  ),
  step<{ by: number }>("leave", 1, { by: who }, (world, { by }) => leave(world, tech(world, by))),
  step<{ by: number }>("end their shift", 1, { by: who }, async (world, { by }) => {
    const { subject } = tech(world, by);
    await world.call(api.users.endShift, { userId: subject as Id<"users"> }, world.admin, () => {
      wentHome(world, subject);
      return "ok";
    });
  }),
  step<{ on: number; by: number }>(
    "requeue",
    3,
    { on: which, by: who },
    async (world, { on, by }) => {
      const { talk } = conversationOf(world, on);
      const owner = world.technicians.find(({ subject }) => subject === talk.owner);
      await requeue(world, on, by === 0 ? tech(world, by) : (owner ?? tech(world, by)));
    },
  ),
  step<{ looked: boolean }>(
    "a lease lapses",
    2,
    { looked: fc.boolean() },
    async (world, { looked }) => {
      world.pass(SHIFT_LEASE + SECOND);
      if (!looked) return;
      for (const { shiftId } of [...world.duties.values()]) {
        if (shiftId === undefined) continue;
        await checkShift(world, shiftId);
        await checkShift(world, shiftId);
        must(rowsChanged(world.engine.changes()), []);
      }
    },
  ),
];

export const deskJobs: Record<string, JobHandler> = {
  "users:checkShift": (world, { args }) => checkShift(world, args.workflowId as string),
};
