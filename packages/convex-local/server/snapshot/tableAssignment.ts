/**
 * Which numbers the tables of an import get, in one component: those that the import lists, else those
 * that its IDs carry, else the tables' present ones, else fresh ones. IDs cannot be rewritten, since a
 * document may hold them in any string, so numbers that clash refuse the import, as in Convex
 * (`assign_table_numbers` in crates/application/src/snapshot_import).
 */
import { findTableNumber } from "../../engine/ids";
import { FIRST_USER_TABLE } from "../../engine/tableNumbers";
import { isSystemTable } from "./fieldNames";
import { ImportError, describeComponent } from "./importErrors";
import type { ContentTable } from "./importContent";

interface AssignmentInput {
  component: string;
  /** The component's tables as they are. */
  existing: ReadonlyMap<string, number>;
  /** What the import lists in `_tables`. */
  listed: ReadonlyMap<string, number>;
  tables: readonly ContentTable[];
  /** Tables that have to be there afterwards, whether or not they are imported. */
  kept: readonly string[];
  /** Do the tables that are not imported go away? */
  replaceAll: boolean;
  /** Does a table that exists stay, with its documents and its number? */
  append: boolean;
}

export interface Assignment {
  /** The tables that the import writes, empty ones included. */
  imported: string[];
  /** The number of every table afterwards. */
  numbers: Map<string, number>;
}

export function assignNumbers(input: AssignmentInput): Assignment {
  const { component, existing, listed, tables, kept, replaceAll } = input;
  const owner = new Map<number, string>();
  const numbers = new Map<string, number>();
  const unnumbered: string[] = [];
  const claim = (table: string, number: number): void => {
    const other = owner.get(number);
    if (other !== undefined) {
      throw new ImportError(
        `conflict between \`${other}\` and \`${table}\`${describeComponent(component)} with number ${number}`,
      );
    }
    owner.set(number, table);
    numbers.set(table, number);
  };
  for (const [table, number] of listed) {
    refuseSystemTable(table);
    claim(table, number);
  }
  for (const { table, rows } of tables) {
    const number = numbers.has(table) ? null : numberOfFirstId(rows);
    if (number !== null) claim(table, number);
  }
  for (const table of [...tables.map((content) => content.table), ...kept]) {
    if (numbers.has(table) || unnumbered.includes(table)) continue;
    const number = existing.get(table);
    if (number !== undefined && !owner.has(number)) claim(table, number);
    else unnumbered.push(table);
  }
  const imported = [...numbers.keys(), ...unnumbered];
  if (input.append) checkAppended(component, numbers, existing);
  for (const [table, number] of existing) {
    if (imported.includes(table) || (replaceAll && !isSystemTable(table))) continue;
    const other = owner.get(number);
    if (other !== undefined) throw conflict(other, table, component);
    owner.set(number, table);
    numbers.set(table, number);
  }
  for (const table of unnumbered) {
    let number = FIRST_USER_TABLE;
    while (owner.has(number)) number += 1;
    claim(table, number);
  }
  return { imported, numbers };
}

function refuseSystemTable(table: string): void {
  if (!isSystemTable(table) || table === "_storage") return;
  throw new ImportError(`Invalid table name ${table} starts with metadata prefix '_'`);
}

function numberOfFirstId(rows: ContentTable["rows"]): number | null {
  const id = rows[0]?._id;
  return typeof id === "string" ? findTableNumber(id) : null;
}

function checkAppended(
  component: string,
  numbers: ReadonlyMap<string, number>,
  existing: ReadonlyMap<string, number>,
): void {
  for (const [table, number] of numbers) {
    const present = existing.get(table);
    if (present === undefined || present === number) continue;
    throw new ImportError(
      `table ${table}${describeComponent(component)} wants table number ${number} but was already ` +
        `assigned ${present}`,
    );
  }
}

function conflict(table: string, existing: string, component: string): ImportError {
  const start = `New table \`${table}\`${describeComponent(component)} has IDs that conflict with existing`;
  if (isSystemTable(existing)) return new ImportError(`${start} system table`);
  return new ImportError(
    `${start} table \`${existing}\`. To delete all existing tables, import with ` +
      "`npx convex import --replace-all`.",
  );
}
