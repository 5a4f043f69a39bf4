/**
 * The address of what the chat shows: `/c/<id>` is a conversation; `/` is a new one, with the list of all. From a
 * conversation Back goes to that list, also where the conversation was the first thing that was opened.
 */
import { useCallback, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { ConversationId } from "../api";
import type { Place } from "../conversation/useOpenConversation";
import { isCovered } from "../ui/backCloses";

/** The state of an entry of the history. `view`: entries of one view are the same conversation, before and after it exists. */
type Entry = { view?: string };

export const CHAT_PATH = /^\/(?:c\/[^/]+\/?)?$/;

const idIn = (path: string): ConversationId | null =>
  (/^\/c\/([^/]+)/.exec(path)?.[1] as ConversationId | undefined) ?? null;

let views = 0;
/** Unlike those that a reload has left in the history. */
const newView = () => `${Date.now()}-${++views}`;

export function useAddress(): Place {
  const [path, navigate] = useLocation();
  const entry = useHistoryState<Entry | null>();
  const [first] = useState(newView);
  const [restores] = useState(() => path === "/" && entry?.view === undefined);
  const conversationId = idIn(path);
  const view = entry?.view ?? first;

  // Came by a link: the list is put below what was asked for.
  useEffect(() => {
    const { history } = window;
    if ((history.state as Entry | null)?.view !== undefined) return;
    history.replaceState({ view: conversationId === null ? first : newView() }, "", "/");
    if (conversationId !== null) history.pushState({ view: first }, "", path);
  }, [conversationId, path, first]);

  const go = useCallback<Place["go"]>(
    (id, how) => {
      const to = id === null ? "/" : `/c/${id}`;
      if (how === "opened") {
        return navigate(to, { replace: isCovered(), state: { view: newView() } });
      }
      if (how === "ended") {
        const covered = isCovered() && { covered: true };
        return navigate(to, { replace: true, state: { view: newView(), ...covered } });
      }
      // The list stays below it.
      navigate("/", { replace: true, state: { view: newView() } });
      navigate(to, { state: { view: how === "created" ? view : newView() } });
    },
    [navigate, view],
  );
  return useMemo(
    () => ({ view: { key: view, conversationId }, restores, go }),
    [view, conversationId, restores, go],
  );
}
