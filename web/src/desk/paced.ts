/**
 * A list that many write into, as one desk follows it: what changes in a quiet hour is shown at once, and however much
 * changes in a busy one, the list is asked for once a pace. Between, nothing is subscribed to, so nothing runs.
 */

/** Opens a subscription; the result ends it. */
export type Subscribe<T> = (
  onValue: (value: T) => void,
  onError: (error: unknown) => void,
) => () => void;

export interface PacedOptions<T> {
  subscribe: Subscribe<T>;
  paceMs: number;
  /** Called with the first value and with each that differs from the one before. */
  onValue: (value: T) => void;
  onError: (error: unknown) => void;
  /** Default: the page's own. */
  after?: (ms: number, act: () => void) => () => void;
}

/** Follows it until the result is called. */
export function followPaced<T>(options: PacedOptions<T>): () => void {
  const { subscribe, paceMs, onValue, onError, after = wait } = options;
  let known: string | null = null;
  let stop = () => undefined as void;
  const listen = () => {
    let done = false;
    let off: (() => void) | null = null;
    const end = () => {
      done = true;
      off?.();
    };
    stop = end;
    off = subscribe(
      (value) => {
        const next = JSON.stringify(value);
        if (done || next === known) return;
        const isFirst = known === null;
        known = next;
        // First the pause: whoever is told may end it all.
        if (!isFirst) {
          end();
          stop = after(paceMs, listen);
        }
        onValue(value);
      },
      (error) => {
        end();
        onError(error);
      },
    );
    // Answered while it was being opened.
    if (done) off();
  };
  listen();
  return () => stop();
}

function wait(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
