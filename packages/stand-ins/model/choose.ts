/**
 * Chooses the units that answer one part of a question, from the passage that fits it best: the rows,
 * steps or sentences that the question singles out, or else the passage's beginning.
 */
import type { Part } from "./question";
import { findConcepts } from "./text";
import type { Passage, Unit } from "./passages";
import { BACKWARD, EVIDENCE, scoreHit, type Ranking, type Section } from "./rank";

const MAX_LIST = 6;
const MAX_SENTENCES = 3;
const [HOURS, LOCATION] = [...findConcepts("hours location")] as [string, string];
/** Sentences that say how long, among those that merely name a time. */
const TAKES = /\b(?:takes?|took|done in|ready|replaced in|repaired in|within|usually)\b/i;
export const isSameBlock = (a: Unit, b: Unit) => a.passage === b.passage && a.block === b.block;
const byIndex = (a: Unit, b: Unit) => a.index - b.index;

/** The units that answer the part, in reading order; none when no passage fits it. */
export function chooseUnits(part: Part, ranking: Ranking, last?: Passage): Unit[] {
  if (part.aspect === "hours" || part.aspect === "location") return placed(part, ranking);
  for (const section of ranking.fitting(part, last)) {
    const units = fromSection(part, section, ranking);
    if (units.length > 0) return units;
  }
  return [];
}

function fromSection(part: Part, section: Section, ranking: Ranking): Unit[] {
  if (part.aspect === "price" || part.aspect === "duration")
    return chooseFacts(part, section, ranking);
  const steps = part.help ? list(part, section, ranking) : [];
  if (steps.length > 0) return steps;
  const named = singled(part, section, ranking, section.units);
  return named.length > 0 ? inContext(named, section) : overview(section);
}

/** Units that speak of what the question names beyond the passage's own subject, best ones only. */
function singled(part: Part, section: Section, ranking: Ranking, units: Unit[]): Unit[] {
  const rest = part.topic
    .map(({ concept }) => concept)
    .filter(
      (c) => !section.names.has(c) && ranking.weight(c) > 0.5 && scoreHit(c, section.text) > 0,
    );
  const total = rest.reduce((sum, concept) => sum + ranking.weight(concept), 0);
  const score = (unit: Unit) =>
    rest.reduce((sum, concept) => {
      // A passage about phones is about "iPhone" already, unless a unit names the iPhone itself.
      const implied = scoreHit(concept, section.names) > 0 && !unit.key.has(concept);
      return sum + (implied ? 0 : ranking.weight(concept) * scoreHit(concept, unit.key));
    }, 0);
  const scores = units.map(score);
  const best = Math.max(0, ...scores);
  // What every unit speaks of singles none out; neither does half of what is asked.
  if (best < total * 0.6 || best === 0) return [];
  if (units.length > 1 && scores.every((s) => s === best)) return [];
  return units
    .filter((unit, i) => scores[i]! >= best * (unit.kind === "item" ? 0.49 : 0.75))
    .slice(0, 4);
}

/** A sentence with the one before or after it that it needs; a list item or row as it is. */
function inContext(units: Unit[], section: Section): Unit[] {
  const first = units[0]!;
  if (first.kind !== "sentence") {
    const block = section.units.filter((u) => isSameBlock(u, first));
    if (first.kind === "item" && block.length <= MAX_LIST && !first.text.startsWith("**"))
      return block;
    return units.filter((u) => isSameBlock(u, first));
  }
  const chosen = units.filter((u) => u.kind === "sentence").slice(0, 2);
  const next = section.units.find((u) => u.index === first.index + 1);
  if (chosen.length === 1 && next?.kind === "sentence" && isSameBlock(next, first))
    chosen.push(next);
  return withAntecedents(chosen, section);
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

/** Prices or times: the rows or sentences that have them. */
function chooseFacts(part: Part, section: Section, ranking: Ranking): Unit[] {
  const evidence = EVIDENCE[part.aspect!];
  const having = section.units.filter((u) => evidence.test(u.text));
  const rows = having.filter((u) => u.kind === "row");
  const named = singled(part, section, ranking, having);
  if (named.length > 0 && named[0]!.kind !== "sentence")
    return named.filter((u) => isSameBlock(u, named[0]!));
  const sentences = having.filter((u) => u.kind === "sentence");
  const scored = sentences
    .map((unit) => ({
      unit,
      score:
        ranking.share(part, (concept) => scoreHit(concept, unit.concepts)) +
        (part.aspect === "duration" && TAKES.test(unit.text) ? 0.4 : 0) +
        (named.includes(unit) ? 0.5 : 0) +
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
    for (const section of ranking.fitting(part)) {
      if (!section.names.has(about)) continue;
      // "Open on Christmas Day": the row of the holiday; "parking": the passage about it.
      const named = singled(part, section, ranking, section.units);
      if (named.length > 0) return inContext(named, section);
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
