/**
 * Messages on their way: shown at once, delivered one after another, and kept with the reason when one
 * is refused. A retry uses the same `clientMessageId`, so a message whose answer was lost is not stored
 * twice. While the connection is down a delivery simply takes long: Convex sends it on reconnecting.
 */
import type { SentFile } from "./uploads";

export type OutboxItem = {
  clientMessageId: string;
  /** May be empty beside files. */
  text: string;
  /** Uploaded, in their order. */
  files: readonly SentFile[];
  /** Milliseconds since the Unix epoch. */
  at: number;
  state: "sending" | "sent" | "unsent";
  /** Why it is unsent, and since when. */
  error?: unknown;
  failedAt?: number;
};

export type OutgoingMessage = Pick<OutboxItem, "text" | "clientMessageId" | "files">;

export type OutboxOptions = {
  /** Rejects when the message is refused: it is then kept as unsent, with the reason. */
  deliver: (message: OutgoingMessage) => Promise<void>;
  makeId?: () => string;
  now?: () => number;
};

export class Outbox {
  readonly #deliver: OutboxOptions["deliver"];
  readonly #makeId: () => string;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #items: readonly OutboxItem[] = [];
  #working = false;

  constructor({ deliver, makeId, now }: OutboxOptions) {
    this.#deliver = deliver;
    this.#makeId = makeId ?? newMessageId;
    this.#now = now ?? Date.now;
  }

  readonly getSnapshot = (): readonly OutboxItem[] => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Queues a message and starts delivering. Returns its `clientMessageId`. */
  send(text: string, files: readonly SentFile[] = []): string {
    const clientMessageId = this.#makeId();
    const at = this.#now();
    this.#set([...this.#items, { clientMessageId, text, files, at, state: "sending" }]);
    void this.#work();
    return clientMessageId;
  }

  /** Tries an unsent message again, as the latest one, under its old id. */
  retry(clientMessageId: string): void {
    const item = this.#items.find((each) => each.clientMessageId === clientMessageId);
    if (item?.state !== "unsent") return;
    const { text, files } = item;
    const again: OutboxItem = { clientMessageId, text, files, at: this.#now(), state: "sending" };
    this.#set([...this.#items.filter((each) => each !== item), again]);
    void this.#work();
  }

  /** Drops an unsent message. */
  discard(clientMessageId: string): void {
    this.#set(
      this.#items.filter(
        (each) => each.clientMessageId !== clientMessageId || each.state !== "unsent",
      ),
    );
  }

  /** Forgets messages that the server's list shows by now. */
  settle(shown: ReadonlySet<string>): void {
    if (this.#items.some((each) => shown.has(each.clientMessageId))) {
      this.#set(this.#items.filter((each) => !shown.has(each.clientMessageId)));
    }
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (;;) {
      const item = this.#items.find((each) => each.state === "sending");
      if (item === undefined) break;
      const { text, clientMessageId, files } = item;
      try {
        await this.#deliver({ text, clientMessageId, files });
        this.#patch(clientMessageId, { state: "sent" });
      } catch (error) {
        this.#patch(clientMessageId, { state: "unsent", error, failedAt: this.#now() });
      }
    }
    this.#working = false;
  }

  #patch(clientMessageId: string, patch: Partial<OutboxItem>): void {
    this.#set(
      this.#items.map((each) =>
        each.clientMessageId === clientMessageId ? { ...each, ...patch } : each,
      ),
    );
  }

  #set(items: readonly OutboxItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}

/** `crypto.randomUUID` needs a secure context; a shop may try this on its own network over plain HTTP. */
function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
