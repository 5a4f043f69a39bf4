/**
 * What the model says, judged before it stays: a fact is in a passage that this reply was given, in the shop's hours
 * and contact, or (a number, address, time) in the customer's own words; an act was done by its tool in this turn.
 * Pure. A sentence or row is held from the first word that could begin either, until it has ended and was judged.
 */
import type { Infer } from "convex/values";
import type { vChecks } from "../../validators";
import { findClaims } from "../../lib/claims";
import { findFacts, type Fact, type FactKind } from "../../lib/facts";
import { allowsHost } from "../../lib/hosts";
import { PhraseList } from "../../lib/phrases";
import { redactSecrets } from "../../lib/redact";
import { splitSentences } from "../../lib/sentences";
import {
  agrees,
  areRelated,
  CUSTOMERS,
  findDays,
  findSubject,
  isClosed,
  isNearer,
  join,
  linesOf,
  moveMarks,
  overlap,
  saidLines,
  wordsOf,
  wordsOfLine,
  type Line,
  type Subject,
} from "./grounds";
import { clauseOf, findStrangers, isOf, isOfAny, reachOf } from "./makes";
import { openPart } from "./openPart";

type Passage = { title: string; heading: string; text: string };
/** `fact`: nothing that was given says so. `act`: nothing did it. `word`: the shop does not want it said. */
export type Refusal = { kind: "fact" | "act" | "word"; words: string };
/** The round's words may not stay. */
export class Ungrounded extends Error {
  override readonly name = "Ungrounded";
  constructor(readonly refusal: Refusal) {
    super(`An answer had a ${refusal.kind} that nothing bears out.`);
  }
}

/** As many of the answer's own amounts make up a sum. */
const MAX_ADDENDS = 4;

/** A fact, or a day on which it is open or closed, that lines bear out. `key`: the same in the same sentence. */
export type Held = { key: string; kind: FactKind | "day"; lines: Line[] };

type Judged = {
  raw: string;
  /** As it may be shown: citation marks where they belong, without secrets. */
  text: string;
  about: Subject;
  amounts: string[];
  held: Held[];
  checked: number;
  refusal: Refusal | null;
  /** Claims a hand-over: the tool may be called after the words. */
  waits: boolean;
};

export class Grounding {
  private lines: Line[] = [];
  private passages = 0;
  private judged: Judged[] = [];
  private readonly own: Fact[];
  private readonly asked: Subject;
  private readonly done = new Set<"hand_over" | "contact">();
  private refused = 0;
  private knowsShop = false;
  private readonly takesOut: boolean;
  private readonly forbidden: PhraseList;
  private left: Judged[] = [];

  /**
   * `said`: the conversation so far. `hosts`: links may go there without a passage (`lib/hosts.ts`). `takesOut`: of what
   * a person reads before it is sent, only the sentence that nothing bears out goes, and they are told (`takenOut`).
   * `forbidden`: words that the shop does not want said (`lib/phrases.ts`).
   */
  constructor(
    said: Parameters<typeof saidLines>[0],
    private hosts: readonly string[] = [],
    { takesOut = false, forbidden = [] }: { takesOut?: boolean; forbidden?: string[] } = {},
  ) {
    this.takesOut = takesOut;
    this.forbidden = new PhraseList(forbidden);
    const customer = said.filter(({ role }) => role === "customer").map(({ text }) => text);
    this.own = customer
      .flatMap((text) => findFacts(text))
      .filter(({ kind }) => CUSTOMERS.has(kind));
    this.asked = findSubject(customer.at(-1) ?? "");
    this.lines = saidLines(said);
  }

  /** Lines of passages that need no numbers. */
  addLines(lines: readonly Line[]): void {
    this.lines.push(...lines);
  }

  /** Passages in the order of their numbers; those known already stay. */
  addPassages(passages: Passage[]): void {
    for (const passage of passages.slice(this.passages)) {
      this.lines.push(...linesOf(passage, ++this.passages));
    }
    this.judgeAgain();
  }

  /** The shop's hours, contact and hosts, found or not. Asked for when in doubt, once: false the second time. */
  async addShop(load: () => Promise<{ pages: Passage[]; hosts: string[] }>): Promise<boolean> {
    if (this.knowsShop) return false;
    this.knowsShop = true;
    const { pages, hosts } = await load();
    for (const page of pages) this.lines.push(...linesOf(page));
    this.hosts = [...this.hosts, ...hosts];
    this.judgeAgain();
    return true;
  }

