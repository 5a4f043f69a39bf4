/** Which conversation is on the screen: the latest one on return, a new one on demand. */
import { useConvex } from "convex/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, type ConversationId } from "../api";
import { isAccount, useSession } from "../auth";

export type OpenConversation = {
  /** Changes when another conversation is opened, not when a draft becomes a conversation. */
  key: string;
  conversationId: ConversationId | null;
  /** Asking the server for the latest conversation. */
  restoring: boolean;
};

/** Where it is written down what is on the screen: in the address, say. */
export type Place = {
  view: Omit<OpenConversation, "restoring">;
  /** Whether the latest conversation is to be shown to whoever returns. */
  restores: boolean;
  /** "created": the new conversation on the screen exists now. "ended": whose it was has gone. */
  go: (
    conversationId: ConversationId | null,
    how: "opened" | "created" | "restored" | "ended",
  ) => void;
};

/**
 * `view` and `onCreated` are what `useConversation` wants; give the component that uses it `view.key` as its
 * key. `open(id)` shows another conversation, `open(null)` begins a new one. Without a `place`, nothing but this
 * component
 * knows which it is.
 */
export function useOpenConversation(place?: Place): {
  view: OpenConversation;
  open: (conversationId: ConversationId | null) => void;
  onCreated: (conversationId: ConversationId) => void;
} {
  const convex = useConvex();
  const { auth, sessionId, user } = useSession();
  const inMemory = useMemory();
  const { view, restores, go } = place ?? inMemory;
  const { key, conversationId } = view;
  const [restoring, setRestoring] = useState(
    () => sessionId !== null && restores && conversationId === null,
  );
  const current = useRef(view);
  useEffect(() => {
    current.current = view;
  }, [view]);

  const hadSession = useRef(false);
  const seenSession = useRef<string | null | undefined>(undefined);
  const verified = isAccount(user);
  useEffect(() => {
    // Hydrating: the browser's own session comes with the next render.
    if (sessionId !== auth.getSnapshot().sessionId) return;
    const first = seenSession.current === undefined;
    if (seenSession.current === sessionId) {
      // Back on what was somebody's.
      if (sessionId === null && hadSession.current && conversationId !== null) go(null, "ended");
      return;
    }
    const wasSignedIn = !first && seenSession.current !== null;
    seenSession.current = sessionId;
    if (sessionId === null) {
      hadSession.current ||= wasSignedIn;
      // Signed out: nothing of the last person stays on the screen.
      if (wasSignedIn) go(null, "ended");
      return;
    }
    if (conversationId !== null || (first && !restores)) return setRestoring(false);
    // A guest's session that a first message has just made has no conversations to restore.
    if (!first && !verified) return;
    setRestoring(true);
    const page = { paginationOpts: { numItems: 1, cursor: null } };
    // Once, not subscribed: an open chat pays for its own subscriptions only.
    void convex
      .query(api.conversations.getUserConversations, page)
      .then(({ page: [latest] }) => latest?._id ?? null)
      .catch(() => null)
      .then((latest) => {
        const isSame = current.current.key === key && current.current.conversationId === null;
        if (latest !== null && isSame) go(latest, "restored");
        setRestoring(false);
      });
  }, [auth, convex, sessionId, verified, conversationId, key, restores, go]);

  const open = useCallback((id: ConversationId | null) => go(id, "opened"), [go]);
  const onCreated = useCallback((id: ConversationId) => go(id, "created"), [go]);
  return { view: useMemo(() => ({ ...view, restoring }), [view, restoring]), open, onCreated };
}

function useMemory(): Place {
  const [view, setView] = useState<{ key: number; conversationId: ConversationId | null }>({
    key: 0,
    conversationId: null,
  });
  const go = useCallback<Place["go"]>(
    (conversationId, how) =>
      setView(({ key }) => ({ key: how === "created" ? key : key + 1, conversationId })),
    [],
  );
  return useMemo(
    () => ({ view: { ...view, key: String(view.key) }, restores: true, go }),
    [view, go],
  );
}
