/**
 * Finds the passages that answer a part of a question. A heading says what its passage answers, so a
 * word in it counts most; the order in which search gave the passages is the next best evidence. A
 * word that no passage knows weighs most, so that a question about something else does not pass for
 * one about the trade's common words.
 */
import type { Aspect, Part } from "./question";
import { findConcepts, DEVICES, isCommon, listRelated } from "./text";
import type { Passage, Unit } from "./passages";
import { ANY_DEVICE, IMPLIED, NO_TOPIC, SIDE } from "./vocabulary";

/** Below this share of a part's topic, a passage does not answer it. Of what search put first, less is enough. */
const FITS = [0.4, 0.45, 0.5];
/** What the share of the topic counts. */
const COVERAGE = 1.3;
/** What the order of the passages counts: whoever searched knew more words than this model. */
const FIRST = 0.12;
const HEADING = 1;
const TITLE = 0.65;
const TEXT = 0.6;
/** For a word that is a kind of the other: "iPhone" and "phone". */
const RELATED_WEIGHT = 0.5;

const SPAN =
  "(?:\\d+|an?|one|two|three|four|five|six|seven|ten|half an?|a few|a couple of)(?:\\s*(?:-|–|to|or)\\s*(?:\\d+|two|three|four|five|six|seven|ten))?[\\s-]*(?:business |working |full )?(?:minute|min|hour|hr|day|week|month|year)s?";

/** Begins by pointing back to what was said before. */
export const BACKWARD =
  /^(?:[*_]*)(?:it|this|these|that|they|those|if so|if not|otherwise|however|in that case|then|after that)\b/i;

