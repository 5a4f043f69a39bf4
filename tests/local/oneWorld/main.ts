/**
 * A process of its own, for its clock is not this world's: plays sequences and prints what came of each, as JSON lines.
 * `tsx tests/local/oneWorld/main.ts --seed 1 --runs 20`; `--from 7 --runs 1` is one of them.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { ageSteps } from "./age";
import { Checks, SETTLED_WITHIN } from "./checks";
import { checkEnd, checkIdle } from "./endings";
import { deskSteps } from "./desk";
import { othersSteps } from "./others";
import { peopleSteps } from "./people";
import { Shop } from "./shop";
import { Stage } from "./stage";
import { play, sequences, timeSteps, type Step } from "./steps";
import { troubleSteps } from "./trouble";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    from: { type: "string", default: "0" },
    source: { type: "string" },
    /** Only these are looked at; all without it. */
    invariant: { type: "string", multiple: true },
    verbose: { type: "boolean", default: false },
  },
});

const KINDS = [
  ...peopleSteps,
  ...othersSteps,
  ...deskSteps,
  ...troubleSteps,
  ...ageSteps,
  ...timeSteps,
];
const LENGTH = 40;

type Sequence = { steps: Step[]; idle: "no" | "yes" | "outage" };

const say = (what: object) => console.log(JSON.stringify(what));

/** Days pass in it: not after every sequence. */
const IDLE_EVERY = 8;
const idleAfter = (run: number) =>
  run % IDLE_EVERY > 0 ? "no" : run % (2 * IDLE_EVERY) > 0 ? "outage" : "yes";

async function simulate(shop: Shop, checks: Checks, { steps, idle }: Sequence): Promise<void> {
  // It has not come to rest since before the first.
  if (shop.broken !== null) return;
  await shop.begin();
  checks.begin();
  for (const one of steps) {
    if (values.verbose) say({ at: new Date().toISOString(), ...one });
    await play(shop, KINDS, one);
    checks.waiting();
    if (shop.broken !== null) return;
  }
  await runOut(shop);
  checks.ended();
  await checkEnd(shop);
  if (idle !== "no") await checkIdle(shop, idle === "outage");
}

/** Nobody does anything more, and everything works again. */
async function runOut(shop: Shop): Promise<void> {
  shop.stage.control.clearFaults();
  shop.stage.control.clearScripts();
  shop.stage.losses = [];
  shop.stage.conflicts = false;
  await shop.stage.pass(SETTLED_WITHIN);
  await shop.stage.settle();
}

const stage = await Stage.open(values.source);
const shop = new Shop(stage, values.invariant?.map(Number));
const checks = new Checks(shop);
await shop.populate();
const first = Number(values.from);
const last = first + Number(values.runs);
let fell = 0;
for (let run = first; run < last; run++) {
  const seed = (Number(values.seed) * 10_007 + run) % 2 ** 31;
  const [steps = []] = fc.sample(sequences(KINDS, LENGTH), { seed, numRuns: 1 });
  const begun = performance.now();
  const idle = shop.only?.includes(14) === false ? "no" : idleAfter(run);
  await simulate(shop, checks, { steps, idle });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  say({
    run,
    seed: Number(values.seed),
    seconds,
    ...(shop.broken && { broken: shop.broken.message }),
  });
  if (shop.broken !== null) {
    fell = 1;
    break;
  }
}
say({ seen: Object.fromEntries([...shop.seen].sort()) });
await stage.close();
process.exit(fell);
