/** Invariants 12 and 13: what is said is borne out, and nobody waits for a provider's fault. */
import { mutantOf, type Mutant } from "./mutant";

const GROUNDING = "convex/model/replies/grounding.ts";

const invented = mutantOf(12, "one");
const waited = mutantOf(13, "one");

export const GROUNDS: Mutant[] = [
  invented({
    name: "the second time it stays",
    file: GROUNDING,
    find: `      if (refusal === null) text += shown;`,
    replace: `      if (refusal === null || this.refused > 0) text += shown;`,
    why: "what was sent back once is let through when it comes again",
  }),
  invented({
    name: "who reads along hears it first",
    file: "convex/model/replies/writer.ts",
    find: `    this.countReceived(raw);
    this.told?.tellText(this.text);`,
    replace: `    this.countReceived(raw);
    this.told?.tellText(this.with(showableText(this.raw, false)));`,
    why: "the stream has the words before they are judged; they are taken back after",
  }),
  invented({
    name: "amounts begin nothing",
    file: "convex/model/replies/openPart.ts",
    find: '    "[$€£¥@+]|\\\\((?=\\\\d|$)",',
    replace: '    "[@+]|\\\\((?=\\\\d|$)",',
    why: "an open sentence is shown up to its end with the price in it",
  }),
  invented({
    name: "numbers to call are no facts",
    file: "convex/lib/facts.ts",
    find: `  addPhones(sentence, add);
`,
    replace: ``,
    why: "one kind of fact is not looked for",
  }),
  invented({
    name: "the customer names the price",
    file: GROUNDING,
    find: `      .flatMap((text) => findFacts(text))
      .filter(({ kind }) => CUSTOMERS.has(kind));`,
    replace: `      .flatMap((text) => findFacts(text));`,
    why: "what customers say they were told bears a price out",
  }),
];

export const DEADLINES: Mutant[] = [
  waited({
    name: "no deadline but silence",
    file: "convex/model/replies/stream.ts",
    find: `  const giveUpAt = () => Math.min(life.at + patience(round), writer.deadline);`,
    replace: `  const giveUpAt = () => life.at + patience(round);`,
    why: "a provider that says it is at work is waited for without end",
  }),
  waited({
    name: "every word moves the deadline",
    file: "convex/model/replies/writer.ts",
    find: `  readonly deadline = this.startedAt + REPLY_DEADLINE;`,
    replace: `  get deadline(): number {
    return this.lastFlushAt + REPLY_DEADLINE;
  }`,
    why: "it is counted from what was stored last, and so is renewed with the lease",
  }),
  waited({
    name: "who sends is not replaced",
    file: "convex/model/outbox/outbox.ts",
    find: `  if (process?.state !== "running" && process?.state !== "queued") return;
  const { leaseExpiresAt = 0, state, step } = process;`,
    replace: `  if (process?.state !== "queued") return;
  const { leaseExpiresAt = 0, step } = process;
  const state: string = process.state;`,
    why: "a sender that died is taken to be at work, and no text goes any more",
  }),
];
