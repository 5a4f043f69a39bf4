/** What customers write is read in linear time, whatever they write: twice the text takes at most 2.5 times as long. */
import { describe, expect, test } from "vitest";
import { runs, fc } from "../properties";
import { leastMs } from "../timing";
import { consentWordOf } from "../../convex/model/outbox/consentRules";
import { answerToOffer, reportsFailure } from "../../convex/model/handoff/answers";
import { dangerOf } from "../../convex/model/handoff/danger";
import { asksForPerson } from "../../convex/model/handoff/person";
import { topicOf } from "../../convex/model/handoff/topics";
import { readReaction } from "../../convex/lib/reactions";
import { anonymizeText } from "../../convex/lib/anonymize";
import { redactSecrets } from "../../convex/lib/redact";
import { clausesOf } from "../../convex/lib/words";

const RULES: [string, (text: string) => unknown][] = [
  ["danger", (text) => dangerOf(clausesOf(text))],
  ["person", (text) => asksForPerson(clausesOf(text))],
  ["topics", (text) => topicOf(clausesOf(text))],
  ["answers", (text) => answerToOffer(text, clausesOf(text))],
  ["failures", (text) => reportsFailure(clausesOf(text))],
  ["consent", (text) => consentWordOf(text, false)],
  ["reactions", readReaction],
  ["redaction", redactSecrets],
  [
    "anonymizing",
    (text) => anonymizeText(text, { names: ["Ann Miller", "Will"], shop: new Set<string>() }),
  ],
];

/** What patterns begin with, and what they look for in vain. */
const SHAPES = [
  "password ",
  "Hi Ann ",
  "\nBest,\n",
  "order no. A-",
  "A1B2 ",
  "A1",
  "12 Oak ",
  "password for my my my ",
  "pin:",
  "login is ",
  "code ",
  "recovery codes ",
  "wifi: a / ",
  "WIFI:",
  "eyJ-",
  "-eyJa.",
  "4 ",
  "4",
  "41-",
  "DE89 ",
  "a1 ",
  "ABCDE-",
  "A-",
  "a:",
  "://",
  "sk-",
  "Bearer ",
  "-----BEGIN PRIVATE KEY-----",
  "routing account ",
  "pattern is ",
  "its ",
  "use ",
  "a@a / ",
  "password (",
  "password protected: ",
  "wifi, ",
  "unlock then ",
  "login a1 ",
  "a1 or ",
  "last four of my ",
  "got code ",
  "my files ",
  "they have my ",
  "charged me ",
  "see you in ",
  "minutes with ",
  "call back ",
  "pop and ",
  "smoke ",
  "still ing ",
  "text me again ",
  "Hat „a“ ",
  "Removed ",
  "“",
  '"',
  "'",
  "laptop ",
  "laptop is is is ",
  "a guy ",
  "gave my my ",
  "talk to a ",
  "i want a ",
  "not ",
  "smoke and ",
  "stop the ",
  "please ",
  "Liked “",
  "👍 to “",
  "hi ",
  "a",
  " ",
  "\n",
  "é",
  "\u0301",
  "ﷺ",
];

/** Below this a clock measures itself, and what else the machine does. */
const NOTHING_MS = 20;

function expectLinear(read: (text: string) => unknown, shape: string): void {
  const text = (length: number) => shape.repeat(Math.ceil(length / shape.length)).slice(0, length);
  const [half, whole] = [text(4_000), text(8_000)];
  // The engine compiles a pattern when it has seen it often enough.
  for (let i = 0; i < 3; i++) read(whole);
  let [before, after] = [Infinity, Infinity];
  // A busy machine needs more tries until both had a moment of it; a slow rule stays slow.
  for (let attempt = 0; attempt < 30; attempt++) {
    before = Math.min(
      before,
      leastMs(() => read(half), 0, 3),
    );
    after = Math.min(
      after,
      leastMs(() => read(whole), 0, 3),
    );
    if (after < NOTHING_MS || after <= 2.5 * before) return;
  }
  expect(after / before, `${JSON.stringify(shape)}: ${before} ms, ${after} ms`).toBeLessThan(2.5);
}

describe.each(RULES)("%s", (_name, read) => {
  test.each(SHAPES)("%j, again and again", (shape) => {
    expectLinear(read, shape);
  });

  test("any of them in a row", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SHAPES), { minLength: 2, maxLength: 4 }), (parts) =>
        expectLinear(read, parts.join("")),
      ),
      { numRuns: runs(20) },
    );
  });
});
