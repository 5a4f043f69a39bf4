/**
 * A customer's chat in one hook: what to show and everything that can be done. It makes the guest's
 * session and the conversation itself when the first message is sent, so that a visitor who only looks
 * leaves no trace in the database.
 *
 * Open subscriptions: those of `subscriptions.ts`, and the place in line while one waits for a technician. The answer to
 * a question that is asked here comes word by word over the question's own request (`replyStream.ts`).
 */
import { useConvex, useConvexAuth, useQuery } from "convex/react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import {
  api,
  type ConversationId,
  type MessageId,
  type PublicConversation,
  type PublicMessage,
} from "../api";
import { useSession, type AuthCore } from "../auth";
import { useDocumentVisible } from "./browser";
import { newMessageId, type OutboxOptions } from "./outbox";
import { requestReply } from "./replyRequest";
import { drawnReply, ReplyStream } from "./replyStream";
import { useHistory } from "./useHistory";
import { useDraft, useKeptOutbox, type Draft } from "./useKept";
import { useNews, type News } from "./useNews";
import type { Upload } from "./uploads";
import { useThread, type Said, type Thread } from "./useThread";
import { arriveFiles, useUploads } from "./useUploads";

/** How the shop may reach the customer. `phone` in any notation with a country code. */
export type Contact = NonNullable<PublicConversation["contact"]>;

/**
 * What `useConversation` answers. Everything that returns a promise rejects with the backend's refusal, a
 * `ConvexError` whose words `problemOf` gives; what is sent doesn't, its row becomes "unsent" instead.
 */
export type Conversation = Thread & {
  /** Null while there is none, or while it is loading. */
  conversation: PublicConversation | null;
  /**
   * Queues a message of 1 to 8,000 characters with the files that have arrived or wait for a connection, shown at once;
   * beside files the text may be empty. Returns its `clientMessageId`.
   */
  send: (text: string) => string;
  /** What was being written here when the page was last open, for the box that is written in. */
  draft: Draft;
  /** The files of the next message: send it once none is `uploading`. Those that are `waiting` go along with it. */
  uploads: readonly Upload[];
  /** Begins to upload files, photos made smaller; each that is refused becomes "failed", with the reason. */
  attach: (files: Iterable<File>) => void;
  /** Takes a file away again, or tries one that failed again, by its `id`. */
  detach: (id: number) => void;
  retryUpload: (id: number) => void;
  /** Sends an unsent message again. */
  retrySend: (clientMessageId: string) => void;
  /** Drops an unsent message. */
  discard: (clientMessageId: string) => void;
  /** Stops the reply being written; what has been shown stays. */
  stop: () => Promise<null>;
  /** Answers the last question again, when `canRetryReply`. Refusals: `conflict`, `rate_limited`. */
  retryReply: () => Promise<null>;
  /** Hands the conversation to a technician, with a note of at most 1,000 characters or "". */
  escalate: (note: string) => Promise<void>;
  /** Answers the offer of a technician that stands as `conversation.offer`. Refusals: `rate_limited`. */
  answerOffer: (accept: boolean) => Promise<null>;
  /** The place in line, from 1, live, and whether it is one beyond what is counted. Null while nobody is waited for. */
  position: { place: number; more: boolean } | null;
  /** Refusals: `invalid_input`. */
  saveContact: (contact: Contact) => Promise<null>;
  /** 1 (bad) to 5 (good), and at most 1,000 characters. A later rating replaces it. */
  rate: (score: number, comment?: string) => Promise<null>;
  /** The same for one answer. */
  rateMessage: (messageId: MessageId, score: "up" | "down", comment?: string) => Promise<null>;
  /** On record that source `n` of an answer was opened: call it once a source. */
  markSourceRead: (messageId: MessageId, n: number) => Promise<null>;
};

/**
 * The chat of whoever is signed in, or of a visitor who is not: a guest's session is made with the first
 * message. `conversationId` null is a conversation that doesn't exist yet; `onCreated` is told its id. See
 * `useOpenConversation` for both. Use it below a `SupportAuthProvider` and a `SessionBoundary`: while
 * rendering it throws what the server refuses.
 */
