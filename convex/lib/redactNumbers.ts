/**
 * Secret numbers: of banks and people by form and checksum (IBAN, ISO 13616, mod 97; the SSA's form of an SSN; ABA
 * routing numbers) or by the words before them, one-time codes, recovery codes one after another. Error codes stay:
 * for a repair shop the code is the question.
 */
import { loosen, RECOVERY } from "./redactWords";

const BEFORE = "(?<![\\p{L}\\p{N}_])";
const SPACE = "[\\s\\u200b-\\u200d\\u2060]";
const DASH = "[-\\u2010-\\u2015\\u2212]";
const GAP = `(?:${SPACE}|${DASH}|\\.)`;
const LINK = `(?:\\s*(?:[:=#(]|no\\.?|nr\\.?|->)\\s*|\\s+(?:is|was|are|ist|es|lautet)\\s*:?\\s+|\\s+)`;

const IBAN = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g;

/** The longest run of whole groups that is an IBAN goes; what follows it in the sentence stays. */
function redactIbans(text: string): string {
  return text.replace(IBAN, (run: string) => {
    for (let end = run.length; end >= 15; end--) {
      if (/[A-Za-z0-9]/.test(run[end] ?? " ") || !/[A-Za-z0-9]/.test(run[end - 1]!)) continue;
      if (isIban(run.slice(0, end).replace(/[ -]/g, "")))
        return `[account number removed]${run.slice(end)}`;
    }
    return run;
  });
}