  /** A tool did it, in this turn. */
  allow(act: "hand_over" | "contact"): void {
    this.done.add(act);
    this.judgeAgain();
  }

  get checks(): Infer<typeof vChecks> {
    const checked = this.judged.reduce((sum, one) => sum + one.checked, 0);
    return { checked: checked + this.refused, refused: this.refused };
  }

  /** What of an answer that stands the lines given here bear out, sentence by sentence: nothing is refused. */
  findHeld(answer: string): { text: string; held: Held[] }[] {
    return splitSentences(answer, true).map(({ text }) => {
      const judged = this.judge(text);
      this.judged.push(judged);
      return { text, held: judged.held };
    });
  }

  /** What was refused may stand now; what stands, stands. */
  private judgeAgain(): void {
    const refused = this.judged.findIndex(({ refusal }) => refusal !== null);
    if (refused >= 0) this.judged.length = refused;
  }

  /** What was shown last is said: it is not judged again. */
  accept(): void {
    // What was taken out is not in the words that the next round goes on from.
    this.left.push(...this.judged.filter(({ refusal }) => refusal !== null));
    this.judged = this.judged.filter(({ refusal }) => refusal === null);
    for (const one of this.judged) one.raw = one.text;
  }

  /** Sentences that were taken out, and what of each nothing bears out. */
  get takenOut(): { sentence: string; words: string }[] {
    return this.left.map(({ raw, refusal }) => ({
      sentence: this.withoutSecrets(raw).trim(),
      words: refusal!.words,
    }));
  }

  /** Whether it has none of the words that the shop does not want said. */
  mayUse = (words: string): boolean => this.forbidden.find(words) === null;

  /** How often an answer was sent back in this reply, with this time. */
  countRefusal(): number {
    return (this.refused += 1);
  }

  /** What of an answer may be shown. `isWhole`: the round is over, and with it the time to do what was claimed. */
  show(answer: string, isWhole: boolean): { text: string; refusal: Refusal | null } {
    let text = "";
    for (const [i, sentence] of splitSentences(answer, isWhole).entries()) {
      if (!sentence.ended) {
        const open = sentence.text.slice(0, this.forbidden.heldFrom(sentence.text));
        return { text: text + openPart(open), refusal: null };
      }
      if (this.judged[i]?.raw !== sentence.text) {
        this.judged.length = Math.min(i, this.judged.length);
        this.judged.push(this.judge(sentence.text));
      }
      const { refusal, waits, text: shown } = this.judged[i]!;
      if (waits && !isWhole) return { text, refusal: null };
      if (refusal === null) text += shown;
      else if (!this.takesOut) return { text, refusal };
    }
    return { text, refusal: null };
  }

  private judge(raw: string): Judged {
    const facts = findFacts(raw);
    const about = findSubject(raw, facts);
    const judged: Judged = {
      raw,
      text: this.withoutSecrets(raw),
      about,
      amounts: [],
      held: [],
      checked: 0,
      refusal: null,
      waits: false,
    };
    this.judgeClaims(judged);
    // Sums last: their addends may follow them in the sentence.
    const doubtful: Fact[] = [];
    for (const fact of facts) {
      judged.checked += 1;
      const lines = this.linesFor(fact, judged);
      if (lines.length > 0) {
        judged.held.push({ key: `${fact.kind}:${fact.start}`, kind: fact.kind, lines });
        if (fact.kind === "money") judged.amounts.push(...fact.values);
      } else if (!this.isKnown(fact, raw)) doubtful.push(fact);
    }
    const unheld = doubtful.find((fact) => !(fact.kind === "money" && this.isSum(fact, judged)));
    if (unheld !== undefined && (judged.refusal === null || judged.waits)) {
      judged.refusal = { kind: "fact", words: raw.slice(unheld.start, unheld.end).trim() };
      judged.waits = false;
    }
    judged.text = moveMarks(
      judged.text,
      judged.held.map(({ lines }) => lines),
    );
    const closing = this.judgeDays(judged);
    // Last: what the built-in rules refuse, they refuse as ever.
    const word = this.forbidden.find(raw);
    judged.refusal ??= closing ?? (word && { kind: "word" as const, words: word.found });
    return judged;
  }

