/**
 * `pnpm bench:desk`: what each query that the technicians' desk subscribes to reads, with 500 open
 * conversations and up to 20,000 closed ones, and what three desks cost while customers are answered. It must not depend
 * on the closed ones, nor on how many are answered, and a list must not run again for what is not in it.
 */
import { ConvexClient, type ConvexHttpClient } from "convex/browser";
import { getFunctionName, type FunctionReference } from "convex/server";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { startSystem, type System } from "../local/system";
import { deskQueries, type View } from "../web/src/desk/subscriptions";
import { addHistory, guest, signInStaff } from "./customers";
import { answerWatched, hire, measureBusyDesks, openChats, type Busy } from "./deskBusy";
import { measurePresence, type Minute } from "./presence";

const OPEN = 500;
const CLOSED = [0, 4_000, 20_000];
const CUSTOMERS = 200;
const MESSAGES = 60;

/** Budgets of one run: 50 conversations, or 12 with their customers, and the caller's session and account. */
const BUDGETS: Record<string, { documents: number; bytes: number }> = {
  waiting: { documents: 52, bytes: 40_000 },
  mine: { documents: 52, bytes: 40_000 },
  all: { documents: 52, bytes: 40_000 },
  resolved: { documents: 52, bytes: 40_000 },
  "12 lines": { documents: 26, bytes: 15_000 },
  conversation: { documents: 4, bytes: 3_000 },
  "messages, a page of 30": { documents: 33, bytes: 30_000 },
  "reply being written": { documents: 4, bytes: 3_000 },
  "promises due": { documents: 2, bytes: 1_000 },
  // 20 other conversations, and one more to know whether there are more.
  "customer panel": { documents: 26, bytes: 17_000 },
  "who is on duty": { documents: 2, bytes: 1_000 },
};

/**
 * A minute, by what one person does; calls are of their page, of the other side's and of a colleague's. Bytes with index
 * keys.
 */
const MINUTES: Record<string, Minute> = {
  "looking alone": { calls: 0, documents: 0, bytes: 0 },
  "coming and leaving, once": { calls: 6, documents: 36, bytes: 10_000 },
  "looking, a colleague too": { calls: 4, documents: 30, bytes: 9_500 },
  "a technician types": { calls: 27, documents: 165, bytes: 52_000 },
  "writing, a colleague too": { calls: 36, documents: 260, bytes: 82_000 },
  "the customer types": { calls: 18, documents: 130, bytes: 42_000 },
};
/** Of three desks a second, however many customers are answered: a list and its lines run at most once a pace each. */
const BUSY_BUDGET = { runs: 3, bytesRead: 60_000, bytesSent: 20_000 };

type Reading = { documents: number; bytes: number };
type Desk = {
  http: ConvexHttpClient;
  token: string;
  userId: Id<"users">;
  conversationId: Id<"conversations">;
  inSight: Id<"conversations">[];
};

async function technician(system: System, email = "dana@computerguys.example") {
  const { http, token } = await signInStaff(system, email);
  return { http, token, userId: (await http.query(api.users.me, {}))._id };
}

type Subscription = { query: FunctionReference<"query">; args: Record<string, unknown> };

const queries = ({ conversationId, inSight }: Desk): Record<string, Subscription> => {
  const one = { conversationId };
  const paginationOpts = { numItems: 30, cursor: null };
  return {
    waiting: deskQueries.list("waiting"),
    mine: deskQueries.list("mine"),
    all: deskQueries.list("all"),
    resolved: deskQueries.list("resolved"),
    "12 lines": deskQueries.lines(inSight),
    conversation: { query: api.conversations.getForStaff, args: one },
    "messages, a page of 30": { query: api.messages.getMessages, args: { ...one, paginationOpts } },
    "reply being written": { query: api.replies.subscribeToReply, args: one },
    "promises due": deskQueries.promises,
    "customer panel": { query: api.customers.panel, args: one },
    "who is on duty": deskQueries.onDuty,
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
async function reruns(
  { engine, deployment }: System,
  desk: Desk,
  act: () => Promise<unknown>,
  more: View[] = [],
): Promise<{ count: number; whileWriting: number; flushes: number }> {
  const client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(desk.token));
  const views: View[] = ["waiting", "mine", "resolved", ...more];
  await Promise.all(
    views.map(
      (view) =>
        new Promise<void>((resolve, reject) => {
          const { query, args } = deskQueries.list(view);
          client.onUpdate(query, args, () => resolve(), reject);
        }),
    ),
  );
  await engine.settle();
  const paths: string[] = [];
  const off = engine.onEvent(({ path, caller }) => {
    if (path !== "desk:list" || caller === "subscription") paths.push(path);
  });
  await act();
  await engine.settle();
  off();
  await client.close();
  const times = (path: string, among: string[]) => among.filter((one) => one === path).length;
  const written = paths.slice(
    paths.indexOf("replies:begin") + 1,
    Math.max(0, paths.lastIndexOf("replies:flush")),
  );
  return {
    count: times("desk:list", paths),
    whileWriting: times("desk:list", written),
    flushes: times("replies:flush", written),
  };
}

/** How often the customer panel runs again when `act` happens, and how often what it shows is another. */
async function panelReruns(
  { engine, deployment }: System,
  { token, conversationId }: Desk,
  act: () => Promise<unknown>,
) {
  const client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(token));
  let shown = "";
  let changes = -1;
  await new Promise<void>((resolve, reject) => {
    const show = (panel: unknown) => {
      if (JSON.stringify(panel) !== shown) changes += 1;
      shown = JSON.stringify(panel);
      resolve();
    };
    client.onUpdate(api.customers.panel, { conversationId }, show, reject);
  });
  await engine.settle();
  let runs = 0;
  const off = engine.onEvent(({ path, caller }) => {
    if (path === "customers:panel" && caller === "subscription") runs += 1;
  });
  await act();
  await engine.settle();
  off();
  await client.close();
  return { runs, changes };
}

