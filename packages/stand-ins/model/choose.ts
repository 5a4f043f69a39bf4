/**
 * Chooses the units that answer one part of a question, from the passage that fits it best: the rows,
 * steps or sentences that the question singles out, or else the passage's beginning.
 */
import type { Part } from "./question";
import { DEVICES, findConcepts, isCommon } from "./text";
import type { Passage, Unit } from "./passages";
import { BACKWARD, EVIDENCE } from "./evidence";
import { scoreHit, type Fit, type Ranking, type Section } from "./rank";

const MAX_LIST = 7;
const SHORT_TABLE = 3;
const MAX_SENTENCES = 4;
/** How much worse a passage may fit that is told of as well, and how many lines of it are. */
const ALIKE = 0.4;
const MAX_ALSO = 3;
/** Characters of the sentences around the one that answers. */
const MAX_PARAGRAPH = 480;
const [HOURS, LOCATION] = [...findConcepts("hours location")] as [string, string];
/** Sentences that say how long, among those that merely name a time. */
const TAKES = /\b(?:takes?|took|done in|ready|replaced in|repaired in|usually)\b/i;
export const isSameBlock = (a: Unit, b: Unit) => a.passage === b.passage && a.block === b.block;
const byIndex = (a: Unit, b: Unit) => a.index - b.index;

/** The units that answer the part, in reading order; none when no passage fits it. */
export function chooseUnits(part: Part, ranking: Ranking, last?: Passage): Unit[] {
  if (part.aspect === "hours" || part.aspect === "location") return placed(part, ranking);
  const fits = ranking.fitting(part, last);
  for (const [i, { section, score }] of fits.entries()) {
    const units = fromSection(part, section, ranking);
    if (units.length === 0) continue;
    const also = alsoFrom(part, fits.slice(i + 1), score, ranking);
    return [...units, ...(also.length > 0 ? also : firstFound(part, section, ranking))];
  }
  return [];
}

/** What may just as well be meant: a little of the next passage, if it fits hardly worse. */
function alsoFrom(part: Part, rest: Fit[], score: number, ranking: Ranking): Unit[] {
  for (const next of rest) {
    if (next.score < score - ALIKE) return [];
    const units = fromSection(part, next.section, ranking);
    if (units.length > 0) return units.slice(0, MAX_ALSO);
  }
  return [];
}

/** Whoever searched put another document first: a little of that, too, if its names speak of what is asked. */
function firstFound(part: Part, chosen: Section, ranking: Ranking): Unit[] {
  const first = ranking.sections[0]!;
  if (first.passage.title === chosen.passage.title) return [];
  const speaks = part.topic.some(
    ({ concept }) => !DEVICES.has(concept) && !isCommon(concept) && first.names.has(concept),
  );
  return speaks && ranking.linesFor(part, first).length > 0
    ? overview(first).slice(0, MAX_ALSO)
    : [];
}

function fromSection(part: Part, section: Section, ranking: Ranking): Unit[] {
  const lines = ranking.linesFor(part, section);
  if (part.aspect === "price" || part.aspect === "duration")
    return chooseFacts(part, section, ranking, lines);
  const named = singled(part, section, ranking, lines);
  const steps = part.help ? list(part, section, ranking) : [];
  if (steps.length > 0) {
    const more = named.filter((u) => u.kind === "sentence" && !steps.includes(u)).slice(0, 1);
    return [...steps, ...withAntecedents(more, section)].sort(byIndex);
  }
  return named.length > 0 ? inContext(part, named, section) : overview(section);
}

/** Lines that say more of what is asked than their headings do, the best ones only. */
function singled(part: Part, section: Section, ranking: Ranking, units: Unit[]): Unit[] {
  const asked = { ...part, topic: part.topic.filter(({ concept }) => !isCommon(concept)) };
  const named = (concept: string) =>
    Math.max(0.9 * scoreHit(concept, section.heading), 0.7 * scoreHit(concept, section.title));
  const base = ranking.share(asked, named);
  const shares = units.map((unit) =>
    ranking.share(asked, (concept) =>
      // What the heading names, no line names better.
      section.heading.has(concept)
        ? 0.9
        : Math.max(
            named(concept),
            scoreHit(concept, unit.key),
            unit.kind === "sentence" ? 0 : 0.8 * scoreHit(concept, unit.concepts),
          ),
    ),
  );
  const best = Math.max(0, ...shares);
  // What every line speaks of singles none out.
  if (best < base + 0.06) return [];
  if (units.length > 1 && shares.every((share) => share === best)) return [];
  const least = base + (best - base) * (units.some((u) => u.kind === "item") ? 0.6 : 0.85);
  return units.filter((_, i) => shares[i]! >= least).slice(0, 4);
}

