/**
 * Finds the passages that answer a part of a question: by the line of each that says most of what is asked, where a
 * row's headings count as its own words and a line about another device or part counts for nothing. The order in
 * which search gave the passages is the next best evidence: whoever searched knew more words than this model. A word
 * that no passage knows weighs against all of them.
 */
import type { Aspect, Part } from "./question";
import type { Passage, Unit } from "./passages";
import { BACKWARD, EVIDENCE } from "./evidence";
import { conflicts, subjectOf, subjectOfUnit, type Subject } from "./subject";
import { DEVICES, findConcepts, isCommon, listRelated, type Term } from "./text";
import { ANY_DEVICE, IMPLIED, NO_TOPIC, SIDE } from "./vocabulary";

/** Below this share of a part's topic, a passage does not answer it. Of what search put first, less is enough. */
const FITS = [0.36, 0.42, 0.5];
/** Of what was found only after the question's own words had found nothing, nearly all must be spoken of. */
const FITS_LATE = 0.9;
/** And more than one word of it. */
const LEAST_LATE = 2;
/** What a list of steps costs a passage that nobody asked for one. */
const STEPS_UNASKED = 0.5;
/** What the share of the topic counts. */
const COVERAGE = 1.3;
/** What the order of the passages counts. */
const FIRST = 0.5;
/** What a word is worth by where it stands. */
const PLACE = { own: 0.85, key: 1, heading: 0.95, title: 0.7, paragraph: 0.5, text: 0.25 };
/** For a word that is a kind of the other: "iPhone" and "phone". */
const RELATED_WEIGHT = 0.6;
/** People tell much that matters to nobody: so many unknown words count against an answer. */
const MOST_UNKNOWN = 2;
/** What such a word counts; less in a story of more words than this. */
const UNKNOWN = 1;
const IN_A_STORY = 0.6;
const STORY = 4;

const REQUEST = /^(?:(?:hi|hello|hey)[\s,!]+)?(?:do|can|could) (?:you|u|ya|yall)\b/;

/** What is done, or how: it tells no thing from another. */
const NO_THING = /(?:ing|ed|ly)$/;

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
  rank: number;
  units: Unit[];
  subjects: Map<Unit, Subject>;
  heading: Set<string>;
  title: Set<string>;
  /** Heading and title. */
  names: Set<string>;
  text: Set<string>;
  /** What the lines of a paragraph, list or table speak of, by its number. */
  paragraphs: Map<number, Set<string>>;
}

function readSection(passage: Passage, rank: number, units: Unit[]): Section {
  // "Without a Microsoft account" is not about that account.
  const heading = findConcepts((passage.heading || passage.title).replace(/\bwithout\b.*$/i, ""));
  const title = findConcepts(passage.title);
  const paragraphs = new Map<number, Set<string>>();
  for (const { block, concepts } of units)
    paragraphs.set(block, new Set([...(paragraphs.get(block) ?? []), ...concepts]));
  return {
    passage,
    rank,
    paragraphs,
    units,
    subjects: new Map(units.map((unit) => [unit, subjectOfUnit(unit, heading, title)])),
    heading,
    title,
    names: new Set([...heading, ...title]),
    text: new Set(units.flatMap((unit) => [...unit.concepts, ...unit.key, ...unit.context])),
  };
}

/** A passage that fits, and how well. */
export interface Fit {
  section: Section;
  score: number;
}

export class Ranking {
  private readonly df = new Map<string, number>();
  readonly sections: Section[];

  /** `late`: the question's own words found nothing; these came of a second search. */
  constructor(
    passages: Passage[],
    units: Unit[],
    private readonly late = false,
  ) {
    this.sections = passages.map((passage, rank) =>
      readSection(
        passage,
        rank,
        units.filter((unit) => unit.passage === passage),
      ),
    );
    for (const { names, text } of this.sections) {
      for (const concept of new Set([...names, ...text]))
        this.df.set(concept, (this.df.get(concept) ?? 0) + 1);
    }
  }

