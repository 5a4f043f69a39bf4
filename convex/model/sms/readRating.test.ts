/** What counts as a rating by text, and what must not be taken for one. */
import { expect, test } from "vitest";
import { readRating } from "./readRating";
import { NEAR_MISSES, RATINGS } from "./readRating.cases";

test.each(RATINGS)("%j is %j", (text, rating) => {
  expect(readRating(text)).toBe(rating);
});

test.each(NEAR_MISSES)("%j is for somebody to read", (text) => {
  expect(readRating(text)).toBeNull();
});
