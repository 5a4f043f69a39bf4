/**
 * Secrets that customers paste are replaced before text reaches a model, an embedding, analytics or a log.
 * The stored message keeps what was written: a technician may need it. Rules, not guesses: each kind of secret
 * is recognized by its own form (a card by scheme, length and Luhn digit, ISO/IEC 7812-1; a key by its prefix)
 * or by the words that announce it. Prices, phone numbers, serials, order numbers and error codes stay.
 */
import { redactCards } from "./redactCards";

/** White space and dashes of any script: secrets are pasted from PDFs and phones. */
const SPACE = "[\\s\\u200b-\\u200d\\u2060]";
const DASH = "[-\\u2010-\\u2015\\u2212]";

const BLOCKS: [RegExp, string][] = [
  // A whole PEM block, or what is left of one that was cut off.
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    "[private key removed]",
  ],
  // BitLocker: eight groups of six digits, of which some would pass for a card.
  [
    new RegExp(`(?<!\\d)(?:\\d{6}(?:${SPACE}|${DASH}){1,3}){7}\\d{6}(?!\\d)`, "gu"),
    "[recovery key removed]",
  ],
  // The text of a Wi-Fi QR code.
  [/\bWIFI:(?=[^\n]*\bP:)[^\n]*?;;/g, "[Wi-Fi access removed]"],
];

