/**
 * `pnpm bench:knowledge`: what reading in a document costs, and publishing, replacing and removing it. A vector is
 * 13.8 KB, so what counts is how often each is written and read, and how much of it in one transaction.
 */
import type { FunctionEvent } from "@computer-guys/convex-local";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { startSystem } from "../local/system";
import { documentOf, owner } from "./customers";

const system = await startSystem();
const { engine } = system;

const http = await owner(system);
// The seed's workflows tidy up after themselves meanwhile.
await new Promise((resolve) => setTimeout(resolve, 20_000));

type Cost = { calls: number; read: number; written: number; "in one transaction": number };
const results: Record<string, Cost> = {};

async function measure(name: string, act: () => Promise<unknown>): Promise<void> {
  await engine.settle();
  const events: FunctionEvent[] = [];
  const off = engine.onEvent((event) => events.push(event));
  await act();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await engine.settle();
  off();
  const read = events.reduce((n, e) => n + e.bytesRead, 0);
  const written = events.reduce((n, e) => n + e.bytesWritten, 0);
  const calls = events.filter(({ nested }) => !nested).length;
  const most = Math.max(...events.map((e) => e.bytesWritten));
  results[name] = { calls, read, written, "in one transaction": most };
}

const settledDocument = async (documentId: Id<"knowledge">) => {
  for (;;) {
    const { state } = await http.query(api.knowledge.get, { documentId });
    if (state !== "ingesting") return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

let twenty: Id<"knowledge">;
await measure("reading in 20 passages", async () => {
  twenty = await http.mutation(api.knowledge.addDocument, { slug: "perf20", ...documentOf(20) });
  await engine.settle();
});
await settledDocument(twenty!);
let many: Id<"knowledge">;
await measure("reading in 300 passages", async () => {
  many = await http.mutation(api.knowledge.addDocument, { slug: "perf300", ...documentOf(300) });
  await engine.settle();
});
await settledDocument(many!);
await measure("unpublishing 300", async () =>
  http.mutation(api.knowledge.unpublish, { documentId: many }),
);
await measure("publishing 300", async () =>
  http.mutation(api.knowledge.publish, { documentId: many }),
);
await measure("replacing 300 passages", async () => {
  await http.mutation(api.knowledge.replaceDocument, {
    documentId: many,
    ...documentOf(300, " today"),
  });
  await engine.settle();
});
await settledDocument(many!);
await measure("removing 300", async () =>
  http.mutation(api.knowledge.remove, { documentId: many }),
);
const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;
console.table(
  Object.entries(results).map(([what, { calls, ...bytes }]) => ({
    what,
    calls,
    ...Object.fromEntries(Object.entries(bytes).map(([name, value]) => [name, kb(value)])),
  })),
);
await system.close();

/** A deployment of the free class writes 4 MiB in a second, and customers' writes need most of it. */
const MAX_TRANSACTION = 1_000_000;
const MAX_TWENTY = 400_000;
const twentyCost = results["reading in 20 passages"]!;
const checks: [string, boolean][] = [
  [`20 passages in ${kb(MAX_TWENTY)}`, twentyCost.read + twentyCost.written <= MAX_TWENTY],
  [
    `no transaction writes more than ${kb(MAX_TRANSACTION)}`,
    Object.values(results).every((cost) => cost["in one transaction"] <= MAX_TRANSACTION),
  ],
];
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
