/** Sixty customers who ask in one moment, each from their own page and address: how long until each has a first word. */
import { api } from "../convex/_generated/api";
import { startSystem, type System } from "../local/system";
import { chatSubscriptions } from "../web/src/conversation/subscriptions";
import { askAlong, connect, guest } from "./customers";

/** One of them asks before. */
const CUSTOMERS = 61;
const ANSWER = "This is the answer to your question. ".repeat(8).trim();

/** Milliseconds to the first word, shortest first, on a deployment of that class. */
export async function measureFirstWords(deploymentClass: "S16" | "none"): Promise<number[]> {
  const system = await startSystem({ deploymentClass });
  const script = { match: "At once", text: ANSWER, chunks: 40, overMs: 4_000, times: 100_000 };
  system.providers.control.script(script);
  const customers = [];
  for (let i = 0; i < CUSTOMERS; i++) customers.push(await arrive(system, i));
  // Once before it counts: nothing is loaded for the first time then.
  await customers[0]!.ask();
  const all = await Promise.all(customers.slice(1).map(({ ask }) => ask()));
  for (const { leave } of customers) await leave();
  await system.close();
  return all.sort((a, b) => a - b);
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
