/**
 * A database for simulations: the package's own registered functions on tables in memory, one transaction at
 * a time, fifty times as fast as the mock, so that ten thousand interleavings are a matter of seconds. It
 * checks no types and knows no limits: the same sequences run on `convex-test` too, and must leave the same
 * rows (`test.simulationMock.ts`).
 */
import { getFunctionName, type FunctionReference } from "convex/server";
import type { Doc, TableNames } from "../../convex/_generated/dataModel";
import type { MutationCtx } from "../../convex/_generated/server";
import * as agents from "../../convex/agents";
import * as analytics from "../../convex/analytics";
import * as auth from "../../convex/auth";
import * as conversations from "../../convex/conversations";
import * as mail from "../../convex/mail";
import * as messages from "../../convex/messages";
import * as replies from "../../convex/replies";
import schema from "../../convex/schema";
import * as sms from "../../convex/sms";
import { queryOf, type IndexFields, type Row } from "./query";
import * as users from "../../convex/users";
import * as privacy from "../../convex/privacy";
import * as workflows from "../../convex/workflows";

/** The modules that a simulated function or job may be in. */
const MODULES: Record<string, object> = {
  agents,
  analytics,
  auth,
  conversations,
  mail,
  messages,
  replies,
  sms,
  users,
  privacy,
  workflows,
};

export type Identity = { subject: string; sid: string };
/** What a commit did to one row: null for one that was not there, or is not any more. */
export type Change = { table: string; id: string; before: Row | null; after: Row | null };
export type Job = { id: string; name: string; args: Record<string, unknown>; dueAt: number };

export type Mutation = FunctionReference<"mutation", "public" | "internal">;

/** What a world needs of a deployment. */
export interface Engine {
  /** One transaction, asked for from `ip`: throws what the function throws, and then nothing is changed. */
  mutation<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as?: Identity,
    ip?: string,
  ): Promise<F["_returnType"]>;
  run<T>(act: (ctx: MutationCtx) => Promise<T>): Promise<T>;
  /** What the last call has changed. */
  changes(): Change[];
  rows<T extends TableNames>(table: T): Doc<T>[];
  /** Scheduled and not yet taken, in the order of their times. */
  jobs(): Job[];
  /** To run it, or to lose it: the scheduler will not run it any more. */
  take(id: string): Promise<void>;
}

const JOBS = "_scheduled_functions";