export function useConversation(
  conversationId: ConversationId | null,
  onCreated: (conversationId: ConversationId) => void,
): Conversation {
  const convex = useConvex();
  const { auth, sessionId } = useSession();
  const authenticated = useWhenAuthenticated();
  const created = useRef(conversationId);
  useEffect(() => {
    created.current = conversationId;
  }, [conversationId]);

  const openId = sessionId === null ? null : conversationId;
  const { openedAt, known } = useNews(openId);
  const { said, rate } = useSaid(useHistory(openId, openedAt), known);
  const conversation = known?.conversation ?? null;

  const [stream] = useState(
    () => new ReplyStream({ request: (...question) => requestReply(auth, ...question) }),
  );
  const own = useSyncExternalStore(stream.subscribe, stream.getSnapshot, stream.getSnapshot);
  useEffect(() => stream.follow(known), [stream, known, own]);
  // Another session, or none: not one more word of this one's.
  useEffect(() => () => stream.drop(), [stream, sessionId]);

  const waits = conversation?.owner === "queue" && conversation.status === "open";
  const position =
    useQuery(api.conversations.position, waits ? { conversationId: conversation._id } : "skip") ??
    null;

  const [view] = useState(newMessageId);
  const deliver = useCallback<OutboxOptions["deliver"]>(
    async (item, { isWanted, begin, keepFiles }) => {
      const { text, clientMessageId } = item;
      await auth.ensureSession();
      await authenticated();
      const attachments = await arriveFiles(auth, item.files, { keepFiles });
      if (!isWanted()) return;
      let id = item.conversationId;
      if (id === undefined) {
        id = (await convex.mutation(api.conversations.createConversation, {})).conversationId;
        await begin(id);
      }
      const isShown = item.view === view || id === created.current;
      if (isShown && (await stream.ask(id, { text, clientMessageId, attachments }))) return;
      // Under the same id: what has arrived all the same is not said twice.
      await convex.mutation(api.messages.sendMessage, {
        text,
        clientMessageId,
        conversationId: id,
        ...(attachments.length > 0 && { attachments }),
      });
    },
    [auth, authenticated, convex, view, stream],
  );
  const outbox = useKeptOutbox({ conversationId, view, deliver, onCreated });
  const draft = useDraft(conversationId);
  const { uploads, files } = useUploads();
  const thread = useThread({
    conversationId: openId,
    conversation,
    outbox,
    writer: "customer",
    said,
    followsReply: !own.isAsking && own.own?.isRead !== true,
    kept: own.kept,
    drawn: (stored) => drawnReply(own, known, stored),
  });
  useMarkRead(openId, conversation?.unread);

  /** For what makes sense before the first message, too. */
  const ensureConversation = useCallback(async (): Promise<ConversationId> => {
    await auth.ensureSession();
    await authenticated();
    if (created.current === null) {
      const result = await convex.mutation(api.conversations.createConversation, {});
      created.current = result.conversationId;
      onCreated(result.conversationId);
    }
    return created.current;
  }, [auth, authenticated, convex, onCreated]);

  const requireId = () => {
    if (created.current === null) throw new Error("There is no conversation yet.");
    return created.current;
  };

  return {
    ...thread,
    conversation,
    position,
    draft,
    send: (text: string) =>
      outbox.outbox.send(text, uploads.take(), {
        view,
        ...(created.current !== null && { conversationId: created.current }),
      }),
    uploads: files,
    attach: (added: Iterable<File>) => uploads.add(added),
    detach: (id: number) => uploads.remove(id),
    retryUpload: (id: number) => uploads.retry(id),
    retrySend: (clientMessageId: string) => outbox.outbox.retry(clientMessageId),
    discard: (clientMessageId: string) => outbox.outbox.discard(clientMessageId),
    stop: () => convex.mutation(api.replies.stop, { conversationId: requireId() }),
    retryReply: () => convex.mutation(api.replies.retry, { conversationId: requireId() }),
    escalate: async (note: string) => {
      const id = await ensureConversation();
      const args = note === "" ? { conversationId: id } : { conversationId: id, note };
      await convex.mutation(api.conversations.escalateConversation, args);
    },
    answerOffer: (accept: boolean) =>
      convex.mutation(api.conversations.answerOffer, { conversationId: requireId(), accept }),
    saveContact: (contact: Contact) =>
      convex.mutation(api.conversations.updateConversation, {
        conversationId: requireId(),
        contact,
      }),
    rate: (score: number, comment?: string) =>
      convex.mutation(api.conversations.rate, { conversationId: requireId(), score, comment }),
    rateMessage: async (messageId: MessageId, score: "up" | "down", comment?: string) => {
      const done = await convex.mutation(api.messages.rateMessage, { messageId, score, comment });
      rate(messageId, { score, comment, at: Date.now() });
      return done;
    },
    markSourceRead: (messageId: MessageId, n: number) =>
      convex.mutation(api.messages.markSourceRead, { messageId, n }),
  };
}

