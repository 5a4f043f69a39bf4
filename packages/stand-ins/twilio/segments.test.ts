import { expect, test } from "vitest";
import { countSegments } from "./segments";

test.each([
  ["", "GSM-7", 0, 1],
  ["a".repeat(160), "GSM-7", 160, 1],
  ["a".repeat(161), "GSM-7", 161, 2],
  ["a".repeat(306), "GSM-7", 306, 2],
  ["a".repeat(307), "GSM-7", 307, 3],
  // The extension table takes two septets each, and is not split.
  ["€".repeat(80), "GSM-7", 160, 1],
  [`${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 306, 3],
  ["`", "UCS-2", 1, 1],
  ["’".repeat(70), "UCS-2", 70, 1],
  ["’".repeat(71), "UCS-2", 71, 2],
  ["😀".repeat(35), "UCS-2", 70, 1],
  // 33 of them fill 66 of 67 units: half a character does not travel.
  ["😀".repeat(67), "UCS-2", 134, 3],
])("%#: is counted as carriers bill it", (text, encoding, units, count) => {
  expect(countSegments(text)).toEqual({ encoding, units, count });
});
