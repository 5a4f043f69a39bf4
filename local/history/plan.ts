/**
 * Who comes to the example shop in its past, when, and what they do: from a seed, so that the same one gives the same
 * history. Pure. Questions are those of the evaluation (`bench/eval/cases`), in people's own spelling.
 */
import { isOpen, localDate, localTime, type OpeningHours } from "../../convex/model/hours/hours";
import * as Words from "./words";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Of the demo's history. */
export const DAYS = 28;

/** `slug`: of the document that answers it. `after`: what was asked before, without which nobody understands it. */
export type Question = { text: string; slug: string; after?: string };

export type Act =
  /** `thinkMs`: until the first word of its answer. */
  | { kind: "ask"; text: string; thinkMs: number }
  | { kind: "thumb"; score: "up" | "down" }
  | { kind: "rate"; score: number; comment?: string };
type Later<A> = { afterMs: number; act: A };

/** What is done once people have the conversation, by `by` and then the customer. */
export type Care = {
  by: "technician" | "owner";
  /** Of opening time, until somebody takes it. */
  waitMs: number;
  answer: string;
  label?: string;
  acts: Later<
    | Act
    | { kind: "answer"; text: string }
    | { kind: "snooze"; forMs: number }
    | { kind: "resolve"; summary: string }
  >[];
};

/** One customer: acts, each so long after the one before, and what happens if they come to people. */
export type Visit = {
  at: number;
  name?: string;
  acts: Later<Act>[];
  /** Whether a technician who is offered is wanted. */
  accepts: boolean;
  care: Care;
};

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Visits of a weekday, Monday first; of a holiday as few as of a Sunday. */
const VISITS = [9, 8, 8, 9, 10, 6, 3] as const;
/** Shares of the hours from 7 to 22 in Ohio. */
const BY_HOUR = [2, 4, 7, 9, 9, 8, 6, 6, 7, 8, 8, 7, 6, 5, 3, 2] as const;
const FIRST_HOUR = 7;

type Given = { hours: OpeningHours; questions: readonly Question[]; seed: number };
type Dice = {
  random: () => number;
  pick: <T>(some: readonly T[]) => T;
  between: (from: number, to: number) => number;
};

/** Visits of so many days from `from`, the shop's midnight, in their order. */
export function planVisits(from: number, days: number, given: Given): Visit[] {
  const random = seededRandom(given.seed);
  const dice: Dice = {
    random,
    pick: (some) => some[Math.floor(random() * some.length)]!,
    between: (least, most) => Math.round(least + (most - least) * random()),
  };
  const visits: Visit[] = [];
  for (let day = 0; day < days; day++) {
    const date = localDate(given.hours, from).add({ days: day });
    const noon = localTime(given.hours, date, "12:00");
    const isHoliday = given.hours.holidays.some((holiday) => holiday.date === date.toString());
    const count = (isHoliday ? VISITS[6] : VISITS[date.dayOfWeek - 1]!) + dice.between(-1, 1);
    for (let i = 0; i < count; i++) {
      const hour = FIRST_HOUR - 12 + hourOf(random());
      visits.push(visitAt(noon + hour * HOUR + dice.between(0, HOUR - 1), dice, given));
    }
    if (day === days - 1) visits.push(...lastDay(noon, dice));
  }
  return visits.sort((a, b) => a.at - b.at);
}

function lastDay(noon: number, dice: Dice): Visit[] {
  return Words.LAST_DAY.map(({ name, hour, slug, says, ordersPart }) => ({
    at: Math.round(noon + (hour - 12) * HOUR),
    name,
    acts: says.map((text, n) => ask(text, dice, n === 0 ? 0 : 2 * MINUTE)),
    accepts: true,
    care: careOf(slug, dice, ordersPart),
  }));
}

function hourOf(share: number): number {
  const sum = BY_HOUR.reduce((total, part) => total + part, 0);
  let left = share * sum;
  for (const [hour, part] of BY_HOUR.entries()) {
    left -= part;
    if (left < 0) return hour;
  }
  return BY_HOUR.length - 1;
}

