/** How fast the stand-in model writes. */
export interface Pace {
  /** Before the first chunk of a completion. */
  firstChunkMs: number;
  /** A chunk is about a word; 0 sends all at once. */
  chunksPerSecond: number;
}

/** A typical answer of 50 to 90 words streams for two to four seconds. */
export const DEFAULT_PACE: Pace = { firstChunkMs: 350, chunksPerSecond: 20 };
