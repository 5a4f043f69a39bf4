/**
 * `pnpm bench`: the cost of one exchange, by function, and what history adds to it; how long a chunk takes to the page;
 * and what becomes of the first word when sixty ask in one moment on the free class.
 */
import { api } from "../convex/_generated/api";
import { chatQueries, chatSubscriptions } from "../web/src/conversation/subscriptions";
import { startSystem } from "../local/system";
import { measureFirstWords, ratiosOf } from "./atOnce";
import {
  bytes,
  bytesWithKeys,
  measureExchange,
  percentile,
  total,
  PRICED,
  type Exchange,
  type Line,
  type Way,
} from "./exchange";

/** The budget of one exchange; bytes with index keys, as Convex bills them. */
const MAX_CALLS = 7;
const MAX_BYTES = 41_000;
/** The same where a scheduled job answers. */
const MAX_SCHEDULED_CALLS = 28;
const MAX_SCHEDULED_BYTES = 84_000;
const MAX_GROWTH = 1.1;
const MAX_ASK_READS = 30;
/** Of the lag of the scheduled way. */
const MAX_LAG = 0.1;
/** Of sixty questions at once: how many times as late the first word may be with S16's limits. */
const MAX_WAIT = { median: 1.2, late: 1.5 };

const along: Way = {
  name: "words straight to the page",
  along: true,
  subscriptions: (id) => chatSubscriptions(id, Date.now()),
};
const scheduled: Way = {
  name: "the page by sendMessage",
  along: false,
  subscriptions: (id) => {
    const now = Date.now();
    return [...chatSubscriptions(id, now), chatQueries(id, now).reply];
  },
};
/** The simplest client: everything in one subscription. */
const simple: Way = {
  name: "sendMessage, one subscription",
  along: false,
  subscriptions: (conversationId) => [
    { query: api.messages.subscribeToMessages, args: { conversationId } },
  ],
};

const SCENARIOS: [Way, number][] = [
  [along, 10],
  [along, 30],
  [along, 1_000],
  [scheduled, 10],
  [simple, 30],
];

const kb = (value: number) => `${(value / 1000).toFixed(1)} KB`;
const row = (line: Line) => ({
  function: line.name,
  calls: line.calls,
  "docs read": line.documentsRead,
  "docs written": line.documentsWritten,
  read: kb(line.bytesRead),
  written: kb(line.bytesWritten),
  "read + written": kb(bytes(line)),
  "with index keys": kb(bytesWithKeys(line)),
});

const system = await startSystem();
// The first exchange warms up the engine, and the seed's workflows tidy up after themselves meanwhile.
await measureExchange(system, 0, scheduled);
const results: (Exchange & { name: string; total: Line })[] = [];
for (const [way, earlier] of SCENARIOS) {
  const exchange = await measureExchange(system, earlier, way);
  const name = `${way.name}, ${earlier} earlier messages`;
  results.push({ ...exchange, name, total: total(exchange.lines) });
  if (earlier !== 10) continue;
  console.log(`\nOne exchange (2,000 characters in 100 chunks over 8 s), ${name}:`);
  console.table([...exchange.lines, total(exchange.lines)].map(row));
  if (!way.along) continue;
  console.log("The same by table, with the index that rows were found by:");
  console.table(
    exchange.rows.map(({ place, documents, bytes, keyBytes }) => ({
      rows: place,
      documents,
      bytes,
      "index keys": keyBytes,
      both: bytes + keyBytes,
    })),
  );
}
console.log("(Convex bills vector search apart from documents: it is not in these figures.)");
console.log("\nTotals, and how long a chunk took from the provider to the page:");
console.table(
  results.map(({ name, total, lagMs, unseen }) => ({
    ...row(total),
    function: name,
    "lag, median ms": Math.round(percentile(lagMs, 0.5)),
    "lag, 95 % ms": Math.round(percentile(lagMs, 0.95)),
    "chunks not seen live": unseen,
  })),
);
const priced = await measureExchange(system, 10, along, PRICED);
await system.close();