function visitAt(at: number, dice: Dice, { hours, questions }: Given): Visit {
  const { random, pick, between } = dice;
  const name =
    random() < 0.6 ? { name: `${pick(Words.FIRST_NAMES)} ${pick(Words.LAST_NAMES)}` } : {};
  const kind = random();
  const isUnknown = kind < 0.1;
  const first = pick(questions);
  const slug = isUnknown ? "" : first.slug;
  const acts = isUnknown
    ? [ask(pick(Words.NOT_KNOWN), dice, 0)]
    : questionsFrom(first, questions, dice);
  // Whoever comes at night knows that nobody is there.
  const wantsPerson = isUnknown ? random() < 0.4 : kind < (isOpen(hours, at) ? 0.3 : 0.18);
  if (wantsPerson) {
    acts.push(ask(pick(Words.WANTS_PERSON), dice, MINUTE));
  } else if (!isUnknown) {
    if (random() < 0.3) {
      const score = random() < 0.85 ? "up" : "down";
      acts.push({ afterMs: between(MINUTE / 2, 4 * MINUTE), act: { kind: "thumb", score } });
    }
    if (random() < 0.25)
      acts.push({ afterMs: between(MINUTE, 4 * MINUTE), act: rating(dice, "assistant") });
  }
  if (!wantsPerson && random() < 0.05) {
    acts.push(ask(pick(Words.COMES_BACK), dice, between(3.5 * DAY, 6 * DAY)));
  }
  return { at, ...name, acts, accepts: random() < 0.5, care: careOf(slug, dice) };
}

/** One question, or two of the same matter. */
function questionsFrom(first: Question, all: readonly Question[], dice: Dice): Later<Act>[] {
  const soon = () => dice.between(MINUTE, 5 * MINUTE);
  if (first.after !== undefined) {
    return [ask(first.after, dice, 0), ask(first.text, dice, soon())];
  }
  const acts = [ask(first.text, dice, 0)];
  const more = all.filter(
    (one) => one.slug === first.slug && one.after === undefined && one !== first,
  );
  if (dice.random() < 0.35 && more.length > 0) {
    acts.push(ask(dice.pick(more).text, dice, soon()));
  }
  return acts;
}

/** Most answers begin in a second or two, some take longer. */
function ask(text: string, { random, between }: Dice, afterMs: number): Later<Act> {
  const thinkMs = random() < 0.1 ? between(2_500, 6_000) : between(700, 2_000);
  return { afterMs, act: { kind: "ask", text, thinkMs } };
}

function careOf(slug: string, dice: Dice, orders?: boolean): Care {
  const { random, pick, between } = dice;
  const matter = Words.matterOf(slug);
  const by = random() < 0.2 ? "owner" : "technician";
  const staff = by === "owner" ? "Sam" : "Dana";
  const isOurs = slug !== "";
  const ordersPart = orders ?? (random() < 0.4 && matter.parts === true);
  const [answers, reactions] = ordersPart
    ? [Words.HAS_NO_PART, Words.YES_ORDER]
    : isOurs
      ? [matter.answers, Words.THANKS]
      : [Words.SORRY_NOT_OURS, Words.TOO_BAD];
  const summary = pick(isOurs ? matter.summaries : Words.NOT_OURS);
  const label = ordersPart ? Words.PART_ORDERED : matter.label;
  const acts: Care["acts"] = [ask(pick(reactions), dice, between(MINUTE, 9 * MINUTE))];
  if (ordersPart) {
    acts.push(
      { afterMs: 2 * MINUTE, act: { kind: "answer", text: Words.PART_IS_ORDERED } },
      { afterMs: 2 * MINUTE, act: { kind: "snooze", forMs: 2 * DAY } },
      { afterMs: 5 * MINUTE, act: { kind: "answer", text: Words.PART_HAS_COME } },
    );
  }
  acts.push({
    afterMs: between(3 * MINUTE, 20 * MINUTE),
    act: { kind: "resolve", summary: ordersPart ? Words.PART_CAME : summary },
  });
  if (random() < 0.6) acts.push({ afterMs: between(MINUTE, HOUR), act: rating(dice, "people") });
  return {
    by,
    waitMs: random() < 0.8 ? between(MINUTE, 8 * MINUTE) : between(8 * MINUTE, 30 * MINUTE),
    answer: pick(answers).replace("{staff}", staff),
    ...(label === undefined ? {} : { label }),
    acts,
  };
}

function rating({ random, pick }: Dice, of: "assistant" | "people"): Later<Act>["act"] {
  const score = pick([5, 5, 5, 5, 4, 4, 3, 2]);
  const some = Words.COMMENTS[of][score];
  return { kind: "rate", score, ...(some && random() < 0.4 ? { comment: pick(some) } : {}) };
}
