/** DESIGN's invariants, from what each transaction read and changed, and from the rows that it left. */
import {
  touchesRead,
  type CommittedMutation,
  type FunctionEvent,
} from "@computer-guys/convex-local";
import type { Doc } from "../../../convex/_generated/dataModel";
import type { Shop } from "./shop";
import { HOUR, MINUTE, SECOND, type Row } from "./stage";

type Message = Doc<"messages">;
type Conversation = Doc<"conversations">;
type Change = CommittedMutation["changes"][number];

const typed = <T>(row: unknown) => row as T | null;
const messagesOf = (shop: Shop) => shop.stage.rows("messages") as unknown as Message[];

export class Checks {
  /** Mutations of an exchange, the latest of each conversation. */
  readonly #exchanges = new Map<string, CommittedMutation[]>();
  /** Conversations that have booked on each row of the day's budget, over all sequences. */
  readonly #booked = new Map<string, Set<string>>();
  /** Whom the AI is to answer: the turn of their question, and when it began. */
  readonly #asked = new Map<string, { turn: number; since: number }>();

  /** Since when people have those that the AI had. */
  readonly #takenAt = new Map<string, number>();

  constructor(readonly shop: Shop) {
    shop.stage.onCommit((mutation) => this.committed(mutation));
    shop.stage.onRun((event) => this.ran(event));
  }

  begin(): void {
    this.#exchanges.clear();
    this.#asked.clear();
    this.#takenAt.clear();
  }

  committed(mutation: CommittedMutation): void {
    const own = mutation.changes.filter(({ component }) => component === "");
    this.taken(own);
    for (const change of own) {
      if (change.table !== "messages") continue;
      this.mute(change, own);
      this.sentOnce(change);
      this.optedOut(change);
      this.grounded(change);
    }
    this.oneReply(own);
    this.inTime(own);
    this.apart(mutation, own);
  }

