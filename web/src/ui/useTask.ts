/** One thing that a button does: running, done, or failed with words. A second click while it runs is ignored. */
import { useCallback, useEffect, useRef, useState } from "react";
import { problemOf, type Problem } from "../auth";

export function useTask<Args extends unknown[]>(task: (...args: Args) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const latest = useRef(task);
  useEffect(() => {
    latest.current = task;
  });

  /** Resolves to whether it worked. */
  const run = useCallback(async (...args: Args): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await latest.current(...args);
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);

  return { run, busy, problem, clear: useCallback(() => setProblem(null), []) };
}
