import { expect, test } from "vitest";
import { sizeOf } from "./segments";
import { alertText, codeText, CONSENT_ANSWERS } from "./consentWords";

test("every answer fits in one segment", () => {
  for (const answer of Object.values(CONSENT_ANSWERS)) {
    expect(sizeOf(answer("Computer Guys"))).toEqual({ encoding: "gsm7", segments: 1 });
  }
});

test.each([
  "Computer Guys",
  "Zażółć gęślą jaźń",
  "電腦維修",
  "“Bob’s” – PC",
  "A".repeat(300),
  "…",
  "",
])("what a shop called %j texts of its own accord is one segment", (shop) => {
  const waiting = "50 or more conversations wait for a technician, 50 of them urgent";
  expect(sizeOf(codeText(shop, "123456")).segments).toBe(1);
  expect(sizeOf(alertText(shop, `${waiting}. 50 or more promises are late`)).segments).toBe(1);
});
