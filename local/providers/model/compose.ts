/**
 * Writes the answer: picks the units for each part of the question, joins them to short Markdown
 * with a citation behind each, and says so when a part has no answer. Everything of substance is a
 * unit of a passage; the words around it carry no fact.
 */
import { hash, terms } from "./text.ts";
import type { Aspect, Part } from "./question.ts";
import type { Unit } from "./passages.ts";
import type { Ranking, Scored } from "./rank.ts";

const MAX_UNITS = 6;

export interface Draft {
  /** Parts with an answer, each with its units in reading order. */
  answered: Array<{ part: Part; units: Unit[] }>;
  unanswered: Part[];
}

const sameBlock = (a: Unit, b: Unit) => a.passage === b.passage && a.block === b.block;

const byPosition = (a: Unit, b: Unit) => a.passage.n - b.passage.n || a.index - b.index;

const BACKWARD =
  /^(?:[*_]*)(?:it|this|these|that|they|those|if so|if not|otherwise|however|in that case|then|after that)\b/i;

/** Units near the best one: the rows or items that answer equally well, or a supporting sentence. */
function pick(part: Part, scored: Scored[], ranking: Ranking): Unit[] {
  const best = scored[0]!;
  const within = (margin: number) =>
    scored.filter((s) => s.score >= best.score - margin).map((s) => s.unit);
  if (part.aspect === "hours") {
    const block = within(part.days.length > 0 ? 0.25 : 0.6).filter((u) => sameBlock(u, best.unit));
    return block.slice(0, part.days.length > 0 ? 2 : 5).sort(byPosition);
  }
  if (part.aspect === "steps" && best.unit.kind === "item") {
    return ranking.units.filter((u) => sameBlock(u, best.unit)).slice(0, 5);
  }
  if (best.unit.kind !== "sentence") {
    return within(0.03)
      .filter((u) => sameBlock(u, best.unit))
      .slice(0, 4)
      .sort(byPosition);
  }
  const topic = new Set(part.topic.map((t) => t.concept));
  const support = within(part.aspect && part.aspect !== "steps" ? 0.12 : 0.4).filter(
    (u) =>
      u.kind === "sentence" &&
      u.passage === best.unit.passage &&
      (Math.abs(u.index - best.unit.index) <= 1 || [...u.concepts].some((c) => topic.has(c))),
  );
  const limit = part.aspect && part.aspect !== "steps" ? 2 : 3;
  const chosen = support.slice(0, limit);
  if (!part.aspect && chosen.length === 1) chosen.push(...follower(best.unit, ranking));
  chosen.sort(byPosition);
  // The one sentence that is clearly the answer goes first, unless it leans on the one before it.
  const clear =
    best.score - (scored.find((s) => s.unit !== best.unit && chosen.includes(s.unit))?.score ?? 0) >
    0.06;
  if (!clear || BACKWARD.test(best.unit.text)) return chosen;
  return [best.unit, ...chosen.filter((u) => u !== best.unit)];
}

function follower(unit: Unit, ranking: Ranking): Unit[] {
  const next = ranking.units.find((u) => u.passage === unit.passage && u.index === unit.index + 1);
  return next && next.kind === "sentence" && sameBlock(next, unit) ? [next] : [];
}

/** A sentence that points back ("It takes …") needs the one before it. */
function withAntecedents(units: Unit[], ranking: Ranking): Unit[] {
  return units.flatMap((unit) => {
    if (unit.kind !== "sentence" || !BACKWARD.test(unit.text)) return [unit];
    const before = ranking.units.find(
      (u) => u.passage === unit.passage && u.index === unit.index - 1,
    );
    const fits =
      before && before.kind === "sentence" && sameBlock(before, unit) && before.text.length <= 180;
    return fits && !units.includes(before) ? [before, unit] : [unit];
  });
}

function overlap(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((x) => b.has(x)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}

const numbers = (text: string) => (text.match(/\d[\d.,]*/g) ?? []).join(" ");

/** Chooses what to say, part by part, without saying anything twice. */
export function draft(parts: Part[], ranking: Ranking): Draft {
  const out: Draft = { answered: [], unanswered: [] };
  const said: Unit[] = [];
  for (const part of parts) {
    const scored = ranking.answersTo(part);
    if (scored.length === 0) {
      out.unanswered.push(part);
      continue;
    }
    const units = withAntecedents(pick(part, scored, ranking), ranking).filter((unit) => {
      const repeats = said.some(
        (other) =>
          other === unit ||
          (overlap(other.concepts, unit.concepts) > 0.8 &&
            numbers(other.text) === numbers(unit.text)),
      );
      if (repeats || said.length >= MAX_UNITS) return false;
      said.push(unit);
      return true;
    });
    out.answered.push({ part, units });
  }
  return out;
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
    while (end < units.length && units[end]!.kind !== "sentence" && sameBlock(units[end]!, first))
      end++;
    const run = units.slice(i, end);
    if (first.kind !== "sentence" && run.length > 1) {
      // A list in the middle of an answer needs a line that says what it is.
      const label = `${first.passage.heading || first.passage.title}:`;
      const intro = first.intro ?? (blocks.length > 0 ? label : "");
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

const TROUBLE =
  /\b(?:broke|broken|crack|cracked|shattered|smashed|spill|spilled|spilt|dropped|dead|won'?t|doesn'?t|isn'?t|stopped|lost|virus|hacked|stolen|swollen|frozen|crash(?:es|ed|ing)?|wet|stuck)\b/i;

const choose = <T>(options: T[], key: string): T => options[hash(key) % options.length]!;

function opener(question: string, aspects: Set<Aspect | undefined>, listed: boolean): string {
  if (TROUBLE.test(question))
    return choose(["Sorry to hear that.", "Sorry about the trouble."], question);
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
export function compose(question: string, drafted: Draft): string {
  const units = drafted.answered.flatMap((a) => a.units);
  const aspects = new Set(drafted.answered.map((a) => a.part.aspect));
  const main = body(units);
  const start = opener(question, aspects, /^(?:- |\d+\. )/m.test(main));
  const listFirst = /^(?:- |\d+\. )/.test(main);
  const lead = listFirst
    ? `${start}${aspects.has("steps") ? "" : " Here is what I found:"}\n\n`
    : `${start} `;
  const end = closer(question, drafted);
  return `${lead}${main}${end ? `\n\n${end}` : ""}`;
}

/** Key words for a search: what the parts are about, as the customer wrote it, and what they ask. */
export function searchQuery(parts: Part[], question: string): string {
  const label: Record<Aspect, string> = {
    price: "price",
    duration: "turnaround time",
    hours: "opening hours",
    location: "address location",
    steps: "steps",
  };
  const words: string[] = [];
  const seen = new Set<string>();
  for (const part of parts) {
    for (const term of part.topic.slice(0, 10)) {
      if (!seen.has(term.concept)) words.push(term.surface);
      seen.add(term.concept);
    }
  }
  for (const part of parts) {
    if (part.aspect && !seen.has(part.aspect)) words.push(label[part.aspect]);
    if (part.aspect) seen.add(part.aspect);
  }
  return (
    words.join(" ") ||
    terms(question)
      .slice(0, 12)
      .map((t) => t.surface)
      .join(" ") ||
    question.slice(0, 100).trim()
  );
}
