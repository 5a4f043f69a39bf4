/** Which events a commit must have left, told by what it did to rows. */
import type { Doc } from "./_generated/dataModel";
import type { Change } from "./test.simulationEngine";

type Rows<T> = { before: T | null; after: T | null };

export function expectedEvents(changes: Change[]): string[] {
  const expected: string[] = [];
  for (const change of changes) {
    if (change.table === "workflows") {
      expected.push(...ofProcess(change as unknown as Rows<Doc<"workflows">>));
    }
    if (change.table === "conversations") {
      expected.push(...ofConversation(change as unknown as Rows<Doc<"conversations">>, changes));
    }
    if (change.table === "messages") {
      expected.push(...ofMessage(change as unknown as Rows<Doc<"messages">>, changes));
    }
  }
  return expected;
}

function ofConversation(
  { before, after }: Rows<Doc<"conversations">>,
  changes: Change[],
): string[] {
  if (before === null || after === null) return [];
  const events: string[] = [];
  const [from, to] = [before.owner, after.owner];
  const resolved = before.status !== "resolved" && after.status === "resolved";
  if (resolved) events.push("resolved");
  if (before.status === "resolved" && after.status !== "resolved") events.push("reopened");
  if (to.kind === "queue" && from.kind !== "queue") events.push("escalated");
  if (to.kind === "ai" && from.kind !== "ai" && !resolved) events.push("released");
  if (to.kind === "human" && from.kind !== "human") events.push("taken");
  if (to.kind === "human" && from.kind === "human" && from.userId !== to.userId) {
    events.push("taken");
  }
  if (after.snoozedUntil !== undefined && after.snoozedUntil !== before.snoozedUntil) {
    events.push("snoozed");
  }
  // Time alone wakes it: nothing was said.
  const spoken = changes.some(({ table, before: old }) => table === "messages" && old === null);
  if (before.status === "snoozed" && after.status === "open" && !spoken) events.push("woken");
  if (before.rating === undefined && after.rating !== undefined) events.push("rated");
  return events;
}

function ofMessage({ before, after }: Rows<Doc<"messages">>, changes: Change[]): string[] {
  const { author, visibility } = (after ?? before)!;
  if (author.kind === "customer") return before === null ? ["message_received"] : [];
  if (author.kind === "technician") {
    if (before !== null) return [];
    return [visibility === "public" ? "staff_replied" : "note_added"];
  }
  if (author.kind !== "agent") return [];
  if (after !== null && before?.feedback === undefined && after.feedback !== undefined) {
    return ["feedback"];
  }
  if (before?.status !== "streaming" || after?.status === "streaming") return [];
  // How it ended stands on its process: one without a word leaves no row.
  const process = changes.find(({ id }) => id === before.workflowId)?.after;
  return process?.state === "cancelled" ? ["reply_stopped"] : [];
}

function ofProcess({ before, after }: Rows<Doc<"workflows">>): string[] {
  if (before === null || after === null || before.state === after.state) return [];
  if (after.state === "done") return ["reply_finished"];
  // Without an error it was never begun: nothing could answer.
  return after.state === "failed" && after.error !== undefined ? ["reply_failed"] : [];
}
