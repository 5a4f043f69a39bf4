/**
 * `pnpm bench:load`: many customers at once on the local deployment, each with a real client of their own.
 * Every conversation must be answered, with its own answer and nobody else's.
 *
 * With `--faults` the worst happens in the same moment: embeddings stall, every second request to the model is refused
 * with 429, and a document of 300 passages is read in. Everybody must be answered, or handed over, within a minute.
 */
import { ConvexClient } from "convex/browser";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { LiveReply } from "../convex/model/conversations/publicMessage";
import { startSystem, type System } from "../local/system";
import { documentOf, guest, owner } from "./customers";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { faults: { type: "boolean", default: false } },
});
const FAULTS = values.faults;
const CONVERSATIONS = Number(positionals[0] ?? 200);
const TIME_LIMIT_MS = FAULTS ? 60_000 : 180_000;
const PASSAGES = 300;

type Outcome = {
  end: "answered" | "handed over";
  firstWordMs?: number;
  endedMs: number;
  flushes: number;
};

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

function converse(system: System, i: number, customer: Customer): Promise<Outcome> {
  const { client, conversationId } = customer;
  const word = `case-${i}-${(i * 7919) % 10007}`;
  const answer = `This is the answer to ${word}. `.repeat(8).trim();
  system.providers.control.script({ match: `${word}?`, text: answer, chunks: 40, overMs: 4_000 });
  const sentAt = Date.now();
  let firstWordMs: number | undefined;
  let flushes = 0;
  return new Promise<Outcome>((resolve, reject) => {
    const late = `neither answered nor handed over in ${TIME_LIMIT_MS / 1000} s`;
    const timer = setTimeout(() => fail(new Error(late)), TIME_LIMIT_MS);
    const leave = () => (clearTimeout(timer), void client.close());
    const fail = (error: Error) => (leave(), reject(error));
    const end = (how: Outcome["end"]) => {
      leave();
      resolve({ end: how, firstWordMs, endedMs: Date.now() - sentAt, flushes });
    };
    const onReply = (reply: LiveReply | null) => {
      if (!reply?.text) return;
      flushes += 1;
      firstWordMs ??= Date.now() - sentAt;
      if (!answer.startsWith(reply.text)) fail(new Error(`${word} was shown: ${reply.text}`));
    };
    client.onUpdate(api.replies.subscribeToReply, { conversationId }, onReply, fail);
    if (FAULTS) {
      const onConversation = ({ owner }: { owner: string }) => {
        if (owner !== "ai") end("handed over");
      };
      client.onUpdate(api.conversations.get, { conversationId }, onConversation, fail);
    }
    const paginationOpts = { numItems: 6, cursor: null };
    client.onUpdate(
      api.messages.getMessages,
      { conversationId, paginationOpts },
      ({ page }) => {
        const [last] = page;
        if (last === undefined || last.author.kind === "customer") return;
        if (FAULTS && last.author.kind === "system") return;
        const right = last.status === "complete" && last.text === answer && page.length === 2;
        if (right) end("answered");
        else fail(new Error(`${word} ended with: ${JSON.stringify(last)}`));
      },
      fail,
    );
    client.mutation(api.messages.sendMessage, { conversationId, text: `${word}?` }).catch(fail);
  });
}

type Owner = Awaited<ReturnType<typeof owner>>;

/** Makes everything go wrong from here on. The result tells how it went. */
async function breakThings({ providers: { control }, engine }: System, as: Owner) {
  const refused = control.fault({
    provider: "openrouter",
    kind: "status",
    status: 429,
    every: 2,
    times: "always",
  });
  const stalled = control.fault({ provider: "openai", kind: "stall", times: "always" });
  const before = control.requests().at(-1)?.id ?? 0;
  const startedAt = Date.now();
  let readInMs: number | undefined;
  engine.onEvent(({ path }) => {
    if (path === "knowledge:switchVersion") readInMs ??= Date.now() - startedAt;
  });
  const document = { slug: "perf", ...documentOf(PASSAGES) };
  const documentId = await as.mutation(api.knowledge.addDocument, document);
  return async () => {
    const { state, embedded } = await as.query(api.knowledge.get, { documentId });
    const requests = (control.requests().at(-1)?.id ?? before) - before;
    return {
      "requests to providers": requests,
      "model refused, 429": refused.used,
      "embeddings stalled": stalled.used,
      "the document": `${state}${embedded ? "" : ", found by its words only"}`,
      "the document answers after, ms": readInMs ?? "not yet",
      "load average of the machine": loadavg()[0]!.toFixed(1),
    };
  };
}

const percentile = (values: number[], p: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))];

/** The median, and what 95 % stay under. */
const spread = (what: string, values: number[]) => ({
  [`${what}, median ms`]: percentile(values, 0.5),
  [`${what}, 95 % ms`]: percentile(values, 0.95),
});

const system = await startSystem(FAULTS ? { deploymentClass: "none" } : {});
console.log(`Deployment class ${system.engine.admission.describe()}`);
const shopOwner = FAULTS ? await owner(system) : null;
const customers: Customer[] = [];
for (let i = 0; i < CONVERSATIONS; i++) customers.push(await arrive(system, i));
let calls = 0;
let streaming = 0;
let mostStreaming = 0;
system.engine.onEvent(({ path, nested }) => {
  calls += nested ? 0 : 1;
  if (path === "replies:begin") mostStreaming = Math.max(mostStreaming, ++streaming);
  if (path === "messages:sendAgentMessage") streaming -= 1;
});
const startedAt = Date.now();
const [tellFaults, ...settled] = await Promise.all([
  shopOwner && breakThings(system, shopOwner),
  ...customers.map((customer, i) =>
    converse(system, i, customer).catch((error: unknown) => String(error)),
  ),
]);
const done = settled.filter((one) => typeof one !== "string");
const failed = settled.filter((one) => typeof one === "string");
const answered = done.filter(({ end }) => end === "answered");
console.table({
  conversations: CONVERSATIONS,
  "answered rightly": answered.length,
  ...(FAULTS && { "handed over": done.length - answered.length }),
  ...spread(
    "first word",
    done.flatMap(({ firstWordMs }) => firstWordMs ?? []),
  ),
  ...spread(
    "the end",
    done.map(({ endedMs }) => endedMs),
  ),
  "all done, ms": Date.now() - startedAt,
  "replies being written at once": mostStreaming,
  "function calls": calls,
  "updates of the reply, median": percentile(
    answered.map(({ flushes }) => flushes),
    0.5,
  ),
  ...(await tellFaults?.()),
});
for (const reason of [...new Set(failed)].slice(0, 5)) console.error(`FAILED ${reason}`);
await system.close();
process.exit(failed.length === 0 ? 0 : 1);