const system = await startSystem();
const { http, token, userId: technicianId } = await technician(system);
const customers = await addCustomers(system);
const open = await addConversations(system, OPEN, { customers, technicianId, closed: false });
// The last of the technician's.
const conversationId = open.findLast((_, i) => i % 3 === 2)! as Id<"conversations">;
await addHistory(system, conversationId, MESSAGES);
const inSight = open.slice(-12) as Id<"conversations">[];
const desk: Desk = { http, token, userId: technicianId, conversationId, inSight };

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
/** Three desks on "All open" while twenty customers are answered. */
const colleague = await technician(system, "owner@computerguys.example");
const tokens = [token, colleague.token, await hire(system)];
const chats = await openChats(system);
const before = await measureBusyDesks(system, { tokens, chats, way: "rows" });
const after = await measureBusyDesks(system, { tokens, chats, way: "lines" });
const streaming = await reruns(system, desk, () => answerWatched(system), ["all"]);
/** Words of an answer as they are stored, then the message that it becomes. */
const streamed = await panelReruns(system, desk, () =>
  system.engine.system("", ({ db }) => {
    const fields = { conversationId, author: { kind: "customer" }, visibility: "public" };
    const id = db.insert("messages", {
      ...fields,
      status: "streaming",
      text: "",
      turn: 3,
      episode: 1,
    });
    for (let i = 0; i < 20; i++) db.patch("messages", id, { text: "word ".repeat(i) });
  }),
);
const said = await panelReruns(system, desk, () =>
  system.engine.system("", ({ db }) => {
    db.patch("conversations", conversationId, { lastMessageAt: Date.now(), preview: "Newer" });
  }),
);
const talk = await guest(system.deployment.url);
const asked = { message: { text: "Is my laptop ready?" } };
const held = await talk.http.mutation(api.conversations.createConversation, asked);
await http.mutation(api.conversations.claim, { conversationId: held.conversationId });
const minutes = await measurePresence(system, {
  customer: { http: talk.http, token: talk.tokens.accessToken },
  desks: [desk, colleague],
  conversationId: held.conversationId,
});
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
console.log("Who types, who looks: a minute, with all that it runs again:");
console.table(
  Object.entries(minutes).map(([act, { calls, documents, bytes }]) => ({
    "one person": act,
    calls,
    documents,
    "bytes with index keys": bytes,
  })),
);
const busyRow = ({ seconds, ...busy }: Busy) => ({
  "runs for the desks": busy.runs,
  documents: busy.documents,
  "KB read, with keys": (busy.bytesRead / 1000).toFixed(0),
  "KB sent": (busy.bytesSent / 1000).toFixed(0),
  "runs a second": (busy.runs / seconds).toFixed(1),
  "KB read a second": (busy.bytesRead / 1000 / seconds).toFixed(0),
  "KB sent a second": (busy.bytesSent / 1000 / seconds).toFixed(0),
});
console.log("\nThree desks on All open, 20 customers answered, one more every half second:");
console.table({ "lists with their rows": busyRow(before), "lines in sight": busyRow(after) });
const [, few, many] = readings;
const checks: [string, boolean][] = Object.entries(BUDGETS).flatMap(([name, budget]) => {
  const [a, b] = [few!.get(name)!, many!.get(name)!];
  const within = b.documents <= budget.documents && b.bytes <= budget.bytes;
  return [
    [`${name}: at most ${words(budget)}`, within] as [string, boolean],
    [`${name}: as much at 20,000 closed as at 4,000`, a.documents === b.documents] as [
      string,
      boolean,
    ],
  ];
});
checks.push(
  [
    `a message in a conversation that no list shows runs none again (${ofOthers.count})`,
    ofOthers.count === 0,
  ],
  [`a message in one of mine runs one list again (${shown.count})`, shown.count === 1],
  [
    `words being written run no list again (${streaming.whileWriting} in ${streaming.flushes} flushes)`,
    streaming.whileWriting === 0 && streaming.flushes >= 3,
  ],
  [
    `three busy desks: at most ${BUSY_BUDGET.runs} runs, ${BUSY_BUDGET.bytesRead / 1000} KB read and ${BUSY_BUDGET.bytesSent / 1000} KB sent a second`,
    Object.entries(BUSY_BUDGET).every(
      ([what, most]) => after[what as keyof typeof BUSY_BUDGET] / after.seconds <= most,
    ),
  ],
  [`words being written don't run the customer panel (${streamed.runs})`, streamed.runs === 0],
  [
    `a message runs it once (${said.runs}) and changes nothing in it (${said.changes})`,
    said.runs === 1 && said.changes === 0,
  ],
);
for (const [act, budget] of Object.entries(MINUTES)) {
  const cost = minutes[act]!;
  const within =
    cost.calls <= budget.calls && cost.documents <= budget.documents && cost.bytes <= budget.bytes;
  const most = `${budget.calls} calls, ${words(budget)}`;
  checks.push([`a minute, ${act}: at most ${most}`, within]);
}
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
