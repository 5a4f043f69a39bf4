/** What is written in a browser and kept there until the server has it: one outbox a session, for all its views, and drafts. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { ConversationId } from "../api";
import { isUnreachable, useSession, type AuthCore } from "../auth";
import { sleepUntilOnline } from "../auth/sleep";
import { Kept } from "./kept";
import { Outbox, type OutboxItem, type OutboxOptions } from "./outbox";
import type { OutboxState } from "./useThread";

type Deliver = OutboxOptions["deliver"];

type Browser = { kept: Kept; outbox: Outbox; delivery: { by: Deliver | null } };
const browsers = new WeakMap<AuthCore, Browser>();

function browserOf(auth: AuthCore): Browser {
  const known = browsers.get(auth);
  if (known !== undefined) return known;
  const kept = new Kept(auth);
  const delivery: Browser["delivery"] = { by: null };
  const outbox = new Outbox({
    storage: kept,
    deliver: async (...what) => {
      // Between two views: the next one delivers.
      if (delivery.by === null) throw new TypeError("No view is open.");
      await delivery.by(...what);
    },
    isTransient: isUnreachable,
    pause: pauseBeforeRetry,
  });
  const browser = { kept, outbox, delivery };
  browsers.set(auth, browser);
  return browser;
}

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

const pauseBeforeRetry = (tries: number) =>
  sleepUntilOnline(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (tries - 1)));

type View = {
  /** Null: the conversation doesn't exist yet. */
  conversationId: ConversationId | null;
  view: string;
  /** Also gets what was written in other views, and by pages that are gone. */
  deliver: Deliver;
  onCreated: (conversationId: ConversationId) => void;
};

/** The messages on their way in one conversation, or in the new one, and what sends them. */
export function useKeptOutbox({ conversationId, view, deliver, onCreated }: View): OutboxState {
  const { auth } = useSession();
  const { outbox, delivery } = browserOf(auth);
  useEffect(() => {
    delivery.by = deliver;
    return () => {
      if (delivery.by === deliver) delivery.by = null;
    };
  }, [delivery, deliver]);
  useEffect(() => outbox.open(), [outbox]);
  const all = useSyncExternalStore(outbox.subscribe, outbox.getSnapshot, noItems);
  const items = useMemo(
    () =>
      all.filter((each) => each.view === view || (each.conversationId ?? null) === conversationId),
    [all, view, conversationId],
  );

  // Whichever tab has made it: the new conversation is the one that its first message is in.
  const waiting = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const begun = all.find((each) => waiting.current.has(each.clientMessageId))?.conversationId;
    if (conversationId === null && begun !== undefined) onCreated(begun);
    const isNew = (each: OutboxItem) => each.conversationId === undefined;
    waiting.current = new Set(all.filter(isNew).map((each) => each.clientMessageId));
  }, [all, conversationId, onCreated]);
  return { outbox, items };
}

const NO_ITEMS: readonly OutboxItem[] = [];
const noItems = () => NO_ITEMS;

export type Draft = {
  /** Null while it is being looked up. */
  text: string | null;
  /** "" forgets it. */
  save: (text: string) => void;
};

/**
 * What was written in one conversation, or for a new one (null), and not sent. Whoever writes two things in one, an
 * answer and a note, names them apart.
 */
export function useDraft(conversationId: string | null): Draft {
  const { auth } = useSession();
  const { kept } = browserOf(auth);
  const [text, setText] = useState<string | null>(null);
  const written = useRef({ conversationId, text: "" });
  useEffect(() => {
    let gone = false;
    void kept.readDraft(written.current.conversationId).then((found) => {
      if (!gone) setText(found);
    });
    return () => {
      gone = true;
    };
  }, [kept]);
  const save = useCallback(
    (next: string) => {
      written.current.text = next;
      void kept.saveDraft(written.current.conversationId, next);
    },
    [kept],
  );
  // What is being written while the conversation comes into being is for that one.
  useEffect(() => {
    const { conversationId: before, text: words } = written.current;
    if (before === conversationId) return;
    written.current.conversationId = conversationId;
    void kept.saveDraft(before, "").then(() => kept.saveDraft(conversationId, words));
  }, [kept, conversationId]);
  return useMemo(() => ({ text, save }), [text, save]);
}
