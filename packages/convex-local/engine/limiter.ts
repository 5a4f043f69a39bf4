/** So many at a time, first come, first served. */
import type { Clock } from "./clock";

export class Limiter {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(readonly permits: number) {
    this.free = permits;
  }

  /** Resolves once there is a permit; `release` gives it back. */
  async acquire(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** As `acquire`, but false if there is none within the time. */
  async acquireWithin(ms: number, clock: Clock): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return true;
    }
    let enter = (): void => undefined;
    const entered = new Promise<boolean>((resolve) => (enter = () => resolve(true)));
    this.waiting.push(enter);
    const timer = clock.wait(ms);
    const inTime = await Promise.race([entered, timer.passed.then(() => false)]);
    timer.cancel();
    if (inTime) return true;
    const at = this.waiting.indexOf(enter);
    // The permit may have come together with the end of the wait.
    if (at === -1) return true;
    this.waiting.splice(at, 1);
    return false;
  }

  release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
