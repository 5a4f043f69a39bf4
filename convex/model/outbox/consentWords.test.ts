import { expect, test } from "vitest";
import { sizeOf } from "./segments";
import { alertText, codeText, CONSENT_ANSWERS, consentWordOf } from "./consentWords";

test.each(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])(
  "%s ends texts, however it is written",
  (word) => {
    for (const text of [word, word.toLowerCase(), ` ${word}. `, `"${word}"`, `${word}!!`]) {
      expect(consentWordOf(text, false)).toBe("stop");
      expect(consentWordOf(text, true)).toBe("stop");
    }
  },
);

test("START and UNSTOP begin them, YES only for who had ended them", () => {
  expect(consentWordOf("start", true)).toBe("start");
  expect(consentWordOf("Unstop", false)).toBe("start");
  expect(consentWordOf("yes", true)).toBe("start");
  expect(consentWordOf("Yes!", false)).toBeNull();
});

test("HELP and INFO ask for help", () => {
  expect(consentWordOf("help?", false)).toBe("help");
  expect(consentWordOf("INFO", false)).toBe("help");
});

test.each(["stop the pop-ups", "please stop", "help me", "the end", "cancel my order", "", "?!"])(
  "%j is for somebody to read",
  (text) => {
    expect(consentWordOf(text, false)).toBeNull();
  },
);

test("a messaging service with words of its own is believed", () => {
  expect(consentWordOf("ARRET", false, "STOP")).toBe("stop");
  expect(consentWordOf("hello", false, "")).toBeNull();
});

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
