/**
 * Finds what the shop promises in a technician's or the AI's message: a call, an answer or a finished repair
 * by a time. What is found goes into the ledger, so that a promise is kept or its lateness is seen. Pure:
 * `now` and the hours come in. A sentence counts when somebody of the shop says that something **will**
 * happen and names a time; questions, refusals, conditions, offers, what is past and what others will do are
 * no promises. `promises.cases.ts` says by example what is meant: extend it with every sentence that is
 * judged wrongly.
 */
import { isOpen, type OpeningHours } from "../hours/hours";
import { findTime } from "./times";
import { truncateText } from "../../lib/text";

type FoundPromise = {
  /** The sentence that promises, at most 200 characters. */
  text: string;
  /** When it must have been kept. */
  dueAt: number;
  /** The shop is closed at that time: somebody should look whether it was meant so. */
  flagged?: true;
};

const MAX_CHARS = 200;
/** Longer ones are lists and log excerpts, not what somebody promises. */
const MAX_SENTENCE = 400;
const MAX_SENTENCES = 100;

const OURS =
  "(?:we|i|he|she|(?:some|any)(?:one|body)|(?:a|our|the|your|another|one of our)(?: [a-z]+)? (?:technicians?|colleagues?|managers?|teams?|people|person|specialists?|front desk)|(?:technicians?|colleague|manager|team)|who)";
/** Who and what is no colleague, whatever they will do. */
const OTHERS =
  "(?:you|they|it|this|that|these|those|there|what|which|who|microsoft|apple|google|amazon|dell|lenovo|samsung|windows|chrome|ups|fedex|dhl|usps|intel|support|nobody|then|please|customers|scammers|couriers?|drivers?|parts?|repairs?|and|or|but|so|not|always|never|only|one|some|others?)\\b";
/** A first name: any other word that no article stands before. */
const NAMED = `(?<!\\b(?:the|an?|our|your|their|his|her|my|this|that|each|every|no|another|[a-z]+'s)(?: [a-z]+)? )(?!${OTHERS})[a-z][a-z'-]+`;
const WILL =
  "(?:'ll|\\s+will|\\s+shall|(?:'m|'re|'s|\\s+am|\\s+are|\\s+is)\\s+(?:going\\s+to|gonna)|\\s+promise\\s+to)";
/** Words that may stand between "will" and what will be done. */
const ADVERBS =
  "(?:\\s+(?:also|then|try|to|definitely|certainly|just|be|personally|gladly|happily|make|sure|and|have|get|ask|see|that|somebody|someone|a|an|our|the|technician|manager|colleague|you|him|her|it|him|your|laptop|computer|phone|pc|device|tablet|mac|screen|(?:have|get|ask|let) [a-z]+)){0,7}?";
const CONTACT =
  "(?:call|calls|calling|ring|rings|phone|text|texting|message|e-?mail|contact|write|reach out|get back|getting back|get in touch|be in touch|in touch|come back|back to you|reply|answer|respond|follow(?:ing)? up|update|let you know|check back|check in|report back|send|ready|done|finished|fixed|repaired|deliver|drop)";

