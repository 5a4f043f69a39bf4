/** An act of the settings: it says what it did, or what went wrong, where it was done. */
import { Check } from "lucide-react";
import { useCallback, useState } from "react";
import type { Problem } from "../../auth";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";

/** `ended` counts over all acts: which of several ended last. */
export type Act = { problem: Problem | null; done: string | null; ended: number };

let ends = 0;

/** `act` resolves to what it did, in words. */
export function useAct<Args extends unknown[]>(act: (...args: Args) => Promise<string>) {
  const [end, setEnd] = useState<Pick<Act, "done" | "ended">>({ done: null, ended: 0 });
  const {
    run: start,
    busy,
    problem,
  } = useTask(async (...args: Args) => {
    const done = await act(...args);
    setEnd({ done, ended: ++ends });
  });
  const run = useCallback(
    async (...args: Args) => {
      setEnd({ done: null, ended: 0 });
      const worked = await start(...args);
      if (!worked) setEnd({ done: null, ended: ++ends });
      return worked;
    },
    [start],
  );
  return { run, busy, problem, ...end };
}

/** What came of the act that ended last. */
export function ActNotice({ acts }: { acts: readonly Act[] }) {
  const last = acts.reduce((one, other) => (other.ended > one.ended ? other : one));
  return (
    <>
      <ProblemNotice problem={last.problem} />
      {/* There before its words are: else screen readers don't say them. */}
      <p role="status" className="flex min-h-5 items-center gap-2 text-sm text-soft">
        {last.done !== null && (
          <>
            <Check size={16} aria-hidden className="shrink-0 text-accent" />
            {last.done}
          </>
        )}
      </p>
    </>
  );
}
