/**
 * The registry of checks: what must hold after every commit, from the rows alone, and what must hold once
 * nobody has anything left to do. The numbers are DESIGN's invariants.
 */
import { isDeepStrictEqual } from "node:util";
import type { Doc } from "../../convex/_generated/dataModel";
import type { Change } from "./engine";
import { must } from "./expect";
import { isHeardOut } from "./heard";
import type { Talk } from "./model";
import { replayChecks } from "./replay";
import type { Check, Conversation, World } from "./world";

type Message = Doc<"messages">;
type Row = Doc<"conversations">;

/** What a commit has really changed: limits count calls, whatever comes of them. */
export function rowsChanged(changes: Change[]): Change[] {
  return changes.filter(
    ({ table, before, after }) => table !== "rateLimits" && !isDeepStrictEqual(before, after),
  );
}

const rowOf = (world: World, id: string): Row => world.rowOf(id);

/** The conversation as it was before the commit. */
function before(world: World, changes: Change[], id: string): Row {
  const change = changes.find((one) => one.id === id);
  return (change?.before as Row | null | undefined) ?? rowOf(world, id);
}

const words = (row: Message | null) =>
  row && { text: row.text, status: row.status, citations: row.citations, settledAt: row.settledAt };

/** 1. Once people have a conversation the AI commits no word to it. */
const mute: Check = {
  name: "the AI is mute while people have a conversation",
  commit: (world, changes) => {
    for (const change of changes) {
      if (change.table !== "messages") continue;
      const [old, now] = [change.before, change.after] as unknown as (Message | null)[];
      const row = (now ?? old)!;
      if (row.author.kind !== "agent" || isHeardOut(change)) continue;
      const { owner } = before(world, changes, row.conversationId);
      if (owner.kind !== "ai") must(words(now!), words(old!));
      // A claim may cut a reply off, and not add to it; a reply that ends by handing off is given away at once.
      const taken = rowOf(world, row.conversationId).owner.kind === "human";
      if (taken && now?.status === "stopped") must(now.text, old?.text);
    }
  },
};

/** 2. At most one reply is being written, and somebody is accountable for it. */
const oneReply: Check = {
  name: "at most one reply is being written",
  commit: (world) => {
    const streaming = new Set<string>();
    for (const row of world.engine.rows("messages")) {
      must(row.status === "streaming", row.settledAt === undefined, "settled or streaming");
      if (row.status !== "streaming") continue;
      must(streaming.has(row.conversationId), false, "a second reply");
      streaming.add(row.conversationId);
      const { owner, turn } = rowOf(world, row.conversationId);
      const process = world.engine.rows("workflows").find(({ _id }) => _id === row.workflowId)!;
      must(owner.kind, "ai");
      must(process.state === "queued" || process.state === "running", true, "abandoned");
      must([process.turn, process.attempt], [turn, row.attempt]);
    }
  },
  end: (world) => {
    const open = world.engine
      .rows("workflows")
      .filter(({ kind, state }) => kind === "reply" && /queued|running/.test(state));
    must(open, [], "every reply ends");
    const rows = world.engine.rows("messages");
    must(
      rows.filter(({ status }) => status === "streaming"),
      [],
    );
  },
};

const ownerOf = ({ owner }: Row) => (owner.kind === "human" ? owner.userId : owner.kind);

const shownBy = (row: Row) => ({
  owner: ownerOf(row),
  status: row.status,
  snoozedUntil: row.snoozedUntil,
  waitingSince: row.waitingSince,
  unreadByCustomer: row.unreadByCustomer,
  unreadByStaff: row.unreadByStaff,
  aiReplies: row.aiReplies,
  episode: row.episode,
  rated: row.rating !== undefined,
  since: row.owner.kind === "ai" ? undefined : row.owner.since,
  queuedSince: row.owner.kind === "human" ? row.owner.queuedSince : undefined,
  returnedBy: row.owner.kind === "queue" ? row.owner.returnedBy : undefined,
  offered: row.offer?.reason,
  declined: row.trouble?.declined ?? false,
});

