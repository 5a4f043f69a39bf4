/**
 * One list from three sources: settled messages, the reply being written, and messages on their way.
 * A row keeps its key from the first character to the settled message (and from "sending" to sent), so
 * that React keeps the row and nothing flickers. Pure.
 */
import type { LiveReply, PublicConversation, PublicMessage } from "../api";
import type { OutboxItem } from "./outbox";

/** One thing said, from "sending" or the first character to the settled message. */
export type Row = {
  /** Stays the same for the row's whole life: React's key. */
  key: string;
  /** Absent while the server hasn't stored it. */
  id?: PublicMessage["_id"];
  author: PublicMessage["author"];
  /** "staff": a note that customers never see. */
  visibility: PublicMessage["visibility"];
  /**
   * "expected": the AI owes an answer whose first word isn't there yet. "unsent": refused, see
   * `outboxItem.error`. "failed": see `message.error`, in words.
   */
  status: "complete" | "stopped" | "failed" | "streaming" | "expected" | "sending" | "unsent";
  /** Markdown, with `[n]` for the source number n, when the author is an agent; else plain text. */
  text: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** What the AI does before its first word. */
  activity?: LiveReply["activity"];
  /** Counts up when a reply's text starts again from nothing. */
  attempt?: number;
  /** The stored message, with its sources (`citations`), once it is settled. */
  message?: PublicMessage;
  /** For what isn't stored yet. */
  outboxItem?: OutboxItem;
};

export type TimelineEntry = { kind: "day"; key: string; at: number } | { kind: "row"; row: Row };

const PENDING_REPLY = "expected-reply";

type Sources = {
  /** Newest first, as the server lists them. */
  settled: readonly PublicMessage[];
  live: LiveReply | null;
  outbox: readonly OutboxItem[];
  /** Who writes here, and so whose the outbox is. */
  writer: "customer" | "technician";
  conversation: Pick<PublicConversation, "owner" | "status"> | null;
  /** What this page had drawn of an answer that was stopped, until its writer has said what of it stays. */
  kept?: Pick<LiveReply, "messageId" | "text"> | null;
  now: number;
};

/** Oldest first. */
export function buildRows(sources: Sources): Row[] {
  const { settled, live, outbox, writer, conversation, kept = null, now } = sources;
  const rows = settled.flatMap((message) => rowsOf(message, kept)).reverse();
  const shown = new Set(settled.map((message) => message.clientMessageId));
  const onTheWay = outbox.filter((item) => !shown.has(item.clientMessageId));
  // The question of an answer that has begun has been stored, whatever this page has heard of it.
  rows.push(...onTheWay.filter(isStored).map((item) => outboxRow(item, writer)));
  if (live !== null && !settled.some((message) => message._id === live.messageId)) {
    rows.push(liveRow(live));
  } else if (replyIsExpected(settled, onTheWay, conversation)) {
    rows.push(expectedRow(now));
  }
  const others = onTheWay.filter((item) => !isStored(item));
  return [...rows, ...others.map((item) => outboxRow(item, writer))];
}

const isStored = ({ state }: OutboxItem): boolean => state === "sent";

/** The AI owes an answer, and its row isn't there yet: the moment between asking and "searching". */
function replyIsExpected(
  settled: Sources["settled"],
  onTheWay: readonly OutboxItem[],
  conversation: Sources["conversation"],
): boolean {
  return (
    onTheWay.every((item) => item.state === "unsent") &&
    conversation?.owner === "ai" &&
    conversation.status === "open" &&
    settled[0]?.author.kind === "customer"
  );
}

/** None for a stopped answer of which nothing was heard as far as anybody knows yet. */
function rowsOf(message: PublicMessage, kept: Sources["kept"]): Row[] {
  if (!message.readAlong) return [settledRow(message)];
  const isKept = kept?.messageId === message._id && kept.text.startsWith(message.text);
  const text = isKept ? kept.text : message.text;
  return text === "" ? [] : [{ ...newSettledRow(message), text }];
}

/** Kept per message: a row that hasn't changed isn't rendered again while a reply is being written. */
const settledRows = new WeakMap<PublicMessage, Row>();

function settledRow(message: PublicMessage): Row {
  const known = settledRows.get(message);
  if (known !== undefined) return known;
  const row = newSettledRow(message);
  settledRows.set(message, row);
  return row;
}

const newSettledRow = (message: PublicMessage): Row => ({
  key: message.clientMessageId ?? message._id,
  id: message._id,
  author: message.author,
  visibility: message.visibility,
  status: message.status,
  text: message.text,
  // A reply counts from when it was finished, in line with its place in the list.
  at: message.settledAt ?? message._creationTime,
  message,
});

const liveRow = (live: LiveReply): Row => ({
  key: live.messageId,
  id: live.messageId,
  author: live.author,
  visibility: "public",
  status: "streaming",
  text: live.text,
  at: live.startedAt,
  activity: live.activity,
  attempt: live.attempt,
});

const expectedRow = (at: number): Row => ({
  key: PENDING_REPLY,
  author: { kind: "agent" },
  visibility: "public",
  status: "expected",
  text: "",
  at,
  activity: "thinking",
});

const outboxRow = (item: OutboxItem, writer: Sources["writer"]): Row => ({
  key: item.clientMessageId,
  author: { kind: writer },
  visibility: "public",
  status: item.state === "unsent" ? "unsent" : "sending",
  text: item.text,
  at: item.at,
  outboxItem: item,
});

/** Puts a separator before the first row of each local day. */
export function withDays(rows: readonly Row[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let day = "";
  for (const row of rows) {
    const date = new Date(row.at).toDateString();
    if (date !== day) entries.push({ kind: "day", key: `day ${date}`, at: row.at });
    day = date;
    entries.push({ kind: "row", row });
  }
  return entries;
}

/** The technician in the conversation, by what they wrote last. */
export function technicianName(settled: readonly PublicMessage[]): string | undefined {
  return settled.find(
    (message) => message.author.kind === "technician" && message.visibility === "public",
  )?.author.name;
}
