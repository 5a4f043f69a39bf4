/**
 * A secret in a customer's message stays in the message and goes nowhere else: not to a model, not into an
 * embedding, not into a log line, not into analytics. The stand-ins list what they received.
 */
/// <reference types="vite/client" />
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { logError, logWarning } from "../../convex/lib/log";
import {
  addAgent,
  addPassage,
  control,
  customer,
  deployment,
  messages,
  runReply,
  settled,
  snapshot,
  technician,
  hush,
} from "../setup";

let logged: string[] = [];
let mark = "";
beforeEach(() => {
  mark = `mark${Math.random().toString(36).slice(2)}`;
  logged = hush();
});

const SECRETS = {
  card: "4242 4242 4242 4242",
  password: "Zebra!Crossing9",
  code: "918 273",
  key: "sk-or-v1-abcdef0123456789abcdef",
  bitlocker: "419287-102938-475610-293847-561029-384756-102938-475610",
};
const pasted = () =>
  `${mark} My card is ${SECRETS.card}, my password is ${SECRETS.password}. Your code: ${SECRETS.code}. ` +
  `Key ${SECRETS.key}, recovery ${SECRETS.bitlocker}. Why does the scanner flicker?`;

async function received(): Promise<{ chat: string; embeddings: string }> {
  type Request = { provider?: string; body: unknown };
  const of = async (provider: string) => {
    const { requests } = (await control(`/requests?provider=${provider}`)) as {
      requests: Request[];
    };
    return requests
      .map(({ body }) => JSON.stringify(body))
      .filter((body) => body.includes(mark))
      .join("\n");
  };
  return { chat: await of("openrouter"), embeddings: await of("openai") };
}

const expectClean = (text: string) => {
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
};

test("in no model request, no embedding, no log line and no analytics row", async () => {
  const t = deployment();
  await addAgent(t);
  await addPassage(t, "Scanners", "A scanner repair costs $49.");
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: pasted() },
  });
  await settled(runReply(t, conversationId));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
  await t.mutation(internal.analytics.rollUp, {});

  // What was written stays: a technician may need it.
  expect((await messages(t, conversationId))[0]!.text).toContain(SECRETS.password);
  const { chat, embeddings } = await received();
  expect(chat).toContain("[card number removed]");
  expect(embeddings).toContain("[card number removed]");
  expectClean(chat);
  expectClean(embeddings);
  expectClean(logged.join("\n"));
  expectClean(JSON.stringify((await snapshot(t)).analytics));
});

test("nor what technicians and the agent itself have written", async () => {
  const t = deployment();
  const agentId = await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: `${mark} first` },
  });
  const said = { kind: "agent" as const, agentId, name: "Front Desk" };
  const dana = { kind: "technician" as const, name: "Dana" };
  for (const author of [said, dana]) {
    await t.run((ctx) =>
      ctx.db.insert("messages", {
        conversationId,
        author,
        visibility: "public",
        status: "complete",
        text: pasted(),
        settledAt: Date.now(),
        turn: 1,
        episode: 1,
      }),
    );
  }
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: `${mark} again` });
  await settled(runReply(t, conversationId));
  const { chat } = await received();
  expect(chat.match(/card number removed/g)!.length).toBeGreaterThanOrEqual(2);
  expectClean(chat);
});

test("staff see it hidden, and open it on purpose, which is on record; its customer sees it", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const text = `${mark} the passcode for the iphone is 090412`;
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text },
  });
  const [own] = await ann.t.query(api.messages.subscribeToMessages, { conversationId });
  expect(own).toMatchObject({ text });
  expect(own!.hidden).toBeUndefined();
  const [seen] = await dana.t.query(api.messages.subscribeToMessages, { conversationId });
  expect(seen).toMatchObject({ hidden: true });
  expect(seen!.text).not.toContain("090412");
  const opened = await dana.t.mutation(api.messages.openOriginal, { messageId: seen!._id });
  expect(opened).toBe(text);
  const events = ((await snapshot(t)).analytics as { type?: string; actorId?: string }[]).filter(
    ({ type }) => type === "original_opened",
  );
  expect(events).toEqual([expect.objectContaining({ actorId: dana.userId, conversationId })]);
  expect(JSON.stringify(events)).not.toContain("090412");
});

test("nor what staff look for", async () => {
  const t = deployment();
  const dana = await technician(t);
  const question = `${mark} password is ${SECRETS.password}`;
  await settled(dana.t.action(api.knowledge.search, { question }));
  const { embeddings } = await received();
  expect(embeddings).toContain("[removed]");
  expectClean(embeddings);
});

test("logs are redacted, the stack of an error included", () => {
  logError("reply failed", new Error(`cannot parse: ${pasted()}`));
  logWarning(`odd: ${pasted()}`);
  logWarning("odd", pasted());
  expect(logged).toHaveLength(3);
  expectClean(logged.join("\n"));
  expect(logged[0]).toMatch(/^reply failed: Error: cannot parse.*\n\s+at /s);
});

test("nothing but the log module writes logs", () => {
  const sources = import.meta.glob<string>(
    ["../../convex/**/*.ts", "!../../convex/**/*.*.ts", "!../../convex/_generated/**"],
    {
      query: "?raw",
      import: "default",
      eager: true,
    },
  );
  const loud = Object.entries(sources).filter(([, source]) => /\bconsole\./.test(source));
  expect(loud.map(([path]) => path)).toEqual(["../../convex/lib/log.ts"]);
});
