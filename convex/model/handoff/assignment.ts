/**
 * The queue drains itself: whatever frees room or adds somebody who waits calls `autoAssignWaiting` in its own
 * transaction, which gives the longest waiting conversation that fits to a technician on duty. So there is no state
 * in which somebody waits for whom there is room. What concurrent hand-offs share is the shift's row that they write and
 * the ranges of the queue and the shifts that they read; with nobody on duty, one empty range.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Capability, Delivery } from "../../validators";
import { mayWork } from "../access/access";
import { recordEvent } from "../analytics/events";
import * as Shifts from "./shifts";
import { assignedLine, insertSystemMessage, tellCustomer } from "../outbox/systemLines";
import { bumpTurn, queuedOwner } from "../conversations/turns";

/** Waiting conversations looked at for one that fits, and cases looked at when a shift ends. */
const WAITING_READ = 200;
const CASES_READ = 200;

type Conversation = Doc<"conversations">;
type Technician = {
  user: Doc<"users">;
  shift: Doc<"workflows">;
  load: number;
  capacity: number;
};

/** Gives away whatever waits and fits. Returns how many were given. */
export async function autoAssignWaiting(ctx: MutationCtx): Promise<number> {
  const onDuty = await techniciansOnDuty(ctx);
  if (!onDuty.some(hasRoom)) return 0;
  const skills = new Set(onDuty.flatMap(({ user }) => user.skills ?? []));
  const given: { conversation: Conversation; technician: Technician }[] = [];
  let seen = 0;
  const waiting = ctx.db
    .query("conversations")
    .withIndex("by_status_and_owner", (q) => q.eq("status", "open").eq("owner.kind", "queue"));
  for await (const conversation of waiting) {
    const technician = pick(onDuty, conversation, skills);
    if (technician !== undefined) {
      given.push({ conversation, technician });
      technician.load += 1;
      technician.shift = { ...technician.shift, progressAt: Date.now() + given.length };
    }
    if (++seen === WAITING_READ || !onDuty.some(hasRoom)) break;
  }
  for (const { conversation, technician } of given) await give(ctx, conversation, technician);
  return given.length;
}

const hasRoom = ({ load, capacity }: Technician) => load < capacity;

/** Whoever fits: least loaded, then longest without a new conversation. */
function pick(
  onDuty: Technician[],
  { brief, owner }: Conversation,
  skills: Set<Capability>,
): Technician | undefined {
  const returnedBy = owner.kind === "queue" ? owner.returnedBy : undefined;
  return onDuty
    .filter((one) => hasRoom(one) && one.user._id !== returnedBy)
    .filter(({ user }) => fits(user, brief?.skill, skills))
    .sort((a, b) => a.load - b.load || (a.shift.progressAt ?? 0) - (b.shift.progressAt ?? 0))[0];
}

/** A skill that nobody on duty has keeps nobody waiting. */
function fits(
  { skills = [] }: Doc<"users">,
  skill: Capability | undefined,
  onDuty: Set<Capability>,
): boolean {
  return skill === undefined || skills.length === 0 || skills.includes(skill) || !onDuty.has(skill);
}

async function techniciansOnDuty(ctx: Pick<QueryCtx, "db">): Promise<Technician[]> {
  const found: Technician[] = [];
  for (const shift of await Shifts.listLiveShifts(ctx)) {
    const user = shift.userId && (await ctx.db.get("users", shift.userId));
    if (!user || !mayWork(user)) continue;
    const capacity = user.capacity ?? Shifts.DEFAULT_CAPACITY;
    found.push({
      user,
      shift,
      capacity,
      load: await Shifts.countOpenCases(ctx, user._id, capacity),
    });
  }
  return found;
}

async function give(
  ctx: MutationCtx,
  conversation: Conversation,
  { user, shift }: Technician,
): Promise<void> {
  await ctx.db.patch("workflows", shift._id, { progressAt: shift.progressAt });
  const { _id: conversationId, waitingSince } = conversation;
  await makeOwner(ctx, conversation, user, assignedLine(user.name));
  const waitedMs = waitingSince && Date.now() - waitingSince;
  const refs = { conversationId, subjectId: user._id };
  await recordEvent(ctx, "assigned", refs, { reason: "queue", waitedMs });
}

