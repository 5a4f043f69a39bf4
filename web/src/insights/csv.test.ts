import { expect, test } from "vitest";
import { toCsv } from "./csv";

test("commas, quotes and lines stay in their field, and no title is a formula", () => {
  const rows = [
    ['Say "hi", twice', 1.5, null],
    ["two\nlines", -2, "=HYPERLINK(1)"],
  ];
  expect(toCsv({ head: ["a", "b", "c"], rows })).toBe(
    'a,b,c\r\n"Say ""hi"", twice",1.5,\r\n"two\nlines",-2,\'=HYPERLINK(1)\r\n',
  );
});
