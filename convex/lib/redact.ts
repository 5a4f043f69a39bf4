/**
 * Secrets that customers paste are replaced before text reaches a model, an embedding, analytics or a log.
 * The stored message keeps what was written: a technician may need it. Rules, not guesses: each kind of secret
 * is recognized by its own form (a card by scheme, length and Luhn digit, ISO/IEC 7812-1; a key by its prefix)
 * or by the words that announce it. Prices, phone numbers, serials, order numbers and error codes stay.
 */
import { redactCards } from "./redactCards";
import { redactNumbers } from "./redactNumbers";
import { ANNOUNCED } from "./redactWords";

/** White space and dashes of any script: secrets are pasted from PDFs and phones. */
const SPACE = "[\\s\\u200b-\\u200d\\u2060]";
const DASH = "[-\\u2010-\\u2015\\u2212]";

const BLOCKS: [RegExp, string][] = [
  // A whole PEM block, or what is left of one that was cut off.
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE {1,2}KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE {1,2}KEY-----|$)/gi,
    "[private key removed]",
  ],
  // BitLocker: eight groups of six digits, of which some would pass for a card.
  [
    new RegExp(`(?<!\\d)(?:\\d{6}(?:${SPACE}|${DASH}){1,3}){7}\\d{6}(?!\\d)`, "gu"),
    "[recovery key removed]",
  ],
  // The text of a Wi-Fi QR code.
  [/\bWIFI:(?=[^\n]{0,300}\bP:)[^\n]{0,300}?;;/g, "[Wi-Fi access removed]"],
];

/** By form alone. */
const KEYS: [RegExp, string][] = [
  [
    // OpenAI, OpenRouter, Anthropic, Stripe, GitHub, GitLab, AWS, Google, Slack, SendGrid, npm, Hugging Face,
    // Resend, DigitalOcean, Shopify; and any JWT.
    /\b(?:sk-[\w-]{16,}|(?:sk|rk)_(?:live|test)_\w{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|xox[abeprs]-[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|npm_\w{30,}|hf_\w{20,}|re_\w{8,}_\w{12,}|dop_v1_\w{30,}|shp(?:at|ss|ca|pa)_\w{30,}|eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,2000})/g,
    "[key removed]",
  ],
  [/\b(Bearer\s+)[\w.~+/-]{16,}=*/gi, "$1[key removed]"],
  // User and password in an address.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{1,64}:)[^\s/@[]+@/gi, "$1[removed]@"],
  // FileVault: six groups of four. Windows: five of five. Both with letters in them.
  [
    new RegExp(`\\b(?=[\\w-]{0,40}[A-Z])(?:[A-Z0-9]{4}${DASH}){5}[A-Z0-9]{4}\\b`, "gu"),
    "[recovery key removed]",
  ],
  [
    new RegExp(
      `\\b(?=[\\w-]{0,40}[A-Z])(?=[\\w-]{0,40}\\d)(?:[A-Z0-9]{5}${DASH}){4}[A-Z0-9]{5}\\b`,
      "giu",
    ),
    "[product key removed]",
  ],
  // The secret half of an AWS key, and what looks like it.
  [
    /(?<![\w/+=-])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*\d)[A-Za-z0-9/+]{40,100}={0,2}(?![\w/+=-])/g,
    "[key removed]",
  ],
];

const replaceAll = (text: string, rules: [RegExp, string][]) =>
  rules.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);

/** A message is looked at from several sides in one call: its preview, its words to find, what it asks for. */
let last = { text: "", safe: "" };

/** The text with its secrets replaced by what they were. Doing it twice changes nothing more. */
export function redactSecrets(text: string): string {
  if (text !== last.text) last = { text, safe: replaceSecrets(text) };
  return last.safe;
}

function replaceSecrets(text: string): string {
  const safe = redactCards(replaceAll(text, BLOCKS), "[card number removed]");
  return redactNumbers(replaceAll(safe, [...KEYS, ...ANNOUNCED]));
}
