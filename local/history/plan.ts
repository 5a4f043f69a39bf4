/**
 * Who comes to the example shop in its past, when, and what they do: from a seed, so that the same one gives the same
 * history. Pure. Questions are those of the evaluation (`bench/eval/cases`), in people's own spelling.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Of the demo's history. */
export const DAYS = 28;

export type Act =
  | { kind: "ask"; text: string }
  | { kind: "thumb"; score: "up" | "down" }
  | { kind: "rate"; score: number; comment?: string }
  | { kind: "claim" }
  | { kind: "answer"; text: string }
  | { kind: "resolve"; summary?: string };

/** One customer: acts, each so long after the one before. */
export type Visit = { at: number; name?: string; acts: { afterMs: number; act: Act }[] };

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

const NAMES =
  "Maria Keller,Tom Becker,Aisha Rahman,Luis Ortega,Grace Kim,Peter Novak,Ruth Adeyemi,Ben Sutton,Chloe Martin,Omar Haddad,Nina Petrova,Jack Doyle,Mei Chen,Sofia Rossi,Carl Jensen,Tara Singh".split(
    ",",
  );
const WANTS_PERSON = [
  "Can I talk to a person, please?",
  "I'd rather speak to one of your technicians.",
  "Could a technician call me about this?",
];
/** What the shop's documents say nothing about: gaps. */
const NOT_KNOWN = [
  "Do you repair drones?",
  "Can you fix the screen of my car's navigation system?",
  "Do you rent out projectors for a weekend?",
  "Do you digitize old VHS tapes?",
];
const PERSON_ANSWERS = [
  "Hi, Dana here. I have a bench free this afternoon: bring it in and I'll look at it with you.",
  "Dana here. I've noted it down. With the serial number I can tell you today if the part is in stock.",
  "Hi, this is Dana. That sounds like the charging board. A look costs $49, which comes off the repair.",
  "Dana speaking. I'd back it up first; drop it off before six and it's ready tomorrow.",
];
const THANKS = [
  "Great, thank you!",
  "Perfect, I'll come by tomorrow.",
  "Thanks, that helps a lot.",
];
const SUMMARIES = [
  "Comes by for a look",
  "Part ordered",
  "Explained on the phone, drop-off tomorrow",
];
const COMMENTS: Record<number, string[]> = {
  5: ["Quick and friendly.", "Answered at midnight, wow."],
  4: ["Good, but I had to ask twice."],
  2: ["Took a while until somebody answered."],
};

/** Visits of a weekday, Sunday first. */
const VISITS = [3, 9, 8, 8, 9, 10, 6] as const;
/** Shares of the hours from 7 to 22 in Ohio. */
const BY_HOUR = [2, 4, 7, 9, 9, 8, 6, 6, 7, 8, 8, 7, 6, 5, 3, 2] as const;
/** From the shop's midnight, an hour more or less where the clock has changed. */
const SEVEN = 7 * HOUR;

/** Visits of so many days from `from`, the shop's midnight, in their order. */
export function planVisits(from: number, days: number, questions: string[], seed: number): Visit[] {
  const random = seededRandom(seed);
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
  const visits: Visit[] = [];
  for (let day = 0; day < days; day++) {
    const start = from + day * DAY;
    const weekday = new Date(start).getUTCDay();
    const count = VISITS[weekday]! + Math.floor(random() * 3) - 1;
    for (let i = 0; i < count; i++) {
      const at = start + SEVEN + hourOf(random()) * HOUR + Math.floor(random() * HOUR);
      const name = random() < 0.6 ? pick(NAMES) : undefined;
      visits.push({
        at,
        ...(name === undefined ? {} : { name }),
        acts: actsOf(random, pick, questions, at),
      });
    }
  }
  return visits.sort((a, b) => a.at - b.at);
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

type Pick = <T>(some: readonly T[]) => T;

function actsOf(random: () => number, pick: Pick, questions: string[], at: number): Visit["acts"] {
  const soon = () => Math.round((0.5 + 4 * random()) * MINUTE);
  const kind = random();
  if (kind < 0.1) {
    const asked = { afterMs: 0, act: { kind: "ask" as const, text: pick(NOT_KNOWN) } };
    return [asked, { afterMs: soon(), act: { kind: "ask", text: pick(questions) } }];
  }
  const acts: Visit["acts"] = [{ afterMs: 0, act: { kind: "ask", text: pick(questions) } }];
  if (random() < 0.35) acts.push({ afterMs: soon(), act: { kind: "ask", text: pick(questions) } });
  if (kind < 0.3) return [...acts, ...withPerson(random, pick, at)];
  if (random() < 0.3) {
    acts.push({ afterMs: soon(), act: { kind: "thumb", score: random() < 0.85 ? "up" : "down" } });
  }
  if (random() < 0.25) acts.push({ afterMs: soon(), act: rating(random, pick) });
  return acts;
}

/** Handed to people, answered when the shop is open, and resolved; some are left for the next day. */
function withPerson(random: () => number, pick: Pick, at: number): Visit["acts"] {
  const untilOpen = waitUntilOpen(at);
  const acts: Visit["acts"] = [
    { afterMs: MINUTE, act: { kind: "ask", text: pick(WANTS_PERSON) } },
    { afterMs: untilOpen + Math.round((2 + 35 * random()) * MINUTE), act: { kind: "claim" } },
    { afterMs: MINUTE, act: { kind: "answer", text: pick(PERSON_ANSWERS) } },
    { afterMs: Math.round((1 + 9 * random()) * MINUTE), act: { kind: "ask", text: pick(THANKS) } },
  ];
  if (random() < 0.9) {
    const summary = pick(SUMMARIES);
    acts.push({ afterMs: 5 * MINUTE, act: { kind: "resolve", summary } });
    if (random() < 0.6) acts.push({ afterMs: 30 * MINUTE, act: rating(random, pick) });
  }
  return acts;
}

function rating(random: () => number, pick: Pick): Act {
  const score = pick([5, 5, 5, 4, 4, 3, 2]);
  const some = COMMENTS[score];
  return { kind: "rate", score, ...(some && random() < 0.5 ? { comment: pick(some) } : {}) };
}

/** Roughly the example shop's hours, in UTC: 15 to 22, not on Sundays. */
function waitUntilOpen(at: number): number {
  let open = at;
  for (;;) {
    const date = new Date(open);
    const hour = date.getUTCHours();
    if (date.getUTCDay() !== 0 && hour >= 15 && hour < 22) return open - at;
    open = Math.floor(open / HOUR) * HOUR + HOUR;
  }
}
