/** What is new in a conversation, in one subscription: its state, and what was said since a moment. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useMemo, useState } from "react";
import { api, type ConversationId, type PublicMessage } from "../api";
import { useSession } from "../auth";

export type News = FunctionReturnType<typeof api.messages.live>;

/** Each change reads all of them again: more are no news, and kept here. */
const MAX_NEWS = 6;

type Known = {
  conversationId: ConversationId | null;
  openedAt: number;
  since: number;
  news: News | undefined;
  /** No news any more, oldest first. */
  kept: readonly PublicMessage[];
};

/** `known` is absent while it is loading. Throws while rendering what the server refuses. */
export function useNews(conversationId: ConversationId | null): {
  /** When the page began to watch, by the server's clock or before: what is older is history. */
  openedAt: number;
  known: News | undefined;
} {
  const { auth } = useSession();
  const [last, setLast] = useState<Known>(() => begin(conversationId, auth.serverTime()));
  const current =
    last.conversationId === conversationId ? last : begin(conversationId, auth.serverTime());
  const news = useQuery(
    api.messages.live,
    conversationId === null ? "skip" : { conversationId, after: current.since },
  );
  if (current !== last || (news !== undefined && news !== current.news)) {
    setLast(moveOn({ ...current, news: news ?? current.news }));
  }
  const { openedAt, kept, news: lastNews } = current;
  const fresh = news ?? lastNews;
  const known = useMemo(
    () => fresh && { ...fresh, messages: merge(kept, fresh.messages) },
    [fresh, kept],
  );
  return { openedAt, known };
}

const begin = (conversationId: ConversationId | null, openedAt: number): Known => ({
  ...{ conversationId, openedAt },
  since: openedAt,
  news: undefined,
  kept: [],
});

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
