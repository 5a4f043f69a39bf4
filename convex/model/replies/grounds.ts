/**
 * What an answer may rest on: the lines and rows of the passages that its reply was given, each with its facts, the
 * devices and parts it is about, its days. Pure. Amounts belong to what they are the price of; the rest stands alone.
 */
import { findMarks, writeMarks } from "../../lib/citationMarks";
import { findFacts, type Fact, type FactKind } from "../../lib/facts";
import { splitSentences } from "../../lib/sentences";
import { findMakes, findModels, listModels, type Listed, type Named } from "./makes";

export type Line = {
  /** Number of its passage; absent: of the shop's own page, which is not cited. */
  n?: number;
  text: string;
  facts: Fact[];
  about: Subject;
  /** The models that it is for. */
  listed: Listed;
  /** Makers that its section names. */
  headed: Set<string>;
  days: Set<number>;
  closed: boolean;
  /** Said in this conversation, by a technician or in an answer that was judged. Absent: the shop's own documents. */
  by?: "technician" | "answer";
};
/** Of a sentence or line: telling words, models and sizes among them, devices, their makers and models, parts. */
export type Subject = Named & { words: Set<string>; parts: Set<string> };

/** A kind of device stands for those below it. */
const DEVICES: [string, RegExp, string?][] = [
  ["phone", /\b(?:smart|cell)?phones?\b|\bhandys?\b|\bm[oó]vil(?:es)?\b|\bcelular(?:es)?\b/],
  ["iphone", /\biphones?\b/, "phone"],
  ["galaxy", /\bgalaxy(?! tab)\b/, "phone"],
  ["pixel", /\bpixels?\b/, "phone"],
  ["tablet", /\btablets?\b/],
  ["ipad", /\bipads?\b/, "tablet"],
  ["galaxytab", /\bgalaxy tabs?\b/, "tablet"],
  ["laptop", /\blaptops?\b|\bnotebooks?\b|\bport[aá]til(?:es)?\b/],
  ["macbook", /\bmacbooks?\b/, "laptop"],
  ["chromebook", /\bchromebooks?\b/, "laptop"],
  ["surface", /\bsurface\b/, "laptop"],
  ["desktop", /\bdesktops?\b|\btowers?\b|\ball-in-ones?\b/],
  ["imac", /\bimacs?\b|\bmac minis?\b/, "desktop"],
  ["console", /\bconsoles?\b/],
  ["playstation", /\bplaystations?\b|\bps[345]\b/, "console"],
  ["xbox", /\bxbox\b/, "console"],
  ["nintendo", /\bnintendo\b|\bswitch lite\b/, "console"],
  ["printer", /\bprinters?\b|\bdrucker\b|\bimpresoras?\b/],
  ["router", /\brouters?\b/],
  ["watch", /\b(?:apple )?watch(?:es)?\b/],
  ["airpods", /\bairpods?\b/],
];
const PARENTS = new Map(DEVICES.map(([name, , parent]) => [name, parent]));

const PARTS: [string, RegExp][] = [
  ["screen", /\bscreens?\b|\bdisplays?\b|\blcds?\b|\bdigitizers?\b|\bbildschirm\w*|\bpantallas?\b/],
  ["battery", /\bbatter(?:y|ies)\b|\bakkus?\b|\bbater[ií]as?\b/],
  ["keyboard", /\bkeyboards?\b|\btastatur\w*|\bteclados?\b/],
  ["hinge", /\bhinges?\b/],
  ["port", /\b(?:charging )?ports?\b|\bjacks?\b|\bcharge ports?\b/],
  [
    "drive",
    /\bssds?\b|\bhdds?\b|\bhard ?(?:drives?|disks?)\b|\busb sticks?\b|\bfestplatten?\b|\bdisco duro\b/,
  ],
  ["memory", /\bram\b|\bmemory\b/],
  ["fan", /\bfans?\b|\bthermal paste\b/],
  ["board", /\bmotherboards?\b|\blogic boards?\b|\bmainboards?\b/],
  ["camera", /\bcameras?\b|\blens(?:es)?\b/],
  ["speaker", /\bspeakers?\b/],
  ["trackpad", /\btrack ?pads?\b|\btouch ?pads?\b/],
  ["back", /\bback glass\b|\brear glass\b/],
  ["protector", /\bprotectors?\b|\btempered\b/],
  ["charger", /\bchargers?\b|\badapters?\b|\bpower suppl(?:y|ies)\b/],
  ["virus", /\bvirus\w*|\bmalware\b|\bspyware\b|\bransomware\b/],
  ["recovery", /\bdata recovery\b|\brecover(?:y|ing)?\b/],
  ["diagnosis", /\bdiagnos\w+/],
  ["liquid", /\bliquids?\b|\bwater\b|\bspills?\b/],
  ["backup", /\bback(?:-|\s)?ups?\b/],
  ["transfer", /\bdata transfers?\b/],
  ["reinstall", /\breinstall\w*|\bclean install\w*/],
  ["tuneup", /\btune-?ups?\b/],
  ["network", /\bwi-?fi\b|\bnetworks?\b/],
];

