/**
 * Imports and their states, which are those of Convex's `_snapshot_imports` table: an uploaded file is
 * read and summed up, waits for a yes, and is then put in as one transaction. One import at a time.
 */
import { rm } from "node:fs/promises";
import { convexToJson } from "convex/values";
import type { Engine } from "../../engine/engine";
import { generateId } from "../../engine/ids";
import { SYSTEM_TABLES } from "../../engine/tableNumbers";
import { HttpError } from "../http";
import {
  composeConfirmation,
  formatCount,
  type ImportMode,
  type TableChange,
} from "./confirmation";
import { countRows, readContent, type ImportContent } from "./importContent";
import { ImportError, describeComponent, explainError } from "./importErrors";
import { planImport } from "./importPlan";
import { openImport, type ImportFormat, type ImportSource } from "./importSource";
import { MAX_IMPORTS } from "./limits";

type State =
  | { state: "uploaded" }
  | {
      state: "waiting_for_confirmation";
      message_to_confirm: string;
      require_manual_confirmation: boolean;
    }
  | { state: "in_progress"; progress_message: string; checkpoint_messages: string[] }
  | { state: "completed"; timestamp: bigint; num_rows_written: bigint }
  | { state: "failed"; error_message: string };

interface ImportRequest {
  format: ImportFormat;
  mode: ImportMode;
  component: string;
  file: string;
}

interface Import extends ImportRequest {
  id: string;
  createdAt: number;
  state: State;
  changes: TableChange[];
}

const FORMAT_NAMES = { csv: "csv", jsonLines: "jsonl", jsonArray: "json_array", zip: "zip" };

export class Imports {
  private readonly imports = new Map<string, Import>();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly engine: Engine,
    /** The states of imports have changed: whoever subscribes to them wants to know. */
    private readonly changed: () => void,
  ) {}

  newId(): string {
    return generateId(SYSTEM_TABLES.get("_snapshot_imports") as number);
  }

  /** Begins to read an uploaded file. */
  start(id: string, request: ImportRequest): void {
    const started: Import = {
      ...request,
      id,
      createdAt: Date.now(),
      state: { state: "uploaded" },
      changes: [],
    };
    this.imports.set(id, started);
    this.enqueue(started, () => this.sumUp(started));
    for (const oldest of this.imports.values()) {
      if (this.imports.size <= MAX_IMPORTS) break;
      this.imports.delete(oldest.id);
      if (!isOver(oldest.state)) this.end(oldest, "Import was superseded by newer ones");
    }
  }

  /** Goes ahead with an import that has been summed up; a second yes changes nothing. */
  perform(id: string): void {
    const found = this.find(id);
    if (found.state.state !== "waiting_for_confirmation") return;
    this.progress(found, "Importing");
    this.enqueue(found, () => this.write(found));
  }

  cancel(id: string): void {
    const found = this.find(id);
    if (isOver(found.state)) {
      throw new HttpError(
        400,
        "CannotCancelImport",
        `Cannot cancel an import that has ${found.state.state}`,
      );
    }
    this.end(found, "Import canceled");
  }

  /** A row of `_snapshot_imports`, encoded, or `null`. */
  row(id: unknown): unknown {
    const found = typeof id === "string" ? this.imports.get(id) : undefined;
    return found === undefined ? null : encodeRow(found);
  }

  /** The newest first. */
  rows(): unknown[] {
    return [...this.imports.values()].reverse().map(encodeRow);
  }

  /** Waits for what is being read or written. */
  async close(): Promise<void> {
    for (const open of this.imports.values()) {
      if (!isOver(open.state)) this.end(open, "The deployment was stopped");
    }
    await this.queue;
  }

  private find(id: string): Import {
    const found = this.imports.get(id);
    if (found === undefined) {
      throw new HttpError(404, "ImportNotFound", `import ${id} not found`);
    }
    return found;
  }

  private enqueue(current: Import, work: () => Promise<void>): void {
    this.queue = this.queue.then(async () => {
      if (isOver(current.state)) return;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof ImportError)) console.error("An import failed:", error);
        this.end(current, `Hit an error while importing:\n${explainError(error)}`);
      }
    });
  }

  private async sumUp(current: Import): Promise<void> {
    const counts = await this.reading(current, countRows);
    const { message, needed, changes } = composeConfirmation(this.engine, current.mode, counts);
    if (isOver(current.state)) return;
    current.changes = changes;
    current.state = {
      state: "waiting_for_confirmation",
      message_to_confirm: message,
      require_manual_confirmation: needed,
    };
    this.changed();
  }

  private async write(current: Import): Promise<void> {
    const { mode, format } = current;
    const content = await this.reading(current, (source) =>
      readContent(source, (table, component) =>
        this.progress(current, `Importing "${table}"${describeComponent(component)}`),
      ),
    );
    const timestamp = await this.engine.install((engine) => {
      if (isOver(current.state)) throw new ImportError("Import canceled");
      return planImport(engine, { content, mode, emptyMeansAbsent: format.format === "csv" });
    });
    const messages = checkpoints(content);
    this.progress(current, messages[messages.length - 1] ?? "Importing", messages);
    // Only states that were sent are seen: the CLI prints these messages.
    await this.engine.subscriptions.settled();
    current.state = {
      state: "completed",
      timestamp,
      num_rows_written: BigInt(rowsWritten(content)),
    };
    this.finished(current);
  }

  private async reading<T>(
    { file, format, component }: Import,
    read: (source: ImportSource) => Promise<T>,
  ): Promise<T> {
    const source = await openImport(file, format, component);
    try {
      return await read(source);
    } finally {
      source.close();
    }
  }

  private progress(current: Import, message: string, checkpoint_messages: string[] = []): void {
    if (isOver(current.state)) return;
    current.state = { state: "in_progress", progress_message: message, checkpoint_messages };
    this.changed();
  }

  private end(current: Import, message: string): void {
    if (isOver(current.state)) return;
    current.state = { state: "failed", error_message: message };
    this.finished(current);
  }

  private finished(current: Import): void {
    this.changed();
    this.queue = this.queue.then(() => rm(current.file, { force: true }));
  }
}

function isOver({ state }: State): boolean {
  return state === "completed" || state === "failed";
}

function rowsWritten({ tables }: ImportContent): number {
  return tables.reduce(
    (total, { table, rows }) => total + (table === "_storage" ? 0 : rows.length),
    0,
  );
}

function checkpoints({ tables, files }: ImportContent): string[] {
  return tables.map(({ component, table, rows }) => {
    const place = `Imported "${table}"${describeComponent(component)}`;
    return table === "_storage"
      ? `${place} (${formatCount(files.get(component)?.length ?? 0)} files)`
      : `${place} (${formatCount(rows.length)} documents)`;
  });
}

function encodeRow({ id, createdAt, state, format, mode, component, changes }: Import): unknown {
  return convexToJson({
    _id: id,
    _creationTime: createdAt,
    state,
    format: {
      format: FORMAT_NAMES[format.format],
      ...(format.format === "zip" ? {} : { table: format.table }),
    },
    mode,
    component_path: component === "" ? null : component,
    member_id: null,
    checkpoints: changes.map((change) => ({
      component_path: change.component === "" ? null : change.component,
      display_table_name: change.table,
      tablet_id: null,
      num_rows_written: 0n,
      total_num_rows_to_write: BigInt(change.rows),
      existing_rows_to_delete: BigInt(change.deleted),
      existing_rows_in_table: BigInt(change.existing),
      is_missing_id_field: change.missingId,
    })),
    requestor: { type: "snapshotImport" },
  });
}
