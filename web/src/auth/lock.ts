/** One task at a time in all tabs of a browser: Web Locks, or, where they are missing, a lease in `localStorage`. */
import type { Lock } from "./types";

/** How long the lease of a tab that was closed keeps the others waiting. */
const LEASE_MS = 20_000;
const RENEWAL_MS = LEASE_MS / 4;
/** Longer than a write takes to be seen by another tab. */
const SETTLE_MS = 100;

/** Web Locks are missing on plain HTTP from another machine, and in old browsers. */
export function browserLock(name: string): Lock {
  const leased = leaseLock(name);
  return async (task) => {
    const { locks } = navigator as Partial<Navigator>;
    if (locks === undefined) return await leased(task);
    let begun = false;
    try {
      return await locks.request(name, () => {
        begun = true;
        return task();
      });
    } catch (error) {
      // Refused in the frame of another site whose storage is blocked.
      if (begun || !(error instanceof DOMException)) throw error;
      return await leased(task);
    }
  };
}

/**
 * Best effort: two busy tabs may both win a race. Nothing breaks then, because the server honours the
 * predecessor of a refresh token for a minute. A lease is renewed while its task runs.
 */
function leaseLock(name: string): Lock {
  const key = `${name}.lock`;
  const me = Math.random().toString(36).slice(2);
  let last: Promise<unknown> = Promise.resolve();
  const take = () => localStorage.setItem(key, `${me} ${Date.now() + LEASE_MS}`);
  const isMine = () => localStorage.getItem(key)?.startsWith(`${me} `) === true;

  const run = async <T>(task: () => Promise<T>): Promise<T> => {
    for (; !isFree(localStorage.getItem(key), me); await pause(50 + Math.random() * 50));
    take();
    await pause(SETTLE_MS);
    if (!isMine()) return await run(task);
    const renewal = setInterval(() => {
      if (isMine()) take();
    }, RENEWAL_MS);
    try {
      return await task();
    } finally {
      clearInterval(renewal);
      if (isMine()) localStorage.removeItem(key);
    }
  };
  return async (task) => {
    const turn = last.then(async () => (hasStorage() ? await run(task) : await task()));
    last = turn.catch(() => undefined);
    return await turn;
  };
}

/** Without storage nothing is shared with other tabs: this tab's own order is enough. */
function hasStorage(): boolean {
  try {
    const probe = "support.probe";
    localStorage.setItem(probe, "");
    localStorage.removeItem(probe);
    return true;
  } catch {
    return false;
  }
}

function isFree(lease: string | null, me: string): boolean {
  const [holder, until] = (lease ?? "").split(" ");
  const left = Number(until) - Date.now();
  // A lease that is longer than leases are was made before the clock was set back.
  return !holder || holder === me || !(left > 0 && left <= LEASE_MS);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
