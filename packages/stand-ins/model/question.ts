/**
 * Takes a customer's message apart: a question of several parts ("how much … and how long …") gives
 * several parts, each with what it is about (topic) and what it wants to know (aspect). Follow-ups
 * ("and how long does that take?", "what about tablets?") take what they leave out from before.
 */
import { subjectOf } from "./subject";
import { findConcepts, DEVICES, findDays, nameConcept, readTerms, type Term } from "./text";

export type Aspect = "price" | "duration" | "hours" | "location" | "steps";

export interface Part {
  topic: Term[];
  /** What the rest of the message tells of. */
  around?: Term[];
  aspect?: Aspect;
  days: string[];
  text: string;
  /** Tells of trouble rather than asking for a fact: what helps is what to do. */
  help?: boolean;
}

const ASKS: Record<Aspect, RegExp> = {
  price:
    /\bhow much\b(?!\s+(?:time|data|ram|memory|storage|space|longer))|\b(?:cost|costs|costing|price|prices|priced|pricing|fee|fees|quote|estimate|expensive|cheap|cheaper|rates?|precio|cuanto cuesta|cobran|kostet|kosten)\b|\b(?:you|u|ya|there|shop) (?:an? )?(?:extra )?charges?\b|\bdo (?:i|we) (?:owe|have to pay)\b|\bcharge (?:for|per|extra)\b|\bfor free\b|\bis it free\b/,
  duration:
    /\bhow (?:long|soon|fast|quick|quickly)\b|\bhow many (?:minutes|hours|days|weeks|months)\b|\bhow much (?:time|longer)\b|\bturn-?around\b|\bcuanto (?:tiempo|tarda)\b|\bwie lange\b|\bdauert\b|\bwhen (?:will|would|can|could|do|does|is|might)\b.*\b(?:ready|done|finished|back|collect|pick\w*)\b|\btakes? (?:very )?long\b|\bsame[- ]day\b|\bready by\b|\btime ?frame\b/,
  hours:
    /\b(?:you|u|ya) (?:guys )?(?:open|close)\b|\b(?:opening|business|store|shop|working|your) (?:hours|times)\b|\b(?:are|is|do|does|if|when|whether) (?:you|your|the|it)\b.*\b(?:open|opens|opened|close|closes|closed)\b|\bwhat (?:time|hours|days)\b.*\b(?:open|close|come|you)\b|\bopen (?:on|at|today|tomorrow|now|until|till|late|during|over|this|sat|sun|mon|tue|wed|thu|fri)|^hours\b|\b(?:abren|abierto|cierran|horario|offen|geoffnet)\b/,
  location:
    /\bwhere (?:are|is|can|do|should) (?:you|your|the (?:shop|store)|i (?:find (?:you|the shop)|bring|come|park|drop))|\b(?:your|shop|store|street|the) address\b|\blocat(?:ed|ion)\b|\bdirections\b|(?<!\b(?:in|at) (?:(?:the|a|my|your) )?)\bpark(?:ing)?\b|\bdonde est|\bubicad|\bwo (?:seid|ist|finde)\b/,
  steps:
    /\bhow (?:do|can|should|would) (?:i|we|you)\b|\bwhat (?:should|can|do|must) (?:i|we)\b|\bwhat (?:happens|steps)\b|\bsteps\b|\bhow does (?:it|this|that) work\b|\bwhat to do\b|\b(?:anything|something) i (?:can|should)\b|\bhow to\b|\bprepare\b/,
};

/** Words of a customer in trouble. */
export const TROUBLE =
  /\b(?:broke|broken|crack|cracked|shattered|smashed|spill|spilled|spilt|dropped|dead|won'?t|doesn'?t|isn'?t|can'?t|cannot|keeps|stopped|lost|virus|hacked|stolen|swollen|frozen|crash(?:es|ed|ing)?|wet|stuck|scam(?:med)?|encrypted|ransomware|fell)\b/i;

/** Words an aspect uses up: they say what is wanted, not what it is about. */
const USED_UP: Record<Aspect, ReadonlySet<string>> = {
  price: findConcepts("price charge free extra"),
  duration: findConcepts("turnaround ready pickup"),
  hours: findConcepts("hours"),
  location: findConcepts("location"),
  steps: findConcepts("steps prepare"),
};