  private judgeClaims(judged: Judged): void {
    for (const { act, words, policy } of findClaims(judged.raw)) {
      judged.checked += 1;
      if (act !== "other" && this.done.has(act)) continue;
      // "You can call us", which an answer said, makes nobody call.
      const says = ({ text, by }: Line) => by !== "answer" && saysSo(text, policy!);
      if (policy !== undefined && this.lines.some(says)) continue;
      judged.waits = act === "hand_over" && (judged.refusal === null || judged.waits);
      judged.refusal ??= { kind: "act", words };
    }
  }

  /** "We're open on Sunday": the day's line must say so, even where no time is named. */
  private judgeDays(judged: Judged): Refusal | null {
    let refusal: Refusal | null = null;
    const clauses = judged.raw.split(/[,;|]|\s(?:and|but|und|aber|y|pero)\s(?=\S+\s)/i);
    for (const clause of clauses) {
      const isOpen = /\b(?:open|geöffnet|abiert[oa]s?)\b/i.test(clause);
      if ((!isOpen && !isClosed(clause)) || /\?|\b(?:if|whether|wenn|si)\b/i.test(clause)) continue;
      const says = !isClosed(clause);
      for (const day of findDays(clause)) {
        judged.checked += 1;
        const lines = this.lines.filter(
          ({ days, closed, by, text }) =>
            days.has(day) && closed !== says && (by === undefined || HOURS.test(text)),
        );
        if (lines.length > 0) judged.held.push({ key: `${says}:${day}`, kind: "day", lines });
        else refusal ??= { kind: "fact", words: clause.trim() };
      }
    }
    return refusal;
  }

  /** Lines that bear a fact out: of the shop's documents, else what was said in this conversation. */
  private linesFor(fact: Fact, judged: Judged): Line[] {
    const holding = this.holding(fact, judged);
    const documents = holding.filter(({ by }) => by === undefined);
    return documents.length > 0 ? documents : holding;
  }

  private holding(fact: Fact, { raw, about }: Judged): Line[] {
    // With words of its own: "$49." stands in many lines.
    const words = about.words.size > 1 ? wordsOf(raw) : null;
    const quoted = this.lines.filter(
      (line) => words !== null && line.by !== "answer" && wordsOfLine(line).includes(words),
    );
    if (quoted.length > 0) return quoted;
    const holding = this.lines.filter((line) => has(line, fact));
    if (fact.kind === "money") return this.pricesFor(fact, raw, about, holding);
    if (fact.kind !== "time") {
      return holding.filter(({ by, about: of }) => by === undefined || agrees(about, of));
    }
    const days = findDays(raw);
    return holding.filter(
      (line) =>
        // "I'll call you at nine" makes nobody open until nine.
        (line.by === undefined || !HOURS.test(raw) || HOURS.test(line.text)) &&
        (days.size === 0 || line.days.size === 0 || [...line.days].some((d) => days.has(d))),
    );
  }

  /**
   * A price is that of what its sentence is about: its line speaks of no other device and part, shares a word, and no
   * line with another price fits the clause strictly better. "It costs $49" is about what was said or asked before.
   */
  private pricesFor(fact: Fact, raw: string, about: Subject, holding: Line[]): Line[] {
    const clause = clauseOf(raw, fact);
    const own = findSubject(clause);
    const names = (one: Subject) => one.devices.size + one.parts.size > 0;
    // The rows of a table are about what the line above it names.
    const before = this.judged.findLast((one) => names(one.about))?.about;
    const unnamed = this.judged.length > 0 ? join(about, this.asked) : about;
    const context = names(about) ? about : before === undefined ? unnamed : join(about, before);
    const isAbout = names(context) || context.words.size > 0 ? context : join(context, this.asked);
    const near = own.words.size > 0 ? own : isAbout;
    const isNamed = this.whoseIs(fact, raw, about);
    const priced = this.lines.filter(({ facts }) => facts.some(({ kind }) => kind === "money"));
    return holding.filter((line) => {
      if (!agrees(isAbout, line.about) || !isNamed(line)) return false;
      const shared = overlap(isAbout, line.about);
      if (shared.size === 0 && isAbout.words.size > 0) return false;
      // "No diagnostics fee for a screen" makes no screen free.
      const free = fact.values[0] === "free" ? findSubject(line.text).parts : [];
      if ([...free].some((part) => !isAbout.parts.has(part))) return false;
      return !priced.some((other) => !has(other, fact) && isNearer(other, line, near));
    });
  }

