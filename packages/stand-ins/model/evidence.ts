/** What a line must have in it to say a price, a time, opening hours or a place. */
import type { Aspect } from "./question";

const SPAN =
  "(?:\\d+|an?|one|two|three|four|five|six|seven|ten|half an?|a few|a couple of)(?:\\s*(?:-|–|to|or)\\s*(?:\\d+|two|three|four|five|six|seven|ten))?[\\s-]*(?:business |working |full )?(?:minute|min|hour|hr|day|week|month|year)s?";

/** Begins by pointing back to what was said before. */
export const BACKWARD =
  /^(?:[*_]*)(?:it|this|these|that|they|those|if so|if not|otherwise|however|in that case|then|after that)\b/i;

export const EVIDENCE: Record<Aspect, RegExp> = {
  price:
    /[$€£]\s?\d|\d\s?(?:€|£|dollars|euros|usd|eur)\b|\bfree\b|\bask for a quote\b|\bno (?:extra |additional )?(?:charge|cost|fee)\b/i,
  duration: new RegExp(
    `\\b${SPAN}\\b|\\bsame[- ](?:business )?day\\b|\\bnext[- ](?:business )?day\\b|\\bwhile you wait\\b|\\bovernight\\b`,
    "i",
  ),
  hours:
    /\b\d{1,2}(?::\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.)|\b\d{1,2}:\d{2}\b|\bclosed\b|\bopen (?:24|every|daily|all)|\b24\/7\b/i,
  location:
    /\b\d+\s+(?:\w+\s+){0,3}(?:street|st|avenue|ave|road|rd|lane|boulevard|blvd|drive|square|way|plaza)\b|\bparking\b|\bentrance\b|\blocated\b|\bcorner of\b/i,
  steps: /./,
};
