/** How long work takes, on a machine that does other work too. */

/**
 * The least of up to `tries` runs in milliseconds of this process's CPU, ending with the first below `enough`: what
 * else the machine does only adds to it, and what is slow is slow each time.
 */
export function leastMs(work: () => unknown, enough = 0, tries = 5): number {
  let least = Infinity;
  for (let i = 0; i < tries && least >= enough; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
