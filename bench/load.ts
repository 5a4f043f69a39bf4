/**
 * `pnpm bench:load`: many customers at once on the local deployment, each with a real client of their own.
 * Every conversation must be answered, with its own answer and nobody else's.
 */
import { ConvexClient } from "convex/browser";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { LiveReply } from "../convex/model/conversations/publicMessage";
import { startSystem, type System } from "../local/system";
import { guest } from "./customers";

const CONVERSATIONS = Number(process.argv[2] ?? 200);
const TIME_LIMIT_MS = 180_000;

type Outcome = { firstWordMs: number; answeredMs: number; flushes: number };

/** Each customer sits behind an address of their own, as the deployment sees it. */
const address = (i: number) => `198.51.${100 + (i >> 8)}.${i & 255}`;

type Customer = Awaited<ReturnType<typeof arrive>>;

/** Signs in and opens a conversation, so that afterwards all can ask in the same moment. */
async function arrive(system: System, i: number) {
  const { url } = system.deployment;
  const { tokens } = await guest(url, address(i));
  class Socket extends WebSocket {
    constructor(target: string | URL) {
      super(target, { headers: { "x-forwarded-for": address(i) } });
    }
  }
  const client = new ConvexClient(url, {
    webSocketConstructor: Socket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(tokens.accessToken));
  const { conversationId } = await client.mutation(api.conversations.createConversation, {});
  return { client, conversationId };
}

async function converse(system: System, i: number, customer: Customer): Promise<Outcome> {
  const { client, conversationId } = customer;
  const word = `case-${i}-${(i * 7919) % 10007}`;
  const answer = `This is the answer to ${word}. `.repeat(8).trim();
  system.providers.control.script({ match: `${word}?`, text: answer, chunks: 40, overMs: 4_000 });
  const sentAt = Date.now();
  let firstWordMs = 0;
  let flushes = 0;
  return await new Promise<Outcome>((resolve, reject) => {
    const fail = (error: Error) => (void client.close(), reject(error));
    const onReply = (reply: LiveReply | null) => {
      if (!reply?.text) return;
      flushes += 1;
      firstWordMs ||= Date.now() - sentAt;
      if (!answer.startsWith(reply.text)) fail(new Error(`${word} was shown: ${reply.text}`));
    };
    client.onUpdate(api.replies.subscribeToReply, { conversationId }, onReply, fail);
    const paginationOpts = { numItems: 6, cursor: null };
    client.onUpdate(
      api.messages.getMessages,
      { conversationId, paginationOpts },
      ({ page }) => {
        const [last] = page;
        if (last === undefined || last.author.kind === "customer") return;
        const right = last.status === "complete" && last.text === answer && page.length === 2;
        if (!right) return fail(new Error(`${word} ended with: ${JSON.stringify(last)}`));
        void client.close();
        resolve({ firstWordMs, answeredMs: Date.now() - sentAt, flushes });
      },
      fail,
    );
    client.mutation(api.messages.sendMessage, { conversationId, text: `${word}?` }).catch(fail);
  });
}

const percentile = (values: number[], p: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))]!;

const system = await startSystem();
console.log(`Deployment class ${system.engine.admission.describe()}`);
const timer = setTimeout(() => {
  console.error(`FAILED not finished after ${TIME_LIMIT_MS / 1000} s`);
  process.exit(1);
}, TIME_LIMIT_MS);
const customers: Customer[] = [];
for (let i = 0; i < CONVERSATIONS; i++) customers.push(await arrive(system, i));
let calls = 0;
let streaming = 0;
let mostStreaming = 0;
system.engine.onEvent(({ path }) => {
  if (path === "replies:begin") mostStreaming = Math.max(mostStreaming, ++streaming);
  if (path === "messages:sendAgentMessage") streaming -= 1;
});
system.engine.onEvent((event) => (calls += event.nested ? 0 : 1));
const startedAt = Date.now();
const settled = await Promise.allSettled(
  customers.map((customer, i) => converse(system, i, customer)),
);
clearTimeout(timer);
const done = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
const failed = settled.flatMap((result) =>
  result.status === "rejected" ? [String(result.reason)] : [],
);
console.table({
  conversations: CONVERSATIONS,
  "answered rightly": done.length,
  "first word, median ms": percentile(
    done.map((o) => o.firstWordMs),
    0.5,
  ),
  "first word, 95 % ms": percentile(
    done.map((o) => o.firstWordMs),
    0.95,
  ),
  "answered, median ms": percentile(
    done.map((o) => o.answeredMs),
    0.5,
  ),
  "answered, 95 % ms": percentile(
    done.map((o) => o.answeredMs),
    0.95,
  ),
  "all done, ms": Date.now() - startedAt,
  "replies being written at once": mostStreaming,
  "function calls": calls,
  "updates of the reply, median": percentile(
    done.map((o) => o.flushes),
    0.5,
  ),
});
for (const reason of [...new Set(failed)].slice(0, 5)) console.error(reason);
await system.close();
process.exit(failed.length === 0 ? 0 : 1);
