/** What is new in a conversation, in one subscription: its state, and what was said since a moment. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useMemo, useState } from "react";
import { api, type ConversationId, type PublicMessage } from "../api";

export type News = FunctionReturnType<typeof api.messages.live>;

/** Each change reads all of them again: more are no news, and kept here. */
const MAX_NEWS = 6;

type Known = {
  conversationId: ConversationId | null;
  since: number;
  news: News | undefined;
  /** No news any more, oldest first. */
  kept: readonly PublicMessage[];
};

/** `known` is absent while it is loading. Throws while rendering what the server refuses. */
export function useNews(conversationId: ConversationId | null): {
  /** When the page began to watch: what is older is history. */
  openedAt: number;
  known: News | undefined;
} {
  const [openedAt] = useState(Date.now);
  const [last, setLast] = useState<Known>({
    conversationId,
    since: openedAt,
    news: undefined,
    kept: [],
  });
  const current =
    last.conversationId === conversationId
      ? last
      : { conversationId, since: openedAt, news: undefined, kept: [] };
  const news = useQuery(
    api.messages.live,
    conversationId === null ? "skip" : { conversationId, after: current.since },
  );
  if (current !== last || (news !== undefined && news !== current.news)) {
    setLast(moveOn({ ...current, news: news ?? current.news }));
  }
  const { kept, news: lastNews } = current;
  const fresh = news ?? lastNews;
  const known = useMemo(
    () => fresh && { ...fresh, messages: merge(kept, fresh.messages) },
    [fresh, kept],
  );
  return { openedAt, known };
}

/** Past the newest, unless its writer has yet to say what of it stays. */
function moveOn(known: Known): Known {
  const messages = known.news?.messages ?? [];
  const since = messages.at(-1)?.settledAt;
  if (messages.length < MAX_NEWS || since === undefined) return known;
  if (messages.some(({ readAlong }) => readAlong)) return known;
  return { ...known, since, kept: merge(known.kept, messages) };
}

/** What is told later counts. */
function merge(kept: readonly PublicMessage[], news: readonly PublicMessage[]): PublicMessage[] {
  const told = new Set(news.map(({ _id }) => _id));
  return [...kept.filter(({ _id }) => !told.has(_id)), ...news];
}
