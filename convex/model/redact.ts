/**
 * Secrets that customers paste are replaced before text reaches a model, an embedding or analytics. The
 * stored message keeps what was written: a technician may need it. Card numbers by Luhn (ISO/IEC 7812-1).
 */

const CARD = /(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d-])/g;
const PASSWORD =
  /\b((?:pass(?:word|code|phrase)?|pwd|pin)\s*(?:is|was|:|=)\s*)(?!(?:wrong|incorrect|not|expired|forgotten|reset|changed)\b)\S+/gi;
const KEYS =
  /\b(?:sk-[\w-]{16,}|(?:ghp|gho|ghs)_\w{20,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})/g;

/** The text with card numbers, passwords and API keys replaced by what they were. */
export function redact(text: string): string {
  return text
    .replace(CARD, (digits) => (luhn(digits.replace(/\D/g, "")) ? "[card number removed]" : digits))
    .replace(PASSWORD, "$1[removed]")
    .replace(KEYS, "[key removed]");
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
