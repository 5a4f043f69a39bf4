/**
 * Scheduled functions. A job is a document in `_scheduled_functions`; it is armed when that document
 * commits, so a mutation that rolls back schedules nothing, and a cancelled job never starts.
 */
import type { FunctionPath } from "./internals";
import type { Change } from "./ranges";

const TABLE = "_scheduled_functions";
/** `setTimeout` takes 31 bits of milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export type JobState = "pending" | "inProgress" | "success" | "failed" | "canceled";

export interface SchedulerHost {
  /** Moves a job from one of `from` to `to` in a transaction of its own; false if it was elsewhere. */
  moveJob(component: string, jobId: string, from: JobState[], to: JobState): Promise<boolean>;
  runJob(target: FunctionPath, component: string, jobId: string): Promise<{ ok: boolean }>;
}

/** Document IDs are unique within one component only. */
export function makeJobKey(component: string, jobId: string): string {
  return `${component}\n${jobId}`;
}

export class Scheduler {
  private readonly targets = new Map<string, FunctionPath>();
  private readonly armed = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly host: SchedulerHost) {}

  scheduled(component: string, jobId: string, target: FunctionPath): void {
    this.targets.set(makeJobKey(component, jobId), target);
  }

  /** Arms and disarms jobs after a commit. */
  committed(changes: readonly Change[]): void {
    for (const { table, id, component, before, after } of changes) {
      if (table !== TABLE) continue;
      const state = (after?.state as { kind: JobState } | undefined)?.kind;
      if (before === null && state === "pending") {
        this.arm(component, id, after?.scheduledTime as number);
      } else if (state !== "pending") {
        this.disarm(makeJobKey(component, id));
      }
    }
  }

  /** Jobs that run now or wait for their time. */
  get pending(): number {
    return this.armed.size + this.running.size;
  }

  /** Waits for the jobs that run now, and for those that they start meanwhile. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.armed.values()) clearTimeout(timer);
    this.armed.clear();
  }

  private arm(component: string, jobId: string, at: number): void {
    if (this.stopped) return;
    const delay = Math.max(0, at - Date.now());
    const timer = setTimeout(
      () => {
        if (delay > MAX_DELAY_MS) this.arm(component, jobId, at);
        else this.fire(component, jobId);
      },
      Math.min(delay, MAX_DELAY_MS),
    );
    this.armed.set(makeJobKey(component, jobId), timer);
  }

  private disarm(key: string): void {
    const timer = this.armed.get(key);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.armed.delete(key);
    this.targets.delete(key);
  }

  private fire(component: string, jobId: string): void {
    const key = makeJobKey(component, jobId);
    this.armed.delete(key);
    const target = this.targets.get(key);
    this.targets.delete(key);
    if (target === undefined || this.stopped) return;
    const run = this.run(component, jobId, target).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(component: string, jobId: string, target: FunctionPath): Promise<void> {
    if (!(await this.host.moveJob(component, jobId, ["pending"], "inProgress"))) return;
    const { ok } = await this.host.runJob(target, component, jobId);
    await this.host.moveJob(component, jobId, ["inProgress"], ok ? "success" : "failed");
  }
}
