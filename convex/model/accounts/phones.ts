/**
 * Phone numbers that a code or an alert is texted to: a number that somebody typed, in a country that the shop texts
 * to, and of a kind that can get texts at the price of one.
 */
import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";
import { smsEnv } from "../../env";
import { appError } from "../../lib/errors";

/** Kinds that get texts. Premium and shared-cost numbers are where pumping earns its money. */
const TEXTABLE = new Set<string | undefined>([
  "MOBILE",
  "FIXED_LINE_OR_MOBILE",
  "VOIP",
  "PERSONAL_NUMBER",
]);
/** Longer input is no number, and is not parsed. */
const MAX_CHARS = 40;

/**
 * The form of North American numbers: area codes come faster than the metadata of them. N9X and N11 are nobody's, nor
 * are the ones that cost by the minute.
 */
const NANP = /^\+1(?!\d9|\d11|900)[2-9]\d\d(?!\d11)[2-9]\d{6}$/;

/** As it is dialled: without direction marks that were pasted along, dashes and digits of any kind as plain ones. */
const plain = (raw: string) =>
  raw
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}/gu, "-");

/** E.164, or `invalid_input` that says why. Without a country code it is read as one of the first country's. */
export function normalizeSmsNumber(raw: string): string {
  const { countries } = smsEnv();
  const home = countries[0] as CountryCode;
  const parsed = raw.length > MAX_CHARS ? undefined : parsePhoneNumberFromString(plain(raw), home);
  const ofNoOther = parsed?.country === undefined || parsed.country === "US";
  if (parsed?.isValid() === false && parsed.ext === undefined && ofNoOther) {
    if (countries.includes("US") && NANP.test(parsed.number)) return parsed.number;
  }
  if (parsed?.isValid() !== true || parsed.ext !== undefined) {
    throw appError(
      "invalid_input",
      "That is not a phone number. Check it for typing errors; outside our country it begins with + and the country code.",
    );
  }
  if (parsed.country === undefined || !countries.includes(parsed.country)) {
    throw appError("invalid_input", "We can't text to that country. Use your e-mail address.");
  }
  if (!TEXTABLE.has(parsed.getType())) {
    throw appError("invalid_input", "That number can't get texts. Use a mobile number.");
  }
  return parsed.number;
}
