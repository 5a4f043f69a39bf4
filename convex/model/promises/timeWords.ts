/**
 * The words for times: what of a sentence is a time of day, a day, or a stretch from now on. Pure, and knows no clock
 * and no shop: what the words leave open (`times.ts`) is decided there. Each reader takes a tidied sentence.
 */

/** A time of day as it is said; `half` if that is said, too. `lunch` is the shop's own. */
export type Clock =
  | { hour: number; minute: number; half?: "am" | "pm"; zone?: string }
  | { lunch: "begins" | "over" };
/** A day as it is said. */
export type DayWords =
  | { date: { year?: number; month: number; day: number } }
  | { dayOfMonth: number }
  | { inDays: number }
  | { weekday: number; which: "coming" | "this" | "next"; plusWeeks: number };
/** From now on: `days` may have a half. */
export type Stretch = { minutes: number } | { days: number };

const ONES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const FRACTIONS: Record<string, number> = { half: 0.5, quarter: 0.25, "three quarters": 0.75 };

/** Longer words first: "seven" would be read out of "seventeen". */
const SPELT = `(?:(?:${TENS.slice(2).join("|")})(?:[ -](?:${ONES.slice(1, 10).join("|")}))?|${ONES.slice(
  1,
)
  .reverse()
  .join("|")})`;
const COUNT = `(?:\\d{1,3}(?:[.,]\\d{1,2})?|${SPELT}|(?:an? )?couple(?: of)?|(?:an? )?few|several|an?)`;
const SHARE = "(?: and (?:an? )?(half|quarter|three quarters))";
const UNIT = "(minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)";

const ABOUT =
  "(?:(?:of|about|around|roughly|approximately|approx|less than|under|no more than|at most|just|maybe|the next|another|a further|the) )*";
/** "Two to three" counts as three, "an hour or two" as two. */
const RANGE = `(?:${COUNT} ?(?:to|or) |\\d{1,3}(?:\\.\\d)? ?- ?)?`;
const LENGTH = `${RANGE}(${COUNT})${SHARE}?[ -]?${UNIT}\\b${SHARE}?(?: or (two|three)\\b)?(?: and (${COUNT}) (?:minutes?|mins?)\\b)?`;
const PART = "(?:an? )?(half|(?:a )?quarter of|three quarters of)(?: an?|-)? ?(hour|day|week)\\b";
const AHEAD = `\\b(?:in|within|inside|under|over) ${ABOUT}`;
const LATER = "(?:'s?)? (?:from now|from this moment|from today)";
const STRETCHES = [
  new RegExp(`${AHEAD}${LENGTH}`, "g"),
  new RegExp(`${AHEAD}${PART}`, "g"),
  new RegExp(`\\b${LENGTH}${LATER}\\b`, "g"),
  new RegExp(`\\b${PART}${LATER}\\b`, "g"),
];
/** "Within the hour". */
const NEXT_UNIT = /\b(?:in|within) the (?:next )?(hour|day|week)\b/;

const HOUR = `(?:1[0-2]|0?[1-9]|${ONES.slice(1, 13).reverse().join("|")})`;
const MINUTES = `(?:[0-5]?\\d|${SPELT})`;
const HALF = "(?: ?(am|pm)\\b)?";
const ZONE =
  "(?: ?\\(?(utc|gmt|e[sd]?t|c[sd]?t|m[sd]?t|p[sd]?t|eastern|central|mountain|pacific)\\b\\)?)?";
/** What stands before a time of day. "Between two and four" is due at its end. */
const BEFORE = `(?:(?<![\\w@~])(?:by|before|at|around|about|until|till?|than|towards?|latest|@|~|(?:between|from) \\S{1,12} (?:and|to|-)))`;
/** What may follow a time of day: anything else makes it a count, an address, a phone number. */
const AFTER = `(?=\\s*(?:$|[,;!)?"]|[.:](?!\\d)|[-–—](?!\\d))|\\s+(?:(?:on|tomorrow|today|tonight|this|next|in|and|or|so|to|at|by|latest|sharp|with|then|when|for|from|but|as|the|i|we|you|your|my|our|about|if|local|please|exactly|either|or|${"(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?"}|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b))`;

