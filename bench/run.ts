/** `pnpm bench`: the cost of one exchange, by function, and what history adds to it. */
import { api } from "../convex/_generated/api";
import { chatSubscriptions } from "../web/src/conversation/subscriptions";
import {
  bytes,
  bytesWithKeys,
  measureExchange,
  total,
  type Line,
  type Subscriptions,
} from "./exchange";
import { startSystem } from "../local/system";

/** The budget of one exchange. */
const MAX_CALLS = 30;
/** With index keys, as Convex bills it. */
const MAX_BYTES = 93_500;
const MAX_GROWTH = 1.1;
const MAX_SEND_READS = 12;

const webHook: Subscriptions = chatSubscriptions;
/** The simplest client: everything in one subscription. */
const oneSubscription: Subscriptions = (conversationId) => [
  { query: api.messages.subscribeToMessages, args: { conversationId } },
];

const SCENARIOS = [
  { name: "web hook, 10 earlier messages", earlier: 10, subscriptions: webHook },
  { name: "web hook, 30 earlier messages", earlier: 30, subscriptions: webHook },
  { name: "web hook, 1,000 earlier messages", earlier: 1_000, subscriptions: webHook },
  { name: "one subscription, 30 earlier messages", earlier: 30, subscriptions: oneSubscription },
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
await measureExchange(system, 0, webHook);
const results: { name: string; lines: Line[]; total: Line }[] = [];
for (const { name, earlier, subscriptions } of SCENARIOS) {
  const lines = await measureExchange(system, earlier, subscriptions);
  results.push({ name, lines, total: total(lines) });
  if (results.length === 1) {
    console.log(`\nOne exchange (2,000 characters in 100 chunks over 8 s), ${name}:`);
    console.table([...lines, total(lines)].map(row));
  }
}
console.log("(Convex bills vector search apart from documents: it is not in these figures.)");
console.log("\nTotals:");
console.table(results.map(({ name, total }) => ({ ...row(total), function: name })));
await system.close();

const [ten, thirty, thousand] = results;
const send = ten!.lines.find((line) => line.name === "messages:sendMessage")!;
const checks: [string, boolean][] = [
  [`at most ${MAX_CALLS} calls`, ten!.total.calls <= MAX_CALLS],
  [`at most ${kb(MAX_BYTES)}`, bytesWithKeys(ten!.total) <= MAX_BYTES],
  ["within 10 % at 30 messages", bytes(thirty!.total) <= MAX_GROWTH * bytes(ten!.total)],
  ["within 10 % at 1,000 messages", bytes(thousand!.total) <= MAX_GROWTH * bytes(ten!.total)],
  [`sendMessage reads at most ${MAX_SEND_READS} documents`, send.documentsRead <= MAX_SEND_READS],
];
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
