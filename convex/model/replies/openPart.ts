/** What may be shown of a sentence that has not ended and was not judged yet. Pure. */
import { NUMBER_WORD } from "../../lib/numberWords";
import { redactSecrets } from "../../lib/redact";

const THINGS =
  "refund|appointment|order|request|ticket|booking|reservation|discount|complaint|claim|slot|technicians?|team|manager|someone|somebody|staff";
/** The words after which "I", "we" and "you" claim nothing. */
const HARMLESS =
  "can|could|can't|cannot|can’t|do|don't|don’t|may|might|should|would|need|want|know|see|understand|think|found|offer|accept|recommend|suggest";
const UNITS =
  "minutes?|mins?|hours?|hrs?|(?:business|working) days?|days?|weeks?|months?|years?|percent|per|dollars?|bucks|cents?|euros?|usd|eur|am|pm|a\\.m|p\\.m|o['’]clock|uhr|stunden?|tage?n?|wochen?|monate?n?|horas?|días?|semanas?|mes(?:es)?|prozent";
/** A number goes on to be a fact: by what follows it, or because nothing does yet. */
const GOES_ON = `(?=[\\s-]*$|[\\s-]+[\\p{L}\\d]+$|\\s?[$€£%½@]|[\\s-]+(?:${NUMBER_WORD}|${UNITS}|to|and|or|bis|a|½|\\d|[–—-])(?![\\p{L}])|[-–—/.,:)]+\\s?(?:\\d|$)|\\s[\\p{L}\\d.'-]+\\s(?:[\\p{L}\\d.'-]+\\s)?(?:st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|dr|drive|way|hwy|ct|court|pl|place|sq)(?![\\p{L}])|\\s[\\p{L}\\d.'-]+(?:\\s[\\p{L}\\d.'-]*)?(?:\\s[\\p{L}\\d.'-]*)?$)`;
const BEGINS = new RegExp(
  [
    "[$€£¥@+]|\\((?=\\d|$)",
    `(?<![\\[\\p{L}\\d])\\d[\\d.,:]*${GOES_ON}`,
    `(?<![\\p{L}])(?:costs?|priced?|fees?|pay|charge[sd]?|kostet|cuesta|at|until|till|from|opens?|closes?)\\s(?=[\\d\\p{L}]*$|\\d|${NUMBER_WORD})`,
    "https?:|www\\.|\\/\\/|(?<![\\p{L}\\d_-])[\\p{L}\\d_-]{1,63}\\.[\\p{L}\\d]",
    `(?<![\\p{L}])(?:${NUMBER_WORD})(?![\\p{L}])${GOES_ON}`,
    "(?<![\\p{L}])(?:free|complimentary|no|half|noon|midnight|midday|same|overnight|lifetime|unlimited|around|open|closed|kostenlos|gratis)(?![\\p{L}])",
    "(?<![\\p{L}])(?:an?|next|while|within)(?=\\s*$|\\s(?:an?|couple|few|several|hundred|thousand|minute|min|hour|day|week|month|year|full|technician|the|you|i)(?:[^\\p{L}]|$))",
    `(?<![\\p{L}])(?:i|we|you)(?:['’](?:m|ve|re|ll))?(?![\\p{L}'’]|\\s(?:${HARMLESS})\\s)`,
    `(?<![\\p{L}])(?:let|consider|transferr?\\w*|connect\\w*|forward\\w*|escalat\\w*|ich|he|hemos|le|te|lo|la|${THINGS})(?![\\p{L}])`,
  ].join("|"),
  "iu",
);

/** Up to where a secret begins: redacted, its sentence is shown when it has ended. */
function withoutSecret(open: string): string {
  const redacted = redactSecrets(open);
  if (redacted === open) return open;
  let same = 0;
  while (same < open.length && open[same] === redacted[same]) same += 1;
  return open.slice(0, same).replace(/\S*$/, "");
}

/** The beginning of a sentence that has not ended: up to what could be a fact or an act, and to its last whole word. */
export function openPart(sentence: string): string {
  const item = /^\s*(?:>\s?)*(?:\d{1,3}[.)]|[-*+])\s/.exec(sentence)?.[0] ?? "";
  // A row is judged whole: its cells belong together.
  if (/^\s*\|/.test(sentence)) return "";
  const rest = sentence.slice(item.length);
  const at = rest.search(BEGINS);
  const until = at < 0 ? rest.search(/\S*$/) : at;
  return item + withoutSecret(rest.slice(0, until));
}
