/**
 * What a customer sees of the technician who has their conversation, and tells them: who types, what was seen. Only
 * while a technician has it: a chat with the assistant subscribes to nothing here, and says nothing.
 */
import { useConvex, useQuery } from "convex/react";
import { useCallback, useRef } from "react";
import { api, type PublicConversation } from "../api";
import { useStill } from "./useStill";

/** One word in this time is enough: the server's lasts longer (`TYPING_MS`). */
const SAY_TYPING_MS = 7_000;
/** For how long "types" holds, unless it is said again. */
export const TYPING_MS = 10_000;

/** What was shown to the other side: when, and up to which time of messages. */
export type Seen = { at: number; upTo: number };
export type Talk = {
  /** A technician types an answer; `name` may be unknown. Null: nobody does. */
  typing: { name: string | undefined } | null;
  /** What the technician has seen. */
  seen: Seen | null;
  /** To be told what stands in the box that is written in. */
  onType: (text: string) => void;
};

/** `lastAnswerAt`: when the technician last said something, which ends their typing. */
export function useTalk(conversation: PublicConversation | null, lastAnswerAt = 0): Talk {
  const convex = useConvex();
  const talks = conversation?.owner === "human" && conversation.status !== "resolved";
  const conversationId = talks ? conversation._id : undefined;
  const technician = useQuery(
    api.presence.ofTechnician,
    conversationId === undefined ? "skip" : { conversationId },
  );
  const types = useTypes(technician?.typesUntil, technician !== undefined, lastAnswerAt);
  const onType = useSayTyping(
    conversationId === undefined
      ? null
      : () => convex.mutation(api.presence.startTyping, { conversationId }),
  );
  return {
    typing: talks && types ? { name: technician?.name } : null,
    seen: (talks && technician?.seen) || null,
    onType,
  };
}

/** Whether somebody types: until it is over by the clock, or they have said what they typed. */
export function useTypes(until: number | undefined, loaded: boolean, lastSaidAt: number): boolean {
  const still = useStill(loaded ? { until } : undefined, TYPING_MS);
  return still.has("until") && until !== undefined && until - TYPING_MS > lastSaidAt;
}

/** Says that somebody types: at most once in a while, never for an empty box. `say` null: nobody is told. */
export function useSayTyping(say: (() => Promise<unknown>) | null): (text: string) => void {
  const latest = useRef({ say, at: -Infinity });
  latest.current.say = say;
  return useCallback((text: string) => {
    const { say, at } = latest.current;
    const now = performance.now();
    if (say === null || text.trim() === "" || now - at < SAY_TYPING_MS) return;
    latest.current.at = now;
    // One that fails is followed by the next.
    say().catch(() => undefined);
  }, []);
}
