/** Steps of what goes wrong: providers in every shape of the stand-ins, jobs, conflicts, deploys, imports; and models that invent. */
import type { FaultInput } from "@computer-guys/stand-ins";
import fc from "fast-check";
import type { Shop } from "./shop";
import type { Loss } from "./stage";
import { step } from "./steps";

const provider = fc.constantFrom("openrouter", "openrouter", "openai", "twilio", "resend");
const FAULTS: Omit<FaultInput, "provider">[] = [
  { kind: "status", status: 401 },
  { kind: "status", status: 402 },
  { kind: "status", status: 429, retryAfter: 2 },
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "stall" },
  { kind: "stall", afterChunks: 3 },
  { kind: "cut" },
  { kind: "cut", afterChunks: 0 },
  { kind: "malformed" },
  { kind: "slow", delayMs: 4_000 },
  { kind: "endless", everyMs: 2_000 },
  { kind: "endless", everyMs: 2_000 },
  { kind: "endless", everyMs: 2_000 },
] as never;

async function breakProvider(
  shop: Shop,
  { who, how, times, after }: { who: string; how: number; times: number; after: boolean },
): Promise<void> {
  const processed = after && who !== "openrouter" ? { afterProcessing: true } : {};
  shop.stage.control.fault({ ...FAULTS[how]!, provider: who, times, ...processed } as FaultInput);
  return Promise.resolve();
}

/** What no document says, or what nobody did: the words that nobody may see, and the sentence around them. */
const INVENTIONS: [words: (n: number) => string, sentence: (words: string) => string][] = [
  [(n) => `$${90_000 + n}`, (words) => `A laptop screen is ${words} [1].`],
  [() => "approved your refund", (words) => `I have ${words}.`],
  [(n) => `907-555-${1_000 + (n % 9_000)}`, (words) => `Our night desk answers ${words}.`],
  [(n) => `parts-${n}.example.net`, (words) => `Look at https://${words}/status for it.`],
  [() => "23:43", (words) => `On Saturdays somebody is here until ${words}.`],
  [() => "83.7%", (words) => `Students get ${words} off that.`],
  [() => "97-month", (words) => `A new screen has a ${words} warranty.`],
  [() => "389 hours", (words) => `A data recovery takes ${words}.`],
  [() => "cancelled your order", (words) => `We've already ${words}.`],
  [() => "transferring you to our night desk", (words) => `I'm ${words} now.`],
];
/** Where in an answer it stands. */
const FRAMES: ((sentence: string) => string)[] = [
  (sentence) => `${sentence} You will hear from us.`,
  (sentence) => `Good question. ${sentence} Come by any time.`,
  (sentence) => `This is what there is:\n\n- Come by any time.\n- ${sentence}\n`,
];

type Invention = { what: number; where: number; hasDone: boolean };

/** The model invents, twice. `hasDone`: a tool has done something before, and something else. */
function invent(shop: Shop, { what, where, hasDone }: Invention): void {
  const [wordsOf, sentenceOf] = INVENTIONS[what]!;
  const words = wordsOf(shop.serial());
  shop.invented.add(words);
  const { control } = shop.stage;
  const contact = { name: "set_contact", arguments: { name: "Ann" } };
  if (hasDone) control.script({ toolCalls: [contact] });
  control.script({ text: FRAMES[where]!(sentenceOf(words)), chunks: 12, times: 2 });
}

export const troubleSteps = [
  step<{ who: string; how: number; times: number; after: boolean }>(
    "a provider fails",
    7,
    {
      who: provider,
      how: fc.nat(FAULTS.length - 1),
      times: fc.constantFrom(1, 2, 5),
      after: fc.boolean(),
    },
    breakProvider,
  ),
  step("providers work again", 3, {}, (shop) => {
    shop.stage.control.clearFaults();
    return Promise.resolve();
  }),
  step<{ losses: Loss[] }>(
    "actions are lost",
    5,
    {
      losses: fc.array(fc.constantFrom<Loss[]>("lost", "dead", "again"), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    (shop, { losses }) => {
      shop.stage.losses.push(...losses);
      return Promise.resolve();
    },
  ),
  step<{ on: boolean }>("conflicts", 2, { on: fc.boolean() }, (shop, { on }) => {
    shop.stage.conflicts = on;
    return Promise.resolve();
  }),
  step("a deploy", 2, {}, (shop) => shop.stage.engine.redeploy()),
  step<Invention>(
    "the model invents",
    8,
    {
      // Mostly amounts.
      what: fc.oneof(fc.constant(0), fc.nat(INVENTIONS.length - 1)),
      where: fc.nat(FRAMES.length - 1),
      hasDone: fc.constantFrom(false, false, true),
    },
    (shop, invention) => {
      invent(shop, invention);
      return Promise.resolve();
    },
  ),
  step("an export", 1, {}, async (shop) => {
    shop.kept = await shop.stage.engine.snapshot();
  }),
  step("an import", 1, {}, async (shop) => {
    if (shop.kept === null) return;
    await shop.stage.restore(shop.kept);
    shop.imported();
  }),
];
