/** `pnpm bench:idle`: what a system costs that nobody uses, by function and provider. */
import { parseArgs } from "node:util";
import { measureIdle, monthOf, OPEN } from "./idleDay";

const { values } = parseArgs({ options: { hours: { type: "string", default: "2" } } });
const hours = Number(values.hours);
/** Calls a month: 8 % of the free plan's million. */
const MAX_MONTH = 80_000;
const startedAt = performance.now();
const idle = await measureIdle(hours, OPEN);
const { functions, providers } = idle;
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

console.log(
  `\n${hours} simulated hours with ${OPEN.chats} chats and ${OPEN.desks} desks open, in ${seconds.toFixed(0)} s:`,
);
console.table(table(functions, "function"));
console.table(table(providers, "provider"));
console.log(`${sum(functions)} calls of functions, ${sum(providers)} requests to providers`);
const month = monthOf(idle, hours).calls;
const holds = month <= MAX_MONTH;
console.log(
  `${holds ? "ok    " : "FAILED"} ${month.toLocaleString("en")} calls a month of 30 days, pages and desks open for 10 hours of each: at most ${MAX_MONTH.toLocaleString("en")}`,
);
process.exit(holds ? 0 : 1);