  knows = (concept: string): boolean =>
    this.df.has(concept) || this.sections.some(({ text }) => scoreHit(concept, text) > 0);

  weight(concept: string): number {
    if (isCommon(concept)) return 0.3;
    // A number is a detail ("stuck at 30%"); a name with a number is a thing ("PS5").
    if (/^\d+$/.test(concept)) return 0.3;
    if (this.knows(concept)) {
      const usual = 1.2 - (0.4 * (this.df.get(concept) ?? 1)) / this.sections.length;
      return DEVICES.has(concept) ? 0.7 * usual : usual;
    }
    return /\d/.test(concept) ? 1.5 : UNKNOWN;
  }

  /** The share of the part's topic (0 to 1) that `covered` gives a value for. */
  share(part: Part, covered: (concept: string) => number): number {
    let total = 0;
    let sum = 0;
    let unknown = 0;
    for (const { concept } of part.topic) {
      if (!this.knows(concept) && !/^\d+$/.test(concept) && ++unknown > MOST_UNKNOWN) continue;
      const known = this.knows(concept);
      const weight = this.weight(concept) * (known || part.topic.length < STORY ? 1 : IN_A_STORY);
      total += weight;
      sum += weight * covered(concept);
    }
    return total === 0 ? 0 : sum / total;
  }

  /** The share of the part's topic that a line speaks of, with what it stands under. */
  shareOfUnit(part: Part, unit: Unit, { heading, title, text, paragraphs }: Section): number {
    return this.share(part, (concept) =>
      Math.max(
        PLACE.key * scoreHit(concept, unit.key),
        PLACE.own * scoreHit(concept, unit.concepts),
        PLACE.heading * scoreHit(concept, heading),
        PLACE.title * Math.max(scoreHit(concept, title), scoreHit(concept, unit.context)),
        PLACE.paragraph * scoreHit(concept, paragraphs.get(unit.block)!),
        PLACE.text * scoreHit(concept, text),
      ),
    );
  }

  /** The lines of a passage that may answer: of the device and part that are asked about, with a price if that is. */
  linesFor(part: Part, { units, subjects }: Section): Unit[] {
    const asked = subjectOf(part.topic);
    const { aspect } = part;
    const factual = aspect === "price" || aspect === "duration";
    const lines = units.filter(
      (unit) =>
        !conflicts(asked, subjects.get(unit)!) && (!factual || EVIDENCE[aspect].test(unit.text)),
    );
    // A model's number that some line has is no other line's.
    const models = part.topic.map(({ concept }) => concept).filter((one) => /\d/.test(one));
    const ofModel = lines.filter(({ key, concepts }) =>
      models.some((one) => key.has(one) || concepts.has(one)),
    );
    return factual && ofModel.length > 0 ? ofModel : lines;
  }

  /**
   * Whether it is about a thing that no passage knows: "hoverboard battery", "refund from Amazon". Of a longer question
   * a word may be missing, and beside one that a single passage has; numbers are details.
   */
  private isOfAnother({ topic, text }: Part): boolean {
    const isStrange = ({ concept, surface }: Term) =>
      !/\d/.test(concept) && !NO_THING.test(surface) && !this.knows(concept);
    const strange = topic.filter(isStrange);
    if (strange.length === 0) return false;
    const isTelling = topic.some(({ concept }) => this.df.get(concept) === 1);
    if (strange.length >= topic.length - 1 && topic.length <= 2 && !isTelling) return true;
    const { devices, parts } = subjectOf(topic);
    return topic.some(
      ({ concept, surface }, i) =>
        devices.length === 0 &&
        parts.includes(concept) &&
        i > 0 &&
        isStrange(topic[i - 1]!) &&
        text.includes(`${topic[i - 1]!.surface} ${surface}`),
    );
  }

