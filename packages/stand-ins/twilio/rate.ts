/** How many requests the API takes in a second. */
import type { Clock } from "../clock";

export class Rate {
  private second = 0;
  private used = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limit: () => number | null,
  ) {}

  /** Whether one more is taken now. */
  take(): boolean {
    const limit = this.limit();
    if (limit === null) return true;
    const second = Math.floor(this.clock.now() / 1000);
    if (second !== this.second) [this.second, this.used] = [second, 0];
    return ++this.used <= limit;
  }
}
