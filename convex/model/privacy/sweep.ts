/**
 * Upkeep: deleting what is past its time, counting events, asking who is silent, a bounded batch a transaction. A row
 * that can't be dealt with fails its batch: then each of that batch is set aside and tried alone, those that go are
 * gone, and the others are listed (`model/handoff/setAside.ts`), tried once a day, and passed over. So no row stops what
 * comes after it.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx, MutationCtx } from "../../_generated/server";
import { logError } from "../../lib/log";
import { MINUTE } from "../../lib/time";
import { UNSENT_RETENTION } from "../conversations/attachments";
import { listAside } from "../handoff/setAside";
import type { Task } from "./sweepers";

/** How long one run goes on before the next takes over. */
const RUN_TIME = 5 * MINUTE;

/** One batch, within a mutation. Whether there may be more. */
export async function sweepOrIsolate(ctx: MutationCtx, task: Task): Promise<boolean> {
  try {
    return (await ctx.runMutation(internal.privacy.sweep, { task })) !== null;
  } catch (error) {
    logError(`a batch of upkeep (${task.kind})`, error);
    if ((await ctx.runMutation(internal.privacy.isolate, { task })).length === 0) throw error;
    return true;
  }
}

/** How far back a look reaches: one that is late or lost is made up for, and every file is looked at twice or so. */
const UNSENT_WINDOW = 30 * MINUTE;
/** Files from before are looked at once a day. */
export const unsentSince = () => Date.now() - UNSENT_RETENTION - UNSENT_WINDOW;

/**
 * What nothing names is gone within minutes of its hour, however it came: an upload whose message was never sent, and
 * what an action that died had stored. `startSweeps` looks at all files, once a day.
 */
export async function sweepUnsent(ctx: MutationCtx): Promise<void> {
  const after = unsentSince();
  const unsent = await sweepOrIsolate(ctx, { kind: "unsent" });
  const unnamed = await sweepOrIsolate(ctx, { kind: "upload", after });
  if (unsent) await ctx.scheduler.runAfter(0, internal.privacy.deleteUnsent, {});
  if (unnamed)
    await ctx.scheduler.runAfter(0, internal.privacy.retain, { task: { kind: "upload", after } });
}

/** Batch after batch, until nothing is left that can go. Ends with the error of a batch that setting aside didn't help. */
export async function sweepAll(ctx: ActionCtx, first: Task): Promise<void> {
  const until = Date.now() + RUN_TIME;
  const isolated = new Set<string>();
  for (let task: Task | null = first; task !== null;) {
    if (Date.now() >= until) {
      await ctx.scheduler.runAfter(0, internal.privacy.retain, { task });
      return;
    }
    const now: Task = task;
    try {
      task = await ctx.runMutation(internal.privacy.sweep, { task: now });
    } catch (error) {
      logError(`a batch of upkeep (${now.kind})`, error);
      const aside = await ctx.runMutation(internal.privacy.isolate, { task: now });
      if (aside.length === 0 || aside.some((about) => isolated.has(about))) throw error;
      for (const about of aside) isolated.add(about);
    }
  }
}

/** All sweeps of a day, and another try of what is set aside. */
export async function startSweeps(ctx: MutationCtx): Promise<void> {
  for (const row of await listAside(ctx)) await tryAside(ctx, row);
  for (const kind of ["conversation", "guest", "upload", "event"] as const) {
    await ctx.scheduler.runAfter(0, internal.privacy.retain, { task: { kind } });
  }
}

export async function tryAside(ctx: MutationCtx, { _id }: Doc<"workflows">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId: _id });
}

/** A guest whose time is over, whole. One who can't be erased is set aside. */
export async function eraseGuest(ctx: ActionCtx, userId: Id<"users">): Promise<void> {
  try {
    while (!(await ctx.runMutation(internal.privacy.sweepOne, { kind: "guest", id: userId })));
  } catch (error) {
    logError(`deleting guest ${userId}`, error);
    await ctx.runMutation(internal.privacy.setGuestAside, { userId });
  }
}
