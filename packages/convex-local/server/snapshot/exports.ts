/**
 * Snapshot exports: one at a time, written to a file, the last few kept until the deployment closes.
 * The states are those of Convex's `_exports` table, which the CLI subscribes to.
 */
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { convexToJson } from "convex/values";
import type { Snapshot } from "../../engine/snapshots";
import { generateId } from "../../engine/ids";
import { SYSTEM_TABLES } from "../../engine/tableNumbers";
import { HttpError } from "../http";
import { listExportEntries } from "./exportZip";
import { writeZip } from "./zipWriter";

const KEPT = 3;

type State =
  | { state: "requested" }
  | { state: "in_progress"; start_ts: bigint }
  | { state: "completed"; start_ts: bigint; complete_ts: bigint; zip_object_key: string }
  | { state: "failed"; start_ts: bigint; failed_ts: bigint };

interface Export {
  id: string;
  createdAt: number;
  includeStorage: boolean;
  state: State;
}

interface ExportHost {
  snapshot(): Promise<Snapshot>;
  /** The last commit. */
  timestamp(): bigint;
  /** The states of exports have changed: whoever subscribes to them wants to know. */
  changed(): void;
}

export class Exports {
  private latest: Export | null = null;
  private readonly files = new Map<bigint, string>();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: ExportHost,
    private readonly folder: string,
  ) {}

  /** Starts an export; it goes on after this returns. */
  request(includeStorage: boolean): void {
    const state = this.latest?.state.state;
    if (state === "requested" || state === "in_progress") {
      throw new HttpError(
        400,
        "ExportInProgress",
        "There is already an export requested or in progress.",
      );
    }
    const started: Export = {
      id: generateId(SYSTEM_TABLES.get("_exports") as number),
      createdAt: Date.now(),
      includeStorage,
      state: { state: "requested" },
    };
    this.latest = started;
    this.running = this.run(started);
  }

  /** The newest export as a row of `_exports`, encoded, or `null`. */
  latestRow(): unknown {
    if (this.latest === null) return null;
    const { id, createdAt, includeStorage, state } = this.latest;
    return convexToJson({
      _id: id,
      _creationTime: createdAt,
      format: { format: "zip", include_storage: includeStorage },
      component: null,
      requestor: "snapshotExport",
      ...state,
    });
  }

  /** The file of a finished export. */
  file(ts: string): { path: string; name: string } {
    const found = /^\d{1,20}$/.test(ts) ? this.files.get(BigInt(ts)) : undefined;
    if (found === undefined) {
      throw new HttpError(404, "ExportNotFound", `The requested export ${ts} was not found`);
    }
    return { path: found, name: `snapshot_local_${ts}.zip` };
  }

  /** Waits for the export in progress; the files go with their folder. */
  async close(): Promise<void> {
    await this.running;
  }

  private async run(current: Export): Promise<void> {
    const { ts, components } = await this.host.snapshot();
    const file = path.join(this.folder, `${current.id}.zip`);
    this.move(current, { state: "in_progress", start_ts: ts });
    try {
      await mkdir(this.folder, { recursive: true });
      await writeZip(file, listExportEntries({ ts, components }, current.includeStorage));
      await this.keep(ts, file);
      this.move(current, {
        state: "completed",
        start_ts: ts,
        complete_ts: this.host.timestamp(),
        zip_object_key: path.basename(file),
      });
    } catch (error) {
      console.error(`The export at ${ts} failed:`, error);
      await rm(file, { force: true });
      this.move(current, { state: "failed", start_ts: ts, failed_ts: this.host.timestamp() });
    }
  }

  private move(current: Export, state: State): void {
    current.state = state;
    this.host.changed();
  }

  /** Keeps a file, in place of another of the same moment and of the oldest. */
  private async keep(ts: bigint, file: string): Promise<void> {
    const gone = [this.files.get(ts)];
    this.files.delete(ts);
    this.files.set(ts, file);
    for (const [oldest, oldFile] of this.files) {
      if (this.files.size <= KEPT) break;
      this.files.delete(oldest);
      gone.push(oldFile);
    }
    for (const old of gone) if (old !== undefined) await rm(old, { force: true });
  }
}
