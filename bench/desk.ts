/**
 * `pnpm bench:desk`: what each query that the technicians' desk subscribes to reads, with 500 open
 * conversations and up to 20,000 closed ones. It must not depend on the closed ones, and a list must not run
 * again for what is not in it.
 */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { getFunctionName, type FunctionReference } from "convex/server";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { startSystem, type System } from "../local/system";
import { addHistory } from "./customers";

const OPEN = 500;
const CLOSED = [0, 2_000, 20_000];
const CUSTOMERS = 200;
const MESSAGES = 60;

/** Budgets of one run: a page of 50 rows, each with its customer, and the caller's session and account. */
const BUDGETS: Record<string, { documents: number; bytes: number }> = {
  waiting: { documents: 102, bytes: 60_000 },
  mine: { documents: 102, bytes: 60_000 },
  all: { documents: 102, bytes: 60_000 },
  resolved: { documents: 102, bytes: 60_000 },
  conversation: { documents: 4, bytes: 3_000 },
  "messages, a page of 30": { documents: 33, bytes: 30_000 },
  "reply being written": { documents: 4, bytes: 3_000 },
  "promises due": { documents: 2, bytes: 1_000 },
  "who is on duty": { documents: 2, bytes: 1_000 },
};

type Reading = { documents: number; bytes: number };
type Desk = {
  http: ConvexHttpClient;
  token: string;
  userId: Id<"users">;
  conversationId: Id<"conversations">;
};

async function technician({ deployment, providers }: System) {
  const email = "dana@computerguys.example";
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(providers.control.emails(email)[0]!.text!)![0];
  const { accessToken: token } = await http.action(api.auth.createSession, { challenge, code });
  http.setAuth(token);
  return { http, token, userId: (await http.query(api.users.me, {}))._id };
}

type Subscription = { query: FunctionReference<"query">; args: Record<string, unknown> };

const queries = ({ conversationId }: Desk): Record<string, Subscription> => {
  const one = { conversationId };
  const paginationOpts = { numItems: 30, cursor: null };
  return {
    waiting: { query: api.conversations.queue, args: { view: "waiting" } },
    mine: { query: api.conversations.queue, args: { view: "mine" } },
    all: { query: api.conversations.queue, args: { view: "all" } },
    resolved: { query: api.conversations.queue, args: { view: "resolved" } },
    conversation: { query: api.conversations.getForStaff, args: one },
    "messages, a page of 30": { query: api.messages.getMessages, args: { ...one, paginationOpts } },
    "reply being written": { query: api.replies.subscribeToReply, args: one },
    "promises due": { query: api.conversations.promises, args: {} },
    "who is on duty": { query: api.users.onDuty, args: {} },
  };
};

async function addCustomers({ engine }: System): Promise<string[]> {
  const ids: string[] = [];
  await engine.system("", ({ db }) => {
    for (let i = 0; i < CUSTOMERS; i++) {
      const email = `customer${i}@example.com`;
      const fields = { role: "customer", name: `Customer ${i}`, smsConsent: "unknown" };
      ids.push(db.insert("users", { ...fields, email, emailVerifiedAt: 1 }));
    }
  });
  return ids;
}

const PREVIEW = "My laptop is slow and the fan is loud. ".repeat(4).slice(0, 140);

/** A third of the open ones with the AI, a third in the queue, a third with the technician. */
async function addConversations(
  { engine }: System,
  count: number,
  {
    customers,
    technicianId,
    closed,
  }: { customers: string[]; technicianId: string; closed: boolean },
): Promise<string[]> {
  const ids: string[] = [];
  const start = Date.now() - count * 1_000;
  await engine.system("", ({ db }) => {
    for (let i = 0; i < count; i++) {
      const at = start + i * 1_000;
      const ai = { kind: "ai" };
      const owners = [
        ai,
        { kind: "queue", since: at },
        { kind: "human", since: at, userId: technicianId },
      ];
      const state = closed
        ? { status: "resolved", owner: ai, resolvedAt: at }
        : { status: "open", owner: owners[i % 3], waitingSince: at };
      ids.push(
        db.insert("conversations", {
          userId: customers[i % customers.length],
          channel: "web",
          turn: 3,
          episode: 1,
          lastMessageAt: at,
          preview: PREVIEW,
          unreadByCustomer: 0,
          unreadByStaff: 1,
          aiReplies: 1,
          brief: { reason: "needs_technician", summary: PREVIEW, urgency: "normal", at },
          ...state,
        }),
      );
    }
  });
  return ids;
}