/** Words that say nothing of what is meant, in a shop's price list. */
const PLAIN = new Set(
  "the and for with you your our are can will was that this from not but per all any one two its has have more than about also only just when then there here what which who how does did been being was were they them their his her she him out off over under into onto each both new old cost costs price prices priced fee fees charge charges charged pay paid repair repairs repaired replace replaced replacement replacing replacements service services starts starting start total plus tax including included includes include parts labor part usually typically around depends depending would could should may might get gets like need needs take takes time day days hour hours minute minutes week weeks month months year years business working same models model after before between within shop guys free complimentary computer computers device devices yes sorry sure thanks hello please happy help know let want book come bring here und der die das ein eine mit für kostet los las una con por para cuesta".split(
    " ",
  ),
);

const NUMBERS =
  /\b([a-z]{0,2})(\d{1,4})(?:\s?[a-z]{2,5})?\s?(?:-|–|—|\bto\b|\bbis\b|\ba\b)\s?\1(\d{1,4})\b/gi;
/** "S21 to S24" is four models. */
const MAX_RANGE = 20;

/** A text with blanks for its facts. */
function blank(text: string, facts: Fact[]): string {
  let plain = text.normalize("NFKC");
  if (plain.length !== text.length) return plain;
  for (const { start, end, values } of facts)
    // "No diagnostics fee" says what is free. The same length, so that one fact's place holds for the next.
    if (values[0] !== "free")
      plain = plain.slice(0, start) + " ".repeat(end - start) + plain.slice(end);
  return plain;
}

