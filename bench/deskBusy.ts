/**
 * Three desks on "All open" while twenty customers are answered: what runs for the desks, and what is sent to them. Once
 * with each list as one subscription that has its rows in it (`conversations.queue`), and once as the desk does it:
 * the order, and the lines in sight, at a pace.
 */
import { ConvexClient, type ConvexClientOptions } from "convex/browser";
import type { FunctionArgs, FunctionReference } from "convex/server";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { PublicMessage } from "../convex/model/conversations/publicMessage";
import type { FunctionEvent } from "@computer-guys/convex-local";
import type { System } from "../local/system";
import { followPaced } from "../web/src/desk/paced";
import { deskQueries, FIRST_LINES, PACE_MS, paceOf, WATCHED } from "../web/src/desk/subscriptions";
import { askAlong, connect, guest, signInStaff } from "./customers";

const CHATS = 20;
/** Lines that a screen shows at a time. */
const IN_SIGHT = 12;
const ANSWER = "Restart it once, and tell us what you see then. ".repeat(25).trim();
const OVER_MS = 6_000;
/** Between two customers' questions. */
const APART_MS = 500;
const DESK_PATHS = new Set(["conversations:queue", "desk:list", "desk:lines"]);

export type Busy = {
  runs: number;
  documents: number;
  bytesRead: number;
  bytesSent: number;
  seconds: number;
};

type Desk = { client: ConvexClient; sent: () => number; close: () => Promise<void> };

/** A live connection whose bytes are counted as they come. */
function openDesk(url: string, token: string): Desk {
  let bytes = 0;
  class Counted extends WebSocket {
    constructor(target: string | URL) {
      super(target);
      this.on("message", (data: Buffer) => (bytes += data.length));
    }
  }
  const client = new ConvexClient(url, {
    webSocketConstructor: Counted as unknown as ConvexClientOptions["webSocketConstructor"],
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(token));
  return { client, sent: () => bytes, close: () => client.close() };
}

const fail = (error: unknown) => {
  throw error instanceof Error ? error : new Error(String(error));
};

/** Resolves with its first value, and goes on. */
function follow<Q extends FunctionReference<"query">>(
  { client }: Desk,
  query: Q,
  args: FunctionArgs<Q>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.onUpdate(query, args, () => resolve(), reject);
  });
}

/** Each list with its rows. */
async function followRows(desk: Desk): Promise<void> {
  const { queue } = api.conversations;
  await Promise.all([...WATCHED, "all" as const].map((view) => follow(desk, queue, { view })));
}

/** As the page: what it watches, and at a pace the order and the lines in sight. The result ends the latter. */
async function followLines(desk: Desk): Promise<() => void> {
  await Promise.all(
    WATCHED.map((view) => {
      const { query, args } = deskQueries.list(view);
      return follow(desk, query, args);
    }),
  );
  let stopLines = () => undefined as void;
  let shown = "";
  const show = (ids: Id<"conversations">[]): Promise<void> => {
    if (shown === ids.join()) return Promise.resolve();
    shown = ids.join();
    stopLines();
    const { query, args } = deskQueries.lines(ids);
    return new Promise((resolve) => {
      stopLines = followPaced({
        subscribe: (onValue, onError) => desk.client.onUpdate(query, args, onValue, onError),
        paceMs: PACE_MS,
        onValue: () => resolve(),
        onError: fail,
      });
    });
  };
  const { query, args } = deskQueries.list("all");
  return await new Promise((resolve) => {
    const stop = followPaced({
      subscribe: (onValue: (value: { _id: Id<"conversations"> }[]) => void, onError) =>
        desk.client.onUpdate(query, args, onValue, onError),
      paceMs: paceOf(FIRST_LINES),
      onValue: (rows) => {
        const end = () => (stop(), stopLines());
        void show(rows.slice(0, IN_SIGHT).map(({ _id }) => _id)).then(() => resolve(end));
      },
      onError: fail,
    });
  });
}

type Chat = { conversationId: Id<"conversations">; accessToken: string; address: string };

export async function openChats({ deployment }: System): Promise<Chat[]> {
  const chats: Chat[] = [];
  for (let i = 0; i < CHATS; i++) {
    const address = `198.51.100.${i}`;
    const { http, tokens } = await guest(deployment.url, address);
    const { conversationId } = await http.mutation(api.conversations.createConversation, {});
    chats.push({ conversationId, accessToken: tokens.accessToken, address });
  }
  return chats;
}

/** They ask one after another, so that most are being answered at a time; resolves when all are. */
async function askAll(system: System, chats: Chat[], round: string): Promise<void> {
  system.providers.control.script({ match: round, text: ANSWER, chunks: 60, overMs: OVER_MS });
  await Promise.all(
    chats.map(async (chat, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * APART_MS));
      await askAlong(system, { ...chat, text: `What now, ${round}?` }, () => undefined);
    }),
  );
}

/** One round of twenty answers with the desks of these tokens open. */
export async function measureBusyDesks(
  system: System,
  { tokens, chats, way }: { tokens: string[]; chats: Chat[]; way: "rows" | "lines" },
): Promise<Busy> {
  const desks = tokens.map((token) => openDesk(system.deployment.url, token));
  const stops = await Promise.all(
    desks.map((desk) => (way === "rows" ? followRows(desk) : followLines(desk))),
  );
  await system.engine.settle();
  const sentBefore = desks.map(({ sent }) => sent());
  const events: FunctionEvent[] = [];
  const off = system.engine.onEvent((event) => events.push(event));
  const startedAt = performance.now();
  await askAll(system, chats, `${way} round`);
  await system.engine.settle();
  const seconds = (performance.now() - startedAt) / 1000;
  off();
  const bytesSent = desks.reduce((sum, { sent }, i) => sum + sent() - sentBefore[i]!, 0);
  for (const stop of stops) stop?.();
  await Promise.all(desks.map(({ close }) => close()));
  const own = events.filter(({ path }) => DESK_PATHS.has(path));
  const sum = (of: (event: FunctionEvent) => number) =>
    own.reduce((total, event) => total + of(event), 0);
  return {
    runs: own.length,
    documents: sum(({ documentsRead }) => documentsRead),
    bytesRead: sum(({ bytesRead, keyBytesRead }) => bytesRead + keyBytesRead),
    bytesSent,
    seconds,
  };
}

/** An answer that is written while somebody looks on: its words are stored as they come. */
export async function answerWatched(system: System): Promise<void> {
  const { http, tokens } = await guest(system.deployment.url);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const client = connect(system.deployment.url, tokens.accessToken);
  const text = "It takes two days as a rule. ".repeat(40).trim();
  system.providers.control.script({ match: "two days?", text, chunks: 60, overMs: 5_000 });
  const answered = new Promise<void>((resolve, reject) => {
    const see = (messages: PublicMessage[]) => {
      if (messages.at(-1)?.status === "complete" && messages.length === 2) resolve();
    };
    client.onUpdate(api.messages.subscribeToMessages, { conversationId }, see, reject);
  });
  await client.mutation(api.messages.sendMessage, {
    conversationId,
    text: "Does it take two days?",
  });
  await answered;
  await client.close();
}

/** A third technician, beside the seed's two. */
export async function hire(system: System): Promise<string> {
  const email = "eli@computerguys.example";
  const eli = { email, name: "Eli", role: "technician" };
  await system.engine.call("mutation", "users:ensureStaff", eli);
  return (await signInStaff(system, email)).token;
}
