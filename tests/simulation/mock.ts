/**
 * The same world on `convex-test`, the mock of Convex's own makers: slower, with validators. What a sequence
 * leaves there must be what it leaves in `MemoryEngine`, row by row.
 */
import { convexTest } from "convex-test";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";
import type { MutationCtx } from "../../convex/_generated/server";
import schema from "../../convex/schema";
import { modules, type Deployment } from "../setup";
import type { Change, Engine, Identity, Job, Mutation } from "./engine";
import type { Row } from "./query";

const TABLES = Object.keys(schema.tables) as TableNames[];

type Tables = Map<string, Row>;

/** An id, of either engine: of what is gone it says no more than that. */
const ID = new RegExp(`^(?:\\d+\\||\\d{20,})(${TABLES.join("|")})$`);

export class MockEngine implements Engine {
  readonly #t: Deployment;
  #rows = new Map<string, Tables>();
  #jobs: Row[] = [];
  #changes: Change[] = [];

  /** `tables`: those that are looked at after each transaction. */
  constructor(
    private readonly tables: TableNames[] = TABLES,
    mutationsRunTwice = false,
  ) {
    this.#t = convexTest({ schema, modules, transactionLimits: true, mutationsRunTwice });
  }

  mutation<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as?: Identity,
    ip?: string,
  ): Promise<F["_returnType"]> {
    const from = ip === undefined ? this.#t : this.#t.withRequestMetadata({ ip });
    const t = as === undefined ? from : from.withIdentity(as);
    // Its arguments are typed by a condition that no generic call can meet.
    const { mutation } = t as unknown as {
      mutation: (fn: F, args: F["_args"]) => Promise<unknown>;
    };
    return this.#committed(() => mutation(fn, args));
  }

  run<T>(act: (ctx: MutationCtx) => Promise<T>): Promise<T> {
    return this.#committed(() => this.#t.mutation(act));
  }

  changes = (): Change[] => this.#changes;

  rows<T extends TableNames>(table: T): Doc<T>[] {
    return [...(this.#rows.get(table)?.values() ?? [])] as unknown as Doc<T>[];
  }

  jobs(): Job[] {
    return this.#jobs
      .filter(({ state }) => (state as { kind: string }).kind === "pending")
      .map(({ _id, name, args, scheduledTime }) => ({
        id: _id,
        name: (name as string).replace(/\.js:/, ":"),
        args: (args as Job["args"][])[0]!,
        dueAt: scheduledTime as number,
      }))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  async take(id: string): Promise<void> {
    await this.#t.mutation((ctx) => ctx.scheduler.cancel(id as Id<"_scheduled_functions">));
    await this.#look();
  }

  async #committed<T>(call: () => Promise<T>): Promise<T> {
    const before = new Map([...this.#rows].map(([table, rows]) => [table, new Map(rows)]));
    before.set("_scheduled_functions", new Map(this.#jobs.map((job) => [job._id, job])));
    try {
      return await call();
    } finally {
      await this.#look();
      const after = new Map(this.#rows);
      after.set("_scheduled_functions", new Map(this.#jobs.map((job) => [job._id, job])));
      this.#changes = differences(before, after);
    }
  }

  async #look(): Promise<void> {
    const [jobs, ...tables] = await this.#t.query(
      async ({ db }) =>
        await Promise.all([
          db.system.query("_scheduled_functions").collect(),
          ...this.tables.map((table) => db.query(table).collect()),
        ]),
    );
    this.#jobs = jobs;
    for (const [i, table] of this.tables.entries()) {
      const rows = tables[i] as unknown as Row[];
      this.#rows.set(table, new Map(rows.map((row) => [row._id, row])));
    }
  }
}

function differences(before: Map<string, Tables>, after: Map<string, Tables>): Change[] {
  const changes: Change[] = [];
  for (const [table, rows] of after) {
    const old = before.get(table) ?? new Map<string, Row>();
    for (const id of new Set([...old.keys(), ...rows.keys()])) {
      const change = { table, id, before: old.get(id) ?? null, after: rows.get(id) ?? null };
      if (JSON.stringify(change.before) !== JSON.stringify(change.after)) changes.push(change);
    }
  }
  return changes;
}

/** Left out: which of the budget's shards was written, which depends on an id. */
const comparable = (row: Row) => row.name !== "ai budget";

/** All rows, with ids by the order in which rows were made, for comparing engines. */
export function contents(engine: Engine): Record<string, unknown[]> {
  const names = new Map<string, string>();
  const tables = TABLES.map((table) => {
    const rows = (engine.rows(table) as unknown as Row[])
      .filter(comparable)
      .sort((a, b) => a._creationTime - b._creationTime);
    for (const [i, { _id }] of rows.entries()) names.set(_id, `${table} ${i}`);
    return [table, rows] as const;
  });
  const named = (key: string, value: unknown) => {
    if (key === "shard") return null;
    // What an agent did is counted under its id.
    if (key === "counts" && typeof value === "object" && value !== null) {
      const rename = (name: string) => name.split(".").map((part) => names.get(part) ?? part);
      const counts = Object.entries(value).map(([name, n]) => [
        rename(name).join("."),
        n as number,
      ]);
      return sorted(Object.fromEntries(counts) as Row);
    }
    if (typeof value !== "string") return value;
    return names.get(value) ?? value.replace(ID, "gone $1");
  };
  return Object.fromEntries(
    tables.map(([table, rows]) => [
      table,
      rows.map((row) =>
        // The mock's clock ticks for jobs and rows alike.
        sorted(JSON.parse(JSON.stringify({ ...row, _creationTime: 0, jobId: null }, named)) as Row),
      ),
    ]),
  );
}

const sorted = (row: Row) => Object.fromEntries(Object.entries(row).sort());
