/**
 * What a browser keeps of what somebody writes until the server has it: messages on their way, and drafts. It is one
 * value in IndexedDB, so that every change is whole in all tabs. It belongs to a user: a guest's goes along when they
 * sign in, and it is erased when the session ends, whoever ends it.
 */
import { ConvexError } from "convex/values";
import { createStore, update, type UseStore } from "idb-keyval";
import { isAccount, serverErrorOf, type AuthCore, type AuthUser } from "../auth";
import { browserLock } from "../auth/lock";
import type { OutboxItem, OutboxStorage } from "./outbox";

/** `owner` "": nobody has a session yet. `at`: milliseconds since the Unix epoch. */
type Owned = { owner: string; at: number };
type Draft = { conversationId: string | null; text: string };
export type KeptWords = {
  messages: readonly (OutboxItem & Owned)[];
  drafts: readonly (Draft & Owned)[];
};

const NOTHING: KeptWords = { messages: [], drafts: [] };
const KEY = "words";
/** What a session has left behind that ended while no page was open to erase it. */
const FORGOTTEN_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** How long a tab may take to hear of a session that another one has begun. */
const UNHEARD_OF_MS = 60_000;

const ownerOf = (user: AuthUser | null) => user?._id ?? "";

/**
 * What is kept once `after` is who writes here, and `before` no longer is. Pure. Another tab may know of a session that
 * this one is yet to hear of: what was written just now stays, whosever it is.
 */
export function moveOwner(
  kept: KeptWords,
  before: AuthUser | null,
  after: AuthUser | null,
  now = Date.now(),
): KeptWords {
  const isTheirs = ({ owner }: Owned) => owner === ownerOf(before);
  // An account's words are nobody else's; nor is a guest's once nobody is signed in.
  const isGiven = (each: Owned) =>
    after !== null && (each.owner === "" || (isTheirs(each) && !isAccount(before)));
  const give = <T extends Owned>(each: T): T =>
    isGiven(each) ? { ...each, owner: ownerOf(after) } : each;
  const isKept = (each: Owned) =>
    each.owner === "" ||
    each.owner === ownerOf(after) ||
    (!isTheirs(each) && each.at > now - UNHEARD_OF_MS);
  return {
    messages: kept.messages.map(give).filter(isKept),
    drafts: kept.drafts.map(give).filter(isKept),
  };
}

type Auth = Pick<AuthCore, "getSnapshot" | "subscribe" | "name">;

export class Kept implements OutboxStorage {
  readonly lock;
  readonly #auth: Auth;
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #store: UseStore | undefined;
  #channel: BroadcastChannel | undefined;
  #owner: AuthUser | null;
  #last = NOTHING;
  /** What could not be written: this tab's memory counts until it can. */
  #unsaved: KeptWords | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(auth: Auth) {
    this.#auth = auth;
    this.#name = `${auth.name}.words`;
    this.lock = browserLock(this.#name);
    this.#owner = auth.getSnapshot().user;
  }

  readonly onExternalChange = (callback: () => void): (() => void) => {
    this.#watch();
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  };

  /** Changes the messages of whoever writes here now; answers them. */
  async change(
    change: (items: readonly OutboxItem[]) => readonly OutboxItem[],
  ): Promise<readonly OutboxItem[]> {
    const owner = ownerOf(this.#owner);
    let own: readonly OutboxItem[] = [];
    let changed = false;
    await this.#change((kept) => {
      const before = kept.messages.filter((each) => each.owner === owner).map(unpack);
      own = change(before);
      changed = own !== before;
      const others = kept.messages.filter((each) => each.owner !== owner && !isForgotten(each));
      return { ...kept, messages: [...others, ...own.map((each) => pack(each, owner))] };
    });
    if (changed) this.#channel?.postMessage(null);
    return own;
  }

  /** What was written for a conversation, or for a new one (null), and not sent. */
  async readDraft(conversationId: string | null): Promise<string> {
    const owner = ownerOf(this.#owner);
    const { drafts } = await this.#change((kept) => kept);
    return drafts.find((each) => isDraftOf(each, owner, conversationId))?.text ?? "";
  }

  /** "" forgets it. */
  async saveDraft(conversationId: string | null, text: string): Promise<void> {
    const owner = ownerOf(this.#owner);
    await this.#change((kept) => {
      const others = kept.drafts.filter(
        (each) => !isDraftOf(each, owner, conversationId) && !isForgotten(each),
      );
      const draft = { conversationId, text, owner, at: Date.now() };
      return { ...kept, drafts: text === "" ? others : [...others, draft] };
    });
  }

  #change(change: (kept: KeptWords) => KeptWords): Promise<KeptWords> {
    const run = async () => {
      let next = NOTHING;
      try {
        this.#store ??= createStore(this.#name, "kept");
        const apply = (stored = NOTHING) => (next = change(this.#unsaved ?? stored));
        await update<KeptWords>(KEY, apply, this.#store);
        this.#unsaved = null;
      } catch {
        // Storage is forbidden or full: as long as the page.
        this.#store = undefined;
        this.#unsaved = next = change(this.#unsaved ?? this.#last);
      }
      this.#last = next;
      return next;
    };
    const done = this.#queue.then(run);
    this.#queue = done;
    return done;
  }

  /** Other tabs, and who signs in and out: from when somebody first listens, for as long as the page lives. */
  #watch(): void {
    if (this.#channel !== undefined) return;
    const tell = () => {
      for (const listener of this.#listeners) listener();
    };
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = tell;
    const move = () => {
      const { user } = this.#auth.getSnapshot();
      const before = this.#owner;
      this.#owner = user;
      if (ownerOf(before) === ownerOf(user)) return;
      void this.#change((kept) => moveOwner(kept, before, user)).then(() => {
        this.#channel?.postMessage(null);
        tell();
      });
    };
    this.#auth.subscribe(move);
    move();
  }
}

const isForgotten = ({ at }: Owned) => at < Date.now() - FORGOTTEN_AFTER_MS;

const isDraftOf = (draft: Draft & Owned, owner: string, conversationId: string | null) =>
  draft.owner === owner && draft.conversationId === conversationId;

/** A refusal as data: the class of an error is not stored. */
const pack = ({ error, ...item }: OutboxItem, owner: string): OutboxItem & Owned => ({
  ...item,
  owner,
  ...(error !== undefined && { error: serverErrorOf(error) }),
});

function unpack({ owner: _, error, ...item }: OutboxItem & Owned): OutboxItem {
  return error === undefined ? item : { ...item, error: error && new ConvexError({ ...error }) };
}
