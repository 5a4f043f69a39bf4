/**
 * Phone numbers that a code or an alert is texted to: a number that somebody typed, in a country that the shop texts
 * to, and of a kind that can get texts at the price of one.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { smsEnv } from "../../env";
import { appError } from "../../lib/errors";
import { isNanp, parsePhone } from "../../lib/phone";

/** Kinds that get texts. Premium and shared-cost numbers are where pumping earns its money. */
const TEXTABLE = new Set<string | undefined>([
  "MOBILE",
  "FIXED_LINE_OR_MOBILE",
  "VOIP",
  "PERSONAL_NUMBER",
]);

/** E.164, or `invalid_input` that says why. Without a country code it is read as one of the first country's. */
export function normalizeSmsNumber(raw: string): string {
  const { countries, home } = smsEnv();
  const number = parsePhone(raw, home);
  const parsed = parsePhoneNumberFromString(number);
  if (parsed?.isValid() !== true) {
    // Area codes come faster than the metadata of them; what it gives to another country of theirs is none of ours.
    const isNew = parsed?.country === undefined || parsed.country === "US";
    if (isNew && countries.includes("US") && isTextableForm(number)) return number;
    throw appError(
      "invalid_input",
      "That is not a phone number: there is none of this form in its country. Check it for typing errors.",
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

/** What costs by the minute gets no texts. */
const isTextableForm = (number: string) => isNanp(number) && !number.startsWith("+1900");