  /**
   * Whether a line is for the maker and model whose price this is said to be: those that are named with it, else in its
   * sentence, else last in this answer, else in the question.
   */
  private whoseIs(fact: Fact, raw: string, about: Subject): (line: Line) => boolean {
    const prices = findFacts(raw).filter(({ kind }) => kind === "money");
    const isFirst = !isNaming(findSubject(raw.slice(0, prices[0]!.start)));
    const reach = isFirst ? clauseOf(raw, fact) : reachOf(raw, fact, prices);
    const near = findSubject(reach);
    for (const name of findStrangers(reach, (word) => this.isWord(word))) near.makes.add(name);
    const said = [near, about, ...this.judged.map((one) => one.about).reverse()].find(isNaming);
    const devices = said?.devices.size ? said.devices : this.asked.devices;
    if (said !== undefined) return (line) => isOf({ ...said, devices }, line, areRelated);
    // "12 and 13: $179" says of which it is, whatever was asked about.
    const models = /\d/.test(raw.slice(0, fact.start)) ? new Set<string>() : this.asked.models;
    return (line) => isOfAny({ ...this.asked, models }, line, areRelated);
  }

  /** A plain word, or one that the documents have. */
  private isWord(word: string): boolean {
    const { words, devices, parts } = findSubject(word);
    const isHad = [...words].every((one) => this.lines.some(({ about }) => about.words.has(one)));
    return isHad || devices.size + parts.size > 0;
  }

  private isKnown(fact: Fact, raw: string): boolean {
    // "Are you open until nine?" makes nobody open until nine.
    if (fact.kind === "time" && HOURS.test(raw)) return false;
    if (fact.kind === "host") return fact.values.some((host) => allowsHost(this.hosts, host));
    return this.own.some(({ kind, values }) => kind === fact.kind && meet(values, fact.values));
  }

  private isSum(fact: Fact, judged: Judged): boolean {
    const all = [...this.judged.flatMap(({ amounts }) => amounts), ...judged.amounts];
    return fact.values.some((value) => {
      const [currency, amount] = value.split(":");
      const addends = all
        .filter((one) => one.startsWith(`${currency}:`))
        .map((one) => Number(one.split(":")[1]));
      return addsUp([...new Set(addends)].slice(0, 30), Number(amount), MAX_ADDENDS);
    });
  }

  private withoutSecrets(sentence: string): string {
    const redacted = redactSecrets(sentence);
    if (redacted === sentence) return sentence;
    // A shop's page may show how a password looks.
    const isShown = ({ text, by }: Line) => by === undefined && text.includes(sentence.trim());
    return this.lines.some(isShown) ? sentence : redacted;
  }
}

const isNaming = ({ devices, makes }: Subject) => devices.size + makes.size > 0;

const HOURS =
  /\b(?:open(?:s|ed|ing)?|clos(?:e|es|ed|ing)|hours|geöffnet|öffnen|abiert[oa]s?|abrimos|cerramos)\b/i;

const meet = (a: string[], b: string[]) => a.some((one) => b.includes(one));

function has(line: Line, { kind, values }: Fact): boolean {
  if (kind === "money" && values[0] === "free" && INCLUDED.test(line.text)) return true;
  const kinds = kind === "duration" ? ["duration", "warranty"] : [kind];
  return line.facts.some((one) => kinds.includes(one.kind) && meet(one.values, values));
}

const INCLUDED = /\bfree\b|\bno (?:[a-z]{3,15} )?(?:charge|cost|fee)s?\b|\bwaived\b|\$0\b/i;

function addsUp(addends: number[], sum: number, most: number): boolean {
  const reach = (from: number, left: number, count: number): boolean =>
    (left === 0 && count >= 2) ||
    (count < most &&
      addends.some(
        (one, i) => i >= from && one > 0 && one <= left && reach(i + 1, left - one, count + 1),
      ));
  return reach(0, sum, 0);
}

const saysSo = (text: string, verb: string) =>
  new RegExp(`\\b${verb.replace(/[^a-z]/g, ".?")}`, "i").test(text);
