/** What an import is about to do, as the CLI shows it before it asks. */
import type { Engine } from "../../engine/engine";
import { isSystemTable } from "./fieldNames";
import { ImportError } from "./importErrors";
import type { TableCount } from "./importContent";
import { makeTableKey } from "./importSource";

export type ImportMode = "requireEmpty" | "append" | "replace" | "replaceAll";

export interface TableChange extends TableCount {
  deleted: number;
  existing: number;
}

interface Confirmation {
  message: string;
  /** Something would be deleted. */
  needed: boolean;
  changes: TableChange[];
}

export function composeConfirmation(
  engine: Engine,
  mode: ImportMode,
  counts: TableCount[],
): Confirmation {
  const all = mode === "replaceAll" ? withExisting(engine, counts) : counts;
  const changes = all
    .map((count) => {
      const existing = engine.database(count.component)?.count(count.table) ?? 0;
      if (mode === "requireEmpty" && existing > 0) throw refuseExistingTable(count.table);
      const replaces = mode === "replace" || mode === "replaceAll";
      return { ...count, existing, deleted: replaces ? existing : 0 };
    })
    .sort((a, b) => order(a.component, b.component) || order(a.table, b.table));
  const lines: string[] = changes.length > 0 ? ["Import change summary:"] : [];
  for (const component of new Set(changes.map((change) => change.component))) {
    if (component !== "") lines.push(`Component ${component}`);
    lines.push(...render(changes.filter((change) => change.component === component)));
  }
  lines.push(
    "Once the import has started, it will run in the background.\n" +
      "Interrupting `npx convex import` will not cancel it.",
  );
  return { message: lines.join("\n"), needed: changes.some(({ deleted }) => deleted > 0), changes };
}

export function refuseExistingTable(table: string): ImportError {
  return new ImportError(
    `Table ${table} already exists. Please choose a new table name or use replace/append modes.`,
  );
}

/** `--replace-all` also clears the tables that the import does not mention. */
function withExisting(engine: Engine, counts: TableCount[]): TableCount[] {
  const mentioned = new Set(counts.map(({ component, table }) => makeTableKey(component, table)));
  const others = engine
    .knownComponents()
    .flatMap((component) =>
      [...(engine.database(component)?.allTables().keys() ?? [])]
        .filter((table) => !isSystemTable(table) && !mentioned.has(makeTableKey(component, table)))
        .map((table) => ({ component, table, rows: 0, missingId: false })),
    );
  return [...counts, ...others];
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 *     table    | create | delete             |
 *     ----------------------------------------
 *     _storage | 10     | 11 of 11 files     |
 */
function render(changes: TableChange[]): string[] {
  const rows = [
    ["table", "create", "delete"] as const,
    ...changes.map(({ table, rows, deleted, existing }) => {
      const unit = table === "_storage" ? " files" : "";
      return [
        table,
        formatCount(rows),
        `${formatCount(deleted)} of ${formatCount(existing)}${unit}`,
      ] as const;
    }),
  ];
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  const widths = [width(0), width(1), width(2)] as const;
  const lines = rows.map(
    ([table, create, remove]) =>
      `${table.padEnd(widths[0])} | ${create.padEnd(widths[1])} | ${remove.padEnd(widths[2])} |`,
  );
  const rule = "-".repeat(widths[0] + 3 + widths[1] + 3 + widths[2] + 2);
  return [lines[0] as string, rule, ...lines.slice(1)];
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
