/** Whether whatever is under way waits for the clock alone. */
import { pauseForReal } from "../../../local/simulatedTime";

/** Turns of the event loop in which nothing is heard. */
const STALLED_AFTER = 8;
/** Real milliseconds, one for each second that would pass: a busy machine has not yet come to what it is about to do. */
const MOST_LISTENED = 300;

export class Stall {
  #last = -1;
  #turns = 0;

  /** `traffic` grows with all that happens. */
  constructor(readonly traffic: () => number) {}

  /** Asked once a turn, before `ms` would pass. */
  async isThere(ms: number): Promise<boolean> {
    const heard = this.traffic();
    this.#turns = heard === this.#last ? this.#turns + 1 : 0;
    this.#last = heard;
    if (this.#turns <= STALLED_AFTER) return false;
    await pauseForReal(Math.min(MOST_LISTENED, ms / 1_000));
    return this.traffic() === heard;
  }
}
