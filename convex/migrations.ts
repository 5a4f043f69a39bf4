/**
 * Running the migrations of `migrations/`, from the CLI: `npx convex run migrations:runAll` after a deploy.
 * They go on in the background, a batch a transaction; `npx convex run --watch migrations:status` shows how
 * far they are. Rules: `migrations/runner.ts`, how to write one: `docs/migrations.md`.
 */
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./functions";
import * as Migrations from "./migrations/runner";
import { vMigrationName } from "./validators";

/**
 * Starts one migration, or goes on with it where it failed, was canceled or interrupted. `dryRun` runs the
 * next batch, rolls it back and says what it would have written; `reset` begins again at the first row;
 * `batchSize` is for rows so large that 100 don't fit a transaction.
 */
export const run = internalMutation({
  args: {
    fn: vMigrationName,
    dryRun: v.optional(v.boolean()),
    reset: v.optional(v.boolean()),
    batchSize: v.optional(v.number()),
  },
  returns: Migrations.vProgress.extend({
    dryRun: v.optional(v.union(Migrations.vRehearsal, v.null())),
  }),
  handler: async (ctx, { fn, dryRun = false, ...options }) => {
    const rehearsal = dryRun ? await Migrations.rehearse(ctx, fn, options) : undefined;
    if (!dryRun) await Migrations.start(ctx, fn, options);
    const [now] = await Migrations.readProgress(ctx, [fn]);
    return { ...now!, dryRun: rehearsal };
  },
});

/** Starts all migrations that are not done, one after the other. Nothing is left to do on a new deployment. */
export const runAll = internalMutation({
  args: {},
  returns: v.array(Migrations.vProgress),
  handler: async (ctx) => {
    await Migrations.startAll(ctx);
    return await Migrations.readProgress(ctx);
  },
});

/** How far every migration is. */
export const status = internalQuery({
  args: {},
  returns: v.array(Migrations.vProgress),
  handler: async (ctx) => await Migrations.readProgress(ctx),
});

/** Stops a running migration between two batches, and those that were to follow. `run` goes on with it. */
export const cancel = internalMutation({
  args: { fn: vMigrationName },
  returns: Migrations.vProgress,
  handler: async (ctx, { fn }) => {
    await Migrations.cancel(ctx, fn);
    const [now] = await Migrations.readProgress(ctx, [fn]);
    return now!;
  },
});