const COMMITMENTS = [
  new RegExp(`\\b(?:${OURS}|${NAMED})${WILL}${ADVERBS}\\s+${CONTACT}\\b`),
  new RegExp(
    `\\b(?:${OURS}|${NAMED})${WILL} have (?:\\S{1,30} ){1,5}(?:ready|done|finished|fixed|repaired)\\b`,
  ),
  // As people write in a hurry.
  /^will (?:call|ring|phone|text|e-?mail|get back|let you know|follow up|update)\b/,
  // The second of two things: "I'll look at it and call you by three".
  new RegExp(
    `\\b(?:${OURS}|${NAMED})${WILL}\\s+.{1,120}?\\b(?:and|then)\\s+(?:then\\s+)?${CONTACT}\\b`,
  ),
  /\blet (?:me|us) .{1,60}?\b(?:and|then) (?:call|ring|text|get back|come back|let you know|e-?mail)\b/,
  new RegExp(
    `\\byou(?:'ll| will| should) (?:hear|get|have|receive) (?:back )?(?:from (?:us|me|a technician|our technician|(?!the\\b|your\\b|their\\b|${OTHERS})[a-z]+)\\b|(?:a|an|our|my|the|your)(?: \\w+)? (?:call|answer|reply|text|message|e-?mail|update|quote|estimate)\\b|it back\\b)`,
  ),
  /\bexpect (?:to hear|a call|our call|my call|an update|an answer)\b/,
  /\b(?:it|this|that|everything|laptop|computer|phone|pc|device|tablet|mac|repair|screen|order|part|he|she)(?:'ll| will| should)(?: also)? be (?:\w+ )?(?:ready|done|finished|fixed|repaired|back)\b/,
  /(?:^|[,;:–—-]\s*)ready (?:for pick-?up |for you |for collection )?(?:by|on|at|before|tomorrow|today|this|in|within)\b/,
];

const GREETING = /^(?:hi|hello|hey|hola|hallo)(?: there)?[ ,!]+/;
/** A sentence with one of these is not a promise, whatever else it says. */
const CONDITIONS = /\b(?:if|unless|provided|assuming|in case)\b/;
/** Nor is a clause with one of these: "Don't worry, I'll call you by three" has another clause that is. */
const EXCLUSIONS = [
  /\b(?:won't|can't|cannot|couldn't|wouldn't|shouldn't|will not|not going to|not be able|unable to|never|nobody|no one|no longer|don't|doesn't|didn't|isn't|aren't)\b/,
  // The month is none.
  /\b(?:might|may(?! \d)(?<!\b(?:\d\d?(?:st|nd|rd|th)?|of|in|on|by) may)|could|would|maybe|perhaps|whether)\b/,
  /\b(?:usually|normally|typically|generally|most|often|always|on average|as a rule)\b/,
  /\b(?:was|were) (?:ready|done|finished|fixed|repaired)\b/,
];

/** Whether `findPromise` would look at a clock at all: most messages promise nothing, and cost nothing more. */
export const soundsLikePromise = (text: string) => sentencesOf(text).some(promises);

/** The first promise of a text; null when it holds none that names a time ahead. */
export function findPromise(text: string, now: number, hours: OpeningHours): FoundPromise | null {
  for (const sentence of sentencesOf(text)) {
    if (!promises(sentence)) continue;
    const dueAt = findTime(sentence, now, hours);
    if (dueAt === null) continue;
    // "By six" is kept at the very minute of closing.
    const closed = !isOpen(hours, dueAt) && !isOpen(hours, dueAt - 1);
    return { text: truncateText(sentence, MAX_CHARS), dueAt, ...(closed ? { flagged: true } : {}) };
  }
  return null;
}

function promises(said: string): boolean {
  if (said.length > MAX_SENTENCE || said.endsWith("?")) return false;
  const sentence = said.toLowerCase().replace(GREETING, "");
  if (CONDITIONS.test(sentence)) return false;
  const commits = (words: string) => COMMITMENTS.some((pattern) => pattern.test(words));
  const clauses = sentence.split(/[,;:–—]\s+/).filter(commits);
  if (clauses.length === 0 && commits(sentence)) clauses.push(sentence);
  return clauses.some((clause) => !EXCLUSIONS.some((pattern) => pattern.test(clause)));
}

/** Without quoted lines. The dots of "p.m." and of times end no sentence. */
function sentencesOf(text: string): string[] {
  return (
    text
      .normalize("NFC")
      // Typographic ones, the accent key's, the modifier letter and the prime.
      .replace(/[\u2018\u2019\u00b4\u0060\u02bc\u2032]/g, "'")
      .replace(/^>.*$/gm, "")
      .replace(/\b([ap])\.\s?m\b\.?/gi, "$1m")
      .split(/(?<=[.!?])\s+|\n+/)
      .slice(0, MAX_SENTENCES)
      .map((sentence) => sentence.replace(/\s+/g, " ").trim())
      .filter((sentence) => sentence !== "")
  );
}
