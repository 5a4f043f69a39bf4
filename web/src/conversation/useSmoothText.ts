/** Reveals a growing text frame by frame (`smoothing.ts`). Readers who want less motion get it as it comes. */
import { useEffect, useRef, useState } from "react";
import { usePrefersReducedMotion } from "./browser";
import { advance, cut, isRevealed, receive, startReveal } from "./smoothing";

/**
 * `done`: no more text will come. `attempt` (a row's) changes when the text starts again from nothing; once
 * the message is settled it is absent, which changes nothing. `caughtUp` is true once everything that is
 * there is shown. Any row may be given: a text that is complete from the start is shown at once.
 */
export function useSmoothText(
  text: string,
  { done, attempt }: { done: boolean; attempt?: number | undefined },
): { text: string; caughtUp: boolean } {
  const reducedMotion = usePrefersReducedMotion();
  const reveal = useRef(startReveal(text.length, 0));
  const seenAttempt = useRef(attempt);
  const [shown, setShown] = useState(text.length);

  useEffect(() => {
    const now = performance.now();
    if (reducedMotion) {
      reveal.current = startReveal(text.length, now);
      setShown(text.length);
      return;
    }
    if (attempt !== undefined && attempt !== seenAttempt.current) {
      const again = seenAttempt.current !== undefined;
      seenAttempt.current = attempt;
      if (again) reveal.current = startReveal(0, now);
    }
    reveal.current = receive(reveal.current, text.length, now);
    setShown(reveal.current.shown);
    if (isRevealed(reveal.current)) return;
    let last = now;
    let frame = requestAnimationFrame(function step(time) {
      // A hidden tab gets no frames: what came meanwhile is then shown at once, not replayed.
      const elapsed = Math.min(Math.max(time - last, 0), 2000);
      last = time;
      reveal.current = advance(reveal.current, time, elapsed, done);
      setShown(Math.floor(reveal.current.shown));
      if (!isRevealed(reveal.current)) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [text, done, attempt, reducedMotion]);

  // `shown` lags one render behind a shorter text; never show more than there is.
  const caughtUp = shown >= text.length;
  return { text: done && caughtUp ? text : cut(text, shown), caughtUp };
}
