/**
 * Writes the answer: takes the units for each part of the question, joins them to short Markdown
 * with a citation behind each, and says so when a part has no answer. Everything of substance is a
 * unit of a passage; the words around it carry no fact.
 */
import { isSameBlock, chooseUnits } from "./choose";
import type { Passage, Unit } from "./passages";
import { TROUBLE, type Aspect, type Part } from "./question";
import { EVIDENCE } from "./evidence";
import type { Ranking } from "./rank";
import { subjectOf } from "./subject";
import { findConcepts, DEVICES, hashText, isCommon, listRelated } from "./text";

const MAX_UNITS = 12;

export interface Draft {
  /** Parts with an answer, each with its units in reading order. */
  answered: Array<{ part: Part; units: Unit[] }>;
  unanswered: Part[];
  /** Price ranges of what else the question may have meant. */
  others: string[];
}

/** The share of what a unit speaks of that another speaks of too. */
function overlap(unit: Unit, other: Unit): number {
  const shared = [...unit.concepts].filter((x) => other.concepts.has(x)).length;
  return shared / Math.max(1, unit.concepts.size);
}

const numbers = (text: string) => (text.match(/\d[\d.,]*/g) ?? []).join(" ");

/** Chooses what to say, part by part, without saying anything twice. */
export function draftAnswer(parts: Part[], ranking: Ranking): Draft {
  const out: Draft = { answered: [], unanswered: [], others: [] };
  const said: Unit[] = [];
  let last: Passage | undefined;
  for (const part of parts.flatMap(splitByPart)) {
    const found = chooseUnits(part, ranking, last);
    if (found.length === 0) {
      out.unanswered.push(part);
      continue;
    }
    // A table that was given for its prices may have said how long it takes as well.
    const known =
      part.aspect === "duration" &&
      said.some((u) => u.passage === found[0]!.passage && EVIDENCE.duration.test(u.text));
    const units = found.filter((unit) => {
      const repeats = said.some(
        (other) =>
          other === unit ||
          (other.kind === "sentence" &&
            unit.kind === "sentence" &&
            overlap(unit, other) > 0.8 &&
            numbers(other.text) === numbers(unit.text)),
      );
      if (known || repeats || said.length >= MAX_UNITS) return false;
      said.push(unit);
      return true;
    });
    last = found[0]!.passage;
    out.answered.push({ part, units });
    out.others.push(...otherPrices(part, last, ranking));
  }
  return out;
}

/** "The keyboard and more memory, price for both?" asks twice: no line is about two parts of a device. */
function splitByPart(part: Part): Part[] {
  const { parts } = subjectOf(part.topic);
  if (parts.length < 2 || part.help) return [part];
  return parts.map((one) => ({
    ...part,
    topic: part.topic.filter(({ concept }) => concept === one || !parts.includes(concept)),
  }));
}

/** Who names no device may mean any: the range of the other tables that fit just as well. */
function otherPrices(part: Part, given: Passage, ranking: Ranking): string[] {
  if (part.aspect !== "price" || part.topic.some((t) => DEVICES.has(t.concept))) return [];
  return ranking
    .fitting(part)
    .map(({ section }) => section)
    .filter(
      ({ passage, heading }) =>
        passage !== given &&
        [...heading].some((c) => DEVICES.has(c) || listRelated(c).length > 0) &&
        part.topic.every((t) => heading.has(t.concept)),
    )
    .flatMap(({ passage, units }) => {
      const rows = units.filter((u) => u.kind === "row");
      const prices = rows.flatMap((u) =>
        [...u.text.matchAll(/\$([\d,]+)/g)].map((m) => Number(m[1]!.replace(/,/g, ""))),
      );
      if (prices.length < 2) return [];
      const range = `$${Math.min(...prices)} to $${Math.max(...prices)}`;
      return [`**${subject(passage)}:** ${range} [${passage.n}]`];
    })
    .slice(0, 2);
}

/** What a passage is about, for the line above a list: its heading without "price and time". */
function subject(passage: Passage): string {
  const name =
    passage.heading && !/\?$|^I\b|^My\b/.test(passage.heading) ? passage.heading : passage.title;
  return name.split(/:\s/)[0]!.trim();
}

const cite = (unit: Unit) => `[${unit.passage.n}]`;

function asSentence(unit: Unit): string {
  const text = unit.text.replace(/[;,]$/, "");
  const closed = /[.!?][)"'*_]{0,3}$/.test(text) ? text : `${text}.`;
  return `${closed} ${cite(unit)}`;
}

