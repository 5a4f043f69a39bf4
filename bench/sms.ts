/**
 * `pnpm bench:sms`: a storm of texts on the local deployment, through signed webhooks and Twilio's SDK. All are
 * stored, in the order in which their phone sent them, and none is left without an answer; every answer goes once. What
 * it costs a text that comes in is held to a budget: those of a burst are answered together.
 */
import { parseArgs } from "node:util";
import type { Doc } from "../convex/_generated/dataModel";
import type { FunctionEvent } from "@computer-guys/convex-local";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import { startSystem } from "../local/system";
import { bytesWithKeys, summarize, total } from "./exchange";

const { values } = parseArgs({
  options: {
    phones: { type: "string", default: "100" },
    texts: { type: "string", default: "5" },
  },
});
const PHONES = Number(values.phones);
const EACH = Number(values.texts);
const TIME_LIMIT_MS = 240_000;
const POLL_MS = 500;
/** Of a text that comes in, index keys included. */
const BUDGET = { calls: 12, bytes: 45_000 };
const ASKED = [
  "How much is a new laptop screen?",
  "When are you open on Saturday?",
  "Where can I park?",
  "How long does a battery replacement take?",
  "Do you do data recovery?",
];

const system = await startSystem();
console.log(`Deployment class ${system.engine.admission.describe()}`);
const { texts } = system.providers.control;
const timer = setTimeout(() => {
  console.error(`FAILED not finished after ${TIME_LIMIT_MS / 1000} s`);
  process.exit(1);
}, TIME_LIMIT_MS);
const events: FunctionEvent[] = [];
system.engine.onEvent((event) => events.push(event));

type Sent = { phone: string; sids: string[]; answered: number };
const startedAt = Date.now();
/** One phone's texts, one after another; every tenth is delivered three times at once. */
async function storm(i: number): Promise<Sent> {
  const phone = `+1614555${String(1_000 + i)}`;
  const sent: Sent = { phone, sids: [], answered: 0 };
  for (let n = 0; n < EACH; n++) {
    const copies = (i * EACH + n) % 10 === 0 ? 3 : 1;
    const body = ASKED[(i + n) % ASKED.length]!;
    const { sms, answers } = await texts.text({
      from: phone,
      to: SERVICE_NUMBERS[0],
      body,
      copies,
    });
    sent.sids.push(sms.sid);
    sent.answered += answers.filter((answer) => answer?.status === 200).length === copies ? 1 : 0;
  }
  return sent;
}
const phones = await Promise.all(Array.from({ length: PHONES }, (_, i) => storm(i)));
const storedMs = Date.now() - startedAt;

async function rows<T extends "messages" | "conversations" | "users">(table: T): Promise<Doc<T>[]> {
  const found: Doc<T>[] = [];
  await system.engine.system("", ({ db }) => {
    db._iterateDocs(table, (row) => void found.push(row as unknown as Doc<T>));
  });
  return found;
}

const OPEN = new Set(["queued", "sending", "unknown", "sent"]);
/** Until nobody waits for an answer and no text is under way. */
for (;;) {
  const [threads, messages] = [await rows("conversations"), await rows("messages")];
  const waits = threads.some(({ owner, waitingSince }) => owner.kind === "ai" && waitingSince);
  const open = messages.some(
    ({ delivery, status }) => status === "streaming" || OPEN.has(delivery?.state ?? ""),
  );
  if (!waits && !open) break;
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
const answeredMs = Date.now() - startedAt;
clearTimeout(timer);

const users = await rows("users");
const threads = await rows("conversations");
const all = (await rows("messages")).sort((a, b) => a._creationTime - b._creationTime);
const texted = all.filter(({ delivery }) => delivery?.state === "delivered");
const count = (what: (one: Sent) => boolean) => phones.filter(what).length;
const threadOf = ({ phone }: Sent) => {
  const user = users.find(({ textsFrom }) => textsFrom === phone);
  return threads.filter(({ userId }) => userId === user?._id);
};
const messagesOf = (sent: Sent) =>
  all.filter(({ conversationId }) => threadOf(sent)[0]?._id === conversationId);
const inOrder = (sent: Sent) =>
  JSON.stringify(
    messagesOf(sent).flatMap(({ author, smsSid }) => (author.kind === "customer" ? [smsSid] : [])),
  ) === JSON.stringify(sent.sids);
/** Every text has a later answer or notice that reached the phone. */
const isAnswered = (sent: Sent) => {
  const messages = messagesOf(sent);
  const last = messages.findLastIndex(({ author }) => author.kind === "customer");
  return messages.slice(last + 1).some(({ delivery }) => delivery?.state === "delivered");
};
const gotEachOnce = (sent: Sent) => {
  const arrived = texts.sent(sent.phone).filter(({ status }) => status === "delivered");
  const ours = messagesOf(sent).filter(({ delivery }) => delivery?.state === "delivered");
  return (
    arrived.length === ours.length && new Set(arrived.map(({ sid }) => sid)).size === ours.length
  );
};

const cost = total(summarize(events));
const each = (amount: number) => amount / (PHONES * EACH);
console.table({
  "texts from phones": PHONES * EACH,
  phones: PHONES,
  "texts to phones": texted.length,
  "function calls": cost.calls,
  "function calls per text": Math.round(each(cost.calls) * 10) / 10,
  "documents read and written per text": Math.round(
    each(cost.documentsRead + cost.documentsWritten),
  ),
  "KB with index keys per text": Math.round(each(bytesWithKeys(cost)) / 100) / 10,
  "all stored, ms": storedMs,
  "all answered and delivered, ms": answeredMs,
});
const checks: [string, boolean][] = [
  ["every webhook was answered with 200", count(({ answered }) => answered === EACH) === PHONES],
  ["every phone has one conversation", count((sent) => threadOf(sent).length === 1) === PHONES],
  ["every text is stored once, in its phone's order", count(inOrder) === PHONES],
  ["every phone's last text is followed by an answer", count(isAnswered) === PHONES],
  ["every text of ours arrived once", count(gotEachOnce) === PHONES],
  ["Twilio has no complaint", texts.alerts().length === 0],
  [`at most ${BUDGET.calls} calls a text`, each(cost.calls) <= BUDGET.calls],
  [`at most ${BUDGET.bytes} bytes a text`, each(bytesWithKeys(cost)) <= BUDGET.bytes],
];
for (const [what, ok] of checks) console.log(`${ok ? "ok    " : "FAILED"} ${what}`);
await system.close();
process.exit(checks.every(([, ok]) => ok) ? 0 : 1);
