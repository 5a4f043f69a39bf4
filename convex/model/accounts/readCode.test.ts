/** Codes as people type and paste them. */
import { expect, test } from "vitest";
import { VARIANTS } from "../../../tests/cases";
import { ABOUT_LINEAR, growthOf } from "../../../tests/growth";
import { readCode } from "./readCode";

const CASES: [typed: string, code: string][] = [
  ["123456", "123456"],
  [" 123456\n", "123456"],
  ["123 456", "123456"],
  ["123-456", "123456"],
  ["12-34-56", "123456"],
  ["1 2 3 4 5 6", "123456"],
  ["123 – 456", "123456"],
  ["123.456", "123456"],
  ["123\u00a0456", "123456"],
  ["123\u2011456", "123456"],
  ["\u202a123456\u202c", "123456"],
  ["123\u200b456", "123456"],
  ["１２３４５６", "123456"],
  ["１２３　４５６", "123456"],
  ["١٢٣٤٥٦", "123456"],
  ["۱۲۳۴۵۶", "123456"],
  ["१२३४५६", "123456"],
  ["my code is 123456", "123456"],
  ["Your code is 123456.", "123456"],
  ["123456 is your code. It is valid for 10 minutes.", "123456"],
  ["Valid for 10 minutes: 123456", "123456"],
  ["Computer Guys: 123 456 (10 minutes)", "123456"],
  ["code: 123456, thanks", "123456"],
  // No code of ours: refused as what it is.
  ["12345", "12345"],
  ["1234567", "1234567"],
  ["", ""],
  ["no idea", ""],
];

test.each(CASES)("%j is %j", (typed, code) => {
  expect(readCode(typed)).toBe(code);
});

test.each(VARIANTS)("%s changes no code", (_, vary) => {
  expect(CASES.filter(([typed, code]) => readCode(vary(typed)) !== code)).toEqual([]);
});

test.each(["1", "1 ", "12-", " ", "a", "１", "1   "])(
  "a long text of %j takes no time",
  (shape) => {
    expect(growthOf(readCode, shape)).toBeLessThanOrEqual(ABOUT_LINEAR);
  },
);
