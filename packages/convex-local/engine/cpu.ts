/**
 * The second that Convex gives to a query's or mutation's own code. Time in the database is not counted. Code that
 * does not come back is not interrupted, as it has the only thread: it is refused once it does.
 */
import { CallError } from "./results";

const LIMIT_MS = 1000;
/** What the measured work takes on a machine for which a second is a second. */
const REFERENCE_MS = 12;

export interface CpuBudget {
  /** How much slower this machine is than Convex's are taken to be; 1 or more. */
  factor: number;
  /** CPU time of this process, in milliseconds. */
  used(): number;
}

/** A function, where it is asked, has another `process`. */
const cpuUsage = globalThis.process.cpuUsage.bind(globalThis.process);

export function cpuTime(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Times the same work a few times, takes the best, and compares it with the reference. */
export function measureCpu(): CpuBudget {
  let best = Infinity;
  for (let run = 0; run < 4; run++) {
    const begun = cpuTime();
    work();
    best = Math.min(best, cpuTime() - begun);
  }
  return { factor: Math.max(1, Math.round((best / REFERENCE_MS) * 10) / 10), used: cpuTime };
}

/** Of the kind that functions do: objects, strings, JSON. */
function work(): void {
  const rows = Array.from({ length: 4_000 }, (_, i) => ({ id: `row-${(i * 7919) % 4_000}`, i }));
  for (let i = 0; i < 3; i++) {
    const copy = JSON.parse(JSON.stringify(rows)) as typeof rows;
    copy.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Of one transaction, nested functions included. Counts while no system call is under way. */
export class CpuMeter {
  private spentMs = 0;
  private since: number;
  private calls = 0;

  constructor(private readonly budget: CpuBudget) {
    this.since = budget.used();
  }

  pause(): void {
    if (this.calls === 0) this.spentMs += this.budget.used() - this.since;
    this.calls += 1;
    this.check();
  }

  resume(): void {
    this.calls -= 1;
    if (this.calls === 0) this.since = this.budget.used();
  }

  /** Refuses a function that has had its second: it may not go on, nor commit. */
  check(): void {
    const running = this.calls === 0 ? this.budget.used() - this.since : 0;
    if (this.spentMs + running <= LIMIT_MS * this.budget.factor) return;
    throw new CallError("Function execution timed out (maximum duration: 1s)");
  }
}