/** Paragraphs and lists, in the order of the parts. */
function body(units: Unit[]): string {
  const blocks: string[] = [];
  for (let i = 0; i < units.length;) {
    const first = units[i]!;
    let end = i + 1;
    while (end < units.length && units[end]!.kind !== "sentence" && isSameBlock(units[end]!, first))
      end++;
    const run = units.slice(i, end);
    if (first.kind === "row" || (first.kind === "item" && run.length > 1)) {
      // A list in the middle of an answer needs a line that says what it is.
      const led = units[i - 1]?.passage === first.passage;
      const plain = first.ordered || first.passage.heading.endsWith("?");
      const label = led || (blocks.length === 0 && plain) ? "" : `${subject(first.passage)}:`;
      const intro = first.intro ?? label;
      const lines = run.map(
        (u, k) => `${u.ordered ? `${k + 1}.` : "-"} ${u.text.replace(/[;,]$/, "")} ${cite(u)}`,
      );
      blocks.push([...(intro ? [intro, ""] : []), ...lines].join("\n"));
      i = end;
    } else {
      const previous = blocks.at(-1);
      const text = asSentence(first);
      if (previous !== undefined && !/^(?:- |\d+\. )/m.test(previous))
        blocks[blocks.length - 1] = `${previous} ${text}`;
      else blocks.push(text);
      i++;
    }
  }
  return blocks.join("\n\n");
}

const choose = <T>(options: T[], key: string): T => options[hashText(key) % options.length]!;

const OFFERED =
  /^(?:hi|hello|hey)?[\s,!]*(?:do|can|could) you (?:guys )?(?:also )?(?:repair|fix|replace|do|offer|recycle|ship|install|recover|transfer|upgrade|clean|remove|build)\b/;
const QUALIFIED =
  /\b(?:not|no|never|only|can't|cannot|unless|free|today|tonight|tomorrow|within|by|without|cheaper)\b|n['’]t\b/i;

/** A plain yes to "do you …?", when a heading names all that is asked and nothing said qualifies it. */
function confirmed({ answered }: Draft): boolean {
  const first = answered[0];
  const unit = first?.units[0];
  if (!unit || first.part.aspect || !OFFERED.test(first.part.text)) return false;
  const names = findConcepts(`${unit.passage.title} ${unit.passage.heading}`);
  const named = first.part.topic.every(({ concept }) => names.has(concept) || isCommon(concept));
  return (
    named &&
    !QUALIFIED.test(first.part.text) &&
    !first.units.some((u) => u.passage === unit.passage && QUALIFIED.test(u.text))
  );
}

function opener(
  question: string,
  aspects: Set<Aspect | undefined>,
  listed: boolean,
  drafted: Draft,
): string {
  const told = drafted.answered.some(({ part }) => part.help && !part.aspect);
  if (
    TROUBLE.test(question) ||
    (told && !/\b(?:like|want|need|looking|interested|wonder\w*)\b/i.test(question))
  )
    return choose(["Sorry to hear that.", "Sorry about the trouble."], question);
  if (confirmed(drafted)) return "Yes!";
  if (aspects.has("steps") && listed)
    return choose(["Sure, here is how that works.", "Here is what to do."], question);
  if (/^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b/i.test(question))
    return choose(["Hi there!", "Hello!"], question);
  // "Sure!" before a fact would read as a yes that the fact may not bear out.
  const yesOrNo = /(?:^|[.,!?]\s+|\band\s+)(?:is|are|do|does|can|could|will|would|may)\b/i.test(
    question,
  );
  return choose(
    yesOrNo ? ["Thanks for asking!", "Happy to help!"] : ["Happy to help!", "Sure!"],
    question,
  );
}

function closer(question: string, drafted: Draft): string {
  if (drafted.unanswered.length > 0) {
    const what =
      drafted.unanswered.length > 1
        ? "the other parts of your question"
        : missing(drafted.unanswered[0]!);
    return `I couldn't find ${what} in the shop's information. Would you like me to hand you over to a technician for that?`;
  }
  return choose(
    [
      "Is there anything else you'd like to know?",
      "Let me know if you have any other questions.",
      "",
      "Anything else I can help with?",
    ],
    `${question}/close`,
  );
}

const MISSING: Record<Aspect, string> = {
  price: "a price for the rest",
  duration: "how long the rest takes",
  hours: "opening hours for that",
  location: "the address",
  steps: "steps for the rest",
};

const missing = (part: Part) =>
  part.aspect ? MISSING[part.aspect] : "anything about the rest of your question";

/** The whole answer as Markdown. */
export function composeAnswer(question: string, drafted: Draft): string {
  const units = drafted.answered.flatMap((a) => a.units);
  const aspects = new Set(drafted.answered.map((a) => a.part.aspect));
  const main = body(units);
  const start = opener(question, aspects, /^(?:- |\d+\. )/m.test(main), drafted);
  const listFirst = /^(?:- |\d+\. )/.test(main);
  const lead = listFirst
    ? `${start}${aspects.has("steps") ? "" : main.startsWith("1.") ? " Here is what to do:" : " Here is what I found:"}\n\n`
    : /^(?:yes|no)\b[.,]/i.test(main)
      ? ""
      : `${start} `;
  const others =
    drafted.others.length > 0 ? `\n\nFor other devices: ${drafted.others.join("; ")}` : "";
  const end = closer(question, drafted);
  return `${lead}${main}${others}${end ? `\n\n${end}` : ""}`;
}
