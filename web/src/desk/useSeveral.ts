/** Several conversations at a time: which are chosen, what is about to be done with them, and what became of it. */
import { useConvex } from "convex/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, type ConversationId, type Id, type StaffConversation } from "../api";
import { problemOf, type Problem } from "../auth";
import { useAnnounce } from "../ui/announce";
import { MAX_CHOSEN, PendingActs, type Chosen, type Outcome } from "./several";

type Pending = { words: string; chosen: readonly Chosen[] } | null;

const count = (n: number) => (n === 1 ? "1 conversation" : `${n} conversations`);

export function useSeveral() {
  const convex = useConvex();
  const announce = useAnnounce();
  const [chosen, setChosen] = useState<ReadonlyMap<ConversationId, Chosen>>(new Map());
  const [pending, setPending] = useState<Pending>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const tell = useRef<(outcome: Outcome) => void>(() => undefined);
  useEffect(() => {
    tell.current = ({ done, failed, error }) => {
      if (failed === 0) return;
      const problem = problemOf(error);
      const message = `${failed} of ${done + failed} could not be done. ${problem.message}`;
      setProblem({ ...problem, message });
    };
  });
  const acts = useMemo(
    () =>
      new PendingActs({
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
        onChange: setPending,
        onDone: (outcome) => tell.current(outcome),
      }),
    [],
  );
  useEffect(() => {
    const finish = () => acts.finish();
    window.addEventListener("pagehide", finish);
    return () => {
      window.removeEventListener("pagehide", finish);
      finish();
    };
  }, [acts]);

  // The same for all of its life: no line is drawn again for it.
  const toggle = useCallback(
    ({ _id, turn }: Pick<StaffConversation, "_id" | "turn">) =>
      setChosen((before) => {
        const next = new Map(before);
        if (!next.delete(_id) && next.size < MAX_CHOSEN) {
          next.set(_id, { conversationId: _id, turn });
        }
        return next;
      }),
    [],
  );
  const start = (doing: string, one: (each: Chosen) => Promise<unknown>) => {
    const words = `${count(chosen.size)} ${doing}.`;
    setProblem(null);
    acts.start({ words, chosen: [...chosen.values()], one });
    announce(`${words} You can undo it.`);
    setChosen(new Map());
  };
  return {
    chosen,
    pending,
    problem,
    toggle,
    clear: () => setChosen(new Map()),
    /** What was chosen is chosen again. */
    undo: () => setChosen(new Map(acts.undo().map((one) => [one.conversationId, one] as const))),
    claim: () =>
      start("become yours", ({ conversationId }) =>
        convex.mutation(api.conversations.claim, { conversationId }),
      ),
    resolve: () =>
      start("are resolved", (each) => convex.mutation(api.conversations.resolve, each)),
    /** Each by itself: whoever is full by then is told of for the others. */
    assign: ({ name, ...to }: { userId: Id<"users">; note: string; name: string }) =>
      start(`go to ${name}`, ({ conversationId }) =>
        convex.mutation(api.conversations.assign, { conversationId, ...to }),
      ),
    snooze: (until: number) =>
      start("are set aside", (each) =>
        convex.mutation(api.conversations.snooze, { ...each, until }),
      ),
  };
}

export type Several = ReturnType<typeof useSeveral>;
