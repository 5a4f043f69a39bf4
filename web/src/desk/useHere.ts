/**
 * Who else has this conversation open, and who types in it; and this desk's own word of it. A desk alone says that it
 * looks when it begins and when it leaves, and nothing in between: whoever comes later makes it say so again.
 */
import { useConvex, useConvexConnectionState, useQuery } from "convex/react";
import { useEffect, useMemo, useRef } from "react";
import { api, type ConversationId, type MessageId } from "../api";
import { useDocumentVisible } from "../conversation/browser";
import { useStill } from "../conversation/useStill";
import { TYPING_MS, useSayTyping, useTypes, type Seen } from "../conversation/useTalk";

/** While somebody else is here. What was said lasts two and a half times as long. */
const BEAT_MS = 60_000;
const LOOK_MS = 150_000;

type Colleague = { key: string; name: string | undefined; does: "looks" | "answer" | "note" };
export type Here = {
  customerTypes: boolean;
  /** What the customer's page has shown. */
  customerSeen: Seen | null;
  colleagues: readonly Colleague[];
  onType: (writes: "answer" | "note", text: string) => void;
};

type Shown = {
  /** The latest message, if this technician is the one who has seen it. */
  saw: MessageId | undefined;
  /** When the customer last said something. */
  lastSaidAt: number;
};

export function useHere(conversationId: ConversationId, { saw, lastSaidAt }: Shown): Here {
  const convex = useConvex();
  const here = useQuery(api.presence.here, { conversationId });
  const untils = useMemo(
    () =>
      here && {
        looks: Object.fromEntries(here.colleagues.map((one) => [one.userId, one.looksUntil])),
        types: Object.fromEntries(here.colleagues.map((one) => [one.userId, one.typesUntil])),
      },
    [here],
  );
  const looks = useStill(untils?.looks, LOOK_MS);
  const types = useStill(untils?.types, TYPING_MS);
  const customerTypes = useTypes(here?.customer.typesUntil, here !== undefined, lastSaidAt);
  useSayLooking(conversationId, saw, looks.size > 0);

  const say = (writes: "answer" | "note") => () =>
    convex.mutation(api.presence.startWriting, { conversationId, writes });
  const onAnswer = useSayTyping(say("answer"));
  // Of a note only colleagues hear: with nobody else here nothing is said.
  const onNote = useSayTyping(looks.size > 0 ? say("note") : null);

  return {
    customerTypes,
    customerSeen: here?.customer.seen ?? null,
    colleagues: (here?.colleagues ?? [])
      .filter(({ userId }) => looks.has(userId))
      .map(({ userId, name, writes }) => ({
        key: userId,
        name,
        does: types.has(userId) && writes !== undefined ? writes : "looks",
      })),
    onType: (writes, text) => (writes === "answer" ? onAnswer : onNote)(text),
  };
}

/** One word that fails is followed by the next; nobody waits for it. */
function useSayLooking(
  conversationId: ConversationId,
  saw: MessageId | undefined,
  accompanied: boolean,
): void {
  const convex = useConvex();
  const visible = useDocumentVisible();
  const { isWebSocketConnected } = useConvexConnectionState();
  const active = visible && isWebSocketConnected;
  const saidAt = useRef(-Infinity);

  useEffect(() => {
    if (!active) return;
    saidAt.current = performance.now();
    convex.mutation(api.presence.lookAt, { conversationId, saw }).catch(() => undefined);
  }, [convex, active, conversationId, saw]);

  useEffect(() => {
    if (!active || !accompanied) return;
    const beat = () => {
      saidAt.current = performance.now();
      convex.mutation(api.presence.lookAt, { conversationId }).catch(() => undefined);
    };
    // Whoever has just come, or has just said so, is known to be here.
    if (performance.now() - saidAt.current > BEAT_MS / 2) beat();
    const timer = setInterval(beat, BEAT_MS);
    return () => clearInterval(timer);
  }, [convex, active, accompanied, conversationId]);

  useEffect(() => {
    if (!active) return;
    const leave = () =>
      void convex
        .mutation(api.presence.lookAt, { conversationId, leaving: true })
        .catch(() => undefined);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [convex, active, conversationId]);
}

const DOES = {
  answer: "is writing an answer",
  note: "is writing a note",
  looks: "is looking at this too",
};

/** "Sam is writing a note · Dana is looking at this too": who does the most first. */
export function colleagueWords(colleagues: readonly Colleague[]): string | null {
  if (colleagues.length === 0) return null;
  const order = Object.keys(DOES);
  return colleagues
    .toSorted((a, b) => order.indexOf(a.does) - order.indexOf(b.does))
    .map(({ name, does }) => `${name ?? "A colleague"} ${DOES[does]}`)
    .join(" · ");
}