const QUESTION_START =
  /^(?:and |also |so |but |then |plus )*(?:what|when|where|who|why|which|how|do|does|did|can|could|is|are|will|would|should|may|have|has)\b(?!'t)/;
const BREAK =
  /(?<=[?!])\s+|(?<=[a-z)]\.)\s+|\n+|;\s*|,?\s+(?:and|but|also|plus|or)\s+(?:also\s+)?(?=(?:what|when|where|who|why|which|how|do|does|can|could|is|are|will|would|should)\b(?!'t))|,\s+(?=(?:what|when|where|who|why|which|how|do|does|can|could|is|are|will|would|should)\b(?!'t))/;

const strip = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    // "iphone14" is two words.
    .replace(/\b([a-z]{4,})(\d{1,4})\b/g, "$1 $2")
    .replace(/\s+/g, " ")
    .trim();

function aspectsOf(segment: string): Aspect[] {
  const found = (Object.keys(ASKS) as Aspect[]).filter((aspect) => ASKS[aspect].test(segment));
  // "How do I find out what it costs?" is about the price, not about steps.
  return found.length > 1 ? found.filter((aspect) => aspect !== "steps") : found;
}

/** "At 6:30 pm" says when, not what about. */
const CLOCK = /\b\d{1,2}(?::\d{2})?\s*[ap]\.?m\b|\b\d{1,2}:\d{2}\b/g;

function topicOf(segment: string, aspects: Aspect[]): Term[] {
  const used = new Set(aspects.flatMap((aspect) => [...USED_UP[aspect]]));
  if (aspects.includes("hours"))
    findDays(segment).forEach((d) => readTerms(d).forEach((t) => used.add(t.concept)));
  const seen = new Set<string>();
  return readTerms(segment.replace(CLOCK, " ")).filter(({ concept }) => {
    if (used.has(concept) || seen.has(concept)) return false;
    seen.add(concept);
    return true;
  });
}

/** Joins topics; a later device replaces an earlier one ("what about tablets?"). */
function inherit(own: Term[], from: Term[]): Term[] {
  const ownsDevice = own.some((t) => DEVICES.has(t.concept));
  const taken = new Set(own.map((t) => t.concept));
  return [
    ...own,
    ...from.filter((t) => !taken.has(t.concept) && !(ownsDevice && DEVICES.has(t.concept))),
  ];
}

type Knows = (concept: string) => boolean;

/** A piece of a message that may be a part of the question. */
interface Segment {
  text: string;
  aspects: Aspect[];
  topic: Term[];
  asks: boolean;
}

function readSegment(text: string): Segment {
  const aspects = aspectsOf(text);
  const asks = text.endsWith("?") || QUESTION_START.test(text) || aspects.length > 0;
  return { text, aspects, topic: topicOf(text, aspects), asks };
}

/** Whether a segment tells of trouble, or wants to know what to do. */
function wantsHelp({ text, asks }: Segment, aspect: Aspect | undefined): boolean {
  if (aspect === "steps" || /\bis it (?:safe|ok|okay|dangerous)\b/.test(text)) return true;
  if (aspect) return false;
  return !asks || (TROUBLE.test(text) && !/^(?:do|does|can|is|are|will) /.test(text));
}

/** Collects the parts of messages one after another. */
class QuestionReader {
  readonly parts: Part[] = [];
  /** What was told around the questions, as far as the passages know of it. */
  background: Term[] = [];

  constructor(private readonly known: Knows) {}

  read(message: string): void {
    const texts = strip(message)
      .split(BREAK)
      .map((text) => text.trim())
      .filter(Boolean);
    const segments = texts.map(readSegment);
    const anyAsks = segments.some(({ asks }) => asks);
    if (!anyAsks && segments.length > 1) this.parts.push(...told(texts, this.known));
    else for (const segment of segments) this.add(segment, anyAsks && !segment.asks);
  }

  private add(segment: Segment, onlyTells: boolean): void {
    const { aspects, topic } = segment;
    if (!onlyTells && (topic.length > 0 || aspects.length > 0)) {
      for (const aspect of aspects.length > 0 ? aspects : [undefined]) {
        this.parts.push(this.makePart(segment, aspect));
      }
    }
    this.background = inherit(
      topic.filter(({ concept }) => this.known(concept)),
      this.background,
    );
  }

