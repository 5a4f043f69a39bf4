/** Technicians set themselves available, with what they take on; admins can end a shift that somebody forgot. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vCapability, type Capability } from "../../validators";
import { autoAssignWaiting, endShift, stopShift } from "../handoff/assignment";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { requeueCases } from "./ownership";
import * as Shifts from "../handoff/shifts";

type Work = { skills?: Capability[]; capacity?: number };
type Availability = Work & { available: boolean };

/** Begins, changes or ends the caller's shift; the queue moves on in the same transaction. Errors: `invalid_input`. */
export async function setAvailability(
  ctx: MutationCtx,
  user: Doc<"users">,
  { available, ...work }: Availability,
): Promise<void> {
  const back = available && user.awayUntil !== undefined;
  const changes = { ...checkWork(work), ...(back && { awayUntil: undefined }) };
  if (Object.keys(changes).length > 0) await ctx.db.patch("users", user._id, changes);
  if (!available) return await endRunningShift(ctx, user._id, "went offline", user._id);
  if (await Shifts.beginShift(ctx, user._id)) {
    await recordEvent(ctx, "shift_started", { actorId: user._id, subjectId: user._id });
  }
  await autoAssignWaiting(ctx);
}

/** What somebody takes on, as it is stored. Errors: `invalid_input`. */
function checkWork({ skills, capacity }: Work) {
  if (capacity !== undefined && !(Number.isInteger(capacity) && isCapacity(capacity))) {
    const range = `1 to ${Shifts.MAX_CAPACITY}`;
    throw appError("invalid_input", `A capacity is a whole number from ${range}.`);
  }
  return {
    // None: everything.
    ...(skills && { skills: skills.length > 0 ? [...new Set(skills)] : undefined }),
    ...(capacity !== undefined && { capacity }),
  };
}

/** By an admin: for the shift that is running, and the next ones. The queue moves on. Errors: `invalid_input`. */
export async function setWork(
  ctx: MutationCtx,
  userId: Id<"users">,
  work: Required<Work>,
): Promise<void> {
  await ctx.db.patch("users", userId, checkWork(work));
  await autoAssignWaiting(ctx);
}

const isCapacity = (capacity: number) => capacity >= 1 && capacity <= Shifts.MAX_CAPACITY;

/**
 * The desk is still there. Where its lease was over and nobody had looked yet, the shift goes on, and takes who has
 * begun to wait meanwhile. False: there is no shift.
 */
export async function renewLease(
  ctx: MutationCtx,
  userId: Id<"users">,
  leaving: boolean,
): Promise<boolean> {
  const shift = await Shifts.findRunningShift(ctx, userId);
  if (shift === null) return false;
  const wasLive = await Shifts.isShiftLive(ctx, shift);
  await Shifts.renewShift(ctx, shift, leaving);
  if (!wasLive && !leaving) await autoAssignWaiting(ctx);
  return true;
}

/** Ends somebody's running shift, if there is one. */
export async function endRunningShift(
  ctx: MutationCtx,
  userId: Id<"users">,
  step: Shifts.Ending,
  actorId?: Id<"users">,
): Promise<void> {
  const shift = await Shifts.findRunningShift(ctx, userId);
  if (shift !== null) await endShift(ctx, shift, step, actorId);
}

/** Of somebody who may not answer any more: the shift and every case, all of them before anybody is given away. */
export async function returnAllWork(
  ctx: MutationCtx,
  userId: Id<"users">,
  actorId?: Id<"users">,
): Promise<void> {
  const shift = await Shifts.findRunningShift(ctx, userId);
  const stopped = shift !== null && (await stopShift(ctx, shift, "ended by an admin", actorId));
  const returned = await requeueCases(ctx, userId);
  if (stopped && returned === 0) await autoAssignWaiting(ctx);
}

/** The check of a lease: ends a shift whose desk is gone, or looks again when the lease may be over. */
export async function checkLease(ctx: MutationCtx, id: Id<"workflows">): Promise<void> {
  const shift = await ctx.db.get("workflows", id);
  if (shift?.kind !== "shift" || shift.state !== "running") return;
  const endsAt = await Shifts.findLeaseEnd(ctx, shift);
  if (endsAt > Date.now()) await Shifts.scheduleCheck(ctx, shift, endsAt);
  else await endShift(ctx, shift, "not heard of any more");
}

export const vOnDuty = v.object({
  userId: v.id("users"),
  name: v.optional(v.string()),
  skills: v.array(vCapability),
  capacity: v.number(),
  /** Open conversations, counted up to the capacity. */
  load: v.number(),
  since: v.number(),
});

/** Who is on a shift, the longest first. Reads at most 50 shifts, and of each as many conversations as they take on. */
export async function listOnDuty(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vOnDuty>[]> {
  const found: Infer<typeof vOnDuty>[] = [];
  for (const { userId, _creationTime: since } of await Shifts.listRunningShifts(ctx)) {
    const user = userId && (await ctx.db.get("users", userId));
    if (!user) continue;
    const capacity = user.capacity ?? Shifts.DEFAULT_CAPACITY;
    const load = await Shifts.countOpenCases(ctx, user._id, capacity);
    found.push({
      userId: user._id,
      name: user.name,
      skills: user.skills ?? [],
      capacity,
      load,
      since,
    });
  }
  return found;
}
