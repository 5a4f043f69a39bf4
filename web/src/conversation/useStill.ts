/**
 * What holds until a moment that the server names, ended by the clock of this page: no update comes to say that it is
 * over. What changes while it is watched holds for as long as the server lets it, whatever this clock says; what was
 * there already, for no longer than that.
 */
import { useEffect, useRef, useState } from "react";

type Until = Readonly<Record<string, number | undefined>>;
const NONE: ReadonlySet<string> = new Set();

/** The names of those that still hold. `until` undefined: it is loading. */
export function useStill(until: Until | undefined, lastsMs: number): ReadonlySet<string> {
  const [still, setStill] = useState(NONE);
  const known = useRef<Map<string, { until: number; ends: number }> | null>(null);
  const told = until && JSON.stringify(until);
  useEffect(() => {
    if (told === undefined) return;
    const now = Date.now();
    const before = known.current;
    const next = new Map<string, { until: number; ends: number }>();
    for (const [name, at] of Object.entries(JSON.parse(told) as Until)) {
      const last = before?.get(name);
      if (at === undefined) continue;
      if (last?.until === at) next.set(name, last);
      else next.set(name, { until: at, ends: endOf(at, lastsMs, now, before === null) });
    }
    known.current = next;
    return follow(next, setStill);
  }, [told, lastsMs]);
  return still;
}

/** Seen to begin: as long as it lasts. Found when the page was opened: as far as this page's clock may be believed. */
export const endOf = (until: number, lastsMs: number, now: number, found: boolean): number =>
  found ? Math.min(until, now + lastsMs) : now + lastsMs;

/** Tells who holds now and whenever one is over. */
function follow(
  holds: ReadonlyMap<string, { ends: number }>,
  tell: (still: ReadonlySet<string>) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const now = Date.now();
    const left = [...holds].filter(([, { ends }]) => ends > now);
    tell(new Set(left.map(([name]) => name)));
    const next = Math.min(...left.map(([, { ends }]) => ends));
    if (left.length > 0) timer = setTimeout(look, next - now);
  };
  look();
  return () => clearTimeout(timer);
}
