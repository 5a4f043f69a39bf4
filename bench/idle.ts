/** `pnpm bench:idle`: what a system costs that nobody uses, by function and provider. */
import { parseArgs } from "node:util";
import { measureIdle } from "./idleDay";

const { values } = parseArgs({ options: { hours: { type: "string", default: "24" } } });
const hours = Number(values.hours);
const startedAt = performance.now();
const { functions, providers } = await measureIdle(hours);
const seconds = (performance.now() - startedAt) / 1000;

const table = (counts: Map<string, number>, what: string) =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, calls]) => ({
      [what]: name,
      calls,
      "an hour": Math.round((10 * calls) / hours) / 10,
    }));
const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);

console.log(`\n${hours} simulated hours with a chat and a desk open, in ${seconds.toFixed(0)} s:`);
console.table(table(functions, "function"));
console.table(table(providers, "provider"));
console.log(`${sum(functions)} calls of functions, ${sum(providers)} requests to providers`);
process.exit(0);
