/** What people type, made safe to store: bounded, normalized, without control characters. */
import { appError } from "./errors";
import { redactSecrets } from "./redact";

/** Longest text of one message, in UTF-16 code units. */
export const MAX_MESSAGE_CHARS = 8_000;
export const PREVIEW_CHARS = 140;
export const TITLE_CHARS = 80;

// C0 and C1 controls but not tab and newline, and the bidirectional overrides that can disguise a link.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** White space, what has no width (joiners, fillers, variation selectors) and the blank of Braille. */
const INVISIBLE = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]*$/u;

/** Whether there is nothing in a text that anybody could see: it counts as empty everywhere. */
export const isBlank = (text: string): boolean => INVISIBLE.test(text);

/**
 * NFC text without control characters and without lone surrogates (which Convex can't store), trimmed.
 * HTML is kept as the characters it is: clients render customer text as text.
 * Throws `invalid_input` when nothing is left and `too_large` over `maxChars`.
 */
export function cleanText(field: string, raw: string, maxChars: number): string {
  const text = cleanOptionalText(field, raw, maxChars);
  if (text === "")
    throw appError("invalid_input", `${field} is empty. Write something and send it again.`);
  return text;
}

/** As `cleanText`, but an empty text is fine. */
export function cleanOptionalText(field: string, raw: string, maxChars: number): string {
  // Refused before any work is done on it: the length is the attacker's choice.
  if (raw.length > 4 * maxChars) throw tooLong(field, raw.length, maxChars);
  const text = makeStorable(raw.replace(/\r\n?/g, "\n")).normalize("NFC").trim();
  if (text.length > maxChars) throw tooLong(field, text.length, maxChars);
  return isBlank(text) ? "" : text;
}

/** Without control and bidi characters, and without lone surrogates: what a model or a provider says, say. */
export function makeStorable(text: string): string {
  return text
    .replace(UNSAFE, "")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

function tooLong(field: string, length: number, maxChars: number) {
  return appError(
    "too_large",
    `${field} has ${length} characters; at most ${maxChars} fit. Shorten it and send it again.`,
    { maxChars },
  );
}

/** The first `maxChars` code units at most, without half of a surrogate pair: Convex can't store one. */
export function truncateText(text: string, maxChars: number): string {
  const head = text.slice(0, maxChars);
  return head.length < text.length && /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}

/**
 * What a customer said, where it is copied to: a brief, a task, a list. Without its secrets, which stay in the message
 * alone; they go before the text is cut, or half a card number would be none.
 */
export const excerptOf = (text: string, maxChars: number): string =>
  truncateText(redactSecrets(text), maxChars);

/** A message as one line for lists, at most `maxChars` characters, without secrets. */
export function previewOf(text: string, maxChars = PREVIEW_CHARS): string {
  const line = redactSecrets(text).replace(/\s+/g, " ").trim();
  return line.length <= maxChars ? line : `${[...line].slice(0, maxChars - 1).join("")}…`;
}

const EMAIL =
  /^[^\s@<>()[\]\\,;:"]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.(?:[a-z]{2,}|xn--[a-z0-9-]{1,59})$/;

/**
 * Lower-cased e-mail address, or `invalid_input` that says what is wrong with it. RFC 5321 lengths; no quoted local
 * parts. A host in other letters is written as mail servers know it, by punycode (RFC 5891).
 */
export function normalizeEmail(raw: string): string {
  const typed = raw.length > 1_000 ? "" : raw.normalize("NFKC").trim().toLowerCase();
  const email = typed.replace(/@([^@\s/?#:\\]*[^\0-\x7f][^@\s/?#:\\]*)$/, (_, host: string) =>
    URL.canParse(`http://${host}`) ? `@${new URL(`http://${host}`).hostname}` : `@${host}`,
  );
  if (email.length > 254 || !EMAIL.test(email) || email.includes("..")) {
    throw appError("invalid_input", `That is not an e-mail address: ${faultOf(typed)}`);
  }
  return email;
}

const FAULTS: [RegExp, string][] = [
  [/^$/, "it is empty, or far too long."],
  [/^[^@]*$/, 'there is no "@" in it.'],
  [/@.*@/s, 'there is more than one "@" in it.'],
  [/\s/, "there is a space in it."],
  [/^@/, 'the part in front of the "@" is missing.'],
  [/@$/, 'the part behind the "@" is missing.'],
  [/\.\./, "there are two dots in a row."],
  [/@[^.]*,/, "there is a comma where a dot belongs."],
  [/@[^.]*$/, 'the ending behind the "@" is missing, such as ".com".'],
  [/\.$/, "it ends with a dot."],
  [/[<>()[\]\\,;:"]/, "write the address alone, without brackets, commas or quotes."],
];
const faultOf = (typed: string): string =>
  FAULTS.find(([pattern]) => pattern.test(typed))?.[1] ?? "check it for typing errors.";
