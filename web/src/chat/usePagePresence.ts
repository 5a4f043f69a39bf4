/**
 * The page's word that it is there, and up to which message it shows the conversation: only while that goes on by text,
 * so that what the customer sees here is not texted to them.
 */
import { useConvex, useConvexConnectionState } from "convex/react";
import { useEffect, useRef } from "react";
import { api, type MessageId, type PublicConversation } from "../api";
import { useDocumentVisible } from "../conversation/browser";

/** The lease is two and a half times as long. */
const HEARTBEAT_MS = 20_000;

export function usePagePresence(
  conversation: PublicConversation | null,
  shows: MessageId | undefined,
): void {
  const convex = useConvex();
  const visible = useDocumentVisible();
  const { isWebSocketConnected } = useConvexConnectionState();
  const goesByText = conversation?.channel === "web" && conversation.byTextSince !== undefined;
  const conversationId = goesByText ? conversation._id : undefined;
  const active = conversationId !== undefined && visible && isWebSocketConnected;

  const latest = useRef(shows);
  // Each message that is shown is told at once: it is what keeps its text from going.
  useEffect(() => {
    latest.current = shows;
    if (!active || conversationId === undefined || shows === undefined) return;
    const beat = () => void say(convex, { conversationId, shows: latest.current });
    beat();
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [convex, active, conversationId, shows]);

  useEffect(() => {
    if (!active || conversationId === undefined) return;
    const leave = () => void say(convex, { conversationId, shows: latest.current, leaving: true });
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [convex, active, conversationId]);
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
