/**
 * What was said before a moment, in pages that are asked for once: every subscription that may read a conversation runs
 * again with everything that happens in it, and nothing new happens to what is old, but a phone's reaction: the next
 * visit shows it. What a technician edits is among the news again.
 */
import { useConvex } from "convex/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ConversationId, type PublicMessage } from "../api";
import { FIRST_PAGE } from "./subscriptions";
import type { Said } from "./useThread";

type Loaded = {
  conversationId: ConversationId | null;
  /** Newest first. */
  results: readonly PublicMessage[];
  /** Null at the end, and before the first page. */
  cursor: string | null;
  status: Said["status"];
};

const empty = (conversationId: ConversationId | null): Loaded => ({
  conversationId,
  results: [],
  cursor: null,
  status: "LoadingFirstPage",
});

/** Refusals are those of the news, which the page subscribes to: they are thrown there. */
export function useHistory(conversationId: ConversationId | null, before: number): Said {
  const convex = useConvex();
  const [loaded, setLoaded] = useState(() => empty(conversationId));
  const shown = loaded.conversationId === conversationId ? loaded : empty(conversationId);

  const load = useCallback(
    async (id: ConversationId, numItems: number, cursor: string | null) => {
      const paginationOpts = { numItems, cursor };
      const args = { conversationId: id, before, paginationOpts };
      const { page, isDone, continueCursor } = await convex.query(api.messages.getMessages, args);
      setLoaded((last) => ({
        conversationId: id,
        results: cursor === null ? page : [...last.results, ...page],
        cursor: isDone ? null : continueCursor,
        status: isDone ? "Exhausted" : "CanLoadMore",
      }));
    },
    [convex, before],
  );

  const asked = useRef<ConversationId | null>(null);
  useEffect(() => {
    if (conversationId === null || asked.current === conversationId) return;
    asked.current = conversationId;
    load(conversationId, FIRST_PAGE, null).catch(() => (asked.current = null));
  }, [conversationId, load]);

  const loadMore = (numItems: number) => {
    const { status, cursor } = shown;
    if (conversationId === null || status !== "CanLoadMore" || cursor === null) return;
    const set = (next: Loaded["status"]) => setLoaded((last) => ({ ...last, status: next }));
    set("LoadingMore");
    load(conversationId, numItems, cursor).catch(() => set("CanLoadMore"));
  };
  return { results: shown.results, status: shown.status, loadMore };
}
