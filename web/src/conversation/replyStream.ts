/**
 * The answer to this page's own question, as its words come (`replyRequest.ts`). The page is their fence: it also watches
 * the conversation, and drops them when the turn moves. When somebody else looks on, or the connection breaks, it leaves:
 * the rest comes from the database, as for everybody.
 */
import type { ConversationId, LiveReply, PublicConversation } from "../api";
import type { Question, ReplyLine } from "./replyRequest";

export type OwnReply = {
  conversationId: ConversationId;
  turn: number;
  reply: LiveReply;
  /** False: the database has the rest. What was drawn stays until it has as much. */
  isRead: boolean;
};

export type ReplyStreamState = {
  /** A question is on its way, and nobody knows yet who answers it. */
  isAsking: boolean;
  own: OwnReply | null;
  /** What had been drawn of an answer when its turn moved: it stands until its writer has said what was heard. */
  kept: Kept | null;
};
export type Kept = Pick<LiveReply, "messageId" | "text">;

export type ReplyStreamOptions = {
  request: (
    conversationId: ConversationId,
    message: Question,
    signal: AbortSignal,
  ) => Promise<AsyncIterator<ReplyLine, void, void>>;
  now?: () => number;
  /** Longest that the first line may take: it says that the question is stored. */
  patienceMs?: number;
};

/** What a page knows of a conversation: absent while that loads. */
type Known = {
  conversation: Pick<PublicConversation, "_id" | "turn" | "owner">;
  watchedTurn?: number | undefined;
};

const NOTHING: ReplyStreamState = { isAsking: false, own: null, kept: null };

export class ReplyStream {
  readonly #request: ReplyStreamOptions["request"];
  readonly #now: () => number;
  readonly #patienceMs: number;
  readonly #listeners = new Set<() => void>();
  #state = NOTHING;
  #abort = new AbortController();

  constructor({ request, now, patienceMs }: ReplyStreamOptions) {
    this.#request = request;
    this.#now = now ?? Date.now;
    this.#patienceMs = patienceMs ?? 10_000;
  }

  readonly getSnapshot = (): ReplyStreamState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks; true once the question is stored. False: it may be, or not; ask by the other way, under the same id. */
  async ask(conversationId: ConversationId, message: Question): Promise<boolean> {
    this.#stop();
    const abort = (this.#abort = new AbortController());
    this.#set({ ...this.#state, isAsking: true });
    const tooLong = setTimeout(() => abort.abort(), this.#patienceMs);
    try {
      const lines = await this.#request(conversationId, message, abort.signal);
      const first = await lines.next();
      if (first.done === true || !("messageId" in first.value)) throw new Error("No first line");
      if (abort.signal.aborted) return true;
      this.#begin(conversationId, first.value);
      if (first.value.replyId !== null) void this.#read(lines, abort);
      return true;
    } catch {
      abort.abort();
      if (this.#abort === abort) this.#set({ ...this.#state, isAsking: false });
      return false;
    } finally {
      clearTimeout(tooLong);
    }
  }

  /** Tells what the page knows by now. */
  follow(known: Known | undefined): void {
    const { own } = this.#state;
    if (own === null || known === undefined || known.conversation._id !== own.conversationId)
      return;
    if (hasMovedOn(own, known)) this.#stop();
    else if (known.watchedTurn === own.turn && own.isRead) this.#leave();
  }

  /** Not one more word. */
  drop(): void {
    this.#abort.abort();
    this.#set(NOTHING);
  }

  #stop(): void {
    this.#abort.abort();
    const { own } = this.#state;
    if (own !== null) this.#set({ ...NOTHING, kept: own.reply });
  }

  #begin(conversationId: ConversationId, line: Extract<ReplyLine, { messageId: unknown }>): void {
    if (line.replyId === null) return this.#set({ ...this.#state, isAsking: false });
    const reply: LiveReply = {
      messageId: line.replyId,
      author: { kind: "agent", name: line.name },
      text: "",
      activity: "searching",
      attempt: 1,
      startedAt: this.#now(),
    };
    const own = { conversationId, turn: line.turn, reply, isRead: true };
    this.#set({ ...this.#state, isAsking: false, own });
  }

  async #read(lines: AsyncIterator<ReplyLine, void, void>, abort: AbortController): Promise<void> {
    try {
      for (;;) {
        const next = await lines.next();
        if (abort.signal.aborted) return;
        // It broke off in the middle.
        if (next.done === true) return this.#leave();
        if ("done" in next.value) return;
        if ("over" in next.value) return this.#stop();
        this.#take(next.value);
      }
    } catch {
      if (!abort.signal.aborted) this.#leave();
    }
  }

  #take(line: ReplyLine): void {
    const { own } = this.#state;
    if (own === null) return;
    const { reply } = own;
    if ("activity" in line) this.#tell(own, { ...reply, activity: line.activity });
    else if ("at" in line) {
      const text = reply.text.slice(0, line.at) + line.text;
      this.#tell(own, { ...reply, text, activity: "writing" });
    }
  }

  #tell(own: OwnReply, reply: LiveReply): void {
    this.#set({ ...this.#state, own: { ...own, reply } });
  }

  #leave(): void {
    this.#abort.abort();
    const { own } = this.#state;
    if (own !== null) this.#set({ ...this.#state, own: { ...own, isRead: false } });
  }

  #set(state: ReplyStreamState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** A page that hasn't heard of its own question yet has an older turn. */
const hasMovedOn = ({ turn }: OwnReply, { conversation }: Known): boolean =>
  conversation.turn > turn || (conversation.turn === turn && conversation.owner !== "ai");

/**
 * What is drawn of an answer that is being written: the page's own words while its turn stands, or what the database has,
 * whichever goes on from the other. Pure.
 */
export function drawnReply(
  { own }: ReplyStreamState,
  known: Known | undefined,
  stored: LiveReply | null,
): LiveReply | null {
  const mine = own !== null && known?.conversation._id === own.conversationId;
  if (!mine || hasMovedOn(own, known)) return stored;
  if (stored === null || stored.messageId !== own.reply.messageId) return stored ?? own.reply;
  // Another writer has begun again: what this one wrote is nobody's.
  if (stored.attempt > own.reply.attempt) return stored;
  return stored.text.length > own.reply.text.length ? stored : own.reply;
}
