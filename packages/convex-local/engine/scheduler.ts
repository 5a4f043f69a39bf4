/**
 * Scheduled functions. A job is a document in `_scheduled_functions`; it is armed when that document
 * commits, so a mutation that rolls back schedules nothing, and a cancelled job never starts.
 */
import { backOff, type Clock } from "./clock";
import type { FunctionPath } from "./internals";
import type { Change } from "./ranges";
import type { FunctionResult, RateLimitCode } from "./results";

const TABLE = "_scheduled_functions";
/** `setTimeout` takes 31 bits of milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export type JobState = "pending" | "inProgress" | "success" | "failed" | "canceled";

export interface SchedulerHost {
  /**
   * Moves a job from one of `from` to `to` in a transaction of its own; false if it was elsewhere. `error`: of one
   * that has failed.
   */
  moveJob(
    component: string,
    jobId: string,
    from: JobState[],
    to: JobState,
    error?: string,
  ): Promise<boolean>;
  runJob(target: FunctionPath, component: string, jobId: string): Promise<JobResult>;
}

type JobResult = Pick<FunctionResult, "ok"> & { rateLimit?: RateLimitCode; errorMessage?: string };

/** A job that the deployment had no room for is tried again. */
const RETRY = { initialMs: 500, maxMs: 2 * 60 * 60 * 1000 };

interface DueJob {
  component: string;
  jobId: string;
  target: FunctionPath;
  at: number;
}

/** Document IDs are unique within one component only. */
export function makeJobKey(component: string, jobId: string): string {
  return `${component}\n${jobId}`;
}

export class Scheduler {
  private readonly targets = new Map<string, FunctionPath>();
  private readonly armed = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  /** Jobs whose time has come, the earliest first, while as many run as may. */
  private readonly due: DueJob[] = [];
  private readonly failures = new Map<string, number>();
  private readonly retries = new Set<ReturnType<Clock["wait"]>>();
  private stopped = false;

  constructor(
    private readonly host: SchedulerHost,
    private readonly limits: { readonly jobs: number; readonly clock: Clock },
  ) {}

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
    return this.armed.size + this.due.length + this.running.size + this.retries.size;
  }

  /** Waits for the jobs that run now, and for those that they start meanwhile. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.armed.values()) clearTimeout(timer);
    this.armed.clear();
    for (const retry of this.retries) retry.cancel();
  }

  private arm(component: string, jobId: string, at: number): void {
    if (this.stopped) return;
    const delay = Math.max(0, at - Date.now());
    const timer = setTimeout(
      () => {
        if (delay > MAX_DELAY_MS) this.arm(component, jobId, at);
        else this.fire(component, jobId, at);
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

  private fire(component: string, jobId: string, at: number): void {
    const key = makeJobKey(component, jobId);
    this.armed.delete(key);
    const target = this.targets.get(key);
    this.targets.delete(key);
    if (target === undefined || this.stopped) return;
    const later = this.due.findIndex((job) => job.at > at);
    this.due.splice(later === -1 ? this.due.length : later, 0, { component, jobId, target, at });
    this.startDue();
  }

  private startDue(): void {
    while (this.running.size < this.limits.jobs && !this.stopped) {
      const job = this.due.shift();
      if (job === undefined) return;
      const run = this.run(job).finally(() => {
        this.running.delete(run);
        this.startDue();
      });
      this.running.add(run);
    }
  }

  private async run({ component, jobId, target, at }: DueJob): Promise<void> {
    const key = makeJobKey(component, jobId);
    if (!(await this.host.moveJob(component, jobId, ["pending"], "inProgress"))) return;
    const { ok, rateLimit, errorMessage } = await this.host.runJob(target, component, jobId);
    if (rateLimit === undefined) {
      this.failures.delete(key);
      await this.host.moveJob(
        component,
        jobId,
        ["inProgress"],
        ok ? "success" : "failed",
        errorMessage,
      );
      return;
    }
    if (!(await this.host.moveJob(component, jobId, ["inProgress"], "pending"))) return;
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.targets.set(key, target);
    const delay = backOff(RETRY, failures, this.limits.clock);
    const again = this.limits.clock.wait(delay);
    this.retries.add(again);
    void again.passed.then(() => {
      this.retries.delete(again);
      this.fire(component, jobId, at + delay);
    });
  }
}
