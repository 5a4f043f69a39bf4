/** What must hold once nobody does anything more: what has gone out, what has been erased, what has been counted, and how quiet it is. */
import { isDeepStrictEqual } from "node:util";
import type { Doc } from "../../../convex/_generated/dataModel";
import { compareRollUps, compareTotals } from "../../simulation/replay";
import type { Shop } from "./shop";
import { DAY, type Row } from "./stage";

/** Longer than anybody is waited for: a customer is asked after a day, and two days later their matter is closed. */
const LEFT_ALONE = 4 * DAY;
/** Crons alone: upkeep every 5 minutes, and what it starts, with those of the components. */
const RUNS_A_DAY = 1_400;

export async function checkEnd(shop: Shop): Promise<void> {
  sent(shop);
  await erased(shop);
  await counted(shop);
}

/** 4, 5, 7, 12. What providers have taken: everything once, and to nobody what is not theirs. */
function sent(shop: Shop): void {
  const { control } = shop.stage;
  for (const { to, body } of control.sms()) shop.look(to, "a text", body);
  for (const [name, party] of shop.parties) {
    if (party.role !== "customer" || party.email === undefined) continue;
    for (const { text } of control.emails(party.email)) shop.look(name, "a mail", text);
  }
  for (const words of shop.said) {
    const times = control.sms().filter(({ body }) => body.includes(words)).length;
    if (times > 1) shop.break(4, `"${words}" has been texted ${times} times`);
  }
}

/** 5. Of an account that is deleted no word is left, in no table, component, job or file. */
async function erased(shop: Shop): Promise<void> {
  if (shop.gone.size === 0) return;
  for (const component of shop.stage.engine.knownComponents()) {
    const database = shop.stage.engine.database(component)!;
    for (const table of database.tableNames()) {
      for (const row of database.documents(table) as Iterable<unknown> as Iterable<Row>) {
        const text = JSON.stringify(row, (_, value: unknown) =>
          typeof value === "bigint" ? String(value) : value,
        );
        for (const mark of shop.gone) {
          if (!text.includes(mark)) continue;
          const purges = shop.stage.rows("workflows").filter(({ kind }) => kind === "purge");
          shop.break(5, `${component}/${table} still has ${mark}: ${JSON.stringify(purges)}`);
        }
      }
    }
  }
  for (const text of await shop.stage.files()) {
    for (const mark of shop.gone) {
      if (text.includes(mark)) shop.break(5, `a file still has ${mark}`);
    }
  }
}

/** 11. What is counted is what a replay of the events gives. */
async function counted(shop: Shop): Promise<void> {
  const { stage } = shop;
  await stage.during(stage.engine.call("mutation", "analytics:rollUp", {}));
  await stage.settle();
  const rows = stage.rows("analytics") as unknown as Doc<"analytics">[];
  for (const period of ["hour", "day"] as const) {
    const { stored, expected } = compareRollUps(rows, period);
    if (isDeepStrictEqual(stored, expected)) continue;
    const differs = Object.keys({ ...stored, ...expected }).filter(
      (start) => !isDeepStrictEqual(stored[Number(start)], expected[Number(start)]),
    );
    const [start] = differs;
    const both = [stored[Number(start)], expected[Number(start)]];
    shop.break(11, `a ${period} of roll-ups is not what the events give: ${JSON.stringify(both)}`);
  }
  for (const agent of stage.rows("agents") as unknown as Doc<"agents">[]) {
    const { stored, expected } = compareTotals(rows, agent);
    if (isDeepStrictEqual(stored, expected)) continue;
    const both = JSON.stringify([stored, expected]);
    shop.break(11, `${agent.slug}'s totals are not what the events give: ${both}`);
  }
}

/** Who waits for people is alerted about: a technician closes what is open. */
async function closeAll(shop: Shop): Promise<void> {
  const dana = shop.party("dana");
  for (const { _id, status, owner } of shop.stage.rows("conversations")) {
    if (status === "resolved") continue;
    const { kind, userId } = owner as { kind: string; userId?: string };
    const from = kind === "human" && userId !== dana.identity.subject ? { from: userId } : {};
    const args = { conversationId: _id };
    if (kind !== "ai")
      await shop.call(dana, "mutation", "conversations:claim", { ...args, ...from });
    await shop.call(dana, "mutation", "conversations:resolve", { ...args, dropPromises: true });
  }
}

/** 14. Left alone it calls no provider for anything, and a bounded number of functions a day. */
export async function checkIdle(shop: Shop): Promise<void> {
  const { stage } = shop;
  await closeAll(shop);
  await stage.pass(LEFT_ALONE);
  stage.runs.clear();
  stage.control.clearRequests();
  await stage.pass(DAY);
  // The list of texts, free and read every ten minutes, is the net under the webhook (`model/sms/catchUp.ts`).
  const [request] = stage.control
    .requests()
    .filter(({ provider, method }) => provider !== "twilio" || method !== "GET");
  if (request !== undefined) {
    const what = `${request.path} ${JSON.stringify(request.body).slice(0, 300)}`;
    shop.break(14, `nobody is there, and this is called: ${what}`);
  }
  const all = [...stage.runs.values()].reduce((sum, times) => sum + times, 0);
  if (all > RUNS_A_DAY) {
    const most = [...stage.runs].sort(([, a], [, b]) => b - a).slice(0, 4);
    shop.break(
      14,
      `${all} functions ran in a day in which nobody was there: ${JSON.stringify(most)}`,
    );
  }
  shop.count("left alone");
}
