/** How long work takes, on a machine that does other work too. */

/**
 * The least of up to `tries` runs in milliseconds, ending with the first below `enough`: a pattern that backtracks
 * is slow each time.
 */
export function leastMs(work: () => void, enough: number, tries = 5): number {
  let least = Infinity;
  for (let i = 0; i < tries && least >= enough; i++) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