  /** The passages that fit the part, best first. `last` answered the part before it. */
  fitting(part: Part, last?: Passage): Fit[] {
    const telling = part.topic
      .map(({ concept }) => concept)
      .filter((one) => !DEVICES.has(one) && one !== COMPUTER && !isCommon(one) && this.knows(one));
    if (this.isOfAnother(part) || (this.late && telling.length < LEAST_LATE)) return [];
    const scored = this.sections.flatMap((section) => {
      const { aspect } = part;
      const lines = this.linesFor(part, section);
      if (lines.length === 0) return [];
      // The same device is not the same question: a passage must speak of the part or the trouble, too.
      const speaks = (one: string) =>
        scoreHit(one, section.names) > 0 || scoreHit(one, section.text) > 0;
      if (telling.length > 0 && !telling.some(speaks)) return [];
      // What is offered stands in a heading, or is what a row is of: "photo ID" offers no photos.
      const offers = (one: string) =>
        scoreHit(one, section.names) > 0 || lines.some(({ key }) => scoreHit(one, key) > 0);
      if (REQUEST.test(part.text) && telling.length > 0 && !telling.some(offers)) return [];
      const coverage = Math.max(...lines.map((unit) => this.shareOfUnit(part, unit, section)));
      const least = this.late ? FITS_LATE : FITS[Math.min(section.rank, FITS.length - 1)]!;
      if (coverage < least) return [];
      const follows = last === section.passage && aspect ? continues(section, aspect) : 0;
      const precision = this.precision(part, section);
      const score =
        COVERAGE * coverage +
        0.4 * precision +
        0.2 * this.share(part, (concept) => scoreHit(concept, section.title)) +
        FIRST / (1 + section.rank) +
        aspectFit(part, section, precision) +
        deviceFit(part, section) +
        0.4 * this.aroundOf(part, section) +
        echo(part, section.passage) +
        follows;
      return [{ section, score }];
    });
    return scored.sort((a, b) => b.score - a.score);
  }

  /** How much a passage speaks of what was told around the question. */
  private aroundOf(part: Part, { names, text }: Section): number {
    const { around = [] } = part;
    const asked = new Set(part.topic.map(({ concept }) => concept));
    const others = around.filter(({ concept }) => !asked.has(concept));
    return this.share({ ...part, topic: others }, (concept) =>
      Math.max(scoreHit(concept, names), 0.6 * scoreHit(concept, text)),
    );
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

const ASKS = /^(?:should|can|do|does|is|are|why|which|who|when|where)$/;

/** The share of the heading's words, small ones too, that the question has: most of all of one that asks. */
function echo(part: Part, { heading }: Passage): number {
  const asked = new Set(plainWords(part.text));
  const words = plainWords(heading);
  // When, where and who ask for one thing only.
  const pointed = /^(?:when|where|who)$/.exec(words[0] ?? "")?.[0];
  if (pointed && !asked.has(pointed)) return -0.15;
  const share = words.filter((word) => asked.has(word)).length / Math.max(1, words.length);
  const asks = heading.endsWith("?");
  const alike = asks && ASKS.test(words[0] ?? "") && asked.has(words[0]!) ? 0.15 : 0;
  return (asks ? 0.3 : 0.15) * share + alike;
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
  // "Should I …?" is no question about a price.
  else if (!part.help && priced && !section.passage.heading.includes(":")) fit -= 0.15;
  else if (part.help) {
    // Steps for something else do harm: they count as far as the heading is what was told.
    const items = section.units.filter((u) => u.kind === "item");
    const steps = items.some((u) => u.ordered) ? 0.3 : items.length > 0 ? 0.15 : 0;
    const urgent = /\bwhat to do\b|\bfirst\b|\bright now\b/i.test(heading) ? 0.15 : 0;
    fit += (steps + urgent) * precision;
    fit -= priced ? 0.05 : 0;
  }
  // Who is in trouble sees the signs of it, and needs to know what to do.
  if (SIGNS.test(heading) && !/\b(?:signs?|tell|know|recogni[sz]e)\b/.test(part.text))
    fit -= part.help ? 0.45 : 0.25;
  // "Can it run Windows 11?" is not answered by what to do about a slow PC.
  const isPlainQuestion = !part.help && part.aspect === undefined;
  if (isPlainQuestion && section.units[0]?.ordered) fit -= STEPS_UNASKED;
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