/** 3 and 11, as far as a conversation's row and its process go: they are what the model says. */
const asTheModel: Check = {
  name: "rows are what the model says",
  commit: (world) => {
    for (const { id, talk } of world.conversations) {
      const row = rowOf(world, id);
      const shown = shownBy(row);
      const keys = Object.keys(shown) as (keyof typeof shown)[];
      const wrong = keys.filter((key) => shown[key] !== talk[key]);
      if (wrong.length > 0) {
        const expected = Object.fromEntries(keys.map((key) => [key, talk[key]]));
        must(shown, expected);
      }
      checkProcess(world, row, talk);
    }
  },
};

function checkProcess(world: World, { _id, turn }: Row, { process }: Talk): void {
  const rows = world.engine.rows("messages");
  const shown = rows.find((row) => row.conversationId === _id && row.status === "streaming");
  must(shown?.text ?? null, process?.shown ?? null);
  const working = world.engine
    .rows("workflows")
    .filter((row) => row.conversationId === _id && row.turn === turn)
    .filter(({ state }) => state === "queued" || state === "running")
    .map(({ state, attempt }) => `${state} ${attempt}`);
  must(working, process === null ? [] : [`${process.state} ${process.attempt}`]);
}

/** 2. Whoever writes is looked after once the lease is over, unless the scheduler lost that job. */
const lookedAfter: Check = {
  name: "every reply under way has a look at it ahead",
  commit: (world) => {
    const ahead = new Set(world.engine.jobs().map(({ args }) => args.workflowId));
    for (const [id, { process, conversation, unwatched }] of world.processes) {
      if (conversation.talk.process !== process || unwatched) continue;
      must(ahead.has(id), true, "a look ahead");
    }
  },
};

/** 3. Every customer message is answered, handed off, or visibly failed or stopped. */
const nobodyForgotten: Check = {
  name: "no customer message is forgotten",
  commit: (world) => {
    for (const { talk } of world.conversations) must(talk.isForgotten(), false, "forgotten");
  },
  end: (world) => {
    for (const conversation of world.conversations) expectHeard(world, conversation);
  },
};

/** From the rows: after the customer's last word comes an answer, people, or a line that says why not. */
function expectHeard(world: World, { id }: Conversation): void {
  const row = rowOf(world, id);
  if (row.owner.kind !== "ai") return;
  const rows = world.engine
    .rows("messages")
    .filter((one) => one.conversationId === id && one.visibility === "public")
    .sort((a, b) => a.settledAt! - b.settledAt! || a._creationTime - b._creationTime);
  const lastAsked = rows.findLastIndex(({ author }) => author.kind === "customer");
  if (lastAsked === -1) return;
  const heard = rows
    .slice(lastAsked + 1)
    .some(({ author, text }) =>
      author.kind === "system"
        ? /^(Stopped|Our team has closed|You closed|We haven't heard|That hasn't helped)/.test(text)
        : author.kind !== "customer",
    );
  must(heard, true, "the customer's last message was heard");
}

/** Of an overtaken writer, of a question without a source, of alerts and by admins: nothing else shows them. */
const APART = new Set(
  "usage_charged knowledge_gap role_changed alerted process_cancelled process_retried".split(" "),
);

/** 11. Whatever changes leaves its event, once. */
const eventsTell: Check = {
  name: "every change is an event, once",
  commit: (world, changes) => {
    const recorded = changes
      .filter(({ table, before, after }) => table === "analytics" && !before && after !== null)
      .filter(({ after }) => after!.kind === "event")
      .map(({ after }) => after!.type as string)
      .filter((type) => !APART.has(type));
    const expected = world.events.splice(0);
    for (const { talk } of world.conversations) expected.push(...talk.events.splice(0));
    must(recorded.sort(), expected.sort(), "events");
  },
};

export const checks: Check[] = [
  mute,
  oneReply,
  asTheModel,
  lookedAfter,
  nobodyForgotten,
  eventsTell,
  ...replayChecks,
];
