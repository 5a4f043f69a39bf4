/**
 * What we answer to a word that changes consent (`consentRules.ts`), and other texts of ours that are one segment
 * (https://help.twilio.com/articles/223134027).
 */
import type { ConsentWord } from "./consentRules";
import { toPlainTypography, sizeOf } from "./segments";

/** The word in its spelling of the list: what is written around it, and in what case, doesn't matter. */
export const bareWordOf = (text: string): string =>
  (/[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su.exec(text)?.[0] ?? "").toUpperCase();

/** What we answer, in one segment (CTIA Messaging Principles 5.1). */
export const CONSENT_ANSWERS: Record<ConsentWord, (shop: string) => string> = {
  stop: (shop) => `${shop}: you won't get any more texts from us. Text START to get them again.`,
  start: (shop) =>
    `${shop}: you get our texts again. Text us your question. Text HELP for help, STOP to end.`,
  help: (shop) =>
    `${shop} support: text your question and we answer here. Msg & data rates may apply. Text STOP to end.`,
};

/** In one segment, whatever the shop is called: the name is what can be shortened, or left out. */
export const codeText = (shop: string, code: string): string =>
  `${code} is your ${short(shop)} code. We never ask you for it: give it to nobody.`;

/** In one segment: `news` are counts in words of ours, 100 characters at most. */
export const alertText = (shop: string, news: string): string =>
  `${short(shop)}: ${news}. Look at the desk. STOP ends this.`;

const MAX_NAME = 24;
/** A name in another alphabet would make the whole text one of several segments. */
function short(shop: string): string {
  const name = toPlainTypography(shop).slice(0, MAX_NAME).trim();
  return name !== "" && sizeOf(name).encoding === "gsm7" ? name : "Support";
}
