/** The technician's draft in one conversation: asked for, written, used, thrown away. It is on the server, theirs alone. */
import { useConvex, useQuery } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { api, type ConversationId, type Id } from "../api";
import { problemOf, type Problem } from "../auth";

/** What is in each composer was made of: for as long as the page is open, wherever the technician looks meanwhile. */
const usedIn = new Map<ConversationId, Id<"workflows">>();

export function useDraftForMe(conversationId: ConversationId, mayDraft: boolean) {
  const convex = useConvex();
  const [isOpen, setOpen] = useState(usedIn.has(conversationId));
  const [isAsking, setAsking] = useState(false);
  const [again, setAgain] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // Nobody is subscribed who has not asked for one.
  const draft = useQuery(api.assists.current, mayDraft && isOpen ? { conversationId } : "skip");
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  const close = () => {
    usedIn.delete(conversationId);
    setOpen(false);
    setAgain(false);
    setProblem(null);
  };
  const isWriting = isAsking || draft?.state === "running";
  return {
    isOpen,
    draft: draft ?? null,
    problem,
    isWriting,
    /** The technician is asked what it is to say. */
    asks: !isWriting && problem === null && (draft === null || again),
    open: () => setOpen(true),
    askAgain: () => setAgain(true),
    /** What it is to say may be nothing in particular. */
    ask: async (instruction: string) => {
      usedIn.delete(conversationId);
      setProblem(null);
      setAsking(true);
      try {
        const said = instruction.trim();
        await convex.action(api.assists.draft, {
          conversationId,
          ...(said !== "" && { instruction: said }),
        });
      } catch (error) {
        if (isHere.current) setProblem(problemOf(error));
      } finally {
        if (isHere.current) {
          setAsking(false);
          setAgain(false);
        }
      }
    },
    /** Its words are in the composer: what is sent next is made of it. */
    use: () => {
      if (draft) usedIn.set(conversationId, draft.draftId);
    },
    /** The draft that what is sent now was made of; the panel has served. */
    takeUsed: () => {
      const draftId = usedIn.get(conversationId);
      if (draftId !== undefined) close();
      return draftId;
    },
    /** Where that fails, the server forgets it in a day. */
    discard: () => {
      close();
      if (draft) {
        const { draftId } = draft;
        void convex.mutation(api.assists.discard, { draftId }).catch(() => undefined);
      }
    },
  };
}

export type DraftActs = ReturnType<typeof useDraftForMe>;
