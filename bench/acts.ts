/**
 * `pnpm bench:acts`: what a text that is answered, a hand-off and a claim cost, with all that they set off, index keys
 * included.
 */
import type { FunctionEvent } from "@computer-guys/convex-local";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import { api } from "../convex/_generated/api";
import { startSystem } from "../local/system";
import { guest, owner } from "./customers";
import { bytesWithKeys, summarize, total, type Line } from "./exchange";

const BUDGETS = {
  /** From the webhook to the answer's last status callback, and to the check that its writer was lost. */
  "a phone's first text, answered and delivered": { calls: 20, bytes: 54_000 },
  "its next text": { calls: 20, bytes: 61_000 },
  /** With the digest that is mailed while the shop is open. */
  "hand-off": { calls: 4, bytes: 25_000 },
  claim: { calls: 1, bytes: 8_500 },
};
const PHONE = "+16145550199";
const DELIVERED_WITHIN_MS = 30_000;

const system = await startSystem();
const { engine, deployment } = system;
const { texts } = system.providers.control;
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

/** A question by text, until its answer is on the phone. */
async function ask(body: string): Promise<void> {
  const before = texts.sent(PHONE).length;
  const checked = new Promise<void>((resolve) => {
    const stop = engine.onEvent(({ path }) => {
      if (path !== "replies:recover") return;
      stop();
      resolve();
    });
  });
  await texts.text({ from: PHONE, to: SERVICE_NUMBERS[0], body });
  const until = Date.now() + DELIVERED_WITHIN_MS;
  while (texts.sent(PHONE)[before]?.status !== "delivered") {
    if (Date.now() > until) throw new Error("The text was not answered.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await checked;
}

const { http } = await guest(deployment.url);
const { conversationId } = await http.mutation(api.conversations.createConversation, {});
const results: Record<keyof typeof BUDGETS, Line[]> = {
  "a phone's first text, answered and delivered": await measure(() =>
    ask("How much is a new laptop screen?"),
  ),
  "its next text": await measure(() => ask("How much is a battery?")),
  "hand-off": await measure(() =>
    http.mutation(api.conversations.escalateConversation, { conversationId }),
  ),
  claim: await measure(() => staff.mutation(api.conversations.claim, { conversationId })),
};
await system.close();

let ok = true;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const lines = results[name as keyof typeof BUDGETS];
  const all = total(lines);
  console.log(`\n${name}:`);
  console.table(
    [...lines, all].map((line) => ({
      function: line.name,
      calls: line.calls,
      "docs read": line.documentsRead,
      "docs written": line.documentsWritten,
      "with index keys": `${(bytesWithKeys(line) / 1000).toFixed(1)} KB`,
    })),
  );
  const holds = all.calls <= budget.calls && bytesWithKeys(all) <= budget.bytes;
  console.log(
    `${holds ? "ok    " : "FAILED"} at most ${budget.calls} calls, ${budget.bytes} bytes`,
  );
  ok &&= holds;
}
process.exit(ok ? 0 : 1);
