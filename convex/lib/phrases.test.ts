/** What a listed word finds, what it leaves, and what may be shown of a text before it has ended. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../tests/properties";
import { PhraseList, readPhrase } from "./phrases";

test.each([
  ["guarantee", "We GUARANTEE it.", "GUARANTEE"],
  ["guarantee", "We **guar**antee it.", "guar**antee"],
  ["guarantee", "We gu\u00adaran\u200btee it.", "gu\u00adaran\u200btee"],
  ["guarantee*", "It is guaranteed.", "guaranteed"],
  ["money back", "Your money-back promise", "money-back"],
  ["money back", "Your money [1] back", "money [1] back"],
  ["won't break", "It won’t  break.", "won’t  break"],
  ["Küche", "in der KUCHE", "KUCHE"],
  ["保証", "当店が保証します", "当店が保証します"],
  ["ｓｃａｍ", "a scam.", "scam"],
])("%j is found in %j", (typed, text, found) =>
  expect(new PhraseList([typed]).find(text)).toEqual({ found, typed }),
);

test.each([
  ["guarantee", "We guaranteed it."],
  ["back", "a backup of it"],
  ["money back", "Money is no way back."],
  ["money back", "money"],
  ["art", "a cart"],
])("%j is not found in %j", (typed, text) => expect(new PhraseList([typed]).find(text)).toBeNull());

test.each(["", "*", "a*", "it*", "...", "money *"])("%j can't be looked for", (typed) =>
  expect(readPhrase(typed)).toBeNull(),
);

test("what is shown of a text that goes on has no beginning of a listed phrase", () => {
  const list = new PhraseList(["money back", "guarantee*"]);
  const shown = (text: string) => text.slice(0, list.heldFrom(text));
  expect(shown("You get your money")).toBe("You get your ");
  expect(shown("You get your money ")).toBe("You get your ");
  expect(shown("You get your money here")).toBe("You get your money here");
  expect(shown("We gua")).toBe("We ");
  expect(shown("当店が保")).toBe("当店が保");
  expect(new PhraseList(["保証"]).heldFrom("当店が保")).toBe(0);
});

test("however a text comes in pieces, nothing is shown of a phrase that stands in it", () => {
  const word = fc.constantFrom("money", "back", "Money", "guaranteed", "gone", "b", "the", "保証");
  const gap = fc.constantFrom(" ", "-", ", ", "\n", " **");
  const text = fc.array(fc.tuple(word, gap), { maxLength: 12 });
  const list = new PhraseList(["money back", "guarantee*", "保証"]);
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.flat().join("");
      const found = list.find(whole);
      const start = found === null ? whole.length : whole.indexOf(found.found);
      for (let end = 0; end <= whole.length; end++) {
        expect(list.heldFrom(whole.slice(0, end))).toBeLessThanOrEqual(Math.min(start, end));
      }
    }),
    { numRuns: runs(300) },
  );
});

test("a long text and a long list take little time", () => {
  const list = new PhraseList(Array.from({ length: 400 }, (_, i) => `word${i} again and again*`));
  expect(list.find("word1 again and ".repeat(600))).toBeNull();
  expect(list.heldFrom(`${"word1 again or ".repeat(600)}word1`)).toBe(9_000);
});
