/**
 * Who may run now. Without a class everybody may; with one, runs wait for a permit as on Convex, and are refused
 * when it takes too long (`Limiter` in the backend's `application_function_runner/mod.rs`).
 */
import type { DeploymentClass } from "./classes";
import { backOff, type Clock } from "./clock";
import type { Caller, UdfType } from "./context";
import { CpuMeter, type CpuBudget } from "./cpu";
import type { ExportedSchema } from "./internals";
import { Limiter } from "./limiter";
import type { Change } from "./ranges";
import { RateLimitError } from "./results";
import { countWrittenBytes, WriteRate } from "./writeRate";

const TRANSACTION_WAIT_MS = 5_000;
const ACTION_WAIT_MS = 10_000;
/** After too many writes, and as often, as after a conflict. */
const WRITE_RETRIES = 4;
const WRITE_BACK_OFF = { initialMs: 100, maxMs: 2_000 };

/** The limits of one class at work. */
export class Admission {
  private readonly limiters: Record<"query" | "mutation" | "action", Limiter> | null;
  private readonly writes: WriteRate | null;

  constructor(
    readonly deploymentClass: DeploymentClass | null,
    readonly clock: Clock,
    readonly cpu: CpuBudget | null,
  ) {
    this.writes =
      deploymentClass && new WriteRate(deploymentClass.bytesWrittenPerSecond, this.clock);
    this.limiters = deploymentClass && {
      query: new Limiter(deploymentClass.queries),
      mutation: new Limiter(deploymentClass.mutations),
      action: new Limiter(deploymentClass.actions),
    };
  }

  /** How many scheduled jobs run at a time; and how many cron jobs. */
  get jobs(): number {
    return this.deploymentClass?.scheduledJobs ?? Infinity;
  }

  /** Runs `body` when it may run. It must not hold the lock of transactions: who does waits for permits. */
  async run<T>(type: UdfType, caller: Caller, body: () => Promise<T>): Promise<T> {
    const limiter = this.limiters?.[type === "httpAction" ? "action" : type];
    if (limiter === undefined) return await body();
    const isPatient = caller === "scheduler" || caller === "cron";
    if (type === "mutation") await this.waitForWrites(isPatient);
    const isAction = type === "action" || type === "httpAction";
    if (isAction && isPatient) await limiter.acquire();
    else {
      const waitMs = isAction ? ACTION_WAIT_MS : TRANSACTION_WAIT_MS;
      if (!(await limiter.acquireWithin(waitMs, this.clock))) throw tooMany(limiter.permits, type);
    }
    try {
      return await body();
    } finally {
      limiter.release();
    }
  }

  /** A batch of live queries runs them one by one. A client whose query had to wait would not be told. */
  async beginBatch(): Promise<void> {
    await this.limiters?.query.acquire();
  }

  endBatch(): void {
    this.limiters?.query.release();
  }

  /** `null` if time is not limited. */
  openMeter(): CpuMeter | null {
    return this.cpu === null ? null : new CpuMeter(this.cpu);
  }

  /** Something was committed; `schemaOf` tells a component's schema. */
  written(
    changes: readonly Change[],
    schemaOf: (component: string) => ExportedSchema | null | undefined,
  ): void {
    if (this.writes === null) return;
    const sizes = changes.map((change) => countWrittenBytes(change, schemaOf(change.component)));
    this.writes.record(sizes.reduce((sum, size) => sum + size, 0));
  }

  imported(): void {
    this.writes?.forget();
  }

  /** For people. */
  describe(): string {
    const { deploymentClass: own, cpu } = this;
    if (own === null) return "none: nothing is limited";
    const factor = cpu === null ? 1 : cpu.factor;
    return (
      `${own.name}: ${own.scheduledJobs} scheduled jobs, ${own.actions} actions, ` +
      `${own.queries} queries and ${own.mutations} mutations at a time, ` +
      `${own.bytesWrittenPerSecond / 1024 ** 2} MiB written a second, ` +
      `1 s of CPU (${factor} s on this machine)`
    );
  }

  private async waitForWrites(isPatient: boolean): Promise<void> {
    for (let failures = 0; this.writes?.isExceeded === true; failures++) {
      if (!isPatient && failures === WRITE_RETRIES) throw this.tooManyWrites();
      await this.clock.wait(backOff(WRITE_BACK_OFF, failures, this.clock)).passed;
    }
  }

  private tooManyWrites(): RateLimitError {
    const limit = `${(this.deploymentClass?.bytesWrittenPerSecond ?? 0) / 1024 ** 2} MiB`;
    return new RateLimitError(
      "TooManyWrites",
      `Too many writes per second. Your deployment is limited to ${limit} bytes written per 1s. ` +
        "Reduce your write rate or upgrade to a larger deployment.",
    );
  }
}

function tooMany(permits: number, type: UdfType): RateLimitError {
  const name = type === "httpAction" ? "action" : type;
  const advice =
    permits > 16
      ? "If you need more resources, please contact support."
      : "To get more resources, upgrade to Convex Pro. If you are already on Convex Pro, please contact support.";
  return new RateLimitError(
    "TooManyConcurrentRequests",
    `Too many concurrent requests. Your backend is limited to ${permits} concurrent ${name}s. ${advice}`,
  );
}
