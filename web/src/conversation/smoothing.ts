/**
 * How fast a reply appears. Its text arrives in flushes at 0, 0.4, 1.1, 2.1, 3.3 s …; shown as they
 * come they would jerk. Each flush is spread over the time until the next one is expected, at a speed
 * that changes gradually. Pure: time comes in, positions come out.
 */
import { withoutHalfMark } from "@computer-guys/support-backend/answers";

export type Reveal = {
  /** Characters shown; fractions are kept so that slow speeds still move. */
  shown: number;
  /** Characters per millisecond. */
  speed: number;
  /** Characters known, and when the last of them came. */
  target: number;
  flushedAt: number;
  /** Expected time to the next flush. */
  gap: number;
};

const FIRST_GAP = 350;
const MIN_GAP = 200;
const MAX_GAP = 1200;
/** The gaps grow by about this much from one flush to the next. */
const GAP_GROWTH = 1.25;
/** Once the reply is finished, what is left appears within this time. */
const CATCH_UP = 350;
/** Never slower than this while there is text to show: 15 characters a second. */
const MIN_SPEED = 0.015;
/** How quickly the speed follows, as a time constant. */
const EASE = 120;

/** `length` characters are there at once: a reply that was already going when the page opened. */
export function startReveal(length: number, now: number): Reveal {
  return { shown: length, speed: 0, target: length, flushedAt: now, gap: FIRST_GAP };
}

/** More text, or a text that was replaced (a shorter one pulls back what is shown). */
export function receive(state: Reveal, length: number, now: number): Reveal {
  if (length === state.target) return state;
  const shown = Math.min(state.shown, length);
  const since = now - state.flushedAt;
  const first = state.target === 0;
  const gap = first ? FIRST_GAP : clamp(since * GAP_GROWTH, MIN_GAP, MAX_GAP);
  return { ...state, shown, target: length, flushedAt: now, gap };
}

/** Where the text stands `elapsed` ms later. Never goes back, never passes what has arrived. */
export function advance(state: Reveal, now: number, elapsed: number, done: boolean): Reveal {
  const backlog = state.target - state.shown;
  if (backlog <= 0) return state.speed === 0 ? state : { ...state, speed: 0 };
  const spent = now - state.flushedAt;
  const left = done ? Math.max(CATCH_UP - spent, 50) : Math.max(state.gap - spent, MIN_GAP);
  // At the end the speed never drops again: the rest would otherwise come ever more slowly.
  const wanted = Math.max(backlog / left, done ? state.speed : MIN_SPEED);
  const ease = done ? 1 : 1 - Math.exp(-elapsed / EASE);
  const speed = state.speed + (wanted - state.speed) * ease;
  const shown = Math.min(state.target, state.shown + Math.max(speed, MIN_SPEED) * elapsed);
  return { ...state, shown, speed };
}

export const isRevealed = (state: Reveal): boolean => state.shown >= state.target;

/**
 * The part of an unfinished text to show: whole characters, and nothing at the end that would look
 * different a moment later: half of a citation mark, a bare list marker, a table row that isn't complete, a
 * table head that isn't known to be one yet.
 */
export function cut(text: string, shown: number): string {
  let end = Math.min(Math.floor(shown), text.length);
  const last = text.charCodeAt(end - 1);
  if (end < text.length && last >= 0xd800 && last <= 0xdbff) end--;
  return withoutHalfMark(text.slice(0, end))
    .replace(/(^|\n)[ \t]*(\d{1,3}[.)]?|[-*+]|#{1,6}|>|`{1,3})?[ \t]*$/, "$1")
    .replace(/(^|\n)\|[^\n]*$/, "$1")
    .replace(/(^|\n[^|\n][^\n]*\n|\n\n)\|[^\n]*\n$/, "$1");
}

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
