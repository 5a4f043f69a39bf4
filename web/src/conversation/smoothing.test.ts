/** What a reader may rely on while text appears: forward only, even, and soon complete. */
import { describe, expect, test } from "vitest";
import { advance, cut, isRevealed, receive, startReveal, type Reveal } from "./smoothing";

const FRAME = 16;
/** [ms, characters so far], as the backend flushes at about 60 characters a second. */
const FLUSHES = [0, 300, 800, 1500, 2400, 3400, 4400].map((at) => [at, 5 + at * 0.06] as const);

function play(flushes: readonly (readonly [number, number])[], until: number, doneAt = Infinity) {
  let state = startReveal(0, 0);
  const frames: { at: number; state: Reveal }[] = [];
  let next = 0;
  for (let at = 0; at <= until; at += FRAME) {
    while (next < flushes.length && flushes[next]![0] <= at) {
      state = receive(state, Math.round(flushes[next++]![1]), at);
    }
    state = advance(state, at, FRAME, at >= doneAt);
    frames.push({ at, state });
  }
  return frames;
}

describe("between flushes", () => {
  test("text only ever grows and never passes what has arrived", () => {
    let before = 0;
    for (const { state } of play(FLUSHES, 5000)) {
      expect(state.shown).toBeGreaterThanOrEqual(before);
      expect(state.shown).toBeLessThanOrEqual(state.target);
      before = state.shown;
    }
  });

  test("it hardly ever stands still while a reply is going", () => {
    const frames = play(FLUSHES, 4400).filter(({ at }) => at > 300);
    const idle = frames.filter(({ state }) => isRevealed(state)).length;
    expect(idle / frames.length).toBeLessThan(0.1);
  });

  test("it stays at most about a flush behind", () => {
    for (const { state } of play(FLUSHES, 4400)) {
      expect(state.target - state.shown).toBeLessThan(75);
    }
  });

  test("the speed doesn't jump: no frame shows more than 12 characters of a steady stream", () => {
    let before = 0;
    for (const { state } of play(FLUSHES, 5000)) {
      expect(state.shown - before).toBeLessThan(12);
      before = state.shown;
    }
  });
});

describe("the ends", () => {
  test("a finished reply is complete within half a second, however much is left", () => {
    const frames = play([[0, 3000]], 600, 100);
    expect(isRevealed(frames.find(({ at }) => at >= 496)!.state)).toBe(true);
  });

  test("a reply that was already going when the page opened shows what there is", () => {
    expect(isRevealed(startReveal(400, 0))).toBe(true);
  });

  test("a settled text of another length keeps what is shown, as far as it goes", () => {
    const state = { ...startReveal(100, 0), target: 120 };
    expect(receive(state, 110, 50).shown).toBe(100);
    expect(receive(state, 80, 50).shown).toBe(80);
  });
});

describe("cut", () => {
  test("hides half a citation mark, keeps a whole one", () => {
    expect(cut("Costs $49 [12] today", 12)).toBe("Costs $49 ");
    expect(cut("Costs $49 [12] today", 14)).toBe("Costs $49 [12]");
    expect(cut("Costs $49 【1†source】", 16)).toBe("Costs $49 ");
  });

  test.each([
    ["Try this:\n\n1", "Try this:\n\n"],
    ["Try this:\n\n1. ", "Try this:\n\n"],
    ["Try this:\n\n- ", "Try this:\n\n"],
    ["Prices:\n\n| What | Pr", "Prices:\n\n"],
    ["Prices:\n\n| What | Price |\n", "Prices:\n\n"],
    ["Prices:\n\n| What | Price |\n| --", "Prices:\n\n"],
    ["| What |\n| --- |\n| Fan", "| What |\n| --- |\n"],
    ["It costs $49 - or 50", "It costs $49 - or 50"],
  ])("holds back what would change its looks: %j", (text, shown) => {
    expect(cut(text, text.length)).toBe(shown);
  });

  test("doesn't split an emoji", () => {
    expect(cut("a🙂b", 2)).toBe("a");
    expect(cut("a🙂b", 3)).toBe("a🙂");
  });
});
