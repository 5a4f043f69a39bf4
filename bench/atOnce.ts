/**
 * Sixty customers who ask in one moment, each from their own page and address: how long until each has a first word, with
 * the limits of the free class and without. Both deployments stand side by side and take turns, so that a machine which
 * is busy for a while is busy for both.
 */
import { api } from "../convex/_generated/api";
import { startSystem, type System } from "../local/system";
import { chatSubscriptions } from "../web/src/conversation/subscriptions";
import { askAlong, connect, guest } from "./customers";
import { percentile } from "./exchange";

const CUSTOMERS = 60;
const ROUNDS = 9;
const ANSWER = "This is the answer to your question. ".repeat(8).trim();
const CLASSES = ["none", "S16"] as const;
type Class = (typeof CLASSES)[number];

/** Milliseconds to the first word. */
export type Moment = { median: number; late: number; without: number };
export type Rounds = Record<Class, Moment[]>;

export async function measureFirstWords(): Promise<Rounds> {
  const crowds = { none: await gather("none"), S16: await gather("S16") };
  const rounds: Rounds = { none: [], S16: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? CLASSES : CLASSES.toReversed();
    for (const one of order) rounds[one].push(await crowds[one].askAll());
  }
  for (const { leave } of Object.values(crowds)) await leave();
  return rounds;
}

/** How many times as long it takes with limits, round by round, the shortest first. */
export function ratiosOf({ none, S16 }: Rounds, of: "median" | "late"): number[] {
  return none.map((moment, i) => S16[i]![of] / moment[of]).sort((a, b) => a - b);
}

async function gather(deploymentClass: Class) {
  const system = await startSystem({ deploymentClass });
  const script = { match: "At once", text: ANSWER, chunks: 40, overMs: 4_000, times: 100_000 };
  system.providers.control.script(script);
  const customers: Awaited<ReturnType<typeof arrive>>[] = [];
  for (let i = 0; i < CUSTOMERS; i++) customers.push(await arrive(system, i));
  const askAll = async (): Promise<Moment> => {
    const asked = await Promise.all(customers.map(({ ask }) => ask()));
    await system.engine.settle();
    const sorted = asked.sort((a, b) => a - b);
    return {
      median: percentile(sorted, 0.5),
      late: percentile(sorted, 0.95),
      without: sorted.filter((ms) => ms === Infinity).length,
    };
  };
  // Once before it counts: nothing is loaded for the first time then.
  await askAll();
  const leave = async () => {
    for (const customer of customers) await customer.leave();
    await system.close();
  };
  return { askAll, leave };
}

/** Signs in and opens a conversation, so that afterwards all can ask in the same moment. */
async function arrive(system: System, i: number) {
  const address = `198.51.100.${i}`;
  const { url } = system.deployment;
  const { http, tokens } = await guest(url, address);
  const { accessToken } = tokens;
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const client = connect(url, accessToken);
  for (const { query, args } of chatSubscriptions(conversationId, Date.now())) {
    await new Promise<void>((resolve, reject) => {
      client.onUpdate(query, args, () => resolve(), reject);
    });
  }
  const ask = async () => {
    const askedAt = performance.now();
    let firstWordMs: number | undefined;
    const question = { conversationId, text: `At once ${i}?`, accessToken, address };
    const onText = (text: string) => {
      if (text !== "") firstWordMs ??= performance.now() - askedAt;
      if (!ANSWER.startsWith(text)) throw new Error(`${i} was told: ${text}`);
    };
    // Refused, or given up on: no first word.
    await askAlong(system, question, onText).catch((error: unknown) => console.warn(String(error)));
    return firstWordMs ?? Infinity;
  };
  return { ask, leave: () => client.close() };
}