/** Makes somebody the owner, whoever had it; its place in the queue is remembered. */
export async function makeOwner(
  ctx: MutationCtx,
  conversation: Conversation,
  technician: Doc<"users">,
  line: string,
): Promise<Conversation> {
  const now = Date.now();
  const { owner } = conversation;
  const queuedSince =
    owner.kind === "queue" ? owner.since : owner.kind === "human" ? owner.queuedSince : undefined;
  const next = await bumpTurn(ctx, conversation, {
    status: "open",
    snoozedUntil: undefined,
    owner: { kind: "human", userId: technician._id, since: now, queuedSince },
    offer: undefined,
    lastMessageAt: now,
  });
  await insertSystemMessage(ctx, next, line, technician._id);
  return next;
}

/** Why a conversation can't be given to somebody, or null. */
export async function findObstacle(
  ctx: Pick<QueryCtx, "db">,
  technician: Doc<"users">,
): Promise<"blocked" | "offline" | "full" | null> {
  if (!mayWork(technician)) return "blocked";
  const shift = await Shifts.findRunningShift(ctx, technician._id);
  if (shift === null || !(await Shifts.isShiftLive(ctx, shift))) return "offline";
  const capacity = technician.capacity ?? Shifts.DEFAULT_CAPACITY;
  return (await Shifts.countOpenCases(ctx, technician._id, capacity)) < capacity ? null : "full";
}

type Return = {
  reason: "staff" | "offline";
  line: string;
  /** The line is told by text as well. */
  tells?: Delivery["purpose"];
  actorId?: Id<"users">;
  /** Not to be given back to them. */
  returnedBy?: Id<"users">;
};

/**
 * Back in the queue: at its old place while the customer has had no answer, else since they have waited again.
 * The caller drains.
 */
export async function returnToQueue(
  ctx: MutationCtx,
  conversation: Conversation,
  since: number,
  { reason, line, tells, actorId, returnedBy }: Return,
): Promise<Conversation> {
  const next = await bumpTurn(ctx, conversation, {
    status: "open",
    snoozedUntil: undefined,
    owner: queuedOwner(since, conversation.brief, returnedBy),
    lastMessageAt: Date.now(),
  });
  if (tells === undefined) await insertSystemMessage(ctx, next, line);
  else await tellCustomer(ctx, next, line, tells);
  await recordEvent(ctx, "returned", { conversationId: next._id, actorId }, { reason });
  return next;
}

/** Since when somebody waits whose technician has gone. */
export function waitingSinceOf({ owner, waitingSince }: Conversation, now: number): number {
  const queuedSince = owner.kind === "human" ? (owner.queuedSince ?? 0) : 0;
  return waitingSince === undefined ? now : Math.max(waitingSince, queuedSince);
}

export const GOES_ON = "Another technician will go on from here.";

/**
 * Ends a shift. Whoever waits for an answer goes back to the queue, and on to whoever has room; whoever has been
 * answered stays until they write again. Errors: none; a shift that has ended stays ended.
 */
export async function endShift(
  ctx: MutationCtx,
  shift: Doc<"workflows">,
  step: Shifts.Ending,
  actorId?: Id<"users">,
): Promise<void> {
  if (await stopShift(ctx, shift, step, actorId)) await autoAssignWaiting(ctx);
}

/** As `endShift`, for a caller that has more to put back before anybody is given away. False: it had ended. */
export async function stopShift(
  ctx: MutationCtx,
  shift: Doc<"workflows">,
  step: Shifts.Ending,
  actorId?: Id<"users">,
): Promise<boolean> {
  const { userId } = shift;
  if (shift.state !== "running" || userId === undefined) return false;
  await Shifts.markShiftEnded(ctx, shift, step);
  await recordEvent(ctx, "shift_ended", { actorId, subjectId: userId }, { reason: step });
  const cases = await ctx.db
    .query("conversations")
    .withIndex("by_technician", (q) => q.eq("owner.userId", userId).eq("status", "open"))
    .take(CASES_READ);
  for (const one of cases) {
    if (one.waitingSince === undefined) continue;
    const since = waitingSinceOf(one, Date.now());
    await returnToQueue(ctx, one, since, { reason: "offline", line: GOES_ON });
  }
  return true;
}
