/** Phone numbers: the table, what may never change one, and what libphonenumber knows of the same countries. */
/// <reference types="vite/client" />
import examples from "libphonenumber-js/examples.mobile.json";
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { expect, test } from "vitest";
import { fc, runs } from "../../tests/properties";
import { isAppError } from "./errors";
import { parsePhone } from "./phone";
import raw from "./phone.cases.txt?raw";
import { findDialling } from "./phoneCountries";
import { isE164, isSamePhone, listPhoneForms } from "./phoneForms";

const cases = raw
  .split("\n")
  .filter((row) => row !== "" && !row.startsWith("# "))
  .map((row) => {
    const [home = "", number = "", typed = ""] = row.split("\t");
    const text = typed
      .replaceAll("\\n", "\n")
      .replace(/\\u\{(\w+)\}/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
    return { home, number, text };
  });
const hits = cases.filter(({ number }) => number !== "none");

/** Why it is none, or the number. */
function read(text: string, home = "US"): { number: string } | { fault: string } {
  try {
    return { number: parsePhone(text, home) };
  } catch (error) {
    if (!isAppError(error) || error.data.code !== "invalid_input") throw error;
    return { fault: error.data.message };
  }
}
const numberOf = (text: string, home?: string): string => {
  const got = read(text, home);
  return "number" in got ? got.number : "none";
};

test("every row of the table is as it says", () => {
  expect(cases.length).toBeGreaterThan(90);
  const wrong = cases.flatMap(({ home, number, text }) => {
    const got = numberOf(text, home);
    return got === number ? [] : [`${text} (${home}) is ${got}, not ${number}`];
  });
  expect(wrong).toEqual([]);
});

test.each([
  ["", /empty/],
  ["6".repeat(10_000), /far too long/],
  ["6".repeat(41), /far too long/],
  ["614 555 0142 ext. 7", /leave the extension out/],
  ["614-555-0142 x7", /leave the extension out/],
  ["1-800-FLOWERS", /letters in it/],
  ["+1 614 555 0142 +1 614 555 0143", /"\+" stands in front/],
  ["614*555*0142", /digits alone/],
  ["555-0142", /area code .* missing\. Outside our country/],
  ["+123", /missing/],
  ["(911) 555-0142", /ten digits/],
  ["+442079460958123456", /too many digits/],
  ["+0123456789", /never begins with 0/],
])("%j is refused with what to do about it", (typed, words) => {
  expect(read(typed)).toEqual({ fault: expect.stringMatching(words) as unknown });
});

test("a number that was read is read as itself, at home everywhere", () => {
  for (const { number } of hits) {
    for (const home of ["US", "GB", "IT", "MX", "RU"]) expect(numberOf(number, home)).toBe(number);
  }
});

const anyHit = fc.constantFrom(...hits);
const INVISIBLE = ["\u200b", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\ufeff"];
const SPACES = [" ", "\u00a0", "\u2009", "\u202f", "\u3000"];
const DASHES = ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\uff0d"];
const widen = (text: string) =>
  text.replace(/[0-9+]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

test("no decoration gives another number", () => {
  const anyMark = fc.constantFrom(...INVISIBLE, ...SPACES, ...DASHES, ".");
  const dressed = fc.tuple(
    anyHit,
    fc.array(fc.tuple(fc.nat(), anyMark), { maxLength: 6 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(dressed, ([{ number }, marks, wide]) => {
      let text = number;
      // Behind the +: a dash in front of it is no number's decoration.
      for (const [at, mark] of marks) {
        const place = 1 + (at % (text.length - 1));
        text = text.slice(0, place) + mark + text.slice(place);
      }
      expect(numberOf(wide ? widen(text) : text)).toBe(number);
    }),
    { numRuns: runs() },
  );
});

test("whatever is typed is a number in E.164 that is read as itself, or refused with a typed error", () => {
  const anyTyped = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(..."0123456789+-() .x"), maxLength: 30 }),
  );
  fc.assert(
    fc.property(anyTyped, fc.constantFrom("US", "GB", "IT", "RU", "BR", "AR"), (text, home) => {
      const number = numberOf(text, home);
      if (number === "none") return;
      expect(isE164(number)).toBe(true);
      expect(numberOf(number, home)).toBe(number);
    }),
    { numRuns: runs() },
  );
});

test.each([
  ["+525512345678", "+5215512345678"],
  ["+5491123456789", "+541123456789"],
  ["+5511987654321", "+551187654321"],
  ["+2290197123456", "+22997123456"],
])("%s and %s are one person's, whichever is asked for", (now, before) => {
  expect(listPhoneForms(now)).toEqual([now, before]);
  expect(listPhoneForms(before)).toEqual([before, now]);
  expect(isSamePhone(now, before) && isSamePhone(before, now)).toBe(true);
});

test.each(["+16145550142", "+442079460958", "+551134567890", "+5215512345", "+521551234567890"])(
  "%s has one form",
  (number) => {
    expect(listPhoneForms(number)).toEqual([number]);
  },
);

test("each country's code, and what is dialled in front at home, are libphonenumber's", () => {
  for (const country of getCountries()) {
    const dialling = findDialling(country);
    expect([country, dialling?.code]).toEqual([country, getCountryCallingCode(country)]);
    const example = getExampleNumber(country, examples);
    if (example === undefined) continue;
    const typed = dialling!.trunk + example.nationalNumber;
    expect(parsePhoneNumberFromString(typed, country)?.number).toBe(example.number);
    expect([country, numberOf(typed, country)]).toEqual([country, example.number]);
    expect(numberOf(example.number)).toBe(example.number);
    expect(numberOf(example.nationalNumber, country)).toBe(example.number);
  }
});
