/**
 * Messages on their way: shown at once, delivered one after another, and kept with the reason when one is refused. A
 * retry uses the same `clientMessageId`, so a message whose answer was lost is not stored twice.
 *
 * "Unsent" is the server's word alone. Without a connection a message waits, and goes by itself. With a `storage` it
 * waits there: it outlives the page, all tabs show it, and one of them sends it.
 */
import type { ConversationId, Id } from "../api";
import type { Lock } from "../auth";
import type { SentFile } from "./sentFiles";

export type OutboxItem = {
  clientMessageId: string;
  /** May be empty beside files. */
  text: string;
  /** In their order. */
  files: readonly SentFile[];
  /** Milliseconds since the Unix epoch. */
  at: number;
  state: "sending" | "sent" | "unsent";
  /** Why it is unsent, and since when. */
  error?: unknown;
  failedAt?: number;
  /** The AI's draft that a technician has made it of. */
  draftId?: Id<"workflows">;
  /** What a technician wrote, where `text` is its translation. */
  original?: { text: string; to: string };
  /** Where it goes; absent while that conversation doesn't exist yet. */
  conversationId?: ConversationId;
  /** Who on this page wrote it: their view shows it before and after its conversation exists. */
  view?: string;
};

export type OutgoingMessage = Pick<
  OutboxItem,
  "text" | "clientMessageId" | "files" | "draftId" | "original"
>;

type Items = readonly OutboxItem[];
type Change = (items: Items) => Items;

/** What all tabs share. A change that changes nothing answers what it was given. */
export type OutboxStorage = {
  /** In one transaction; never rejects. */
  change: (change: Change) => Promise<Items>;
  onExternalChange: (callback: () => void) => () => void;
  /** Who has it delivers. */
  lock: Lock;
};

export type Delivery = {
  /** False once it has been erased. */
  isWanted: () => boolean;
  /** The conversation of what had none exists now. */
  begin: (conversationId: ConversationId) => Promise<void>;
  /** Of its files these are there by now. */
  keepFiles: (files: readonly SentFile[]) => Promise<void>;
};

