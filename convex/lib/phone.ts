/**
 * Phone numbers, for whoever signs in, leaves how to reach them, or is texted: the one parser. Pure, and by the form
 * alone; whether a number gets texts takes the metadata of its country (`model/accounts/phones.ts`), which no
 * transaction has room for. A number that texted us is what its carrier says: it is kept as it came (`isE164`).
 */
import { withPlainDigits } from "./digits";
import { appError } from "./errors";
import { findDialling, withoutTrunk } from "./phoneCountries";
import { isE164, renumberPhone } from "./phoneForms";

/** Longer input is no number, and is not parsed. */
const MAX_CHARS = 100;
const MAX_PLAIN_CHARS = 40;

/**
 * The form of North American numbers, since their area codes come faster than any list of them. N9X and N11 are
 * nobody's area.
 */
const NANP = /^\+1(?!\d9|\d11)[2-9]\d\d(?!\d11)[2-9]\d{6}$/;
export const isNanp = (number: string): boolean => NANP.test(number);

/**
 * E.164, or `invalid_input` that says what is wrong. A number without a country's code is one of `home`
 * (ISO 3166-1 alpha-2, the first of `SMS_COUNTRIES`).
 */
export function parsePhone(raw: string, home: string): string {
  const typed = raw.length > MAX_CHARS ? "" : plainOf(raw);
  const fault = FAULTS.find(([pattern]) => pattern.test(typed))?.[1];
  if (fault !== undefined) throw notAPhone(fault);
  const dialled = typed.replace(/[^\d+]/g, "");
  const number = renumberPhone(
    withoutTrunk(dialled.startsWith("+") ? dialled : fromHome(dialled, home)),
  );
  const digits = number.length - 1;
  if (number.startsWith("+1") && !isNanp(number)) {
    throw notAPhone(
      digits < 11
        ? MISSING
        : "in the United States and Canada it has ten digits, of an area code that there is.",
    );
  }
  if (isE164(number)) return number;
  throw notAPhone(
    digits < 7
      ? MISSING
      : digits > 15
        ? "it has too many digits. Write one number."
        : "behind the + comes a country code, which never begins with 0.",
  );
}

/** As it is dialled: plain digits, dashes and spaces, without what a link and a habit put around them. */
const plainOf = (raw: string): string =>
  withPlainDigits(raw)
    .replace(/\p{Pd}|\u2212/gu, "-")
    .trim()
    .replace(/^tel:\s*/i, "")
    .replace(/^\(\s*\+\s*(\d+)\s*\)/, "+$1 ")
    .replace(/^\+\s+/, "+")
    .replace(/^((?:\+|00).*?)\(0\)/, "$1");

const FAULTS: [RegExp, string][] = [
  [new RegExp(`^$|^.{${MAX_PLAIN_CHARS + 1}}`, "su"), "it is empty, or far too long."],
  [
    /\d[\s,.;()-]*(?:ext(?:ension|n)?\b|x|#|;ext=|,|durchwahl\b|dw\b|anexo\b|int\b)[\s.:=]*\d+\s*\)?$/i,
    "leave the extension out, and write the number alone.",
  ],
  [/\p{L}/u, "there are letters in it. Write its digits alone."],
  [/.\+/s, 'a "+" stands in front of the country code, and nowhere else.'],
  [/[^\d\s().+/-]/, "write its digits alone, with spaces or dashes at most."],
];

/** What somebody at home dials: with the code for abroad in front, with the trunk's digit, or without. */
function fromHome(dialled: string, home: string): string {
  const { code, trunk } = findDialling(home) ?? { code: "1", trunk: "1" };
  const abroad = code === "1" ? /^0(?:11|0)(?=[1-9])/ : /^00(?=[1-9])/;
  if (abroad.test(dialled)) return dialled.replace(abroad, "+");
  // North American and Russian numbers have as many digits with and without: only the eleventh tells.
  const long = code !== "1" && code !== "7" ? true : dialled.length === 11;
  const national =
    trunk !== "" && long && dialled.startsWith(trunk) ? dialled.slice(trunk.length) : dialled;
  return `+${code}${national}`;
}

const MISSING =
  "its area code or some of its digits are missing. Outside our country it begins with + and the country code.";

const notAPhone = (fault: string) =>
  appError("invalid_input", `That is not a phone number: ${fault}`);
