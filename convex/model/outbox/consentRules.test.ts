/** Words that change consent: the FCC's list, the table of cases, and what may never change a decision. */
/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import { testTable } from "../../../tests/cases";
import { consentWordOf } from "./consentRules";
import raw from "./consent.cases.txt?raw";

const judge = (text: string) => consentWordOf(text, false) ?? "none";

/** 47 CFR 64.1200(a)(10). */
const CLOSED_LIST = "stop,quit,end,revoke,opt out,opt-out,optout,cancel,unsubscribe".split(",");

test.each(CLOSED_LIST)("%s ends texts, however it is written", (word) => {
  for (const one of [
    word,
    word.toUpperCase(),
    ` ${word}. `,
    `"${word}"`,
    `${word}!!`,
    `“${word}”`,
  ]) {
    for (const text of [one, `${one} please`, `Hi, ${one}`, `${one} thanks`]) {
      expect(consentWordOf(text, false), text).toBe("stop");
      expect(consentWordOf(text, true), text).toBe("stop");
    }
  }
});

test("YES begins them again only for who had ended them", () => {
  expect(consentWordOf("yes", true)).toBe("start");
  expect(consentWordOf("Yes!", false)).toBeNull();
});

test("a messaging service with words of its own is believed", () => {
  expect(consentWordOf("ARRET", false, "STOP")).toBe("stop");
  expect(consentWordOf("hello", false, "")).toBeNull();
});

test.each(["", "?!", "Liked “Text STOP to end.”", "👍 to “STOP”"])(
  "%j changes no consent",
  (text) => {
    expect(consentWordOf(text, false)).toBeNull();
  },
);

describe("the table", () => testTable(raw, 885, judge));
