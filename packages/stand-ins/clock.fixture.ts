/** A clock that stands still until a test moves it. */
import type { Clock } from "./clock";

export class ManualClock implements Clock {
  private steps: { at: number; run: () => void }[] = [];

  constructor(private time = Date.UTC(2026, 0, 5, 12)) {}

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const step = { at: this.time + ms, run };
    this.steps.push(step);
    return () => {
      this.steps = this.steps.filter((s) => s !== step);
    };
  }

  /** Runs what is due within `ms`, in order, also what those steps bring about. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.steps
        .filter((step) => step.at <= until)
        .reduce<(typeof this.steps)[number] | undefined>(
          (first, step) => (first === undefined || step.at < first.at ? step : first),
          undefined,
        );
      if (!next) break;
      this.steps = this.steps.filter((step) => step !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = until;
  }
}
