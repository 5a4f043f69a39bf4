/** Colours only, and whatever the colour, its text can be read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, readColour, textOn, tokensOf } from "./colours";

test.each([
  ["#7a2048", "#7a2048"],
  [" #FC0 ", "#ffcc00"],
  ["rgb(122, 32, 72)", "#7a2048"],
])("%s is a colour", (text, colour) => {
  expect(readColour(text)).toBe(colour);
});

test.each([
  "",
  "red",
  "#7a204",
  "#7a20488",
  "rgb(256, 0, 0)",
  "rgba(0, 0, 0, 0)",
  "#fff;background:url(//evil.example)",
  "url(//evil.example)",
  "var(--x)",
  "}:root{display:none",
])("%s is none", (text) => {
  expect(readColour(text)).toBeNull();
});

const colours = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
  .map(([r, g, b]) => readColour(`rgb(${r}, ${g}, ${b})`)!);

test("every pair that carries text has 4.5 : 1, in the light and in the dark, whatever the colour", () => {
  fc.assert(
    fc.property(colours, fc.boolean(), (colour, dark) => {
      const tokens = tokensOf(colour, dark);
      const grounds = dark ? ["#171614", "#201f1c", "#292724"] : ["#fbfaf8", "#ffffff", "#f3f1ec"];
      for (const ground of [...grounds, tokens["accent-wash"]!]) {
        expect(contrast(tokens["accent"]!, ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(tokens["accent-strong"]!, ground)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(tokens["on-accent"]!, tokens["accent"]!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tokens["on-bubble"]!, tokens["bubble"]!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});
