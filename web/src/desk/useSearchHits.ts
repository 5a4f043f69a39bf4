/** What the desk's search finds for what is typed: asked once it rests, and again by hand. Nothing of it is kept. */
import { useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api";
import { problemOf, type Problem } from "../auth";

export type Hit = FunctionReturnType<typeof api.conversations.search>[number];

type Answer = { asked: string; hits: Hit[]; problem: Problem | null };

/** Somebody types on within it. */
const REST_MS = 250;
const NONE: Answer = { asked: "", hits: [], problem: null };

export function useSearchHits(typed: string) {
  const convex = useConvex();
  const text = typed.trim();
  const [answer, setAnswer] = useState<Answer>(NONE);
  const latest = useRef("");

  const ask = useCallback(
    async (asked: string) => {
      latest.current = asked;
      const got = await convex.query(api.conversations.search, { text: asked }).then(
        (hits): Answer => ({ asked, hits, problem: null }),
        (error: unknown): Answer => ({ asked, hits: [], problem: problemOf(error) }),
      );
      // What was asked later may be answered sooner.
      if (latest.current === asked) setAnswer(got);
    },
    [convex],
  );

  useEffect(() => {
    if (text === "") {
      latest.current = "";
      setAnswer(NONE);
      return;
    }
    const timer = setTimeout(() => void ask(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text, ask]);

  return { ...answer, isAsking: answer.asked !== text, retry: () => void ask(text) };
}
