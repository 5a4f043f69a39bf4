/** Time as the stand-ins see it, so that a test can move it by hand instead of waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs the step once, later; the answer cancels it. */
  after(ms: number, step: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, step) => {
    const timer = setTimeout(step, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
