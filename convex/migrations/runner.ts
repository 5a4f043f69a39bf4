/**
 * Changing rows that are stored already, a batch a transaction. The migrations component keeps the cursor
 * and schedules the next batch; how to write a migration: `docs/migrations.md`.
 */
import {
  Migrations,
  type MigrationArgs,
  type MigrationResult,
  type MigrationStatus,
} from "@convex-dev/migrations";
import type { MutationBuilder } from "convex/server";
import { ConvexError, v, type Infer, type PropertyValidators } from "convex/values";
import { components, internal } from "../_generated/api";
import type { DataModel, Id, TableNames } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { internalMutation } from "../functions";
import schema from "../schema";
import { MIGRATIONS, vMigrationName, vMigrationState } from "../validators";

type MigrationName = Infer<typeof vMigrationName>;

/** Writes that a batch would make, by kind: `conversations.resolvedAt` for a patched field. */
const vWrites = v.record(v.string(), v.number());
/** What a dry run found out: the first batch was run and rolled back. */
export const vRehearsal = v.object({
  rowsRead: v.number(),
  writes: vWrites,
  /** True if this batch would have been the last. */
  isLast: v.boolean(),
});
export const vProgress = v.object({
  name: vMigrationName,
  state: vMigrationState,
  /** Rows looked at so far, those that needed no change included. */
  processed: v.number(),
  startedAt: v.optional(v.number()),
  finishedAt: v.optional(v.number()),
  error: v.optional(v.string()),
});
export type Progress = Infer<typeof vProgress>;

type Rehearsal = Infer<typeof vRehearsal>;
type BatchHandler = (ctx: MutationCtx, args: MigrationArgs) => Promise<MigrationResult>;

/**
 * The component's batches with a `returns`, and with a dry run that counts. The component's own would print
 * whole rows into the log, what customers wrote included.
 */
const batchMutation = ({ args, handler }: { args: PropertyValidators; handler: BatchHandler }) =>
  internalMutation({
    args,
    returns: v.object({
      continueCursor: v.string(),
      isDone: v.boolean(),
      processed: v.number(),
    }),
    handler: async (ctx, batch: MigrationArgs) => {
      if (batch.oneBatchOnly !== true) {
        throw new Error(`Migrations start with: npx convex run migrations:run '{"fn": "…"}'`);
      }
      if (batch.dryRun === true) throw await rehearsed(ctx, batch, handler);
      return await handler(ctx, batch);
    },
  });

/** `migrations.define({ table, migrateOne })` is how a migration is written: `migrateOne` returns a patch. */
export const migrations = new Migrations<DataModel, typeof schema>(components.migrations, {
  internalMutation: batchMutation as MutationBuilder<DataModel, "internal">,
  schema,
});

const DRY_RUN = "DRY RUN";

/** Runs a batch, and gives the error that rolls it back and says what it did. */
async function rehearsed(
  ctx: MutationCtx,
  batch: MigrationArgs,
  handler: BatchHandler,
): Promise<ConvexError<{ kind: typeof DRY_RUN; result: MigrationResult; rehearsal: Rehearsal }>> {
  const writes: Rehearsal["writes"] = {};
  const result = await handler(
    { ...ctx, db: counted(ctx.db, writes) },
    { ...batch, dryRun: false },
  );
  const rehearsal = { rowsRead: result.processed, writes, isLast: result.isDone };
  return new ConvexError({ kind: DRY_RUN, result, rehearsal });
}

function counted(db: MutationCtx["db"], writes: Rehearsal["writes"]): MutationCtx["db"] {
  const count = (what: string) => (writes[what] = (writes[what] ?? 0) + 1);
  return {
    ...db,
    insert: async (table, row) => {
      count(`${table} inserted`);
      return await db.insert(table, row);
    },
    patch: (async (table: TableNames, id: Id<TableNames>, patch: object) => {
      for (const field of Object.keys(patch)) count(`${table}.${field}`);
      await db.patch(table, id, patch);
    }) as typeof db.patch,
    replace: (async (table: TableNames, id: Id<TableNames>, row: never) => {
      count(`${table} replaced`);
      await db.replace(table, id, row);
    }) as typeof db.replace,
    delete: (async (table: TableNames, id: Id<TableNames>) => {
      count(`${table} deleted`);
      await db.delete(table, id);
    }) as typeof db.delete,
  };
}

const referenceTo = (name: MigrationName) => internal.migrations[name].migrate;

/** Starts a migration, or goes on with it; nothing to do if it runs or is done. */
export async function start(
  ctx: MutationCtx,
  name: MigrationName,
  options: { batchSize?: number; reset?: boolean },
): Promise<void> {
  await migrations.runOne(ctx, referenceTo(name), options);
}

/** All that are not done yet, one after the other. */
export async function startAll(ctx: MutationCtx): Promise<void> {
  await migrations.runSerially(ctx, MIGRATIONS.map(referenceTo));
}

/** What the next batch would do, done and rolled back. Null if there is nothing left to do. */
export async function rehearse(
  ctx: MutationCtx,
  name: MigrationName,
  { batchSize, reset = false }: { batchSize?: number; reset?: boolean },
): Promise<Rehearsal | null> {
  const reference = referenceTo(name);
  const [status] = await migrations.getStatus(ctx, { migrations: [reference] });
  if (status?.isDone === true && !reset) return null;
  const cursor = reset ? null : (status?.cursor ?? null);
  try {
    await ctx.runMutation(reference, { cursor, batchSize, dryRun: true, oneBatchOnly: true });
  } catch (error) {
    if (isRehearsed(error)) return error.data.rehearsal;
    throw error;
  }
  throw new Error("A dry run must not commit.");
}

const isRehearsed = (
  error: unknown,
): error is ConvexError<{ rehearsal: Rehearsal; kind: string }> =>
  error instanceof ConvexError && (error.data as { kind?: unknown }).kind === DRY_RUN;

/** Stops a running migration after its last committed batch. `start` goes on from there. */
export async function cancel(ctx: MutationCtx, name: MigrationName): Promise<void> {
  const [before] = await readProgress(ctx, [name]);
  if (before?.state === "inProgress") await migrations.cancel(ctx, referenceTo(name));
}

/** How far migrations are, in the order in which they run. */
export async function readProgress(
  ctx: Pick<QueryCtx, "runQuery">,
  names: readonly MigrationName[] = MIGRATIONS,
): Promise<Progress[]> {
  const statuses = await migrations.getStatus(ctx, { migrations: names.map(referenceTo) });
  // The component answers in the reverse order of what it is asked.
  return names.map((name, i) => progressOf(name, statuses[names.length - 1 - i]!));
}

function progressOf(name: MigrationName, status: MigrationStatus): Progress {
  const begun = status.latestStart > 0;
  const unfinished = begun ? ("interrupted" as const) : ("notStarted" as const);
  return {
    name,
    state: status.state === "unknown" ? unfinished : status.state,
    processed: status.processed,
    startedAt: begun ? status.latestStart : undefined,
    finishedAt: status.latestEnd,
    error: status.error,
  };
}
