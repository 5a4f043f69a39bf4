/** The deployed count of segments against the calculator that Twilio publishes (by the stand-in for Twilio). */
import { countSegments } from "@computer-guys/stand-ins";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingOf, sizeOf } from "../../convex/model/outbox/segments";

const BASIC = [
  ..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡",
  ..."ABCXYZÄÖÑÜ§¿abcxyzäöñüà",
];
const EXTENDED = [..."\f^{}\\[~]|€"];
/** Outside the 7-bit alphabet, look-alikes of it among them; each stands alone on a screen. */
const OTHER = [..."’“–…ç`ÁŁяЖλ中あ한\u00a0\t\0\ufffd"];
const PAIRS = [..."😀🎉💾𝄞𠮷"];
/** Several characters that a screen draws as one. */
const CLUSTERS = ["e\u0301", "🇺🇸", "👍🏽", "❤\ufe0f", "👨‍👩‍👧‍👦", "क्षि", "\r\n"];

/** Lengths where another segment begins, in characters of one or of two units. */
const EDGES = [67, 70, 134, 153, 160, 201, 306, 459].flatMap((edge) => [edge, edge >> 1]);

/** A run of one character up to an edge, among whatever else. */
const textOf = (characters: string[]) => {
  const some = fc.array(fc.constantFrom(...characters), { maxLength: 6 });
  const run = fc
    .tuple(
      fc.constantFrom(...characters),
      fc.constantFrom(0, ...EDGES),
      fc.integer({ min: -3, max: 3 }),
    )
    .map(([character, edge, beside]) => Array<string>(Math.max(0, edge + beside)).fill(character));
  return fc.tuple(some, run, some).map((parts) => parts.flat().join(""));
};

/** As ours says it. An empty text is not sent: the calculator counts a segment of nothing. */
const byTwilio = (text: string) => {
  const { encoding, count } = countSegments(text);
  return {
    encoding: encoding === "GSM-7" ? ("gsm7" as const) : ("ucs2" as const),
    segments: text === "" ? 0 : count,
  };
};

test.each([
  ["the basic alphabet", BASIC],
  ["the extension", EXTENDED],
  ["the whole 7-bit alphabet", [...BASIC, ...EXTENDED]],
  ["16-bit characters", [...OTHER, "a"]],
  ["surrogate pairs", [...PAIRS, "a"]],
  ["everything", [...BASIC, ...EXTENDED, ...OTHER, ...PAIRS]],
])("is Twilio's for texts of %s", (_, characters) => {
  fc.assert(
    fc.property(textOf(characters), (text) => {
      expect(sizeOf(text)).toEqual(byTwilio(text));
    }),
    { numRuns: 150 },
  );
});

test("every character up to U+2FFF has the encoding that Twilio gives it", () => {
  for (let code = 0; code < 0x3000; code++) {
    const character = String.fromCharCode(code);
    expect([code, encodingOf(character)]).toEqual([code, byTwilio(character).encoding]);
  }
});

test("of what a screen joins, the calculator counts as many or more, and ours is what the units need", () => {
  fc.assert(
    fc.property(textOf([...CLUSTERS, "a", "я"]), (text) => {
      const [ours, theirs] = [sizeOf(text), byTwilio(text)];
      expect(ours.encoding).toBe(theirs.encoding);
      expect(ours.segments).toBeLessThanOrEqual(theirs.segments);
      const joined = ours.encoding === "gsm7" ? 153 : 67;
      expect(ours.segments).toBeGreaterThanOrEqual(Math.ceil((text.length - 7) / joined));
    }),
    { numRuns: 150 },
  );
});

test("the calculator keeps a flag in one segment; segments have room for half of one", () => {
  const flags = "🇺🇸".repeat(33);
  expect(flags).toHaveLength(132);
  expect([sizeOf(flags).segments, byTwilio(flags).segments]).toEqual([2, 3]);
});
