/** Steps of what goes wrong: providers in every shape of the stand-ins, jobs, conflicts, deploys, imports; and models that invent. */
import type { FaultInput } from "@computer-guys/stand-ins";
import fc from "fast-check";
import type { Shop } from "./shop";
import type { Loss } from "./stage";
import { step } from "./steps";

const provider = fc.constantFrom("openrouter", "openai", "twilio", "resend");
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
] as never;

async function breakProvider(
  shop: Shop,
  { who, how, times, after }: { who: string; how: number; times: number; after: boolean },
): Promise<void> {
  const processed = after && who !== "openrouter" ? { afterProcessing: true } : {};
  shop.stage.control.fault({ ...FAULTS[how]!, provider: who, times, ...processed } as FaultInput);
  return Promise.resolve();
}

/** The model says what no document says, or what nobody did. */
function invent(shop: Shop, what: number): void {
  const words = what === 0 ? `$${90_000 + shop.serial()}` : "approved your refund";
  const text =
    what === 0
      ? `Good question. A laptop screen is ${words} [1]. Come by any time.`
      : `I have ${words}. You will hear from us.`;
  shop.invented.add(words);
  shop.stage.control.script({ text, chunks: 12, times: 2 });
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
  step<{ what: number }>("the model invents", 5, { what: fc.nat(1) }, (shop, { what }) => {
    invent(shop, what);
    return Promise.resolve();
  }),
  step("an export", 1, {}, async (shop) => {
    shop.kept = await shop.stage.engine.snapshot();
  }),
  step("an import", 1, {}, async (shop) => {
    if (shop.kept === null) return;
    await shop.stage.restore(shop.kept);
    shop.imported();
  }),
];