  private makePart(segment: Segment, aspect: Aspect | undefined): Part {
    const { text, topic } = segment;
    const previous = this.parts.at(-1)?.topic ?? [];
    const before = previous.length > 0 ? previous : this.background;
    return {
      topic: inherits(text, topic, aspect) ? inherit(topic, before) : topic,
      days: findDays(text),
      text,
      ...(aspect ? { aspect } : {}),
      ...(wantsHelp(segment, aspect) ? { help: true } : {}),
    };
  }
}

/**
 * The parts of the newest message(s). `known` tells which concepts the passages speak of: what a
 * customer tells around a question ("it fell off the sofa") counts only as far as it is known there.
 */
export function splitQuestion(messages: string[], earlier: string[], known: Knows): Part[] {
  const reader = new QuestionReader(known);
  for (const message of messages) reader.read(message);
  const { background } = reader;
  const parts: Part[] = reader.parts.map((part) => ({ ...part, around: background }));
  // "I deleted my photos, can you get them back?" asks about what it tells.
  if (parts.length === 0 && background.length > 0) {
    parts.push({ topic: background, days: [], text: strip(messages.join(" ")) });
  }
  return takeFromBefore(parts, earlier, known);
}

/** A story in several sentences is one problem; a sentence in which nothing is known is dropped. */
function told(segments: string[], known: Knows): Part[] {
  const topics = segments.map((segment) => topicOf(segment, []));
  const about = topics.filter((topic) => topic.some((t) => known(t.concept)));
  const topic = (about.length > 0 ? about : topics).reduce((all, one) => inherit(all, one), []);
  return topic.length > 0 ? [{ topic, days: [], text: segments.join(" "), help: true }] : [];
}

/** Whether a part leaves its subject out: it names none, or points back ("it", "that one"). */
function inherits(segment: string, topic: Term[], aspect: Aspect | undefined): boolean {
  if (aspect === "hours" || aspect === "location") return false;
  return (
    topic.length === 0 ||
    /\b(?:it|that|this|them|those|one|ones)\b/.test(segment) ||
    /^(?:and |so )?(?:what|how) about\b/.test(segment)
  );
}

function takeFromBefore(parts: Part[], earlier: string[], known: Knows): Part[] {
  const first = parts[0];
  if (!first || earlier.length === 0) return parts;
  const followsUp =
    /^(?:and |so |ok |okay |then )*(?:what|how) about\b|^and\b/.test(first.text) &&
    !QUESTION_START.test(first.text.replace(/^(?:and |so )*(?:what|how) about\b/, ""));
  // "Is it covered by warranty?" names no device and no part of one.
  const points = (p: Part) => {
    const { devices, parts } = subjectOf(p.topic);
    return /\b(?:it|that|this|those|them)\b/.test(p.text) && devices.length + parts.length === 0;
  };
  const lacks = (p: Part) =>
    (p.topic.length === 0 || points(p)) && p.aspect !== "hours" && p.aspect !== "location";
  if (!followsUp && !parts.some(lacks)) return parts;
  for (const text of earlier.slice(-3).reverse()) {
    const before = splitQuestion([text], [], known);
    const topic = before.flatMap((p) => p.topic).filter((t) => known(t.concept));
    if (topic.length === 0) continue;
    return parts.flatMap((part) => {
      if (!lacks(part) && !(followsUp && part === first)) return [part];
      const subject = inherit(part.topic, topic);
      const aspects = part.aspect
        ? [part.aspect]
        : followsUp
          ? [...new Set(before.map((p) => p.aspect))]
          : [undefined];
      return aspects.map((aspect) => ({ ...part, topic: subject, ...(aspect ? { aspect } : {}) }));
    });
  }
  return parts;
}

/** Key words for a search: what the parts are about, as the customer wrote it, and what they ask. */
export function writeSearchQuery(parts: Part[], question: string): string {
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
      if (!seen.has(term.concept)) {
        words.push(term.surface);
        // The other word for it may be the one that is written down.
        const name = nameConcept(term.concept);
        if (name && name !== term.surface && !term.surface.startsWith(name)) words.push(name);
      }
      seen.add(term.concept);
    }
  }
  for (const part of parts) {
    if (part.aspect && !seen.has(part.aspect)) words.push(label[part.aspect]);
    if (part.aspect) seen.add(part.aspect);
  }
  return (
    words.join(" ") ||
    readTerms(question)
      .slice(0, 12)
      .map((t) => t.surface)
      .join(" ") ||
    question.slice(0, 100).trim()
  );
}