console.log("\nWhat is held back until its facts are judged, and a chunk's lag with it:");
console.table(
  [results[0]!, priced].map(({ spans, lagMs }, i) => {
    const sorted = (of: "ms" | "characters") => spans.map((span) => span[of]).sort((a, b) => a - b);
    return {
      answer: ["plain", "a price in every second sentence"][i],
      spans: spans.length,
      ...(spans.length > 0 && {
        "held, median ms": Math.round(percentile(sorted("ms"), 0.5)),
        "longest ms": Math.round(percentile(sorted("ms"), 1)),
        "characters, median": percentile(sorted("characters"), 0.5),
        "most characters": percentile(sorted("characters"), 1),
      }),
      "lag, median ms": Math.round(percentile(lagMs, 0.5)),
      "lag, 95 % ms": Math.round(percentile(lagMs, 0.95)),
    };
  }),
);

const rounds = await measureFirstWords();
console.log("\nSixty questions in one moment, the first word after:");
const middle = (numbers: number[]) =>
  percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
const range = (numbers: number[], digits = 0) =>
  `${Math.min(...numbers).toFixed(digits)} to ${Math.max(...numbers).toFixed(digits)}`;
console.table(
  (["none", "S16"] as const).map((one) => {
    const [medians, lates] = (["median", "late"] as const).map((of) =>
      rounds[one].map((m) => m[of]),
    );
    return {
      class: one === "none" ? "nothing is limited" : one,
      "median ms": Math.round(middle(medians!)),
      "in rounds": range(medians!),
      "95 % ms": Math.round(middle(lates!)),
      "in rounds, 95 %": range(lates!),
      "without one": rounds[one].reduce((sum, { without }) => sum + without, 0),
    };
  }),
);
const [medianRatios, lateRatios] = [ratiosOf(rounds, "median"), ratiosOf(rounds, "late")];
console.log(
  `With S16's limits as long, times: median ${middle(medianRatios).toFixed(2)} (in rounds ${range(medianRatios, 2)}), 95 % ${middle(lateRatios).toFixed(2)} (${range(lateRatios, 2)}).`,
);
console.log(
  "(On few or busy cores the times are of this machine, which runs all sixty itself; the limits are what the classes differ in.)",
);

const [ten, thirty, thousand, job] = results;
const ask = ten!.lines.find((line) => line.name === "replies:ask")!;
const lagShare = (share: number) => percentile(ten!.lagMs, share) / percentile(job!.lagMs, share);
const checks: [string, boolean][] = [
  [`at most ${MAX_CALLS} calls`, ten!.total.calls <= MAX_CALLS],
  [`at most ${kb(MAX_BYTES)}`, bytesWithKeys(ten!.total) <= MAX_BYTES],
  ["within 10 % at 30 messages", bytes(thirty!.total) <= MAX_GROWTH * bytes(ten!.total)],
  ["within 10 % at 1,000 messages", bytes(thousand!.total) <= MAX_GROWTH * bytes(ten!.total)],
  [`the question reads at most ${MAX_ASK_READS} documents`, ask.documentsRead <= MAX_ASK_READS],
  [`by sendMessage at most ${MAX_SCHEDULED_CALLS} calls`, job!.total.calls <= MAX_SCHEDULED_CALLS],
  [
    `by sendMessage at most ${kb(MAX_SCHEDULED_BYTES)}`,
    bytesWithKeys(job!.total) <= MAX_SCHEDULED_BYTES,
  ],
  ["a chunk's lag a tenth of that by sendMessage, median", lagShare(0.5) <= MAX_LAG],
  ["the same, 95 %", lagShare(0.95) <= MAX_LAG],
  [
    `sixty at once on S16: the first word at most ${MAX_WAIT.median} times as late, median`,
    middle(medianRatios) <= MAX_WAIT.median,
  ],
  [`the same, 95 %: ${MAX_WAIT.late} times`, middle(lateRatios) <= MAX_WAIT.late],
];
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
