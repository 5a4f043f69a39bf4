/**
 * Who is on duty. A shift is a row of `workflows` with a lease that the desk renews, so that a heartbeat writes no
 * row that every call reads. Whoever never begins one claims by hand, and is assigned nothing.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { SECOND } from "../../lib/time";
import { mayWork } from "../access/access";

/**
 * A desk that has not been heard of for this long is closed: one lost heartbeat is no absence, two are. Each heartbeat
 * runs the list of who is on duty again at every open desk, all day, so there is one a minute.
 */
export const SHIFT_LEASE = 150 * SECOND;
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

export const isShiftLive = ({ state, leaseExpiresAt = 0 }: Doc<"workflows">, now: number) =>
  state === "running" && leaseExpiresAt > now;

/** Running shifts of which the desk has been heard lately, the longest first. For mutations: it looks at the clock. */
export async function listLiveShifts(ctx: Db): Promise<Doc<"workflows">[]> {
  const now = Date.now();
  return (await listRunningShifts(ctx)).filter((shift) => isShiftLive(shift, now));
}

/** Begins a shift, or renews the running one. Returns true if it began. */
export async function beginShift(ctx: MutationCtx, userId: Id<"users">): Promise<boolean> {
  const running = await findRunningShift(ctx, userId);
  if (running !== null) {
    await renewShift(ctx, running);
    return false;
  }
  const now = Date.now();
  const workflowId = await ctx.db.insert("workflows", {
    kind: "shift",
    state: "running",
    step: "available",
    attempt: 1,
    userId,
    progressAt: now,
    leaseExpiresAt: now + SHIFT_LEASE,
  });
  await ctx.scheduler.runAfter(SHIFT_LEASE, internal.users.checkShift, { workflowId });
  return true;
}

export async function renewShift(ctx: MutationCtx, shift: Doc<"workflows">): Promise<void> {
  await ctx.db.patch("workflows", shift._id, { leaseExpiresAt: Date.now() + SHIFT_LEASE });
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