export class MemoryEngine implements Engine {
  readonly #tables = new Map<string, Map<string, Row>>();
  #serial = 0;
  #lastCreation = 0;
  #log: Change[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  mutation<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as?: Identity,
    ip?: string,
  ): Promise<F["_returnType"]> {
    const handler = handlerOf(getFunctionName(fn));
    return this.#transaction((ctx) => handler(ctx, args), as, ip);
  }

  run<T>(act: (ctx: MutationCtx) => Promise<T>): Promise<T> {
    return this.#transaction(act);
  }

  changes(): Change[] {
    const first = new Map<string, Change>();
    for (const one of this.#log) {
      const seen = first.get(one.id);
      if (seen === undefined) first.set(one.id, { ...one });
      else seen.after = one.after;
    }
    return [...first.values()].filter(({ before, after }) => before !== null || after !== null);
  }

  rows<T extends TableNames>(table: T): Doc<T>[] {
    return [...this.#table(table).values()] as unknown as Doc<T>[];
  }

  jobs(): Job[] {
    return [...this.#table(JOBS).values()]
      .filter(({ state }) => (state as { kind: string }).kind === "pending")
      .map(({ _id, name, args, scheduledTime }) => ({
        id: _id,
        name: name as string,
        args: (args as Job["args"][])[0]!,
        dueAt: scheduledTime as number,
      }))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  take(id: string): Promise<void> {
    const job = this.#table(JOBS).get(id)!;
    this.#table(JOBS).set(id, { ...job, state: { kind: "canceled" } });
    return Promise.resolve();
  }

  /** Transactions wait for one another, as serializable ones may as well have done. */
  #transaction<T>(act: (ctx: MutationCtx) => Promise<T>, as?: Identity, ip?: string): Promise<T> {
    const run = async () => {
      this.#log = [];
      try {
        return await act(this.#ctx(as, ip));
      } catch (error) {
        this.#rollBack(0);
        throw error;
      }
    };
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #rollBack(to: number): void {
    while (this.#log.length > to) {
      const { table, id, before } = this.#log.pop()!;
      if (before === null) this.#table(table).delete(id);
      else this.#table(table).set(id, before);
    }
  }

  #table(name: string): Map<string, Row> {
    const table = this.#tables.get(name) ?? new Map<string, Row>();
    if (table.size === 0) this.#tables.set(name, table);
    return table;
  }

  #write(table: string, id: string, after: Row | null): void {
    const rows = this.#table(table);
    this.#log.push({ table, id, before: rows.get(id) ?? null, after });
    if (after === null) rows.delete(id);
    else rows.set(id, Object.freeze(after));
  }

  #insert(table: string, value: object): string {
    const _id = `${++this.#serial}|${table}`;
    this.#lastCreation = Math.max(Date.now(), this.#lastCreation + 0.001);
    this.#write(table, _id, { ...stored(value), _id, _creationTime: this.#lastCreation });
    return _id;
  }

  #get(id: string): Row | null {
    return this.#table(tableOf(id)).get(id) ?? null;
  }

  #patch(id: string, value: Record<string, unknown>): void {
    const row = this.#known(id);
    const after: Row = { ...row, ...stored(value) };
    const cleared = Object.keys(value).filter((key) => value[key] === undefined && key in row);
    for (const key of cleared) delete after[key];
    // What something was deleted from is slow for good; its copy is not.
    this.#write(tableOf(id), id, cleared.length > 0 ? { ...after } : after);
  }

  #known(id: string): Row {
    const row = this.#get(id);
    if (row === null) throw new Error(`There is no ${id} to change.`);
    return row;
  }

  #ctx(as?: Identity, ip?: string): MutationCtx {
    // `get("table", id)` and `get(id)` are the same.
    const get = (...args: string[]) => Promise.resolve(this.#get(args.at(-1)!));
    const db = {
      get,
      insert: (table: string, value: object) => Promise.resolve(this.#insert(table, value)),
      patch: (...args: unknown[]) => {
        this.#patch(args.at(-2) as string, args.at(-1) as Row);
        return Promise.resolve();
      },
      replace: (...args: unknown[]) => {
        const { _id, _creationTime } = this.#known(args.at(-2) as string);
        this.#write(tableOf(_id), _id, { ...stored(args.at(-1) as object), _id, _creationTime });
        return Promise.resolve();
      },
      delete: (...args: string[]) => {
        const { _id } = this.#known(args.at(-1)!);
        this.#write(tableOf(_id), _id, null);
        return Promise.resolve();
      },
      query: (table: string) => queryOf(this.#table(table), INDEXES[table]!),
      normalizeId: (table: string, id: string) => (id.endsWith(`|${table}`) ? id : null),
      system: { get },
    };
    const schedule = (dueAt: number, fn: FunctionReference<"mutation">, args: object) => {
      const job = { name: getFunctionName(fn), args: [stored(args)], scheduledTime: dueAt };
      return Promise.resolve(this.#insert(JOBS, { ...job, state: { kind: "pending" } }));
    };
    const ctx = {
      db,
      auth: { getUserIdentity: () => Promise.resolve(as ?? null) },
      meta: { getRequestMetadata: () => Promise.resolve({ ip: ip ?? null, userAgent: null }) },
      scheduler: {
        runAt: schedule,
        cancel: (id: string) => {
          this.#patch(id, { state: { kind: "canceled" } });
          return Promise.resolve();
        },
        runAfter: (ms: number, fn: FunctionReference<"mutation">, args: object) =>
          schedule(Date.now() + ms, fn, args),
      },
      runMutation: async (fn: FunctionReference<"mutation">, args: object) => {
        const mark = this.#log.length;
        try {
          return await handlerOf(getFunctionName(fn))(this.#ctx(as, ip), args);
        } catch (error) {
          this.#rollBack(mark);
          throw error;
        }
      },
    };
    return ctx as unknown as MutationCtx;
  }
}

const tableOf = (id: string) => id.slice(id.indexOf("|") + 1);

type Handler = (ctx: MutationCtx, args: object) => Promise<unknown>;

function handlerOf(name: string): Handler {
  const [module, fn] = name.split(":") as [string, string];
  const registered = (MODULES[module] as Record<string, { _handler?: Handler }> | undefined)?.[fn];
  if (registered?._handler === undefined) throw new Error(`Nothing is registered as ${name}.`);
  return registered._handler;
}

/** Convex stores no `undefined`, at any depth. */
function stored(value: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (field === undefined) continue;
    const nested = typeof field === "object" && field !== null && !Array.isArray(field);
    kept[key] = nested ? stored(field) : field;
  }
  return kept;
}

/** Every index of the schema: table, name, the paths of its fields. */
const INDEXES: Record<string, IndexFields> = Object.fromEntries(
  Object.entries(schema.tables).map(([table, definition]) => [
    table,
    Object.fromEntries(
      definition[" indexes"]().map(({ indexDescriptor, fields }) => [
        indexDescriptor,
        fields.map((path) => path.split(".")),
      ]),
    ),
  ]),
);
