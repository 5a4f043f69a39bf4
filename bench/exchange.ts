/**
 * What one exchange costs: every function call, and every document and byte read and written, from the
 * customer's click to the settled answer and the last scheduled check, with one subscriber.
 */
import { type FunctionReference } from "convex/server";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { FunctionEvent, RowCost } from "@computer-guys/convex-local";
import type { System } from "../local/system";
import { addHistory, askAlong, connect, guest } from "./customers";

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

export const QUESTION = "How much is a screen replacement and how long does it take?";
const CHUNKS = 100;
const OVER_MS = 8_000;
/** Characters of a chunk that may have to wait for the next one: the rest of a mark, of a word's end. */
const MAX_HELD_BACK = 4;

/** 2,000 characters with a citation, so that settling has something to cite. */
export const ANSWER =
  "A screen replacement costs what the list says [1]. ".repeat(40).slice(0, 1_999) + ".";

/** Prices in it, of the shop's list: each is held back to the end of its sentence. */
export const PRICED =
  "Here is what the list says [1]. A laptop touch screen costs $279, with the work. "
    .repeat(30)
    .slice(0, 1_999) + ".";

export const SCRIPT = { match: QUESTION, text: ANSWER, chunks: CHUNKS, overMs: OVER_MS };

/** How a page asks, and what it subscribes to meanwhile. */
export type Way = {
  name: string;
  /** The words come straight back (`POST /reply`); else by `sendMessage`, from a scheduled job. */
  along: boolean;
  subscriptions: Subscriptions;
};

/** What an exchange costs, and how long each chunk took from the provider to the page. */
export type Exchange = {
  lines: Line[];
  rows: RowLine[];
  lagMs: number[];
  unseen: number;
  spans: Span[];
};
/** Words that had come and were not shown: how long, and the most characters at a time. */
export type Span = { ms: number; characters: number };

export async function measureExchange(
  system: System,
  earlier: number,
  way: Way,
  answer = ANSWER,
): Promise<Exchange> {
  const { engine, deployment, providers } = system;
  const { http, tokens } = await guest(deployment.url);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  await addHistory(system, conversationId, earlier);
  const { accessToken } = tokens;
  const client = connect(deployment.url, accessToken);
  const seen: Seen[] = [];
  const see = (text: string) => seen.push({ length: text.length, at: performance.now() });
  const ready = way.subscriptions(conversationId).map(
    ({ query, args }) =>
      new Promise<void>((resolve, reject) => {
        const onValue = (value: unknown) => {
          see(textOf(value));
          resolve();
        };
        client.onUpdate(query, args, onValue, reject);
      }),
  );
  await Promise.all(ready);
  await engine.settle();

  const { sentAt } = providers.control.script({ ...SCRIPT, text: answer });
  const events: FunctionEvent[] = [];
  const off = engine.onEvent((event) => events.push(event));
  if (way.along) {
    await askAlong(system, { conversationId, text: QUESTION, accessToken }, see);
  } else {
    const recovered = nextRun(system, "replies:recover");
    const clientMessageId = crypto.randomUUID();
    const message = { conversationId, text: QUESTION, clientMessageId };
    await client.mutation(api.messages.sendMessage, message);
    await recovered;
  }
  await engine.settle();
  off();
  await client.close();
  const { page } = await http.query(api.messages.getMessages, {
    conversationId,
    paginationOpts: { numItems: 1, cursor: null },
  });
  if (page[0]?.text !== answer || page[0].status !== "complete") {
    throw new Error(`The exchange did not end as expected: ${JSON.stringify(page[0])}`);
  }
  return { lines: summarize(events), rows: listRows(events), ...lagsOf(sentAt, seen, answer) };
}

export type Seen = { length: number; at: number };

function nextRun({ engine }: System, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.onEvent(({ path }) => {
      if (path !== wanted) return;
      stop();
      resolve();
    });
  });
}

/** Of the answer being written, as a subscription tells it. */
function textOf(value: unknown): string {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  const isReply = typeof last === "object" && last !== null && "text" in last && "activity" in last;
  return isReply && typeof last.text === "string" ? last.text : "";
}

/** Chunks are equally long. What is held back at the end of one, half a mark say, comes with the next. */
export function lagsOf(
  sentAt: readonly number[],
  seen: Seen[],
  answer = ANSWER,
): Pick<Exchange, "lagMs" | "unseen" | "spans"> {
  const wanted = (i: number) => Math.floor(((i + 1) * answer.length) / CHUNKS) - MAX_HELD_BACK;
  const seenAt = (i: number) => seen.find((one) => one.length >= wanted(i))?.at ?? Infinity;
  const lags = sentAt.map((at, i) => seenAt(i) - at);
  const lagMs = lags.filter((lag) => lag !== Infinity).sort((a, b) => a - b);
  return {
    lagMs,
    unseen: lags.length - lagMs.length,
    spans: spansOf(sentAt, { seenAt, wanted, seen }),
  };
}

type Known = { seenAt: (i: number) => number; wanted: (i: number) => number; seen: Seen[] };

/** From a chunk that isn't shown when the next one comes to the moment in which all is shown that has come. */
function spansOf(sentAt: readonly number[], { seenAt, wanted, seen }: Known): Span[] {
  const spans: Span[] = [];
  let open: { from: number; characters: number } | null = null;
  for (const [i, nextAt] of sentAt.slice(1).entries()) {
    const shown = seen.findLast(({ at }) => at < nextAt)?.length ?? 0;
    const characters = wanted(i) - shown;
    if (characters > 0) {
      open ??= { from: sentAt[i]!, characters: 0 };
      open.characters = Math.max(open.characters, characters);
    } else if (open !== null) {
      spans.push({ ms: seenAt(i - 1) - open.from, characters: open.characters });
      open = null;
    }
  }
  return spans;
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Infinity;

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

/** What of that is of which table, and by which index it was found. */
export type RowLine = RowCost & { place: string };

export function listRows(events: FunctionEvent[]): RowLine[] {
  const lines = new Map<string, RowLine>();
  const add = (place: string, { documents, bytes, keyBytes }: RowCost) => {
    const line = lines.get(place) ?? { place, documents: 0, bytes: 0, keyBytes: 0 };
    line.documents += documents;
    line.bytes += bytes;
    line.keyBytes += keyBytes;
    lines.set(place, line);
  };
  for (const { rows } of events) {
    for (const [place, cost] of rows.read) add(`read ${place}`, cost);
    for (const [table, cost] of rows.written) add(`written ${table}`, cost);
  }
  return [...lines.values()].sort((a, b) => b.bytes + b.keyBytes - a.bytes - a.keyBytes);
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