/** By form alone. */
const KEYS: [RegExp, string][] = [
  [
    // OpenAI, OpenRouter, Anthropic, Stripe, GitHub, GitLab, AWS, Google, Slack, SendGrid, npm, Hugging Face,
    // Resend, DigitalOcean, Shopify; and any JWT.
    /\b(?:sk-[\w-]{16,}|(?:sk|rk)_(?:live|test)_\w{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|xox[abeprs]-[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|npm_\w{30,}|hf_\w{20,}|re_\w{8,}_\w{12,}|dop_v1_\w{30,}|shp(?:at|ss|ca|pa)_\w{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})/g,
    "[key removed]",
  ],
  [/\b(Bearer\s+)[\w.~+/-]{16,}=*/gi, "$1[key removed]"],
  // User and password in an address.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{1,64}:)[^\s/@[]+@/gi, "$1[removed]@"],
  // FileVault: six groups of four. Windows: five of five. Both with letters in them.
  [
    new RegExp(`\\b(?=[\\w-]*[A-Z])(?:[A-Z0-9]{4}${DASH}){5}[A-Z0-9]{4}\\b`, "gu"),
    "[recovery key removed]",
  ],
  [
    new RegExp(`\\b(?=[\\w-]*[A-Z])(?:[A-Z0-9]{5}${DASH}){4}[A-Z0-9]{5}\\b`, "gu"),
    "[product key removed]",
  ],
];

/** What a password is called, in the languages of the shop's customers. */
const PASSWORD =
  "(?:pass[ -]?(?:word|code|phrase|wd)|pwd|pw|passw[oö]rt|kennwort|zugangscode|entsperrcode|mot de passe|contrase[nñ]a|wachtwoord|senha|parola)";
/** Connectors have pins, too: a secret one has digits. */
const PIN = "pin(?:[ -]?(?:code|number|nummer))?";
const NETWORK =
  "(?:wi-?fi|wlan|wireless|network|netzwerk|router|wpa\\d?|wep)[ -]?(?:key|code|passphrase|security key|schl[uü]ssel)";
const TOKEN =
  "(?:api|access|secret|private|auth|client|encryption|recovery|license)[ _-]?(?:key|token|secret)";
/** "for my laptop", "of the admin account", "on it": between the name and the secret. */
const WHOSE =
  "(?:\\s+(?:for|of|to|on|from|f[uü]r|vom|zum|am|de|del)(?:\\s+[\\p{L}\\p{N}'’-]{1,20}){1,4})?";
const SAYS =
  "(?:\\s*(?:[:=]|->|=>|→)\\s*|\\s+(?:is|was|are|lautet|ist|war|est|es|[eé])(?:\\s*:|\\s+still|\\s+now)?\\s+|\\s+[-–—]\\s+)";
/** What a password that "is" something may be without being told. */
const NOT_SECRET =
  "(?!(?:wrong|incorrect|invalid|not|no|never|expired|forgotten|lost|gone|reset|changed|correct|right|fine|ok(?:ay)?|good|bad|the|a|an|my|your|his|her|our|their|too|very|so|still|always|being|required|requested|asked|needed|set|stored|saved|blank|empty|missing|rejected|refused|denied|unknown|different|same|shown|written|on|in|at|for|to|from|of|by|what|how|where|why|when|which|that|this|there|long|short|strong|weak|case|accepted|protected|locked|disabled|enabled|working|broken|important|and|or|but|if|because|falsch|nicht|abgelaufen|vergessen|weg|richtig|unbekannt|gesperrt|incorrecto|incorrecta|incorrect)(?=[.,;:!?)\\]\"'’”…–—-]*(?:\\s|$))|\\[)";
const SECRET =
  "(?:\"[^\"\\n]{1,100}\"|'[^'\\n]{1,100}'|“[^”\\n]{1,100}”|„[^“”\\n]{1,100}[“”]|«[^»\\n]{1,100}»|`[^`\\n]{1,100}`|\\S+)";
const BEFORE = "(?<![\\p{L}\\p{N}_])";

const ANNOUNCED: [RegExp, string][] = [
  [
    // Whole phrases: what is called a phrase has several words.
    new RegExp(
      `${BEFORE}((?:pass|recovery |seed |secret |backup )[ -]?phrase${WHOSE}${SAYS})${NOT_SECRET}[^\\n.]+`,
      "giu",
    ),
    "$1[removed]",
  ],
  [
    new RegExp(
      `${BEFORE}((?:${PASSWORD}|${NETWORK}|${TOKEN})${WHOSE}${SAYS})${NOT_SECRET}${SECRET}`,
      "giu",
    ),
    "$1[removed]",
  ],
  [new RegExp(`${BEFORE}(${PIN}${WHOSE}${SAYS})(?!\\[)(?=\\S*\\d)${SECRET}`, "giu"), "$1[removed]"],
  [
    // "password hunter2!": without a verb only what looks like one, with a digit or a sign in it.
    new RegExp(
      `${BEFORE}((?:${PASSWORD}|${NETWORK})\\s+)(?=\\S*[\\p{N}!@#$%^&*+=])(?!\\[)[^\\s,;]{4,}`,
      "giu",
    ),
    "$1[removed]",
  ],
  [
    // "hunter2 is my password".
    new RegExp(
      `(?<!\\S)(?!\\[)(?=\\S*[\\p{N}!@#$%^&*+=])\\S{4,}(\\s+(?:is|was|ist|war)\\s+(?:my|the|our|his|her|mein|das|unser)\\s+(?:[\\p{L}-]{1,20}\\s+){0,2}(?:${PASSWORD}|${PIN}|${NETWORK}))`,
      "giu",
    ),
    "[removed]$1",
  ],
];

/** Codes that are no secret: of errors, places, products, discounts. */
const HARMLESS =
  "(?<!(?:error|stop|exit|fault|status|event|beep|blink|zip|postal|post|area|country|dial(?:l)?ing|promo|promotion|discount|coupon|voucher|product|model|part|item|order|repair|ticket|tracking|qr|bar|source|colou?r|fehler|referral|reason|return|http|device manager|sort|bank|branch)[\\s-]{0,3})";
const DIGITS = `\\d(?:(?:${SPACE}|${DASH})?\\d){3,7}(?!\\d)`;

const CODES: [RegExp, string][] = [
  [
    new RegExp(
      `${BEFORE}${HARMLESS}((?:(?:one[ -]?time|verification|security|sign[ -]?in|log[ -]?in|confirmation|auth(?:entication)?|access|backup|2fa|sms)[ -]?)?(?:code|otp|tan|passcode|c[oó]digo|codice)s?(?:\\s+[\\p{L}-]{1,20}){0,3}?(?:\\s*[:=#(]\\s*|\\s+(?:is|was|lautet|ist|war|est|es|[eé])\\s*:?\\s+|\\s+))${DIGITS}`,
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    // "G-123456 is your Google verification code", "123456 is the code".
    new RegExp(
      `(?<![\\p{L}\\p{N}.,$€£#-])(?:[A-Z]-)?${DIGITS}(\\s+(?:is|ist|est|es)\\s+(?:your|my|the|ihr|dein|mein|der|votre|su|tu)\\s+(?:[\\p{L}\\p{N}-]{1,20}\\s+){0,4}(?:code|otp|tan|passcode|c[oó]digo))`,
      "giu",
    ),
    "[code removed]$1",
  ],
  // What stands on the back of a card.
  [
    /\b((?:cvv2?|cvc2?|csc|card verification (?:code|number))(?:\s*[:=#]\s*|\s+(?:is|was)\s+|\s+))\d{3,4}\b/gi,
    "$1[removed]",
  ],
];

const replaceAll = (text: string, rules: [RegExp, string][]) =>
  rules.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);

/** The text with its secrets replaced by what they were. Doing it twice changes nothing more. */
export function redactSecrets(text: string): string {
  const safe = redactCards(replaceAll(text, BLOCKS), "[card number removed]");
  return replaceAll(safe, [...KEYS, ...ANNOUNCED, ...CODES]);
}