/** A price, a version, a number with a dash: no time. */
const ALONE = "(?<![\\d$€£#.:/+-])";
type Reader = [RegExp, (groups: (string | undefined)[]) => Clock | null];
const CLOCKS: Reader[] = [
  // "Ten to four", "quarter past two", "half past two".
  [
    new RegExp(
      `(?:\\b(?:by|before|at|around|about|until|till?|than) |\\b(?=(?:half|(?:an? )?quarter) ))(half|(?:an? )?quarter|${MINUTES})(?: min(?:ute)?s?)? (past|after|to|til?l?|before|of) (${HOUR}|noon|midday|midnight)\\b${HALF}`,
      "g",
    ),
    ([minutes = "", side = "", hour = "", half]) => spoken(minutes, side, hour, half),
  ],
  // "Half three": English has it after three.
  [
    new RegExp(`\\bhalf[ -](${HOUR})\\b${HALF}${AFTER}`, "g"),
    ([hour = "", half]) => clock(numberOf(hour), 30, half),
  ],
  // "15:30", "3:30 pm", "15h30".
  [
    new RegExp(`${ALONE}\\b([01]?\\d|2[0-4])[:h]([0-5]\\d)(?![\\d:])${HALF}${ZONE}`, "g"),
    ([hour, minute, half, zone]) => clock(Number(hour), Number(minute), half, zone),
  ],
  [
    new RegExp(`${BEFORE} ([01]?\\d|2[0-3])\\.([0-5]\\d)(?!\\d)${HALF}${AFTER}`, "g"),
    ([hour, minute, half]) => clock(Number(hour), Number(minute), half),
  ],
  [
    new RegExp(`${ALONE}\\b(${HOUR})(?:[ .](${MINUTES}))? ?(am|pm)\\b${ZONE}`, "g"),
    ([hour = "", minute, half, zone]) => clock(numberOf(hour), minuteOf(minute), half, zone),
  ],
  // "1530", "0900 hours", "930": a year is none, unless it says that it is.
  [
    new RegExp(
      `(?:\\b(?:by|before|at|around|about|until|till?|than) |\\b(?:between|from) \\S{1,12} (?:and|to) )(?!20[2-4]\\d(?! ?h))([01]?\\d|2[0-3])([0-5]\\d) ?(?:h|hrs|hours)?${HALF}${AFTER}`,
      "g",
    ),
    ([hour, minute, half]) => clock(Number(hour), Number(minute), half),
  ],
  [
    new RegExp(`${BEFORE} ([01]?\\d|2[0-3]) ?(?:h|hrs|hours)\\b`, "g"),
    ([hour]) => clock(Number(hour), 0),
  ],
  // "By three", "at three thirty", "four-ish".
  [
    new RegExp(
      `${BEFORE} (${HOUR})(?:[ -](thirty|fifteen|forty[ -]five|ten|twenty|twenty[ -]five|fifty))?(?:[ -]?ish| ?o'? ?clock)?${AFTER}`,
      "g",
    ),
    ([hour = "", minute]) => clock(numberOf(hour), minuteOf(minute)),
  ],
  [new RegExp(`\\b(${HOUR}) ?o'? ?clock\\b`, "g"), ([hour = ""]) => clock(numberOf(hour), 0)],
  [
    /\b(noon|midday|midnight)\b/g,
    ([word]) => (word === "midnight" ? clock(24, 0) : clock(12, 0, "pm")),
  ],
  [/\bafter lunch(?:[ -]?time)?\b/g, () => ({ lunch: "over" })],
  [/\blunch(?:[ -]?time)?\b/g, () => ({ lunch: "begins" })],
];

function clock(hour: number, minute: number, half?: string, zone?: string): Clock | null {
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return null;
  if (half !== undefined && hour > 12) return null;
  return {
    hour,
    minute,
    ...((half === "am" || half === "pm") && { half }),
    ...(zone !== undefined && { zone }),
  };
}

/** Minutes before or after an hour. */
function spoken(minutes: string, side: string, word: string, half?: string): Clock | null {
  const hour = word === "midnight" ? 24 : /noon|midday/.test(word) ? 12 : numberOf(word);
  const said = minutes === "half" ? 30 : minutes.endsWith("quarter") ? 15 : numberOf(minutes);
  if (said > 59) return null;
  const noon = word === "noon" || word === "midday";
  if (side === "past" || side === "after") {
    return clock(hour === 24 ? 0 : hour, said, half ?? (noon ? "pm" : undefined));
  }
  if (said === 30) return null;
  const before = hour === 1 ? 12 : hour - 1;
  return clock(before, 60 - said, half ?? (noon ? "am" : undefined));
}

