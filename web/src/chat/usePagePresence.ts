/**
 * The page's word that it is there, and up to which message it shows the conversation: while that goes on by text, or
 * its last message `waits` to be mailed, so that what the customer sees here is sent to them by no other way; and while a
 * technician has it, who sees that it was seen. Then it says so once a message, and nothing else.
 */
import { useConvex, useConvexConnectionState } from "convex/react";
import { useEffect, useRef } from "react";
import { api, type MessageId, type PublicConversation } from "../api";
import { useDocumentVisible } from "../conversation/browser";

/** The lease is two and a half times as long. */
const HEARTBEAT_MS = 20_000;

type PageShows = {
  /** Up to where the page shows it, and the last of it that a technician said. */
  shows: MessageId | undefined;
  answer: MessageId | undefined;
  /** When they said that: one that was edited is told anew. */
  at: number | undefined;
};

export function usePagePresence(
  conversation: PublicConversation | null,
  { shows: end, answer, at }: PageShows,
  waits: boolean,
): void {
  const convex = useConvex();
  const visible = useDocumentVisible();
  const { isWebSocketConnected } = useConvexConnectionState();
  const isWeb = conversation?.channel === "web";
  const goesByText = isWeb && conversation.byTextSince !== undefined;
  const isAsked = goesByText || waits;
  const talks = conversation?.owner === "human";
  const shows = isAsked ? end : answer;
  const conversationId = isWeb && (isAsked || talks) ? conversation._id : undefined;
  const active = conversationId !== undefined && visible && isWebSocketConnected;

  const latest = useRef(shows);
  // Each message that is shown is told at once: it is what keeps its text from going.
  useEffect(() => {
    latest.current = shows;
    if (!active || conversationId === undefined || shows === undefined) return;
    const beat = () => void say(convex, { conversationId, shows: latest.current });
    beat();
    if (!isAsked) return;
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [convex, active, conversationId, shows, at, isAsked]);

  useEffect(() => {
    if (!active || !goesByText || conversationId === undefined) return;
    const leave = () => void say(convex, { conversationId, shows: latest.current, leaving: true });
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [convex, active, goesByText, conversationId]);
}

/** One that fails is followed by the next; after the last the page is taken for gone, which it may be. */
const say = (
  convex: ReturnType<typeof useConvex>,
  page: {
    conversationId: PublicConversation["_id"];
    shows: MessageId | undefined;
    leaving?: boolean;
  },
) => convex.mutation(api.conversations.onPage, page).catch(() => undefined);
