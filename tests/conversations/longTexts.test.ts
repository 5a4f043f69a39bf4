/**
 * What takes a text takes time in proportion to its length, whatever stands in it: a function that grows with the
 * square is fast with what people write, and ends its transaction (one second) with what they paste.
 */
import { expect, test } from "vitest";
import { toPlainText } from "../../convex/lib/plainText";
import { redactSecrets } from "../../convex/lib/redact";
import { parsePhone } from "../../convex/lib/phone";
import { cleanOptionalText, normalizeEmail, previewOf } from "../../convex/lib/text";
import { clausesOf, isDenied } from "../../convex/lib/words";
import { consentWordOf } from "../../convex/model/outbox/consentRules";
import { bareWordOf } from "../../convex/model/outbox/consentWords";
import { sizeOf, wholeText } from "../../convex/model/outbox/segments";
import { answerText, markdownToSmsText } from "../../convex/model/sms/fitText";
import { readRating } from "../../convex/model/sms/readRating";
import { leastMs } from "../timing";

const SHORT = 1_000;
const GROWTH = 8;
/** In proportion it is eightfold, by the square 64-fold. */
const MOST = 3 * GROWTH;
/** What takes less than this for the long text is no danger, and too short to compare on a busy machine. */
const NOTHING_MS = 25;

const repeat = (piece: string) => (chars: number) =>
  piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
const TEXTS = {
  ...Object.fromEntries(
    ["a", "a ", "a. ", "1 ", "4", "4 4", ">", "> ", "* ", "1. ", "- a\n", "[", "![", "[a](", "*a "]
      .concat(["**a ", "_a ", "`", "`a``b", "<", "<a ", "<!--", "&", "\\", "|", "|a\n", "~a ", " "])
      .concat(["\n", " \n", "www.", "www..", "https://", "a@", "a.", "[1, ", "code ", "password: "])
      .concat(["not ", "no, ", "👎", "é", "\u0301", "\u202e", "-----BEGIN ", "sk-", "eyJ.", "+1 "])
      .map((piece) => [JSON.stringify(piece), repeat(piece)]),
  ),
  "a table": (chars: number) => `|a|b|\n|-|-|\n${repeat("|a|b|\n")(chars)}`,
  "a word between marks": (chars: number) => `${"*".repeat(chars / 2)}a${"*".repeat(chars / 2)}`,
  "a word between two kinds of marks": (chars: number) =>
    `${repeat("**_")(chars / 2)}a${repeat("_**")(chars / 2)}`,
  "words far apart": (chars: number) => `a${" ".repeat(chars)}a`,
  "spaces and a word": (chars: number) => `${" ".repeat(chars)}a`,
};

const tolerant = (check: (text: string) => unknown) => (text: string) => {
  try {
    check(text);
  } catch (error) {
    // That it isn't one, said at once, is fine.
    expect(error).toMatchObject({ data: expect.anything() as unknown });
  }
};
const FUNCTIONS: Record<string, (text: string) => unknown> = {
  answerText: (text) => answerText(text, [{ title: text }]),
  markdownToSmsText,
  toPlainText,
  redactSecrets,
  cleanOptionalText: (text) => cleanOptionalText("It", text, 64_000),
  previewOf,
  normalizeEmail: tolerant(normalizeEmail),
  parsePhone: tolerant((text) => parsePhone(text, "US")),
  clausesOf,
  isDenied,
  bareWordOf,
  consentWordOf: (text) => consentWordOf(text, false),
  sizeOf,
  wholeText,
  readRating: (text) => readRating(text),
};

test.each(Object.entries(FUNCTIONS))("%s takes time in proportion", (_name, work) => {
  const slow: string[] = [];
  for (const [name, make] of Object.entries(TEXTS)) {
    const [short, long] = [make(SHORT), make(SHORT * GROWTH)];
    // A machine that is busy makes it look slow once or twice; what is slow is so each time.
    const tries = Array.from({ length: 3 }, () => () => {
      if (leastMs(() => work(long), 0, 3) < NOTHING_MS) return 0;
      return leastMs(() => work(long), 0, 3) / leastMs(() => work(short), 0, 9);
    });
    if (tries.every((ratio) => ratio() > MOST)) slow.push(name);
  }
  expect(slow).toEqual([]);
});