const minuteOf = (words: string | undefined) => (words === undefined ? 0 : numberOf(words));

/** "2", "2.5", "twenty-five", "a", "a couple of". */
function numberOf(words: string): number {
  const word = words.trim().toLowerCase();
  if (/^\d/.test(word)) return Number(word.replace(",", "."));
  if (/couple/.test(word)) return 2;
  if (/few/.test(word)) return 3;
  if (word === "several") return 5;
  if (/^an?$/.test(word)) return 1;
  const [first = "", second] = word.split(/[ -]/);
  const tens = TENS.indexOf(first);
  const ones = ONES.indexOf(tens > 0 ? (second ?? "zero") : first);
  return (tens > 0 ? 10 * tens : 0) + Math.max(ones, 0);
}

/** Lower case, plain digits and spaces; a half is ".5", however it is written. */
export const tidyTimes = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(?:(\d)\s?)?([½¼¾])/g, (_, whole: string | undefined, part: string) => {
      const tail = { "½": ".5", "¼": ".25", "¾": ".75" }[part] ?? "";
      return `${whole ?? "0"}${tail}`;
    })
    .normalize("NFKC")
    .replace(/[’ʼ′´`]/g, "'")
    .replace(/[‐‑–—]/g, "-")
    .replace(/\b([ap])\.\s?m\b\.?/g, "$1m")
    .replace(/\b(\d{1,2})\s+1\/2\b/g, "$1.5")
    .replace(/(?<![\d/])1\/2(?=\s+(?:an?\s+)?(?:hour|day|week))/g, "0.5")
    .replace(/\b(0\.(?:5|25|75)) (?:of )?an? /g, "$1 ")
    .replace(/\s+/g, " ");

/** The times of day in a sentence, in the order in which they stand there. */
export function readClocks(tidy: string): Clock[] {
  const found: { from: number; to: number; clock: Clock }[] = [];
  for (const [pattern, read] of CLOCKS) {
    for (const match of tidy.matchAll(pattern)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (found.some((other) => from < other.to && other.from < to)) continue;
      const clock = read(match.slice(1));
      if (clock !== null) found.push({ from, to, clock });
    }
  }
  return found.sort((a, b) => a.from - b.from).map(({ clock }) => clock);
}

/** The longest stretch that a sentence counts from now on. */
export function readStretch(tidy: string): Stretch | null {
  const stretches = STRETCHES.flatMap((pattern) =>
    [...tidy.matchAll(pattern)].map(({ length, ...groups }) =>
      length === 3
        ? stretchOf(FRACTIONS[(groups[1] ?? "").replace(/^a | of$/g, "")] ?? 1, groups[2] ?? "")
        : lengthOf([1, 2, 3, 4, 5, 6].map((n) => groups[n])),
    ),
  );
  const unit = NEXT_UNIT.exec(tidy)?.[1];
  if (unit === "hour") stretches.push({ minutes: 60 });
  const longest = stretches.sort((a, b) => msOf(b) - msOf(a))[0];
  return longest ?? null;
}

const msOf = (stretch: Stretch) => ("days" in stretch ? stretch.days * 1_440 : stretch.minutes);

function lengthOf([count, share, unit, lateShare, or, minutes]: (string | undefined)[]): Stretch {
  const part = FRACTIONS[share ?? lateShare ?? ""] ?? 0;
  const stretch = stretchOf(numberOf(or ?? count ?? "a") + part, unit ?? "");
  if (minutes === undefined || "days" in stretch) return stretch;
  return { minutes: stretch.minutes + numberOf(minutes) };
}

function stretchOf(count: number, unit: string): Stretch {
  if (unit.startsWith("min")) return { minutes: count };
  if (unit.startsWith("h")) return { minutes: 60 * count };
  if (unit.startsWith("d")) return { days: count };
  return { days: Math.ceil(count * (unit.startsWith("w") ? 7 : 30)) };
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** "Sat" and "sun" alone are other words, too. */
const WEEKDAY =
  "(mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|saturday|sunday|(?<=\\b(?:on|by|this|next|before|until) )(?:sat|sun))\\b";
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH =
  "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\\b\\.?";
const NTH = "(?:st|nd|rd|th)";
type DayReader = [RegExp, (groups: (string | undefined)[]) => DayWords | null];

const DAYS: DayReader[] = [
  [/\b(20\d\d)-(\d\d)-(\d\d)\b/, ([year, month, day]) => dateOf(month, day, year)],
  [
    new RegExp(`\\b${MONTH} (\\d{1,2})${NTH}?\\b(?:,? (20\\d\\d))?`),
    ([month, day, year]) => dateOf(monthOf(month), day, year),
  ],
  [
    new RegExp(`\\b(\\d{1,2})${NTH}?(?: of)? ${MONTH}(?:,? (20\\d\\d))?`),
    ([day, month, year]) => dateOf(monthOf(month), day, year),
  ],
  [
    new RegExp(
      `(?:\\b(?:on|by|before|until|til?l?)|day,?) (\\d{1,2})/(\\d{1,2})(?:/(20\\d\\d))?(?![\\d/])`,
    ),
    ([month, day, year]) => dateOf(month, day, year),
  ],
  [
    new RegExp(
      `\\bthe (\\d\\d?)${NTH}\\b(?! (?:time|floor|attempt|try|street|avenue|one|day|hour|party))`,
    ),
    ([day]) => ({ dayOfMonth: Number(day) }),
  ],
  [
    new RegExp(`\\b(?:a )?week (?:from|on|after) (?:next )?${WEEKDAY}`),
    ([day]) => weekday(day, "coming", 1),
  ],
  [
    new RegExp(`\\b${WEEKDAY} (?:week\\b|after next\\b|in a week\\b)`),
    ([day]) => weekday(day, "coming", 1),
  ],
  [/\b(?:a )?week from (today|tomorrow)\b/, ([day]) => ({ inDays: day === "today" ? 7 : 8 })],
  [/\b(today|tomorrow) week\b/, ([day]) => ({ inDays: day === "today" ? 7 : 8 })],
  [/\bday after tomorrow\b/, () => ({ inDays: 2 })],
  [/\b(?:tomm?orr?ow|tmrw|tmr)\b/, () => ({ inDays: 1 })],
  [
    /\b(?:today|tonight|this (?:\w+ )?(?:morning|afternoon|evening|lunchtime))\b/,
    () => ({ inDays: 0 }),
  ],
  [
    new RegExp(`\\b(?:(next|this|coming|following) )?${WEEKDAY}`),
    ([which, day]) => weekday(day, which === "next" ? "next" : "coming", 0),
  ],
];

const monthOf = (word = "") => String(MONTHS.indexOf(word) + 1);
const weekday = (word = "", which: "coming" | "next", plusWeeks: number): DayWords => ({
  weekday: WEEKDAYS.indexOf(word.slice(0, 3)) + 1,
  which,
  plusWeeks,
});

function dateOf(month = "", day = "", year?: string): DayWords | null {
  const date = { month: Number(month), day: Number(day) };
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return null;
  return { date: { ...date, ...(year !== undefined && { year: Number(year) }) } };
}

/** The day that a sentence names; the surest way of saying it counts. */
export function readDay(tidy: string): DayWords | null {
  for (const [pattern, read] of DAYS) {
    const match = pattern.exec(tidy);
    const day = match && read(match.slice(1));
    if (!day) continue;
    // "Friday of next week", "next week on Friday".
    const ofNextWeek = "weekday" in day && /\bnext week\b/.test(tidy);
    return ofNextWeek ? { ...day, which: "next" } : day;
  }
  return null;
}

const BUSINESS_DAYS = new RegExp(
  `\\b(?:in|within) ${ABOUT}${RANGE}(${COUNT})${SHARE}? (?:business|working) days?\\b`,
);

/** Days on which the shop works, a half rounded up. */
export function readBusinessDays(tidy: string): number | null {
  const match = BUSINESS_DAYS.exec(tidy);
  if (match === null) return null;
  return Math.ceil(numberOf(match[1] ?? "a") + (FRACTIONS[match[2] ?? ""] ?? 0));
}
