/** Runs scheduled jobs on the engine and keeps their state in `_scheduled_functions`. */
import { convexToJson, type Value } from "convex/values";
import type { IndexedDatabase } from "./database";
import type { FunctionPath } from "./internals";
import type { FunctionResult } from "./results";
import { makeJobKey, type JobState, type SchedulerHost } from "./scheduler";

const TABLE = "_scheduled_functions";

interface JobEngine {
  system<T>(component: string, body: (db: IndexedDatabase) => T): Promise<T>;
  run(
    udfType: "any",
    path: string,
    args: unknown,
    options: {
      componentPath: string;
      admin: true;
      caller: "scheduler";
      scheduledFunctionId: string;
    },
  ): Promise<FunctionResult>;
}

export class JobRunner implements SchedulerHost {
  private readonly args = new Map<string, unknown>();

  constructor(private readonly engine: JobEngine) {}

  async moveJob(
    component: string,
    jobId: string,
    from: JobState[],
    to: JobState,
    error = "",
  ): Promise<boolean> {
    return await this.engine.system(component, ({ db }) => {
      const job = db.get(TABLE, jobId);
      if (job === null || !from.includes((job.state as { kind: JobState }).kind)) return false;
      if (to === "inProgress") {
        this.args.set(makeJobKey(component, jobId), (job.args as unknown[])[0]);
      }
      const ended = to === "success" || to === "failed";
      db.patch(TABLE, jobId, {
        // As on Convex: whoever looks after its jobs is told what became of them.
        state: to === "failed" ? { kind: to, error } : { kind: to },
        ...(ended ? { completedTime: Date.now() } : {}),
      });
      return true;
    });
  }

  /** A scheduled function runs as nobody, whoever scheduled it. */
  async runJob(target: FunctionPath, component: string, jobId: string): Promise<{ ok: boolean }> {
    const key = makeJobKey(component, jobId);
    const args = this.args.get(key) as Value;
    this.args.delete(key);
    return await this.engine.run("any", target.udfPath, convexToJson(args), {
      componentPath: target.componentPath,
      admin: true,
      caller: "scheduler",
      scheduledFunctionId: jobId,
    });
  }
}