/** What one run of each query reads. */
async function measure({ engine }: System, desk: Desk): Promise<Map<string, Reading>> {
  const readings = new Map<string, Reading>();
  for (const [name, { query, args }] of Object.entries(queries(desk))) {
    let reading: Reading | undefined;
    const off = engine.onEvent(({ path, documentsRead, bytesRead }) => {
      if (path === getFunctionName(query)) reading = { documents: documentsRead, bytes: bytesRead };
    });
    await desk.http.query(query, args);
    off();
    if (reading === undefined) throw new Error(`${name} did not run.`);
    readings.set(name, reading);
  }
  return readings;
}

/** How often the lists run again when `act` happens. */
async function reruns({ engine, deployment }: System, desk: Desk, act: () => Promise<unknown>) {
  const client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(desk.token));
  const views = ["waiting", "mine", "resolved"] as const;
  await Promise.all(
    views.map(
      (view) =>
        new Promise<void>((resolve, reject) => {
          client.onUpdate(api.conversations.queue, { view }, () => resolve(), reject);
        }),
    ),
  );
  await engine.settle();
  let count = 0;
  const off = engine.onEvent(({ path, caller }) => {
    if (path === "conversations:queue" && caller === "subscription") count += 1;
  });
  await act();
  await engine.settle();
  off();
  await client.close();
  return count;
}

const system = await startSystem();
const { http, token, userId: technicianId } = await technician(system);
const customers = await addCustomers(system);
const open = await addConversations(system, OPEN, { customers, technicianId, closed: false });
// The last of the technician's.
const conversationId = open.findLast((_, i) => i % 3 === 2)! as Id<"conversations">;
await addHistory(system, conversationId, MESSAGES);
const desk: Desk = { http, token, userId: technicianId, conversationId };

const readings: Map<string, Reading>[] = [];
let closed = 0;
for (const wanted of CLOSED) {
  await addConversations(system, wanted - closed, { customers, technicianId, closed: true });
  closed = wanted;
  readings.push(await measure(system, desk));
}

/** Of a conversation that the AI has: neither list shows it. */
const withAi = open.find((_, i) => i % 3 === 0)!;
const ofOthers = await reruns(system, desk, () =>
  system.engine.system("", ({ db }) => {
    db.patch("conversations", withAi, { lastMessageAt: Date.now(), preview: "Something new" });
  }),
);
const shown = await reruns(system, desk, () =>
  system.engine.system("", ({ db }) => {
    db.patch("conversations", conversationId, { lastMessageAt: Date.now(), preview: "New" });
  }),
);
await system.close();

const words = ({ documents, bytes }: Reading) =>
  `${documents} docs, ${(bytes / 1000).toFixed(1)} KB`;
console.log(`\nRead by one run of each query, ${OPEN} open conversations:`);
console.table(
  [...readings[0]!.keys()].map((name) => ({
    query: name,
    ...Object.fromEntries(
      CLOSED.map((count, i) => [
        `${count.toLocaleString("en")} closed`,
        words(readings[i]!.get(name)!),
      ]),
    ),
  })),
);
const [, few, many] = readings;
const checks: [string, boolean][] = Object.entries(BUDGETS).flatMap(([name, budget]) => {
  const [a, b] = [few!.get(name)!, many!.get(name)!];
  const within = b.documents <= budget.documents && b.bytes <= budget.bytes;
  return [
    [`${name}: at most ${words(budget)}`, within] as [string, boolean],
    [`${name}: as much at 20,000 closed as at 2,000`, a.documents === b.documents] as [
      string,
      boolean,
    ],
  ];
});
checks.push(
  [`a message in a conversation that no list shows runs none again (${ofOthers})`, ofOthers === 0],
  [`a message in one of mine runs one list again (${shown})`, shown === 1],
);
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
