/**
 * A process of its own, for its clock is not this world's: plays sequences and prints what came of each, as JSON lines.
 * `tsx tests/local/oneWorld/main.ts --seed 1 --runs 20`; `--from 7 --runs 1` is one of them, and `--shrink` says which of
 * its steps are enough.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { ageSteps } from "./age";
import { Checks, SETTLED_WITHIN } from "./checks";
import { checkEnd, checkIdle } from "./endings";
import { deskSteps } from "./desk";
import { othersSteps } from "./others";
import { Pages } from "./pages";
import { peopleSteps } from "./people";
import { Shop } from "./shop";
import { shrink } from "./shrink";
import { Stage } from "./stage";
import { play, sequences, timeSteps, type Step } from "./steps";
import { troubleSteps } from "./trouble";
import { webSteps } from "./web";
import { Website } from "./website";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    from: { type: "string", default: "0" },
    source: { type: "string" },
    /** Only these are looked at; all without it. */
    invariant: { type: "string", multiple: true },
    verbose: { type: "boolean", default: false },
    /** The numbers of those that are played; all without it. */
    steps: { type: "string" },
    shrink: { type: "boolean", default: false },
  },
});

const KINDS = [
  ...peopleSteps,
  ...othersSteps,
  ...deskSteps,
  ...troubleSteps,
  ...ageSteps,
  ...webSteps,
  ...timeSteps,
];
const LENGTH = 40;

type Sequence = { steps: Step[]; idle: "no" | "yes" | "outage" };

const say = (what: object) => console.log(JSON.stringify(what));

/** Days pass in it: not after every sequence. */
const IDLE_EVERY = 8;
const idleAfter = (run: number) =>
  run % IDLE_EVERY > 0 ? "no" : run % (2 * IDLE_EVERY) > 0 ? "outage" : "yes";

async function simulate({ steps, idle }: Sequence): Promise<void> {
  // It has not come to rest since before the first.
  if (shop.broken !== null) return;
  pages.close();
  await shop.begin();
  checks.begin();
  for (const one of steps) {
    if (values.verbose) say({ at: new Date().toISOString(), ...one });
    await play(shop, KINDS, one);
    await pages.follow();
    checks.waiting();
    if (shop.broken !== null) return;
  }
  await runOut();
  await pages.follow();
  pages.close();
  checks.ended();
  await checkEnd(shop);
  if (idle !== "no") await checkIdle(shop, idle === "outage");
}

/** Nobody does anything more, and everything works again. */
async function runOut(): Promise<void> {
  stage.control.clearFaults();
  stage.control.clearScripts();
  stage.losses = [];
  stage.conflicts = false;
  await stage.pass(SETTLED_WITHIN);
  await stage.settle();
}

/** This process once more, for one sequence. */
function again(run: number): string[] {
  const { seed, source, invariant = [] } = values;
  const where = source === undefined ? [] : ["--source", source];
  const which = invariant.flatMap((one) => ["--invariant", one]);
  return [process.argv[1]!, "--seed", seed, "--from", String(run), ...where, ...which];
}

const stage = await Stage.open(values.source);
const website = await Website.open(() => stage.hear());
const shop = new Shop(stage, website, values.invariant?.map(Number));
const checks = new Checks(shop);
const pages = new Pages(shop);
await shop.populate();
const first = Number(values.from);
const last = first + Number(values.runs);
let fell = 0;
for (let run = first; run < last; run++) {
  const seed = (Number(values.seed) * 10_007 + run) % 2 ** 31;
  const [all = []] = fc.sample(sequences(KINDS, LENGTH), { seed, numRuns: 1 });
  const kept = values.steps?.split(",").filter(Boolean).map(Number);
  const steps = all.filter((_, index) => kept?.includes(index) ?? true);
  const begun = performance.now();
  const idle = shop.only?.includes(14) === false ? "no" : idleAfter(run);
  await simulate({ steps, idle });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  say({
    run,
    seed: Number(values.seed),
    seconds,
    ...(shop.broken && { broken: shop.broken.message }),
  });
  if (shop.broken !== null) {
    fell = 1;
    if (values.shrink) await shrink(LENGTH, { args: again(run), invariant: shop.broken.invariant });
    break;
  }
}
say({ seen: Object.fromEntries([...shop.seen].sort()) });
await website.server.close();
await stage.close();
process.exit(fell);
