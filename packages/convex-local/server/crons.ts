/** Cron jobs of the pushed `crons.ts` files, on real timers, in UTC. */
import { Cron } from "croner";
import { backOff } from "../engine/clock";
import type { Engine } from "../engine/engine";
import { Limiter } from "../engine/limiter";
import { toCronPattern, toIntervalMs } from "./cronSchedules";
import type { CheckedComponent, CronSpec } from "./push/types";
import type { AppVersion } from "./push/version";

const RETRY = { initialMs: 500, maxMs: 2 * 60 * 60 * 1000 };

interface Job {
  spec: string;
  stop(): void;
}

export class CronRunner {
  private readonly jobs = new Map<string, Job>();

  private readonly slots: Limiter;

  constructor(private readonly engine: Engine) {
    this.slots = new Limiter(engine.admission.jobs);
  }

  /** Starts new jobs and stops removed ones; a job that did not change keeps its rhythm. */
  update(version: AppVersion): void {
    const wanted = new Map<string, { component: string; spec: CronSpec }>();
    const visit = (component: CheckedComponent): void => {
      const functions = version.analysis[component.definitionPath]?.functions;
      for (const [name, spec] of functions?.["crons.js"]?.cronSpecs ?? []) {
        wanted.set(`${component.componentPath}\n${name}`, {
          component: component.componentPath,
          spec,
        });
      }
      Object.values(component.childComponents).forEach(visit);
    };
    visit(version.app);
    for (const [key, job] of this.jobs) {
      const next = wanted.get(key);
      if (next !== undefined && JSON.stringify(next.spec) === job.spec) continue;
      job.stop();
      this.jobs.delete(key);
    }
    for (const [key, { component, spec }] of wanted) {
      if (!this.jobs.has(key)) this.jobs.set(key, this.start(component, spec));
    }
  }

  stop(): void {
    for (const job of this.jobs.values()) job.stop();
    this.jobs.clear();
  }

  /** One run, tried again while the deployment has no room for it. */
  private async run(component: string, spec: CronSpec): Promise<void> {
    const args = Array.isArray(spec.udfArgs) ? (spec.udfArgs[0] as unknown) : spec.udfArgs;
    const { clock } = this.engine.admission;
    await this.slots.acquire();
    try {
      for (let failures = 0; ; failures++) {
        const options = { componentPath: component, admin: true, caller: "cron" } as const;
        const result = await this.engine.run("any", spec.udfPath, args ?? {}, options);
        if (result.ok || result.rateLimit === undefined) return;
        await clock.wait(backOff(RETRY, failures, clock)).passed;
      }
    } finally {
      this.slots.release();
    }
  }

  private start(component: string, spec: CronSpec): Job {
    let running = false;
    const fire = (): void => {
      // A run that is still going when the next is due makes that one be skipped.
      if (running) return;
      running = true;
      void this.run(component, spec).finally(() => (running = false));
    };
    const everyMs = toIntervalMs(spec.cronSchedule);
    const text = JSON.stringify(spec);
    if (everyMs !== null) {
      // An interval's first run is at its first deployment.
      const first = setTimeout(fire, 0);
      const timer = setInterval(fire, everyMs);
      return {
        spec: text,
        stop: () => {
          clearTimeout(first);
          clearInterval(timer);
        },
      };
    }
    const cron = new Cron(toCronPattern(spec.cronSchedule), { timezone: "UTC" }, fire);
    return { spec: text, stop: () => cron.stop() };
  }
}
