/**
 * Which table has which number, in one component. A document's ID carries its table's number, so the
 * number is what an ID's table is known by. Numbers are Convex's: fixed ones for system tables, from
 * 10001 for the app's.
 */
import { peekTableNumber, generateId, findTableNumber } from "./ids";

/** The numbers that Convex gives its own tables, as far as they occur here (crates/model/src/lib.rs). */
export const SYSTEM_TABLES: ReadonlyMap<string, number> = new Map([
  ["_exports", 516],
  ["_scheduled_functions", 539],
  ["_storage", 540],
  ["_snapshot_imports", 541],
]);
export const FIRST_USER_TABLE = 10_001;

export class TableNumbers {
  private numbers = new Map<string, number>();
  private names = new Map<number, string>();

  constructor() {
    this.assign(SYSTEM_TABLES);
  }

  /** The number of a table, which gets the next free one if it has none. */
  numberOf(table: string): number {
    const known = this.numbers.get(table);
    if (known !== undefined) return known;
    let number = FIRST_USER_TABLE;
    while (this.names.has(number)) number += 1;
    this.numbers.set(table, number);
    this.names.set(number, table);
    return number;
  }

  find(table: string): number | undefined {
    return this.numbers.get(table);
  }

  entries(): ReadonlyMap<string, number> {
    return this.numbers;
  }

  /** Replaces the whole mapping; an import may give tables other numbers. */
  assign(numbers: ReadonlyMap<string, number>): void {
    this.numbers = new Map(numbers);
    this.names = new Map([...numbers].map(([name, number]) => [number, name]));
  }

  newId(table: string): string {
    return generateId(this.numberOf(table));
  }

  /** The table of any string; `null` if it is no ID, or of no table of this component. */
  tableOf(id: string): string | null {
    const number = findTableNumber(id);
    return number === null ? null : (this.names.get(number) ?? null);
  }

  /** The table of a stored document's ID. */
  tableOfKnown(id: string): string {
    const table = this.names.get(peekTableNumber(id));
    if (table === undefined) throw new Error(`The stored document "${id}" is in no table`);
    return table;
  }
}