export type OutboxOptions = {
  /** Rejects when the message is refused: it is then kept as unsent, with the reason. */
  deliver: (item: OutboxItem, acts: Delivery) => Promise<void>;
  storage?: OutboxStorage;
  /** True where trying again later is what there is to do. */
  isTransient?: (error: unknown) => boolean;
  /** Waits before the next try: `tries` have failed. */
  pause?: (tries: number) => Promise<void>;
  makeId?: () => string;
  now?: () => number;
};

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #makeId: () => string;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  /** As they are stored, and what is being stored. */
  #stored: Items = [];
  #changes: readonly Change[] = [];
  /** Delivered from here, until the server's list shows them. */
  #sent: Items = [];
  #items: Items = [];
  #working = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#makeId = options.makeId ?? newMessageId;
    this.#now = options.now ?? Date.now;
  }

  readonly getSnapshot = (): Items => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes up what was kept, and what other tabs write from now on. Returns what ends it. */
  open(): () => void {
    const read = () => void this.#change((items) => items).then(() => this.#work());
    read();
    return this.#options.storage?.onExternalChange(read) ?? (() => undefined);
  }

  /** Queues a message and starts delivering. Returns its `clientMessageId`. */
  send(
    text: string,
    files: readonly SentFile[] = [],
    place: Pick<OutboxItem, "conversationId" | "view" | "draftId" | "original"> = {},
  ): string {
    const clientMessageId = this.#makeId();
    const at = this.#now();
    const item: OutboxItem = { clientMessageId, text, files, at, state: "sending", ...place };
    void this.#change((items) => [...items, item]);
    void this.#work();
    return clientMessageId;
  }

  /** Tries an unsent message again, as the latest one, under its old id. */
  retry(clientMessageId: string): void {
    const at = this.#now();
    void this.#change((items) => {
      const item = items.find((each) => each.clientMessageId === clientMessageId);
      if (item?.state !== "unsent") return items;
      const { error: _, failedAt: __, ...rest } = item;
      return [...items.filter((each) => each !== item), { ...rest, at, state: "sending" }];
    });
    void this.#work();
  }

  /** Drops an unsent message. */
  discard(clientMessageId: string): void {
    void this.#change((items) =>
      without(items, (each) => each.clientMessageId === clientMessageId && each.state === "unsent"),
    );
  }

  /** Forgets messages that the server's list shows by now. */
  settle(shown: ReadonlySet<string>): void {
    const isShown = ({ clientMessageId }: OutboxItem) => shown.has(clientMessageId);
    if (!this.#items.some(isShown)) return;
    this.#sent = this.#sent.filter((each) => !isShown(each));
    void this.#change((items) => without(items, isShown));
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    const { storage, pause } = this.#options;
    for (let tries = 0; this.#items.some(isDue);) {
      const deliver = () => this.#deliverAll();
      const end = storage === undefined ? await deliver() : await storage.lock(deliver);
      tries = end.delivered === 0 ? tries + 1 : 1;
      // Not under the lock: another tab may be able to.
      if (end.later) await pause?.(tries);
    }
    this.#working = false;
  }

  /** Until nothing is due, or it has to be tried again later. */
  async #deliverAll(): Promise<{ delivered: number; later: boolean }> {
    for (let delivered = 0; ; delivered++) {
      // Another tab has had its turn: what it sent is not here any more.
      if (this.#options.storage) await this.#change((items) => items);
      const item = this.#items.find(isDue);
      if (item === undefined) return { delivered, later: false };
      const { clientMessageId } = item;
      const isIt = (each: OutboxItem) => each.clientMessageId === clientMessageId;
      try {
        await this.#options.deliver(item, {
          isWanted: () => this.#items.some(isIt),
          begin: (conversationId) =>
            this.#change((items) =>
              items.map((each) => (isNew(each) ? { ...each, conversationId } : each)),
            ),
          keepFiles: (files) =>
            this.#change((items) => items.map((each) => (isIt(each) ? { ...each, files } : each))),
        });
        const sent = this.#items.find(isIt);
        if (sent !== undefined) this.#sent = [...this.#sent, { ...sent, state: "sent" }];
        await this.#change((items) => without(items, isIt));
      } catch (error) {
        if (this.#options.isTransient?.(error)) return { delivered, later: true };
        const failure = { state: "unsent", error, failedAt: this.#now() } as const;
        await this.#change((items) =>
          items.map((each) => (isIt(each) ? { ...each, ...failure } : each)),
        );
      }
    }
  }

  /** Shown at once; stored, with a storage, when this resolves. */
  async #change(change: Change): Promise<void> {
    const { storage } = this.#options;
    if (storage === undefined) {
      this.#stored = change(this.#stored);
      return this.#publish();
    }
    this.#changes = [...this.#changes, change];
    this.#publish();
    const stored = await storage.change(change);
    this.#changes = this.#changes.filter((each) => each !== change);
    this.#stored = stored;
    this.#publish();
  }

  #publish(): void {
    const waiting = this.#changes.reduce((items, change) => change(items), this.#stored);
    const next = [...this.#sent, ...waiting];
    if (next.length === this.#items.length && next.every((each, i) => each === this.#items[i]))
      return;
    this.#items = next;
    for (const listener of this.#listeners) listener();
  }
}

const isNew = ({ conversationId }: OutboxItem) => conversationId === undefined;
const isDue = ({ state }: OutboxItem) => state === "sending";

function without(items: Items, isOut: (item: OutboxItem) => boolean): Items {
  return items.some(isOut) ? items.filter((each) => !isOut(each)) : items;
}

/** `crypto.randomUUID` needs a secure context; a shop may try this on its own network over plain HTTP. */
export function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
