/** Time and chance, as what waits and tries again takes them. Tests put in their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** `cancel` lets the process end; `passed` then never resolves. */
  wait(ms: number): { passed: Promise<void>; cancel(): void };
  /** From 0 to 1. */
  random(): number;
}

// Node's own: a function, where they are asked, has others.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
const now = Date.now.bind(Date);
const random = Math.random.bind(Math);

export const REAL_CLOCK: Clock = {
  now,
  wait(ms) {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => (timer = startTimer(resolve, ms)));
    return { passed, cancel: () => stopTimer(timer) };
  },
  random,
};

/** How long to wait after so many failures: exponential, with the whole of it as jitter, as in Convex. */
export function backOff(
  { initialMs, maxMs }: { initialMs: number; maxMs: number },
  failures: number,
  clock: Clock,
): number {
  return Math.min(initialMs * 2 ** failures, maxMs) * clock.random();
}