/** What a unit must contain to answer an aspect. */
export const EVIDENCE: Record<Aspect, RegExp> = {
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

const SIDE_TOPICS = [...findConcepts(SIDE)];
const NAMES_NO_TOPIC = findConcepts(NO_TOPIC);
const DEFAULT_DEVICE = [...findConcepts(IMPLIED)];
const COMPUTER = [...findConcepts(ANY_DEVICE)][0]!;
const PRICE = [...findConcepts("price")][0]!;

/** How well a set of concepts speaks of one: itself, or a more general or more specific thing. */
export function scoreHit(concept: string, set: ReadonlySet<string>): number {
  if (set.has(concept)) return 1;
  if (listRelated(concept).some((general) => set.has(general))) return RELATED_WEIGHT;
  for (const other of set) if (listRelated(other).includes(concept)) return RELATED_WEIGHT;
  return 0;
}

/** A passage with its units: what an answer is taken from. */
export interface Section {
  passage: Passage;
  units: Unit[];
  heading: Set<string>;
  /** Heading and title. */
  names: Set<string>;
  text: Set<string>;
}

export class Ranking {
  private readonly df = new Map<string, number>();
  readonly sections: Section[];

  constructor(passages: Passage[], units: Unit[]) {
    this.sections = passages.map((passage) => {
      const own = units.filter((unit) => unit.passage === passage);
      // "Without a Microsoft account" is not about that account.
      const heading = findConcepts(
        (passage.heading || passage.title).replace(/\bwithout\b.*$/i, ""),
      );
      return {
        passage,
        units: own,
        heading,
        names: new Set([...heading, ...findConcepts(passage.title)]),
        text: new Set(own.flatMap((unit) => [...unit.concepts, ...unit.key, ...unit.context])),
      };
    });
    for (const { names, text } of this.sections) {
      for (const concept of new Set([...names, ...text]))
        this.df.set(concept, (this.df.get(concept) ?? 0) + 1);
    }
  }

  knows = (concept: string): boolean =>
    this.df.has(concept) || this.sections.some(({ text }) => scoreHit(concept, text) > 0);

  weight(concept: string): number {
    if (isCommon(concept)) return 0.4;
    if (this.knows(concept))
      return 1.2 - (0.5 * (this.df.get(concept) ?? 1)) / this.sections.length;
    // A number is a detail ("stuck at 30%"); a name with a number is a thing ("PS5").
    if (/^\d+$/.test(concept)) return 0.3;
    return /\d/.test(concept) ? 1.7 : 1.3;
  }

  /** The share of the part's topic (0 to 1) that `covered` gives a value for. */
  share(part: Part, covered: (concept: string) => number): number {
    let total = 0;
    let sum = 0;
    for (const { concept } of part.topic) {
      total += this.weight(concept);
      sum += this.weight(concept) * covered(concept);
    }
    return total === 0 ? 0 : sum / total;
  }

  /** The passages that fit the part, best first. `last` answered the part before it. */
  fitting(part: Part, last?: Passage): Section[] {
    const telling = part.topic
      .map(({ concept }) => concept)
      .filter((one) => !DEVICES.has(one) && one !== COMPUTER && !isCommon(one) && this.knows(one));
    const scored = this.sections.flatMap((section, rank) => {
      const { aspect } = part;
      const factual = aspect === "price" || aspect === "duration";
      if (factual && !section.units.some((u) => EVIDENCE[aspect].test(u.text))) return [];
      // The same device is not the same question: a passage must speak of the part or the trouble, too.
      const speaks = (one: string) =>
        scoreHit(one, section.names) > 0 || scoreHit(one, section.text) > 0;
      if (telling.length > 0 && !telling.some(speaks)) return [];
      const coverage = this.share(part, (concept) =>
        Math.max(
          HEADING * scoreHit(concept, section.heading),
          TITLE * scoreHit(concept, section.names),
          TEXT * scoreHit(concept, section.text),
        ),
      );
      if (coverage < FITS[Math.min(rank, FITS.length - 1)]!) return [];
      const follows = last === section.passage && aspect ? continues(section, aspect) : 0;
      const precision = this.precision(part, section);
      const score =
        COVERAGE * coverage +
        0.4 * precision +
        FIRST / (1 + rank) +
        aspectFit(part, section, precision) +
        deviceFit(part, section) +
        0.15 * echo(part, section.passage) +
        follows;
      return [{ section, score }];
    });
    return scored.sort((a, b) => b.score - a.score).map(({ section }) => section);
  }

  /** The share of the heading that the part asks about: "Cancel a home visit" is more than a visit. */
  private precision(part: Part, section: Section): number {
    const asked = new Set(part.topic.map((t) => t.concept));
    const named = [...section.heading].filter((c) => !NAMES_NO_TOPIC.has(c));
    if (named.length === 0) return 0;
    // Smoothed, so that a heading of one common word does not pass for a perfect match.
    const weight = (concept: string) => (isCommon(concept) ? 0.4 : 1);
    const all = named.reduce((sum, concept) => sum + weight(concept), 0.5);
    return (
      named.reduce((sum, concept) => sum + weight(concept) * scoreHit(concept, asked), 0) / all
    );
  }
}

const plainWords = (text: string) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** The share of the heading's words, small ones too, that the question has: some are questions. */
function echo(part: Part, { heading }: Passage): number {
  const asked = new Set(plainWords(part.text));
  const words = plainWords(heading);
  // When, where and who ask for one thing only.
  const pointed = /^(?:when|where|who)$/.exec(words[0] ?? "")?.[0];
  if (pointed && !asked.has(pointed)) return -1;
  return words.filter((word) => asked.has(word)).length / Math.max(1, words.length);
}

const TIMED = /\btimes?\b|\bhow long\b|\bturnaround\b/i;
/** "… and how long does it take?" is answered where the price was, if times stand there too. */
function continues({ passage, units }: Section, aspect: Aspect): number {
  if (units.some((u) => u.kind === "row" && EVIDENCE[aspect].test(u.text))) return 0.3;
  return TIMED.test(passage.heading || "time") ? 0.15 : 0;
}

const SIGNS = /\bsigns\b|\bhow to (?:tell|recognize)\b/i;

function aspectFit(part: Part, section: Section, precision: number): number {
  const { heading } = section.passage;
  const asked = new Set(part.topic.map((t) => t.concept));
  const off = SIDE_TOPICS.filter((topic) => section.heading.has(topic) && !asked.has(topic));
  let fit = -0.25 * Math.min(2, off.length);
  const priced = section.heading.has(PRICE);
  const timed = TIMED.test(heading);
  if (part.aspect === "price") fit += priced ? 0.25 : timed ? -0.2 : 0;
  else if (part.aspect === "duration") fit += timed ? 0.25 : priced ? -0.1 : 0;
  else if (part.help) {
    // Steps for something else do harm: they count as far as the heading is what was told.
    const items = section.units.filter((u) => u.kind === "item");
    const steps = items.some((u) => u.ordered) ? 0.3 : items.length > 0 ? 0.15 : 0;
    const urgent = /\bwhat to do\b|\bfirst\b|\bright now\b/i.test(heading) ? 0.15 : 0;
    fit += (steps + urgent) * precision;
    fit -= priced ? 0.05 : 0;
  }
  // Who is in trouble sees the signs of it, and needs to know what to do.
  if (SIGNS.test(heading) && !/\b(?:signs?|tell|know|recogni[sz]e)\b/.test(part.text)) fit -= 0.25;
  // The later half of a passage that was cut leans on what is not there.
  const first = section.units[0];
  if (first && BACKWARD.test(first.text)) fit -= 0.1;
  if (!part.aspect && section.units.some((u) => u.kind !== "sentence")) fit += 0.1;
  return fit;
}

function deviceFit(part: Part, section: Section): number {
  const asked = part.topic.map((t) => t.concept).filter((c) => DEVICES.has(c));
  const any = part.topic.some((t) => t.concept === COMPUTER);
  if (asked.length === 0)
    return !any && DEFAULT_DEVICE.some((device) => section.heading.has(device)) ? 0.2 : 0;
  const named = [...section.heading].filter((c) => DEVICES.has(c));
  const same = (a: string, b: string) =>
    a === b || listRelated(a).includes(b) || listRelated(b).includes(a);
  return named.length === 0 || named.some((n) => asked.some((a) => same(a, n))) ? 0 : -0.3;
}