type Feedback = NonNullable<PublicMessage["feedback"]>;

/** What was said, newest first, with the ratings that this page has given since it asked. */
function useSaid(history: Said, known: News | undefined) {
  const [given, setGiven] = useState<ReadonlyMap<MessageId, Feedback>>(new Map());
  const { results } = history;
  const all = useMemo(() => {
    const news = (known?.messages ?? []).toReversed();
    const told = new Set(news.map(({ _id }) => _id));
    // What was edited since comes with the news: told later counts.
    const messages = [...news, ...results.filter(({ _id }) => !told.has(_id))];
    return messages.map((message) => {
      const feedback = given.get(message._id);
      return feedback === undefined ? message : { ...message, feedback };
    });
  }, [known, results, given]);
  const rate = (id: MessageId, feedback: Feedback) =>
    setGiven((before) => new Map(before).set(id, feedback));
  return { said: { ...history, results: all }, rate };
}

/**
 * Tells the server that everything was seen: when a conversation with something unread is opened, and when
 * it is left or hidden. Not for every answer that arrives while it is watched: each mark re-runs what reads
 * the conversation, and writing in it marks it read anyway.
 */
export function useMarkRead(
  conversationId: ConversationId | null,
  /** Absent while it is loading. */
  unread: number | undefined,
): void {
  const convex = useConvex();
  const visible = useDocumentVisible();
  const latest = useRef(unread);
  useEffect(() => {
    latest.current = unread;
  }, [unread]);
  const loaded = unread !== undefined;
  useEffect(() => {
    if (conversationId === null || !visible || !loaded) return;
    const mark = () => {
      if (!latest.current) return;
      // A mark that fails is made again at the next opening; nobody needs to hear of it.
      convex.mutation(api.conversations.markRead, { conversationId }).catch(() => undefined);
    };
    mark();
    return mark;
  }, [convex, conversationId, visible, loaded]);
}

type Gate = { isOpen: boolean; waiting: (() => void)[] };
const gates = new WeakMap<AuthCore, Gate>();

/**
 * A function whose promise resolves once the connection has this session's identity. Of the whole page: a view that has
 * asked may be gone by then, and what it delivers goes on.
 */
function useWhenAuthenticated(): () => Promise<void> {
  const { auth } = useSession();
  const { isAuthenticated } = useConvexAuth();
  const gate = useMemo(() => {
    const known = gates.get(auth) ?? { isOpen: false, waiting: [] };
    gates.set(auth, known);
    return known;
  }, [auth]);
  useEffect(() => {
    gate.isOpen = isAuthenticated;
    if (isAuthenticated) for (const resolve of gate.waiting.splice(0)) resolve();
    return () => {
      gate.isOpen = false;
    };
  }, [gate, isAuthenticated]);
  return useCallback(
    () =>
      gate.isOpen
        ? Promise.resolve()
        : new Promise((resolve) => {
            gate.waiting.push(resolve);
          }),
    [gate],
  );
}
