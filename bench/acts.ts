/** `pnpm bench:acts`: what a hand-off and a claim cost, with all that they set off, index keys included. */
import type { FunctionEvent } from "@computer-guys/convex-local";
import { api } from "../convex/_generated/api";
import { startSystem } from "../local/system";
import { guest, owner } from "./customers";
import { bytesWithKeys, summarize, total, type Line } from "./exchange";

/** While the shop is open a digest is mailed as well: its action, the writing of it, and its end. */
const BUDGETS = { "hand-off": { calls: 5, bytes: 25_000 }, claim: { calls: 1, bytes: 8_500 } };

const system = await startSystem();
const { engine, deployment } = system;
const staff = await owner(system);
// The seed's workflows tidy up after themselves meanwhile.
await new Promise((resolve) => setTimeout(resolve, 20_000));

async function measure(act: () => Promise<unknown>): Promise<Line[]> {
  await engine.settle();
  const events: FunctionEvent[] = [];
  const off = engine.onEvent((event) => events.push(event));
  await act();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await engine.settle();
  off();
  return summarize(events);
}

const { http } = await guest(deployment.url);
const { conversationId } = await http.mutation(api.conversations.createConversation, {});
const results: Record<keyof typeof BUDGETS, Line[]> = {
  "hand-off": await measure(() =>
    http.mutation(api.conversations.escalateConversation, { conversationId }),
  ),
  claim: await measure(() => staff.mutation(api.conversations.claim, { conversationId })),
};
await system.close();

let ok = true;
for (const name of ["hand-off", "claim"] as const) {
  const all = total(results[name]);
  console.log(`\n${name}:`);
  console.table(
    [...results[name], all].map((line) => ({
      function: line.name,
      calls: line.calls,
      "docs read": line.documentsRead,
      "docs written": line.documentsWritten,
      "with index keys": `${(bytesWithKeys(line) / 1000).toFixed(1)} KB`,
    })),
  );
  const budget = BUDGETS[name];
  const holds = all.calls <= budget.calls && bytesWithKeys(all) <= budget.bytes;
  console.log(
    `${holds ? "ok    " : "FAILED"} at most ${budget.calls} calls, ${budget.bytes} bytes`,
  );
  ok &&= holds;
}
process.exit(ok ? 0 : 1);
