/** What is new in a conversation, in one subscription: its state, and what was said since the page was opened. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useState } from "react";
import { api, type ConversationId } from "../api";

export type News = FunctionReturnType<typeof api.messages.live>;

/** So much that is new is not new any more: it goes to the pages of what was said before. */
const MAX_NEWS = 50;

/** `known` is absent while it is loading. Throws while rendering what the server refuses. */
export function useNews(conversationId: ConversationId | null): {
  since: number;
  known: News | undefined;
} {
  const [since, setSince] = useState(Date.now);
  const news = useQuery(
    api.messages.live,
    conversationId === null ? "skip" : { conversationId, after: since },
  );
  // While another moment's are loading, the last ones stand.
  const [last, setLast] = useState(news);
  if (news !== undefined && news !== last) setLast(news);
  const known = news ?? (last?.conversation._id === conversationId ? last : undefined);
  const count = news?.messages.length ?? 0;
  const newest = news?.messages.at(-1)?.settledAt;
  useEffect(() => {
    if (count >= MAX_NEWS && newest !== undefined) setSince(newest);
  }, [count, newest]);
  return { since, known };
}
