/** What somebody typed into a field that takes either: an e-mail address or a phone number. */
import type { CodeAddress } from "../auth";

/** Digits in any spelling, and nothing that a number doesn't have. The backend says what is wrong with it. */
const LIKE_A_NUMBER = /^\+?[\d\s().\-/\u00a0\u2010-\u2015]*$/;

export function addressOf(typed: string): CodeAddress {
  const text = typed.trim();
  const digits = text.replace(/\D/g, "");
  return digits.length >= 5 && LIKE_A_NUMBER.test(text) ? { phone: text } : { email: text };
}