/** A sentence with its paragraph; a step with its list; a row or a labelled item as it is. */
function inContext(part: Part, units: Unit[], section: Section): Unit[] {
  const first = units[0]!;
  if (first.kind === "sentence") return paragraphOf(first, units, section);
  const block = section.units.filter((u) => isSameBlock(u, first));
  if (first.kind === "row" || first.text.startsWith("**")) {
    // What tells the rows of a short table apart is better read than guessed.
    const keyed = units.some((u) => part.topic.some(({ concept }) => scoreHit(concept, u.key) > 0));
    return !keyed && block.length <= SHORT_TABLE
      ? block
      : units.filter((u) => isSameBlock(u, first));
  }
  return [...block.slice(0, MAX_LIST), ...units.filter((u) => u.kind === "sentence").slice(0, 1)];
}

/** The sentence that was found with those around it, as many as an answer has room for. */
function paragraphOf(found: Unit, units: Unit[], section: Section): Unit[] {
  const block = section.units.filter((u) => isSameBlock(u, found));
  const at = block.indexOf(found);
  let [from, to] = [at, at + 1];
  const length = () => block.slice(from, to).reduce((sum, u) => sum + u.text.length, 0);
  const fits = (unit: Unit | undefined) =>
    unit !== undefined && length() + unit.text.length <= MAX_PARAGRAPH;
  while (fits(block[to])) to++;
  while (fits(block[from - 1])) from--;
  const chosen = block.slice(from, to);
  const more = units.filter((u) => u.kind === "sentence" && !chosen.includes(u)).slice(0, 1);
  return withAntecedents([...chosen, ...more].sort(byIndex), section);
}

/** A sentence that points back ("It takes …") needs the one before it. */
function withAntecedents(units: Unit[], section: Section): Unit[] {
  return units.flatMap((unit) => {
    if (unit.kind !== "sentence" || !BACKWARD.test(unit.text)) return [unit];
    const before = section.units.find((u) => u.index === unit.index - 1);
    const fits =
      before?.kind === "sentence" && isSameBlock(before, unit) && before.text.length < 180;
    return fits && !units.includes(before) ? [before, unit] : [unit];
  });
}

const SMALL = /^(?:\w|\w\w|the|and|for|how|are|you|your|much|what|does|long|with|cost|costs)$/;

/** Whether a line has two telling words one behind the other as the question has them: "the build fee". */
function quotes(part: Part, unit: Unit): boolean {
  const words = part.text.match(/[a-z]+/g) ?? [];
  const text = unit.text.toLowerCase();
  return words.some((word, i) => {
    const next = words[i + 1];
    if (next === undefined || SMALL.test(word) || SMALL.test(next)) return false;
    return (
      text.includes(`${word} ${next}`) &&
      !unit.passage.heading.toLowerCase().includes(word + " " + next)
    );
  });
}

/** Prices or times: the rows or sentences that have them. */
function chooseFacts(part: Part, section: Section, ranking: Ranking, having: Unit[]): Unit[] {
  const rows = having.filter((u) => u.kind === "row");
  const named = singled(part, section, ranking, having);
  if (named.length > 0 && named[0]!.kind !== "sentence")
    return named.filter((u) => isSameBlock(u, named[0]!));
  const sentences = having.filter((u) => u.kind === "sentence");
  const quoted = sentences.find((u) => quotes(part, u));
  if (named.length === 0 && quoted !== undefined) return withAntecedents([quoted], section);
  const scored = sentences
    .map((unit) => ({
      unit,
      score:
        ranking.share(part, (concept) => scoreHit(concept, unit.concepts)) +
        (part.aspect === "duration" && TAKES.test(unit.text) ? 0.4 : 0) +
        (named.includes(unit) ? 0.3 : 0) +
        (unit.index === 0 ? 0.15 : 0) +
        (part.aspect === "price" && /\$\d/.test(unit.text) ? 0.2 : 0) +
        (EVIDENCE.price.test(unit.text) && EVIDENCE.duration.test(unit.text) ? 0.1 : 0),
    }))
    .sort((a, b) => b.score - a.score || a.unit.index - b.unit.index);
  const best = scored[0];
  if (rows.length > 0 && named.length === 0 && (part.aspect === "price" || !best)) {
    return rows.filter((u) => isSameBlock(u, rows[0]!)).slice(0, MAX_LIST);
  }
  if (!best) return having.filter((u) => isSameBlock(u, having[0]!)).slice(0, MAX_LIST);
  const beside = scored.filter(
    ({ unit, score }) => score >= best.score - 0.35 && Math.abs(unit.index - best.unit.index) <= 1,
  );
  return withAntecedents(
    beside
      .slice(0, 2)
      .map(({ unit }) => unit)
      .sort(byIndex),
    section,
  );
}

