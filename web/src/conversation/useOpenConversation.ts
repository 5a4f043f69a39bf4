/** Which conversation is on the screen: the latest one on return, a new one on demand. */
import { useConvex } from "convex/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ConversationId } from "../api";
import { isAccount, useSession } from "../auth";

export type OpenConversation = {
  /** Changes when another conversation is opened, not when a draft becomes a conversation. */
  key: number;
  conversationId: ConversationId | null;
  /** Asking the server for the latest conversation. */
  restoring: boolean;
};

/**
 * `view` and `onCreated` are what `useConversation` wants; give the component that uses it `view.key` as its
 * key. `open(id)` shows another conversation, `open(null)` begins a new one.
 */
export function useOpenConversation(): {
  view: OpenConversation;
  open: (conversationId: ConversationId | null) => void;
  onCreated: (conversationId: ConversationId) => void;
} {
  const convex = useConvex();
  const { auth, sessionId, user } = useSession();
  const [view, setView] = useState<OpenConversation>({
    key: 0,
    conversationId: null,
    restoring: sessionId !== null,
  });
  const current = useRef(view);
  useEffect(() => {
    current.current = view;
  }, [view]);

  const open = useCallback(
    (conversationId: ConversationId | null) =>
      setView((before) => ({ key: before.key + 1, conversationId, restoring: false })),
    [],
  );
  const onCreated = useCallback(
    (conversationId: ConversationId) => setView((before) => ({ ...before, conversationId })),
    [],
  );

  const seenSession = useRef<string | null | undefined>(undefined);
  const verified = isAccount(user);
  useEffect(() => {
    // Hydrating: the browser's own session comes with the next render.
    if (sessionId !== auth.getSnapshot().sessionId) return;
    const first = seenSession.current === undefined;
    if (seenSession.current === sessionId) return;
    const wasSignedIn = !first && seenSession.current !== null;
    seenSession.current = sessionId;
    if (sessionId === null) {
      // Signed out: nothing of the last person stays on the screen.
      if (wasSignedIn) open(null);
      return;
    }
    // A guest's session that a first message has just made has no conversations to restore.
    if (!first && (!verified || current.current.conversationId !== null)) return;
    const key = current.current.key;
    setView((before) => ({ ...before, restoring: true }));
    const page = { paginationOpts: { numItems: 1, cursor: null } };
    // Once, not subscribed: an open chat pays for its own three queries only.
    void convex
      .query(api.conversations.getUserConversations, page)
      .then(({ page: [latest] }) => latest?._id ?? null)
      .catch(() => null)
      .then((conversationId) =>
        setView((before) =>
          before.key === key && before.conversationId === null
            ? { key: conversationId === null ? key : key + 1, conversationId, restoring: false }
            : { ...before, restoring: false },
        ),
      );
  }, [auth, convex, sessionId, verified, open]);

  return { view, open, onCreated };
}
