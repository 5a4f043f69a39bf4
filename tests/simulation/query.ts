/** Queries over a table in memory: index ranges in the index's order, as `ctx.db.query` has them. */
import { compareValues, type Value } from "convex/values";

export type Row = { _id: string; _creationTime: number } & Record<string, unknown>;

/** Of one table: an index's name to the paths of its fields. */
export type IndexFields = Record<string, string[][]>;

type Holds = (row: Row) => boolean;

export function queryOf(table: Map<string, Row>, indexes: IndexFields) {
  return new Query([...table.values()], [], indexes);
}

class Query {
  #descending = false;
  constructor(
    private readonly rows: Row[],
    private readonly fields: string[][],
    private readonly indexes: IndexFields,
  ) {}

  withIndex(name: string, range?: (q: object) => unknown): Query {
    const fields = this.indexes[name];
    if (fields === undefined) throw new Error(`There is no index ${name}.`);
    const conditions: Holds[] = [];
    const add = (holds: (order: number) => boolean) => (path: string, value: Value) => {
      const keys = path.split(".");
      conditions.push((row) => holds(compare(at(row, keys), value)));
      return q;
    };
    const q = {
      eq: add((order) => order === 0),
      gt: add((order) => order > 0),
      gte: add((order) => order >= 0),
      lt: add((order) => order < 0),
      lte: add((order) => order <= 0),
    };
    range?.(q);
    const found = this.rows.filter((row) => conditions.every((holds) => holds(row)));
    return new Query(found, fields, this.indexes);
  }

  order(order: "asc" | "desc"): Query {
    this.#descending = order === "desc";
    return this;
  }

  collect(): Promise<Row[]> {
    return Promise.resolve(this.#sorted());
  }

  take(count: number): Promise<Row[]> {
    return Promise.resolve(this.#sorted().slice(0, count));
  }

  first(): Promise<Row | null> {
    return Promise.resolve(this.#sorted()[0] ?? null);
  }

  unique(): Promise<Row | null> {
    if (this.rows.length > 1) return Promise.reject(new Error("unique() found several rows."));
    return Promise.resolve(this.rows[0] ?? null);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    yield* await this.collect();
  }

  #sorted(): Row[] {
    const sign = this.#descending ? -1 : 1;
    return this.rows.sort((a, b) => {
      for (const path of this.fields) {
        const order = compare(at(a, path), at(b, path));
        if (order !== 0) return order * sign;
      }
      return (a._creationTime - b._creationTime) * sign;
    });
  }
}

function at(row: Row, path: string[]): Value | undefined {
  let value: unknown = row;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value as Value | undefined;
}

function compare(a: Value | undefined, b: Value | undefined): number {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareValues(a, b);
}
