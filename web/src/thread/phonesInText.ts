/** Numbers that one can call, in a text. With the metadata of all countries: loaded where a text may hold one. */
import { findPhoneNumbersInText } from "libphonenumber-js/min";
import { HOME_COUNTRY } from "../config";
import type { Found } from "./plainWords";

/** Longer texts are no place to look for them: it takes the page's time. */
const MAX_CHARS = 8_000;

export function findPhones(text: string): Found[] {
  if (text.length > MAX_CHARS) return [];
  return findPhoneNumbersInText(text, HOME_COUNTRY).map(({ startsAt, endsAt, number }) => ({
    start: startsAt,
    end: endsAt,
    href: number.getURI(),
  }));
}