  #conversation(
    id: string,
    changes: readonly Change[],
  ): { before: Conversation; now: Conversation } | null {
    const change = changes.find((one) => one.id === id);
    const now = typed<Conversation>(this.shop.stage.find("conversations", id));
    const before = typed<Conversation>(change?.before) ?? now;
    return before === null || now === null ? null : { before, now };
  }

  /** When people have come to a conversation: one that is put back in the queue waits since its customer began to. */
  taken(changes: readonly Change[]): void {
    for (const { table, id, before, after } of changes) {
      if (table !== "conversations" || after === null) continue;
      const [was, is] = [before, after].map((row) => typed<Conversation>(row)?.owner.kind);
      if (is === "ai") this.#takenAt.delete(id);
      else if (was === "ai") this.#takenAt.set(id, Date.now());
    }
  }

  /** 1. Once people have a conversation the AI commits no word to it. */
  mute(change: Change, changes: readonly Change[]): void {
    const [old, now] = [typed<Message>(change.before), typed<Message>(change.after)];
    if (now?.author.kind !== "agent") return;
    const conversation = this.#conversation(now.conversationId, changes);
    if (conversation === null) return;
    const { before, now: after } = conversation;
    const grew = now.text !== (old?.text ?? "");
    if (before.owner.kind !== "ai" && grew && now.text !== "") {
      // What is erased or taken back is no word more, nor is what had been read along by then.
      const isLess = old?.text.startsWith(now.text) ?? false;
      const takenAt = this.#takenAt.get(now.conversationId) ?? before.owner.since;
      if (!isLess && !this.#wasTold(now, takenAt)) {
        this.shop.break(1, `the AI said "${now.text}" where ${before.owner.kind} has it`);
      }
    }
    const taken = after.owner.kind === "human" && before.owner.kind === "ai";
    // A reply that has ended may hand over in the same transaction: whoever has room has it at once.
    const isCut = now.status === "stopped";
    if (taken && isCut && old !== null && now.text.length > old.text.length) {
      this.shop.break(1, "a claim added words of the AI");
    }
  }

  #wasTold({ conversationId, text }: Message, takenAt: number): boolean {
    const told = this.shop.told.get(conversationId) ?? [];
    return told.some((shown) => shown.at <= takenAt + ON_ITS_WAY && shown.text.startsWith(text));
  }

  /** Who waits for the AI from here on, and who has waited. */
  inTime(changes: readonly Change[]): void {
    this.waiting();
    for (const { table, id, after } of changes) {
      if (table !== "conversations") continue;
      const row = typed<Conversation>(after);
      if (row === null || !this.isWaiting(row)) this.#asked.delete(id);
      else if (this.#asked.get(id)?.turn !== row.turn) {
        this.#asked.set(id, { turn: row.turn, since: Date.now() });
      }
    }
  }

  /** 2. At most one reply is being written in a conversation, and a process stands behind it. */
  oneReply(changes: readonly Change[]): void {
    const ids = new Set<string>();
    for (const { table, after } of changes) {
      if (table !== "messages" && table !== "workflows") continue;
      const id = (after as { conversationId?: string } | null)?.conversationId;
      if (id !== undefined) ids.add(id);
    }
    if (ids.size === 0) return;
    for (const id of ids) this.#oneReplyIn(id);
  }

  #oneReplyIn(id: string): void {
    const { shop } = this;
    const { turn } = (shop.stage.find("conversations", id) ?? {}) as { turn?: number };
    const streaming = messagesOf(shop).filter(
      (row) => row.conversationId === id && row.status === "streaming",
    );
    // Of an earlier turn one may still wait for its job, which will find that it is moot.
    const atWork = shop.stage
      .rows("workflows")
      .filter((row) => row.kind === "reply" && row.conversationId === id && row.turn === turn)
      .filter(({ state }) => state === "queued" || state === "running");
    if (streaming.length > 1) shop.break(2, "two replies are being written");
    if (atWork.length > 1) shop.break(2, "two processes are at a reply");
    if (streaming.length > atWork.length) shop.break(2, "nobody writes what is being written");
  }

  /** 4. What a client or a provider tells twice is stored once. */
  sentOnce({ before, after }: Change): void {
    const now = typed<Message>(after);
    if (before !== null || now === null) return;
    const others = messagesOf(this.shop).filter(({ _id }) => _id !== now._id);
    const { clientMessageId, conversationId, smsSid, providerId } = now;
    const isTwice = others.some(
      (row) =>
        (clientMessageId !== undefined &&
          row.conversationId === conversationId &&
          row.clientMessageId === clientMessageId) ||
        (smsSid !== undefined && row.smsSid === smsSid) ||
        (providerId !== undefined && row.providerId === providerId),
    );
    if (isTwice) this.shop.break(4, `"${now.text}" is stored twice`);
  }

  /** 7. No text is taken up for a number that has opted out, but the carrier's own words about it. */
  optedOut({ before, after }: Change): void {
    const [old, now] = [typed<Message>(before), typed<Message>(after)];
    const delivery = now?.delivery;
    if (delivery?.state !== "sending" || old?.delivery?.state === "sending") return;
    if (delivery.channel === "email" || delivery.purpose === "consent") return;
    if (this.shop.stopped.has(delivery.to))
      this.shop.break(7, `"${now!.text}" goes to ${delivery.to}`);
  }

  /** 12. What the model invents is in no row that anybody reads. */
  grounded({ after }: Change): void {
    const now = typed<Message>(after);
    if (now?.author.kind !== "agent") return;
    for (const words of [...this.shop.invented, ...this.shop.claimed]) {
      if (now.text.includes(words))
        this.shop.break(12, `"${words}" stands in a ${now.status} answer`);
    }
  }

  /** 9. Exchanges of different people share no document that either writes. */
  apart(mutation: CommittedMutation, changes: readonly Change[]): void {
    if (!EXCHANGE.test(mutation.event.path)) return;
    const id = conversationIn(changes);
    if (id === undefined) return;
    this.spread(id, changes);
    const owner = this.shop.ownerOf(id);
    // Who hands over meets the shop's one queue, its shifts and its alerts.
    if (owner === undefined || changes.some(isPeoples)) return;
    for (const [other, mutations] of this.#exchanges) {
      const its = this.shop.ownerOf(other);
      // Undefined: an import has taken it away, and whose it was nobody knows.
      if (other === id || its === undefined || its === owner) continue;
      for (const one of mutations) {
        const shared = sharedBy(mutation, one) ?? sharedBy(one, mutation);
        if (shared !== null) {
          this.shop.break(9, `${mutation.event.path} and ${one.event.path} share ${shared}`);
        }
      }
    }
    this.#exchanges.set(id, [...(this.#exchanges.get(id) ?? []).slice(-12), mutation]);
  }

  /** 9. The rows that many may share are many: not everybody's first choice is the same. */
  spread(conversationId: string, changes: readonly Change[]): void {
    for (const { table, before, after } of changes) {
      const { name, key } = (after ?? before) as { name?: string; key?: string };
      if (table !== "rateLimits" || name !== "ai budget") continue;
      this.#booked.set(key!, (this.#booked.get(key!) ?? new Set()).add(conversationId));
    }
    const [first, ...others] = this.#booked.values();
    if (others.length === 0 && (first?.size ?? 0) >= SPREAD_BY) {
      this.shop.break(9, `${SPREAD_BY} conversations have booked on one row of the day's budget`);
    }
  }

  /** 10. No query reads more than its page and a constant, however many rows there are. */
  ran({ path, udfType, componentPath, documentsRead, error }: FunctionEvent): void {
    if (componentPath !== "") return;
    const most = MOST_READ[path] ?? 130;
    if ((udfType === "query" || EXCHANGE.test(path)) && documentsRead > most) {
      this.shop.break(10, `${path} read ${documentsRead} documents`);
    }
    // What a provider fails at in the background is tried again by whoever looks after it.
    if (
      error !== undefined &&
      !/ConvexError|ProviderError|machine died|page can't be reached/.test(error)
    ) {
      this.shop.break(0, `${path} failed: ${error.slice(0, 500)}`);
    }
  }

  /**
   * 3 and 13. Nobody waits for the AI longer than a reply may take, whatever providers do; where a machine died, than
   * another writer takes. What an import has brought back is found within the hour.
   */
  waiting(): void {
    const { stage, importedAt } = this.shop;
    const now = Date.now();
    for (const [id, { since }] of this.#asked) {
      const row = stage.find("conversations", id) as Conversation | undefined;
      if (row === undefined || !this.isWaiting(row)) continue;
      const replaced = stage.lostAt >= since ? REPLACED_WITHIN : ANSWERED_WITHIN;
      const waited = now - Math.max(since, importedAt);
      if (waited <= (since <= importedAt ? LOST_WITHIN : replaced)) continue;
      this.shop.break(13, `${this.shop.ownerOf(id)} has waited ${waited / SECOND} s`);
    }
  }

  isWaiting(row: Conversation): boolean {
    const { owner, status, waitingSince } = row;
    if (owner.kind !== "ai" || status !== "open" || waitingSince === undefined) return false;
    return !this.isMuted(row);
  }

  /** Who has opted out or is blocked is heard, not answered. */
  isMuted({ userId }: Conversation): boolean {
    const user = typed<Doc<"users">>(this.shop.stage.find("users", userId));
    return user === null || user.smsConsent === "revoked" || user.blockedAt !== undefined;
  }

  /** What must hold once nobody has anything left to do. */
  ended(): void {
    this.waiting();
    const { shop } = this;
    const open = shop.stage.rows("messages").filter(({ status }) => status === "streaming");
    const atWork = shop.stage
      .rows("workflows")
      .filter(({ kind, state }) => kind === "reply" && (state === "queued" || state === "running"));
    if (open.length + atWork.length > 0) shop.break(2, "a reply has no end");
    for (const row of shop.stage.rows("conversations") as unknown as Conversation[])
      this.heard(row);
  }

  /** 3. After the customer's last word comes an answer, people, or a line that says why not. */
  heard(row: Conversation): void {
    if (row.owner.kind !== "ai" || row.status === "resolved" || this.isMuted(row)) return;
    const rows = messagesOf(this.shop)
      .filter((one) => one.conversationId === row._id && one.visibility === "public")
      .sort((a, b) => a.settledAt! - b.settledAt! || a._creationTime - b._creationTime);
    const asked = rows.findLastIndex(({ author }) => author.kind === "customer");
    if (asked === -1) return;
    const after = rows.slice(asked + 1).filter(({ author }) => author.kind !== "customer");
    if (after.length === 0) this.shop.break(3, `nobody has answered "${rows[asked]!.text}"`);
  }
}