/** What a text is about, without the facts that it states. */
export function findSubject(text: string, facts: Fact[] = findFacts(text)): Subject {
  const plain = blank(text, facts)
    .toLowerCase()
    .replace(/\[\d{1,3}\]/g, " ");
  const words = new Set<string>();
  for (const [, prefix = "", from, to] of plain.matchAll(NUMBERS)) {
    const [first, last] = [Number(from), Number(to)];
    if (last < first || last - first > MAX_RANGE) continue;
    for (let model = first; model <= last; model++) words.add(`${prefix}${model}`);
  }
  for (const word of plain.match(/[\p{L}\d][\p{L}\d+']*/gu) ?? []) {
    const isModel = /^[a-z]{0,2}\d{1,4}[a-z]?$/.test(word);
    if (isModel || (word.length > 2 && !PLAIN.has(word))) words.add(isModel ? word : stem(word));
  }
  const named = (table: [string, RegExp, string?][]) =>
    new Set(table.filter(([, pattern]) => pattern.test(plain)).map(([name]) => name));
  const devices = named(DEVICES);
  const subject = {
    words,
    devices,
    makes: findMakes(plain, devices),
    models: findModels(plain),
    parts: named(PARTS),
  };
  // "The phone's screen" and "its display" are one word each.
  for (const name of [...subject.devices, ...subject.parts]) words.add(name);
  return subject;
}

const stem = (word: string) => word.replace(/(?:'s|s|es)$/, "");

const DAYS = [
  /\bmon(?:day)?s?\b|\bmontags?\b|\blunes\b/,
  /\btue(?:s(?:day)?)?s?\b|\bdienstags?\b|\bmartes\b/,
  /\bwed(?:nesday)?s?\b|\bmittwochs?\b|\bmi[eé]rcoles\b/,
  /\bthu(?:r?s?(?:day)?)?s?\b|\bdonnerstags?\b|\bjueves\b/,
  /\bfri(?:day)?s?\b|\bfreitags?\b|\bviernes\b/,
  /\bsat(?:urday)?s?\b|\bsamstags?\b|\bs[aá]bados?\b/,
  /\bsun(?:day)?s?\b|\bsonntags?\b|\bdomingos?\b/,
];
const DAY = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*";
const DAY_RANGE = new RegExp(`\\b${DAY}\\s?(?:-|–|—|to|through|thru|until|bis)\\s?${DAY}\\b`, "g");
const SHORT = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Days of the week that a text names, Monday is 0. */
export function findDays(text: string): Set<number> {
  const plain = text.toLowerCase();
  const days = new Set<number>();
  for (const [day, pattern] of DAYS.entries()) if (pattern.test(plain)) days.add(day);
  for (const [, from, to] of plain.matchAll(DAY_RANGE)) {
    const last = SHORT.indexOf(to!);
    for (let day = SHORT.indexOf(from!); ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  if (/\bweekdays?\b|\bwerktags?\b/.test(plain)) for (let day = 0; day < 5; day++) days.add(day);
  if (/\bweekends?\b|\bwochenende\w*/.test(plain)) days.add(5).add(6);
  if (/\b(?:every ?day|daily|7 days|seven days|all week|täglich)\b/.test(plain))
    for (let day = 0; day < 7; day++) days.add(day);
  return days;
}

export const isClosed = (text: string) =>
  /\bclosed\b|\bnot open\b|\baren't open\b|\bisn't open\b|\bgeschlossen\b|\bcerrad[oa]s?\b/i.test(
    text,
  );

type Source = { title: string; heading: string; text: string };

/** The lines of a passage. A row is about its own cells and the head of its table, else what its section is about. */
export function linesOf({ title, heading, text }: Source, n?: number): Line[] {
  const lines: Line[] = [];
  let head = "";
  const about = [findSubject(heading), findSubject(title)];
  for (const raw of text.split("\n")) {
    const isRow = /^\s*\|/.test(raw);
    if (!isRow) head = "";
    if (isRow && /^[\s|:-]+$/.test(raw)) continue;
    if (isRow && head === "") head = raw;
    for (const part of isRow ? [raw] : splitSentences(raw, true).map((one) => one.text)) {
      if (part.trim() === "") continue;
      lines.push(lineOf(part, isRow && raw !== head ? head : "", about, n));
    }
  }
  return lines;
}

function lineOf(text: string, head: string, around: Subject[], n?: number): Line {
  const facts = findFacts(text);
  const own = findSubject(text, facts);
  const withHead = head === "" ? own : join(own, findSubject(head, []));
  const [heading, title] = around as [Subject, Subject];
  const nearest = (...kinds: ("devices" | "makes" | "parts")[]) =>
    [withHead, heading, title].find((one) => kinds.some((kind) => one[kind].size > 0)) ?? withHead;
  const whole = join(join(withHead, heading), title);
  const { devices } = nearest("devices");
  // "Windows laptops" below a title with MacBooks are nobody's in particular.
  const { makes } = nearest("devices", "makes");
  return {
    ...(n !== undefined && { n }),
    text,
    facts,
    about: { ...whole, devices, makes, parts: nearest("parts").parts },
    listed: listModels(blank(text, facts).toLowerCase()),
    headed: new Set([...heading.makes, ...title.makes]),
    days: findDays(text),
    closed: isClosed(text),
  };
}

type SaidMessage = {
  role: "customer" | "agent" | "technician";
  text: string;
  grounded?: boolean;
};

/** What may rest on the customer's words, and so is no ground of anything when an answer has said it. */
export const CUSTOMERS: ReadonlySet<FactKind> = new Set(["phone", "email", "address", "time"]);

/**
 * What technicians and judged answers of this conversation have said, oldest first. "$95 for you" is about what was
 * spoken of before, by whomever; but nothing that a customer says is a line, nor what an answer may have from them.
 */
export function saidLines(messages: SaidMessage[]): Line[] {
  const lines: Line[] = [];
  let around: Subject | null = null;
  for (const { role, text, grounded } of messages) {
    const isGround = role === "technician" || grounded === true;
    for (const line of linesOf({ title: "", heading: "", text })) {
      const about: Subject = around === null ? line.about : inContext(line.about, around);
      if (isGround) {
        lines.push(
          role === "technician"
            ? { ...line, about, by: "technician" }
            : { ...withoutCustomers(line), about, by: "answer" },
        );
      }
      if (line.about.devices.size + line.about.parts.size > 0) around = about;
    }
  }
  return lines;
}

const withoutCustomers = (line: Line): Line => ({
  ...line,
  facts: line.facts.filter(({ kind }) => !CUSTOMERS.has(kind)),
  days: new Set(),
  closed: false,
});

/** With the device and the part that were spoken of before, where it names none. */
function inContext(own: Subject, before: Subject): Subject {
  if (own.devices.size > 0 && own.parts.size > 0) return own;
  const devices = own.devices.size > 0 ? own.devices : before.devices;
  const parts = own.parts.size > 0 ? own.parts : before.parts;
  const named = own.devices.size + own.makes.size > 0 ? own : before;
  const { makes, models } = named;
  return { words: new Set([...own.words, ...before.words]), devices, makes, models, parts };
}

export const join = (a: Subject, b: Subject): Subject => ({
  words: new Set([...a.words, ...b.words]),
  devices: new Set([...a.devices, ...b.devices]),
  makes: new Set([...a.makes, ...b.makes]),
  models: new Set([...a.models, ...b.models]),
  parts: new Set([...a.parts, ...b.parts]),
});

/** Whether of two devices one is a kind of the other. */
export const areRelated = (a: string, b: string) =>
  a === b || PARENTS.get(a) === b || PARENTS.get(b) === a;

/** Whether a line can be what a sentence speaks of: no other device, no other part. */
export function agrees(sentence: Subject, line: Subject): boolean {
  const meet = (a: Set<string>, b: Set<string>, same: (x: string, y: string) => boolean) =>
    a.size === 0 || b.size === 0 || [...a].some((x) => [...b].some((y) => same(x, y)));
  return (
    meet(sentence.devices, line.devices, areRelated) &&
    meet(sentence.parts, line.parts, (x, y) => x === y)
  );
}

/** To see whether a line is said as it stands. */
export const wordsOf = (text: string) =>
  text
    .replace(/\[\d{1,3}\]/g, "")
    .replace(/[*_`|\s]+/g, " ")
    .trim();

/** A page's lines are looked at with each fact of an answer. */
const KNOWN_WORDS = new WeakMap<Line, string>();
export function wordsOfLine(line: Line): string {
  const words = KNOWN_WORDS.get(line) ?? wordsOf(line.text);
  KNOWN_WORDS.set(line, words);
  return words;
}

/**
 * Whether a price goes by another line. A technician's goes before the list, and by no line of it; what an answer said
 * goes by any document that speaks of it now, for the list may have changed.
 */
export function isNearer(other: Line, line: Line, near: Subject): boolean {
  const [more, fits] = [overlap(near, other.about), overlap(near, line.about)];
  if (line.by === "technician") return other.by === "technician" && isStrictlyMore(more, fits);
  if (other.by !== undefined) return false;
  if (line.by === undefined) return isStrictlyMore(more, fits);
  return agrees(line.about, other.about) && [...fits].every((word) => more.has(word));
}

export const overlap = (a: Subject, b: Subject) =>
  new Set([...a.words].filter((word) => b.words.has(word)));
const isStrictlyMore = (a: Set<string>, b: Set<string>) =>
  a.size > b.size && [...b].every((word) => a.has(word));

/** A mark after a fact names a passage that holds it; one that holds nothing of the sentence goes. */
export function moveMarks(text: string, holding: Line[][]): string {
  const cited = findMarks(text);
  if (cited.length === 0 || holding.length === 0) return text;
  const numbersOf = (lines: Line[]) => lines.flatMap(({ n }) => n ?? []);
  // What stands on the shop's own page needs no passage.
  const needed = holding.filter((lines) => lines.every(({ n }) => n !== undefined)).map(numbersOf);
  const missing = needed.filter((numbers) => !meetNumbers(numbers, cited)).map(([first]) => first!);
  const good = new Set(holding.flatMap(numbersOf));
  if (missing.length === 0 && cited.every((n) => good.has(n))) return text;
  let last = cited.length;
  return writeMarks(text, (numbers) => {
    last -= numbers.length;
    const kept = numbers.filter((n) => good.has(n));
    const added = last <= 0 ? missing : [];
    return [...new Set([...kept, ...added])].map((n) => `[${n}]`).join("");
  });
}

const meetNumbers = (a: number[], b: number[]) => a.some((one) => b.includes(one));
