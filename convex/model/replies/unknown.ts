/**
 * What an answer says of itself: an offer of a person (the rules have one of their own, with buttons), and whether it
 * is none: it says that it doesn't know, and nothing else for which it names a passage. Such an
 * answer has no source, whatever it cites ("the passages don't say that [2]"). Pure, and linear.
 */
import { splitSentences } from "../../lib/sentences";
import { unifyApostrophes } from "../../lib/words";

const UNKNOWN = new RegExp(
  [
    /\b(?:i|we) (?:don't|do not) (?:know|have (?:any |that |this |the )?(?:information|details|data|answer))\b/,
    /\bi(?:'m| am) not (?:sure|certain|able to (?:say|tell|find|answer))\b/,
    /\bi (?:could ?n't|could not|can't|cannot|was ?n't able to|am unable to) (?:find|tell|say|answer|see any)\b/,
    /\b(?:information|passages?|documents?|sources?|pages?)\b.{0,60}\b(?:don't|doesn't|do not|does not) (?:say|tell|mention|cover|answer|include|list|state|specify)\b/,
    /\b(?:isn't|is not|aren't|are not|not) (?:covered|mentioned|listed|stated|specified|answered|included) (?:in|by)\b/,
    /\bno (?:information|details|mention)\b.{0,40}\b(?:about|on|of|for)\b/,
    /\bno (?:lo )?se\b|\bno (?:tengo|encuentro|encontre) (?:esa |esta )?(?:informacion|respuesta)\b/,
    /\b(?:weiß|weiss) ich (?:leider )?nicht\b|\bich weiß (?:das |es )?(?:leider )?nicht\b|\bkeine (?:information|angaben?)\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** Longer than this, an answer says more than that. */
const MAX_CHARS = 700;
const MARK = /\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/;

export function saysUnknown(answer: string): boolean {
  if (answer.length > MAX_CHARS) return false;
  // A mark behind the full stop belongs to the sentence before it.
  const sentences = unifyApostrophes(answer)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([.!?])\s*((?:\[[\d, ]{1,12}\]\s?){1,5})/g, " $2$1 ")
    .split(/(?<=[.!?])\s+|\n+/);
  const known = sentences.filter((sentence) => !UNKNOWN.test(sentence));
  return known.length < sentences.length && !known.some((sentence) => MARK.test(sentence));
}

/** A question that begins like this, is about a person and about being given to one. */
const PROPOSES =
  /^(?:or |and |so )?(?:would you (?:like|prefer)|do you want|want me|shall (?:i|we|a|one|someone)|should (?:i|we)|(?:can|could|may) i|would it help|möchten sie|möchtest du|soll ich|quieres?|le gustaría|te gustaría)\b/i;
const PERSON =
  /\b(?:technicians?|person|human|someone|somebody|colleagues?|team|staff|agent|techniker\w*|mitarbeiter\w*|kolleg\w+|técnico|persona|compañero)\b/i;
const GIVES =
  /\b(?:hand|pass|connect|transfer|forward|escalate|put|bring|get|talk|speak|chat|take (?:over|a look)|look (?:into|at)|reach|verbinde\w*|übergeben|weiterleiten|sprechen|pas(?:e|o|ar)|conect\w+|hablar)\b/i;

const offersPerson = (sentence: string) =>
  /\?["')\]*_]*$/.test(sentence) &&
  PROPOSES.test(sentence) &&
  PERSON.test(sentence) &&
  GIVES.test(sentence);

/**
 * An answer without the offer of a person at its end, where the rules' own follows: two of them ask for one yes. An
 * answer that is nothing else stays.
 */
export function withoutOffer(answer: string): string {
  const sentences = splitSentences(answer, true).map(({ text }) => text);
  while (sentences.length > 1 && offersPerson(sentences.at(-1)!.trim())) sentences.pop();
  return sentences.join("").trimEnd();
}