/** What one exchange calls, on the page. */
const EXCHANGE =
  /^(messages:(sendMessage|sendAgentMessage)|replies:(ask|begin|flush|context|charge|recover|setContact))$/;

const MOST_READ: Record<string, number> = {
  // Their pages have 200.
  "privacy:exportConversationIds": 230,
  "privacy:exportEvents": 230,
};
/** Of 16 rows so many conversations choose the same once in 16^7. */
const SPREAD_BY = 8;

/** A line of the stream is read some turns of the event loop after it was sent. */
const ON_ITS_WAY = SECOND / 5;
/** A reply's 120 s, and its writer's last words. */
const ANSWERED_WITHIN = 150 * SECOND;
/** Two writers, each with a lease before somebody looks. */
const REPLACED_WITHIN = 2 * ANSWERED_WITHIN + MINUTE;
/** Three attempts, each found by its lease, or by the cron. */
const LOST_WITHIN = HOUR;
export const SETTLED_WITHIN = LOST_WITHIN + 10 * MINUTE;

function conversationIn(changes: readonly Change[]): string | undefined {
  for (const { table, id, after, before } of changes) {
    const row = (after ?? before) as Row | null;
    if (table === "conversations") return id;
    if (typeof row?.conversationId === "string") return row.conversationId;
  }
  return undefined;
}

/** The day's budget and the limits of an address are split into rows of which each call takes one (`access/shares.ts`). */
const isShard = ({ table, before, after }: Change) =>
  table === "rateLimits" && /^(ai budget|repliesOfTheDay)/.test(nameIn(after ?? before));

const isPeoples = ({ table, before, after }: Change) =>
  table === "conversations" &&
  [before, after].some((row) => row !== null && (row.owner as { kind: string }).kind !== "ai");

/** A document that `reader` depends on and `writer` has changed. */
function sharedBy(reader: CommittedMutation, writer: CommittedMutation): string | null {
  for (const change of writer.changes) {
    if (change.component !== "" || isShard(change)) continue;
    for (const read of reader.reads) {
      if (read.component !== change.component || read.table !== change.table) continue;
      if (touchesRead(read, change)) return `a row of ${change.table} (${nameOf(change)})`;
    }
  }
  return null;
}

const nameIn = (row: object | null): string => {
  const { name, kind } = (row ?? {}) as { name?: string; kind?: string };
  return name ?? kind ?? "";
};
const nameOf = ({ after, before }: Change) => nameIn(after ?? before);
