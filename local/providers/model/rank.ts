/**
 * Scores the units of the passages against the parts of a question. Overlap is weighted by inverse
 * document frequency over the passages at hand; a word that no passage knows weighs most, so that a
 * question about something else does not pass for one about the shop's common words.
 */
import type { Aspect, Part } from "./question.ts";
import { relatedTo } from "./text.ts";
import type { Passage, Unit } from "./passages.ts";

/** Below this share of a part's topic, a unit is not an answer to it. */
const FITS = 0.45;
const CONTEXT_WEIGHT = 0.75;
/** For a word that only another part of the same passage has. */
const PASSAGE_WEIGHT = 0.55;
/** A unit about the topic under a title about the topic is the shop's main word on it. */
const BOTH_BONUS = 0.12;
const RELATED_WEIGHT = 0.7;

const SPAN =
  "(?:\\d+|an?|one|two|three|four|five|six|seven|ten|half an?|a few|a couple of)(?:\\s*(?:-|–|to|or)\\s*(?:\\d+|two|three|four|five|six|seven|ten))?[\\s-]*(?:business |working |full )?(?:minute|min|hour|hr|day|week|month|year)s?";

const EVIDENCE: Record<Aspect, RegExp> = {
  price:
    /[$€£]\s?\d|\d\s?(?:€|£|dollars|euros|usd|eur)\b|\bfree\b|\bno (?:extra |additional )?(?:charge|cost|fee)\b/i,
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

/** Concepts that change what a number means; a unit about one answers only questions about it. */
const SIDE_TOPICS = [
  "warranti",
  "refund",
  "insuranc",
  "recycl",
  "backup",
  "appoint",
  "onsit",
  "pickup",
  "busines",
  "diagnos",
];

export interface Scored {
  unit: Unit;
  score: number;
}

export class Ranking {
  private readonly df = new Map<string, number>();
  private readonly inPassage = new Map<Passage, Set<string>>();
  readonly units: Unit[];

  constructor(
    readonly passages: Passage[],
    units: Unit[],
  ) {
    this.units = units;
    for (const passage of passages) {
      const concepts = new Set<string>();
      for (const unit of units) {
        if (unit.passage !== passage) continue;
        for (const concept of [...unit.concepts, ...unit.context]) concepts.add(concept);
      }
      this.inPassage.set(passage, concepts);
      for (const concept of concepts) this.df.set(concept, (this.df.get(concept) ?? 0) + 1);
    }
  }

  knows = (concept: string): boolean => this.df.has(concept);

  private weight(concept: string): number {
    const df = this.df.get(concept);
    return Math.log(1 + this.passages.length / (df ?? 0.7)) * (!df && /\d/.test(concept) ? 1.3 : 1);
  }

  /** The share of the part's topic (0 to 1) that the unit or what it stands under covers. */
  private coverage(part: Part, unit: Unit): number {
    let total = 0;
    let covered = 0;
    for (const { concept } of part.topic) {
      const weight = this.weight(concept);
      total += weight;
      const related = relatedTo(concept);
      const hit = (set: Set<string>) =>
        set.has(concept) ? 1 : related.some((r) => set.has(r)) ? RELATED_WEIGHT : 0;
      const own = hit(unit.concepts);
      const context = hit(unit.context);
      const passage = hit(this.inPassage.get(unit.passage)!);
      covered += weight * Math.max(own, CONTEXT_WEIGHT * context, PASSAGE_WEIGHT * passage);
      covered += own && context ? weight * BOTH_BONUS : 0;
    }
    return total === 0 ? 0 : covered / total;
  }

  /** The units that answer the part, best first; empty when the passages do not fit it. */
  answersTo(part: Part): Scored[] {
    const placed = part.aspect === "hours" || part.aspect === "location";
    const scored: Scored[] = [];
    for (const unit of this.units) {
      const coverage = this.coverage(part, unit);
      if (part.topic.length === 0 ? !placed : !placed && coverage < FITS) continue;
      let score = coverage;
      if (part.aspect && part.aspect !== "steps") {
        if (!EVIDENCE[part.aspect].test(unit.text)) continue;
        score += 0.4;
      }
      if (part.aspect === "steps" && unit.kind === "item") score += 0.15;
      if (placed) score = this.scorePlaced(part, unit, score);
      if (part.aspect === "price" || part.aspect === "duration")
        score -= this.sideTopicPenalty(part, unit);
      score += 0.03 / (1 + this.passages.indexOf(unit.passage));
      if (score > 0) scored.push({ unit, score });
    }
    return scored.sort(
      (a, b) =>
        b.score - a.score || a.unit.passage.n - b.unit.passage.n || a.unit.index - b.unit.index,
    );
  }

  private scorePlaced(part: Part, unit: Unit, base: number): number {
    const about = part.aspect === "hours" ? "hour" : "location";
    let score = base + (unit.concepts.has(about) || unit.context.has(about) ? 0.4 : 0);
    if (part.aspect === "hours") {
      const named = part.days.filter((d) => unit.days.has(d)).length;
      score += unit.days.size > 0 ? 0.2 : 0;
      if (part.days.length > 0) score += named > 0 ? 0.6 : -0.3;
    }
    const related = unit.concepts.has(about) || unit.context.has(about) || unit.days.size > 0;
    return related ? score : 0;
  }

  private sideTopicPenalty(part: Part, unit: Unit): number {
    const asked = new Set(part.topic.map((t) => t.concept));
    const off = SIDE_TOPICS.filter((topic) => unit.concepts.has(topic) && !asked.has(topic));
    return Math.min(0.4, off.length * 0.2);
  }
}
