/**
 * Who is on duty. A shift is a row of `workflows`; its lease, which the desk renews, is another, which nobody is
 * subscribed to: a heartbeat runs nothing again. A lease that is over ends its shift by a scheduled check. Whoever
 * never begins a shift claims by hand, and is assigned nothing.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { MINUTE, SECOND } from "../../lib/time";
import { mayWork } from "../access/access";

/** A desk that has not been heard of for this long is closed: one lost heartbeat is no absence, two are. */
export const SHIFT_LEASE = 10 * MINUTE;
/** From when a desk said that it is being closed: reloading it is no absence. */
export const DESK_GRACE = 45 * SECOND;
export const DEFAULT_CAPACITY = 5;
export const MAX_CAPACITY = 20;
/** Shifts looked at when somebody is assigned. */
const MAX_ON_DUTY = 50;

type Db = Pick<QueryCtx, "db">;

/** The latest shift of a person, running or ended. */
function findLatestShift(ctx: Db, userId: Id<"users">): Promise<Doc<"workflows"> | null> {
  return ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "shift"))
    .order("desc")
    .first();
}

/** The running shift of a person, or null: not more than one, since `beginShift` looks first. */
export async function findRunningShift(
  ctx: Db,
  userId: Id<"users">,
): Promise<Doc<"workflows"> | null> {
  const shift = await findLatestShift(ctx, userId);
  return shift?.state === "running" ? shift : null;
}

/** Running shifts, the longest first. No clock: one whose lease is over is ended by its check. */
export function listRunningShifts(ctx: Db): Promise<Doc<"workflows">[]> {
  return ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "shift").eq("state", "running"))
    .take(MAX_ON_DUTY);
}

const leaseOf = (ctx: Db, shift: Doc<"workflows">): Promise<Doc<"workflows"> | null> =>
  ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) =>
      q.eq("userId", shift.userId).eq("kind", "lease").eq("partOf", shift._id),
    )
    .unique();

/** Until when a shift's desk is believed to be open. Of a shift from before leases were rows: what stands on it. */
export async function findLeaseEnd(ctx: Db, shift: Doc<"workflows">): Promise<number> {
  return ((await leaseOf(ctx, shift)) ?? shift).leaseExpiresAt ?? 0;
}

export const isShiftLive = async (ctx: Db, shift: Doc<"workflows">): Promise<boolean> =>
  shift.state === "running" && (await findLeaseEnd(ctx, shift)) > Date.now();

/** Running shifts of which the desk has been heard lately, the longest first. For mutations: it looks at the clock. */
export async function listLiveShifts(ctx: Db): Promise<Doc<"workflows">[]> {
  const live: Doc<"workflows">[] = [];
  for (const shift of await listRunningShifts(ctx)) {
    if (await isShiftLive(ctx, shift)) live.push(shift);
  }
  return live;
}

/** Begins a shift, or renews the running one. Returns true if it began. */
export async function beginShift(ctx: MutationCtx, userId: Id<"users">): Promise<boolean> {
  const running = await findRunningShift(ctx, userId);
  if (running !== null) {
    await renewShift(ctx, running);
    return false;
  }
  const workflowId = await ctx.db.insert("workflows", {
    kind: "shift",
    state: "running",
    step: "available",
    attempt: 1,
    userId,
    progressAt: Date.now(),
  });
  const leaseExpiresAt = Date.now() + SHIFT_LEASE;
  await ctx.db.insert("workflows", {
    kind: "lease",
    state: "running",
    step: "open",
    attempt: 1,
    userId,
    partOf: workflowId,
    leaseExpiresAt,
    jobId: await ctx.scheduler.runAt(leaseExpiresAt, internal.users.checkShift, { workflowId }),
  });
  return true;
}

/** The desk is there; or, `leaving`, it is being closed, and trusted for the grace only. */
export async function renewShift(
  ctx: MutationCtx,
  shift: Doc<"workflows">,
  leaving = false,
): Promise<void> {
  const lease = await leaseOf(ctx, shift);
  const leaseExpiresAt = Date.now() + (leaving ? DESK_GRACE : SHIFT_LEASE);
  const step = leaving ? "leaving" : "open";
  if (lease === null) {
    await ctx.db.patch("workflows", shift._id, { leaseExpiresAt });
  } else await ctx.db.patch("workflows", lease._id, { leaseExpiresAt, step });
  // The check that is scheduled would come too late.
  if (leaving) await scheduleCheck(ctx, shift, leaseExpiresAt);
}

/** Looks at a lease when it may be over: one check of a shift is under way at a time. */
export async function scheduleCheck(
  ctx: MutationCtx,
  shift: Doc<"workflows">,
  at: number,
): Promise<void> {
  const lease = await leaseOf(ctx, shift);
  const jobId = await ctx.scheduler.runAt(at, internal.users.checkShift, {
    workflowId: shift._id,
  });
  if (lease === null) return;
  const before = lease.jobId && (await ctx.db.system.get("_scheduled_functions", lease.jobId));
  // Not the one that is running: it may be the caller.
  if (before?.state.kind === "pending") await ctx.scheduler.cancel(before._id);
  await ctx.db.patch("workflows", lease._id, { jobId });
}

export type Ending = "went offline" | "not heard of any more" | "ended by an admin";

export async function markShiftEnded(
  ctx: MutationCtx,
  shift: Doc<"workflows">,
  step: Ending,
): Promise<void> {
  await ctx.db.patch("workflows", shift._id, {
    state: "done",
    step,
    leaseExpiresAt: undefined,
    finishedAt: Date.now(),
  });
  const lease = await leaseOf(ctx, shift);
  if (lease !== null) await ctx.db.delete("workflows", lease._id);
}

/** Open conversations of a technician, counted up to `upTo`: snoozed ones take no room. */
export async function countOpenCases(ctx: Db, userId: Id<"users">, upTo: number): Promise<number> {
  const open = await ctx.db
    .query("conversations")
    .withIndex("by_technician", (q) => q.eq("owner.userId", userId).eq("status", "open"))
    .take(upTo);
  return open.length;
}

/**
 * True if whoever has a conversation has gone home since they took it. Who took it without being on a shift works
 * by hand, and stays responsible.
 */
export async function hasOwnerLeft(
  ctx: Db,
  owner: Extract<Doc<"conversations">["owner"], { kind: "human" }>,
): Promise<boolean> {
  const shift = await findLatestShift(ctx, owner.userId);
  return shift !== null && shift.state !== "running" && (shift.finishedAt ?? 0) >= owner.since;
}

/** False for a technician who may not answer any more: their account is gone, blocked, or a customer's. */
export async function mayOwnerContinue(
  ctx: Pick<MutationCtx, "db">,
  owner: Doc<"conversations">["owner"],
): Promise<boolean> {
  if (owner.kind !== "human") return true;
  const user = await ctx.db.get("users", owner.userId);
  return user !== null && mayWork(user);
}
