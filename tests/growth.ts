/** How a rule's time grows with its text, on a machine that does other work too. */
import { leastMs } from "./timing";

const SHORT = 4_000;
/** Between 2, of what grows with its text, and 4, of what grows by the square: caches and other work make it more than 2. */
export const ABOUT_LINEAR = 3;
/** A run is as long as the clock can tell. */
const MEASURABLE_MS = 4;
const TRIES = 20;

/**
 * What 8,000 characters of a shape take, in times of what 4,000 take: the least of some tries, ending with the first
 * that is about linear.
 */
export function growthOf(work: (text: string) => unknown, shape: string): number {
  const [short, long] = [SHORT, 2 * SHORT].map((chars) =>
    shape.repeat(Math.ceil(chars / shape.length)).slice(0, chars),
  ) as [string, string];
  let least = Infinity;
  let rounds = 1;
  for (let tries = 0; tries < TRIES && least > ABOUT_LINEAR; tries++) {
    let base = timeOf(work, short, rounds);
    while (base < MEASURABLE_MS) {
      rounds *= 2;
      base = timeOf(work, short, rounds);
    }
    least = Math.min(least, timeOf(work, long, rounds) / base);
  }
  return least;
}

const timeOf = (work: (text: string) => unknown, text: string, rounds: number): number =>
  leastMs(
    () => {
      for (let i = 0; i < rounds; i++) work(text);
    },
    0,
    1,
  );
