/**
 * The rows that upkeep goes through: a batch, and one alone. What calls these (`sweep.ts`) does it by `ctx.runMutation`:
 * the table of all kinds (`sweepers.ts`) imports half the model, and each call evaluates what its module imports.
 */
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { asideIds, keepAside, listAside, setAside } from "../handoff/setAside";
import { tryAside } from "./sweep";
import { aboutOf, SINGLES, SWEEPERS, type RowKind, type SweepKind, type Task } from "./sweepers";

/** One batch. Returns what is left to do, or null. */
export const sweepBatch = (ctx: MutationCtx, { kind, after = 0 }: Task): Promise<Task | null> =>
  SWEEPERS[kind].sweep(ctx, after);

/**
 * A batch failed: its rows are set aside, and each is tried alone. Returns those that were not aside before; if there
 * are none it was no row's fault, and another try would fail likewise.
 */
export async function isolateBatch(ctx: MutationCtx, { kind, after = 0 }: Task): Promise<string[]> {
  const source = SWEEPERS[kind];
  const known = await asideIds(ctx);
  const abouts = await source.isolate(ctx, after, async (about) => {
    const asideId = await setAside(ctx, { about, step: source.step });
    await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId });
  });
  return abouts.filter((about) => !known.has(about));
}

/** One that is set aside, alone. In a transaction of its own within this one: what it wrote is undone if it fails. */
export async function runAside(ctx: MutationCtx, asideId: Id<"workflows">): Promise<void> {
  const aside = await ctx.db.get("workflows", asideId);
  if (aside?.kind !== "set_aside" || aside.about === undefined) return;
  const [kind, id] = aside.about.split(":") as [RowKind, string];
  let done: boolean;
  try {
    done = await ctx.runMutation(internal.privacy.sweepOne, { kind, id });
  } catch (error) {
    return await keepAside(ctx, aside, error instanceof Error ? error.message : String(error));
  }
  if (done) await ctx.db.delete("workflows", asideId);
  else await tryAside(ctx, aside);
}

export const sweepOne = (ctx: MutationCtx, { kind, id }: RowRef): Promise<boolean> =>
  sourceOf(kind).actAlone(ctx, id);

type RowRef = { kind: RowKind; id: string };
const isSingle = (kind: RowKind): kind is Exclude<RowKind, SweepKind> => kind in SINGLES;
const sourceOf = (kind: RowKind) => (isSingle(kind) ? SINGLES[kind] : SWEEPERS[kind]);

/**
 * A row that a cron has found, in a transaction of its own within this one. One that fails is set aside, so that it is
 * listed and told; it is tried each time that a cron finds it, and off the list once that has worked.
 */
export async function tryRow(ctx: MutationCtx, row: RowRef): Promise<void> {
  const about = aboutOf(row.kind, row.id);
  const aside = (await listAside(ctx)).find((known) => known.about === about);
  try {
    await ctx.runMutation(internal.privacy.sweepOne, row);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return await giveUpOn(ctx, { about, step: sourceOf(row.kind).step }, message);
  }
  if (aside !== undefined) await ctx.db.delete("workflows", aside._id);
}

/** Lists what can't be dealt with, and tells admins of it. */
async function giveUpOn(
  ctx: MutationCtx,
  what: { about: string; step: string },
  message: string,
): Promise<void> {
  const aside = await ctx.db.get("workflows", await setAside(ctx, what));
  if (aside !== null) await keepAside(ctx, aside, message);
}

export async function setGuestAside(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const about = aboutOf("guest", userId);
  const asideId = await setAside(ctx, { about, step: SWEEPERS.guest.step });
  await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId });
}