/** What to do: the steps, with a short line before them and the warning after them. */
function list(part: Part, section: Section, ranking: Ranking): Unit[] {
  const items = section.units.filter((u) => u.kind === "item");
  const first = items.find((u) => u.ordered) ?? items[0];
  if (!first) return [];
  const block = items.filter((u) => isSameBlock(u, first));
  const labelled = block.every((u) => u.text.startsWith("**"));
  if (labelled) {
    const named = singled(part, section, ranking, block);
    if (named.length > 0) return named;
  }
  const before = section.units.filter((u) => u.kind === "sentence" && u.index < first.index);
  const short = before.slice(0, 2).filter((u) => u.text.length <= 200);
  const after = section.units.find((u) => u.index === block.at(-1)!.index + 1);
  const warning = after?.kind === "sentence" && /^(?:don['’]t|never)\b/i.test(after.text);
  return [...short, ...block.slice(0, MAX_LIST), ...(warning ? [after] : [])];
}

/** The beginning of a passage: its first sentences, and the list or table they lead to. */
function overview(section: Section): Unit[] {
  const chosen: Unit[] = [];
  for (const unit of section.units) {
    if (unit.kind !== "sentence") {
      const block = section.units.filter((u) => isSameBlock(u, unit));
      return [...chosen, ...block.slice(0, MAX_LIST)];
    }
    const length = chosen.reduce((sum, u) => sum + u.text.length, unit.text.length);
    if (chosen.length >= MAX_SENTENCES || (chosen.length > 0 && length > 420)) break;
    chosen.push(unit);
  }
  return chosen;
}

/** Opening hours and the address stand in few places and are asked for without naming a subject. */
function placed(part: Part, ranking: Ranking): Unit[] {
  const about = part.aspect === "hours" ? HOURS : LOCATION;
  const evidence = EVIDENCE[part.aspect!];
  if (part.topic.length > 0) {
    for (const { section } of ranking.fitting(part)) {
      if (!section.names.has(about)) continue;
      // "Open on Christmas Day": the row of the holiday; "parking": the passage about it.
      const named = singled(part, section, ranking, section.units);
      if (named.length > 0) return inContext(part, named, section);
      if (part.topic.some(({ concept }) => section.heading.has(concept))) return overview(section);
    }
  }
  const scored = ranking.sections.flatMap((section, rank) => {
    const units = section.units.filter((u) => evidence.test(u.text));
    const dated = units.filter((u) => u.days.size > 0).length;
    const named = part.days.some((day) => units.some((u) => u.days.has(day)));
    const related = section.names.has(about) || units.some((u) => u.concepts.has(about));
    if (units.length === 0 || (!related && dated === 0)) return [];
    const score =
      (section.heading.has(about) ? 1 : section.names.has(about) ? 0.5 : 0) +
      (part.aspect === "hours" ? Math.min(3, dated) * 0.15 : 0) +
      (named ? 0.5 : 0) -
      rank * 0.02;
    return [{ units, score }];
  });
  const best = scored.sort((a, b) => b.score - a.score)[0];
  if (!best) return [];
  if (part.aspect === "location") return best.units.slice(0, 2);
  const ofDay = best.units.filter((u) => part.days.some((day) => u.days.has(day)));
  const units = ofDay.length > 0 ? ofDay : best.units;
  const rows = units.filter((u) => u.kind !== "sentence");
  return (rows.length > 0 ? rows : units).slice(0, ofDay.length > 0 ? 2 : MAX_LIST);
}