function isIban(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34) return false;
  let rest = 0;
  for (const char of (iban.slice(4) + iban.slice(0, 4)).toUpperCase()) {
    const value = char >= "A" ? String(char.charCodeAt(0) - 55) : char;
    for (const digit of value) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Area, group and serial as the SSA gives them out. */
const SSN =
  "(?!000|666|9\\d\\d)\\d{3}(?<sep>-|\\u2011|\\u2013)(?!00)\\d{2}\\k<sep>(?!0000)\\d{4}(?![\\d-])";
const ACCOUNT_DIGITS = `\\d(?:${GAP}?\\d){5,16}(?!\\d)`;

const NUMBERS: [RegExp, string][] = [
  [new RegExp(loosen(`(?<![\\d.-])${SSN}`), "gu"), "[SSN removed]"],
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:ssn|social(?:\\s+security)?(?:\\s+(?:number|no|nr|#))?)(?:\\s+\\p{L}{1,10}){0,2}${LINK})\\d{3}${GAP}?\\d{2}${GAP}?\\d{4}(?!\\d)`,
      ),
      "giu",
    ),
    "$1[SSN removed]",
  ],
  // The tax office's numbers have the same form.
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:tax(?:payer)?\\s+id|itin|tin|ein|steuer-?id)(?:\\s+(?:number|no|nr))?${LINK})\\d{2,3}${GAP}?\\d{2,3}${GAP}?\\d{4,7}(?!\\d)`,
      ),
      "giu",
    ),
    "$1[SSN removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:last\\s+(?:four|4)(?:\\s+(?:digits|numbers))?\\s+of\\s+(?:my|the|his|her)\\s+(?:ssn|social|card|account)|ssn|social)(?:\\s+security)?(?:\\s+number)?(?:\\s+(?:ends|ending|ends\\s+in|ending\\s+in|last\\s+(?:four|4)))?${LINK})\\d{4}(?!\\d)`,
      ),
      "giu",
    ),
    "$1[removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:routing|aba|transit|sort\\s+code|blz|bankleitzahl)(?:\\s+(?:number|no|nr|code))?${LINK})\\d(?:${GAP}?\\d){5,8}(?!\\d)`,
      ),
      "giu",
    ),
    "$1[account number removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:(?:bank|checking|savings|chase|my|the|giro)\\s+)?(?:account|acct?|a/c|konto|kontonummer|cuenta)(?:\\s*(?:number|no\\.?|nr\\.?|num|#))?(?:\\s+(?:at|with|for|of|from)(?:\\s+\\p{L}{1,12}){1,3})?${LINK})${ACCOUNT_DIGITS}`,
      ),
      "giu",
    ),
    "$1[account number removed]",
  ],
  [
    new RegExp(
      loosen(`${BEFORE}((?:security\\s+code|code|digits)\\s+)\\d{3,4}(?=\\s+on\\s+the\\s+back)`),
      "giu",
    ),
    "$1[removed]",
  ],
  // What stands on the back of a card.
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:c[cv]v2?|cvc2?|csc|cid|card\\s+verification\\s+(?:code|number)|card\\s+code|(?:security\\s+code|code|digits?|numbers?)\\s+(?:on|from|at)\\s+(?:the\\s+)?(?:back|front|reverse)(?:\\s+of\\s+(?:it|the\\s+card|my\\s+card))?|pr[uü]fziffer|kartenpr[uü]fnummer)${LINK})\\d{3,4}(?!\\d)`,
      ),
      "giu",
    ),
    "$1[removed]",
  ],
];

/** Codes that are no secret: of errors, places, products, discounts. */
const HARMLESS =
  "(?<!(?:error|stop|exit|fault|status|event|beep|blink|zip|postal|post|area|country|dial(?:l)?ing|promo|promotion|discount|coupon|voucher|product|model|part|item|order|repair|ticket|tracking|qr|bar|source|colou?r|fehler|referral|reason|return|http|device manager|sort|bank|branch|diagnostics?|diagnostic|epsa|shows?|showing|show|the error|flash|led|blinks?|display|displays|says|bios|hp|dell|printer|validation|service|bug ?check|failure|crash|win(?:dows)?|de error)[\\s:-]{0,3}(?:the\\s|a\\s|an\\s|is\\s)?)";
/** Said of a code, what makes it one that lets somebody in. */
const KIND =
  "(?:\\d[ -]{1,3}digit|one[ -]?time|verification|security|sign[ -]?in|log[ -]?in|confirmation|auth(?:entication|enticator)?|access|back-?up|2fa|sms|texted|unlock|entry|door|gate|alarm|garage|house|safe|lock ?box|voicemail|building|google|whats ?app|facebook|instagram|apple(?: id)?|microsoft|paypal|amazon|venmo|steam|discord|gmail|icloud|telegram|netflix|ebay|yahoo|bank|phone|iphone|ipad|android|device|screen|my|your|pass|activation|bestätigungs|sicherheits)";
const CODE = "(?:code|otp|tan|passcode|combo|combination|c(?:[oó]|o\\u0301)digo|codice)s?";
const DIGITS = `\\d(?:(?:${SPACE}|${DASH})?\\d){3,7}(?!\\d|${DASH}\\d)`;
const VERB = `(?:\\s*[:=#(]\\s*|\\s+(?:is|was|lautet|ist|war|est|es|[eé])\\s*:?\\s+)`;

const CODES: [RegExp, string][] = [
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:${KIND}[ -]?){1,2}${CODE}(?:\\s+[\\p{L}-]{1,20}){0,4}?(?:${VERB}|\\s+))${DIGITS}`,
      ),
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}(${CODE}(?:\\s+(?:they|you|he|she|it|that|which|i|google|apple|microsoft|facebook|amazon|paypal|from|sent|texted|emailed|got|gave|me|my|to|phone|bank|just|says)){1,6}\\s*:?\\s+)${DIGITS}`,
      ),
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}((?:got|get|received|sent|have|gave)(?:\\s+\\p{L}{1,6}){0,2}\\s+${CODE}\\s+)${DIGITS}(?=\\s+(?:from\\s+(?:google|apple|microsoft|facebook|amazon|paypal|my\\s+bank|the\\s+bank|instagram|whatsapp)|by\\s+(?:text|sms|email)|on\\s+my\\s+phone|in\\s+a\\s+text|via\\s))`,
      ),
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    // Beside a card.
    /(\[card number removed\](?:[^\n\d]|\d{1,2}\/\d{2,4}){0,60}?(?:code|c[cv]v2?|cvc2?|csc|security|back|digits|numbers|exp(?:ires)?\s*\d{1,2}\/\d{2,4}|\d{1,2}\/\d{2,4})\D{0,15})\d{3,4}(?!\d)/giu,
    "$1[removed]",
  ],
  [
    new RegExp(
      loosen(`${BEFORE}((?:otp|tan|2fa|mfa|verification|authenticator)${LINK})${DIGITS}`),
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    new RegExp(
      loosen(
        `${BEFORE}${HARMLESS}(${CODE}(?:\\s+(?!error|from|on)[\\p{L}-]{1,20}){0,6}?${VERB})(?!\\d{4}${DASH}\\d{4}(?!\\d))${DIGITS}`,
      ),
      "giu",
    ),
    "$1[code removed]",
  ],
  [
    // "G-123456 is your Google verification code", "123456 is the code".
    new RegExp(
      loosen(
        `(?<![\\p{L}\\p{N}.,$€£#-])(?:[A-Z]{1,3}-)?${DIGITS}(\\s+(?:is|ist|est|es|as|for|was)\\s+(?:a|your|my|the|ihr|dein|mein|der|votre|su|tu)\\s+(?:[\\p{L}\\p{N}-]{1,20}\\s+){0,4}(?:code|otp|tan|passcode|c[oó]digo))`,
      ),
      "giu",
    ),
    "[code removed]$1",
  ],
];

/** Recovery codes stand in rows: all of them go, however many. */
const ONE_OF_ROW =
  "(?=[\\p{L}\\d-]{0,40}\\d)[\\p{L}\\d]{3,12}(?:[ -]{1,2}(?=[\\p{L}\\d]{0,12}\\d)[\\p{L}\\d]{3,12}){0,5}|[A-Z]{4,8}(?:-[A-Z]{4,8}){1,7}";
const ROW = new RegExp(
  loosen(
    `${BEFORE}(${RECOVERY}[ -]?(?:codes?|keys?)(?:\\s+(?:for|of)(?:\\s+[\\p{L}'’-]{1,15}){1,3})?(?:\\s*[:=]\\s*|\\s+(?:is|are|were)\\s*:?\\s*|\\s+))((?:${ONE_OF_ROW})(?:\\s*(?:[,;/&]|and|und|y|\\n)?\\s*(?:${ONE_OF_ROW})){0,30})`,
  ),
  "giu",
);

const replaceAll = (text: string, rules: [RegExp, string][]) =>
  rules.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);

export function redactNumbers(text: string): string {
  const rows = text.replace(ROW, (whole: string, announced: string, codes: string) =>
    /\d/.test(codes) || /[A-Z]{4}-[A-Z]{4}/.test(codes) ? `${announced}[codes removed]` : whole,
  );
  return replaceAll(redactIbans(rows), [...NUMBERS, ...CODES]);
}
