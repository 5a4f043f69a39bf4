/** Invariants 12, 13, 14: what is said is borne out, nobody waits for a provider's fault, and who is left alone is quiet. */
import { mutantOf, type Mutant } from "./mutant";

const GROUNDING = "convex/model/replies/grounding.ts";

const invented = mutantOf(12, "one");
const waited = mutantOf(13, "one");
const restless = mutantOf(14, "one");

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
    name: "one act stands for all",
    file: GROUNDING,
    find: `      if (act !== "other" && this.done.has(act)) continue;`,
    replace: `      if (act !== "other" && this.done.size > 0) continue;`,
    why: "a person is called, it says, when only the number was noted",
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

const UPKEEP = "convex/model/processes/upkeep.ts";

export const QUIET: Mutant[] = [
  restless({
    name: "a lease outlives its shift",
    file: "convex/model/handoff/shifts.ts",
    find: `  if (lease !== null) await ctx.db.delete("workflows", lease._id);`,
    replace: ``,
    why: "upkeep finds it lost, for ever",
  }),
  restless({
    name: "an outage is no reason to wait",
    file: "convex/model/knowledge/vectors.ts",
    find: `  now + Math.min(Math.max(now - since, 10 * MINUTE), 6 * HOUR);`,
    replace: `  now + Math.min(now - since, 10 * MINUTE);`,
    why: "vectors that can't be made are tried every few minutes, for days",
  }),
  restless({
    name: "the end moves on with the clock",
    file: "convex/model/sms/catchUp.ts",
    find: `  return await findNextStretch(ctx, until);
}

const bookmark`,
    replace: `  return await findNextStretch(ctx, Math.max(until, Date.now() - SETTLED_AFTER));
}

const bookmark`,
    why: "a run that reads the list has always a moment more to read",
  }),
  restless({
    name: "every file is looked at again",
    file: UPKEEP,
    find: `oldFiles(ctx, 1, unsentSince())`,
    replace: `oldFiles(ctx, 1, 0)`,
    why: "with one that is kept there is always something to do",
  }),
  restless({
    name: "what is over is gone on with",
    file: UPKEEP,
    find: `    for (const state of ["failed", "running"] as const) {`,
    replace: `    for (const state of ["failed", "running", "done"] as const) {`,
    why: "a deletion that is done has somebody come for it every five minutes, for five years",
  }),
  restless({
    name: "the last that was counted comes again",
    file: "convex/model/analytics/rollups.ts",
    find: `        .gt("_creationTime", upTo)
        .lte(`,
    replace: `        .gte("_creationTime", upTo)
        .lte(`,
    why: "there is always an event left to count",
  }),
];
