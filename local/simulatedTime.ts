/**
 * The clock and the timers of this process, moved by hand: a day passes in the time that its work takes. For one
 * process whose parts all go by the global `Date` and timers, as the local deployment, the stand-ins and the client do.
 * What waits for the network waits for the real one, so whoever moves the clock lets that end first.
 */
import { AsyncResource } from "node:async_hooks";

type Timer = { at: number; everyMs: number | null; run: () => void };

const real = { Date, setTimeout, clearTimeout, setInterval, clearInterval };

/** A real pause: the network's, not the simulated clock's. */
export const pauseForReal = (ms: number) =>
  new Promise<void>((resolve) => real.setTimeout(resolve, ms));
export const realNow = (): number => performance.now();

/** As Node's: `unref` and the like mean nothing here, as nothing keeps the process alive. */
class Handle {
  constructor(
    readonly id: number,
    private readonly again: () => void,
  ) {}
  ref = (): this => this;
  unref = (): this => this;
  hasRef = (): boolean => false;
  refresh(): this {
    this.again();
    return this;
  }
  [Symbol.toPrimitive] = (): number => this.id;
}

export class SimulatedTime {
  #now: number;
  #serial = 0;
  readonly #timers = new Map<number, Timer>();
  #pump: NodeJS.Timeout | undefined;

  /** Takes the place of the real ones, and goes with them from `startAt` until `hold`. */
  constructor(startAt = real.Date.now()) {
    this.#now = startAt;
    const ahead = startAt - real.Date.now();
    Object.assign(globalThis, {
      Date: this.#dateClass(),
      setTimeout: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        this.#add(() => run(...args), ms, false),
      setInterval: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        this.#add(() => run(...args), ms, true),
      clearTimeout: this.#clear,
      clearInterval: this.#clear,
    });
    this.#pump = real.setInterval(() => this.moveTo(real.Date.now() + ahead), 2);
  }

  /** From here on it moves by `moveTo` alone. */
  hold(): void {
    real.clearInterval(this.#pump);
  }

  restore(): void {
    this.hold();
    Object.assign(globalThis, real);
  }

  /** When the next timer is due; `Infinity` without one. */
  nextAt(): number {
    let next = Infinity;
    for (const { at } of this.#timers.values()) next = Math.min(next, at);
    return next;
  }

  /** Runs what is due until `at`, the earliest first, each at its time. */
  moveTo(at: number): void {
    for (let next = this.nextAt(); next <= at; next = this.nextAt()) {
      this.#now = Math.max(this.#now, next);
      // Of the same moment, in the order in which they were set.
      const [id, timer] = [...this.#timers].find(([, one]) => one.at === next)!;
      if (timer.everyMs === null) this.#timers.delete(id);
      else timer.at = next + timer.everyMs;
      timer.run();
    }
    this.#now = Math.max(this.#now, at);
  }

  /** Forwards without a timer that runs: what was due in so many milliseconds still is. */
  skip(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers.values()) timer.at += ms;
  }

  #add(work: () => void, ms: number | undefined, again: boolean): Handle {
    const id = ++this.#serial;
    const waitMs = Math.max(1, Math.trunc(Number(ms) || 0));
    // As real timers do, it runs in the scope in which it was set.
    const run = AsyncResource.bind(work);
    const arm = () =>
      this.#timers.set(id, { at: this.#now + waitMs, everyMs: again ? waitMs : null, run });
    arm();
    return new Handle(id, arm);
  }

  readonly #clear = (handle?: Handle | number): void => {
    if (handle !== undefined && handle !== null) this.#timers.delete(Number(handle));
  };

  #dateClass(): DateConstructor {
    const now = () => this.#now;
    return new Proxy(real.Date, {
      construct: (target, args: [], newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
      apply: () => new real.Date(now()).toString(),
      get: (target, key) => (key === "now" ? now : (Reflect.get(target, key) as unknown)),
    });
  }
}
