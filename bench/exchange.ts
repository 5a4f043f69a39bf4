/**
 * What one exchange costs: every function call, and every document and byte read and written, from the
 * customer's click to the settled answer and the last scheduled check, with one subscriber.
 */
import { ConvexClient } from "convex/browser";
import { type FunctionReference } from "convex/server";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { FunctionEvent } from "@computer-guys/convex-local";
import { WebSocket } from "ws";
import type { System } from "../local/system";
import { addHistory, guest } from "./customers";

type Subscription = { query: FunctionReference<"query">; args: Record<string, unknown> };
export type Subscriptions = (conversationId: Id<"conversations">) => Subscription[];

export type Line = {
  name: string;
  calls: number;
  documentsRead: number;
  bytesRead: number;
  documentsWritten: number;
  bytesWritten: number;
  /** Of index keys, read and written: billed as documents are. */
  keyBytes: number;
};

const QUESTION = "How much is a screen replacement and how long does it take?";
const CHUNKS = 100;
const OVER_MS = 8_000;

/** 2,000 characters with a citation, so that settling has something to cite. */
const ANSWER =
  "A screen replacement costs what the list says [1]. ".repeat(40).slice(0, 1_999) + ".";

export async function measureExchange(
  system: System,
  earlier: number,
  subscriptions: Subscriptions,
): Promise<Line[]> {
  const { engine, deployment, providers } = system;
  const { http, tokens } = await guest(deployment.url);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  await addHistory(system, conversationId, earlier);

  const client = new ConvexClient(deployment.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(tokens.accessToken));
  const ready = subscriptions(conversationId).map(
    ({ query, args }) =>
      new Promise<void>((resolve, reject) => {
        client.onUpdate(query, args, () => resolve(), reject);
      }),
  );
  await Promise.all(ready);
  await engine.settle();

  providers.control.script({ match: QUESTION, text: ANSWER, chunks: CHUNKS, overMs: OVER_MS });
  const events: FunctionEvent[] = [];
  const off = engine.onEvent((event) => events.push(event));
  const recovered = new Promise<void>((resolve) => {
    const stop = engine.onEvent((event) => {
      if (event.path !== "replies:recover") return;
      stop();
      resolve();
    });
  });
  await client.mutation(api.messages.sendMessage, {
    conversationId,
    text: QUESTION,
    clientMessageId: crypto.randomUUID(),
  });
  await recovered;
  await engine.settle();
  off();
  await client.close();
  const { page } = await http.query(api.messages.getMessages, {
    conversationId,
    paginationOpts: { numItems: 1, cursor: null },
  });
  if (page[0]?.text !== ANSWER || page[0].status !== "complete") {
    throw new Error(`The exchange did not end as expected: ${JSON.stringify(page[0])}`);
  }
  return summarize(events);
}

/** One line per function. A run nested in a transaction is no call of its own; its reads count. */
export function summarize(events: FunctionEvent[]): Line[] {
  const lines = new Map<string, Line>();
  for (const event of events) {
    const name = `${event.path}${event.caller === "subscription" ? " (subscription)" : ""}`;
    const line = lines.get(name) ?? {
      name,
      calls: 0,
      documentsRead: 0,
      bytesRead: 0,
      documentsWritten: 0,
      bytesWritten: 0,
      keyBytes: 0,
    };
    if (!event.nested) line.calls += 1;
    line.documentsRead += event.documentsRead;
    line.bytesRead += event.bytesRead;
    line.documentsWritten += event.documentsWritten;
    line.bytesWritten += event.bytesWritten;
    line.keyBytes += event.keyBytesRead + event.keyBytesWritten;
    lines.set(name, line);
  }
  return [...lines.values()].sort((a, b) => bytesWithKeys(b) - bytesWithKeys(a));
}

export const bytes = (line: Line) => line.bytesRead + line.bytesWritten;
/** What is billed. */
export const bytesWithKeys = (line: Line) => bytes(line) + line.keyBytes;

export function total(lines: Line[]): Line {
  const sum = (key: Exclude<keyof Line, "name">) => lines.reduce((n, line) => n + line[key], 0);
  return {
    name: "total",
    calls: sum("calls"),
    documentsRead: sum("documentsRead"),
    bytesRead: sum("bytesRead"),
    documentsWritten: sum("documentsWritten"),
    bytesWritten: sum("bytesWritten"),
    keyBytes: sum("keyBytes"),
  };
}
