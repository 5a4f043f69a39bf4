/** What must hold once nobody does anything more: what has gone out, what has been erased, what has been counted, and how quiet it is. */
import { isDeepStrictEqual } from "node:util";
import type { Doc } from "../../../convex/_generated/dataModel";
import { compareRollUps, compareTotals } from "../../simulation/replay";
import { checkAge } from "./age";
import { ask, WANTS_PEOPLE } from "./people";
import { CUSTOMERS, type Shop } from "./shop";
import { DAY, HOUR, MINUTE, type Row } from "./stage";
import { checkWeb } from "./web";

/**
 * Longer than anybody is waited for: a customer is asked after a day, and two days later their matter is closed, each in
 * opening hours, which a Sunday and a holiday put off.
 */
const LEFT_ALONE = 5 * DAY;
/** Crons alone, 782: upkeep every 5 minutes, the list of texts every 10, and what is swept by the hour. */
const RUNS_A_DAY = 850;
/** A document whose vectors nobody makes is tried four times a day in the end. */
const TRIES_A_DAY = 8;

export async function checkEnd(shop: Shop): Promise<void> {
  sent(shop);
  remembered(shop);
  unsent(shop);
  await erased(shop);
  await checkWeb(shop);
  await checkAge(shop);
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

/** 7. What was said since the snapshot that was imported is known again by the provider's list, which is read a day back. */
function remembered(shop: Shop): void {
  for (const [phone, at] of shop.forgotten) {
    if (shop.importedAt - at > DAY - HOUR) continue;
    const users = shop.stage.rows("users").filter((row) => row.phone === phone);
    if (users.some(({ smsConsent }) => smsConsent === "revoked")) continue;
    // Gone by age: a hash of the number remembers it.
    if (users.length === 0 && shop.forgetsOld) continue;
    shop.break(7, `an import has forgotten the STOP of ${phone}: ${JSON.stringify(users)}`);
  }
  if (shop.forgotten.size > 0) shop.count("STOP known after an import");
}

/** 13. Nothing that was to be texted or mailed waits with nobody to come for it. */
function unsent(shop: Shop): void {
  const { stage } = shop;
  const isOver = (at: number) => at < Date.now() - MINUTE;
  const looked = stage
    .rows("workflows")
    .filter(({ kind, leaseExpiresAt }) => kind === "delivery" && !isOver(Number(leaseExpiresAt)));
  const alive = new Set(looked.map(({ conversationId }) => conversationId));
  for (const { conversationId, text, delivery } of stage.rows("messages")) {
    const { state, at } = (delivery ?? {}) as { state?: string; at: number };
    if (state !== "queued" && state !== "sending") continue;
    if (isOver(at) && !alive.has(conversationId))
      shop.break(13, `"${String(text)}" is ${state} for ever`);
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

/** Who waits in the queue is alerted about: a technician closes that. */
async function closeQueue(shop: Shop): Promise<void> {
  for (const { _id, status, owner } of shop.stage.rows("conversations")) {
    if (status === "resolved" || (owner as { kind: string }).kind !== "queue") continue;
    const args = { conversationId: _id };
    await shop.call(shop.party("dana"), "mutation", "conversations:claim", args);
    const closing = { ...args, dropPromises: true };
    await shop.call(shop.party("dana"), "mutation", "conversations:resolve", closing);
  }
}

/** All customers want somebody at once; who is there takes them all, and leaves without a word. */
async function lastEvening(shop: Shop): Promise<void> {
  await shop.call(shop.party("dana"), "mutation", "users:setAvailability", { available: true });
  for (const name of CUSTOMERS) await ask(shop, name, WANTS_PEOPLE);
  await closeQueue(shop);
}

/** The embeddings are down, and go on being down. */
async function breakEmbeddings(shop: Shop): Promise<void> {
  shop.stage.control.fault({ provider: "openai", kind: "status", status: 503, times: "always" });
  await shop.must(shop.party("owner"), "mutation", "knowledge:addDocument", {
    ...{ slug: `rafts-${shop.serial()}`, title: "Rafts", category: "prices" },
    ...{ format: "markdown", body: "# Rafts\n\nWe sell no rafts." },
  });
}

/**
 * 14. Left alone it calls no provider for anything, and a bounded number of functions a day. `outage`: the embeddings are
 * down all the time, and asked seldom.
 */
export async function checkIdle(shop: Shop, outage: boolean): Promise<void> {
  const { stage } = shop;
  if (outage) await breakEmbeddings(shop);
  await lastEvening(shop);
  // Whose snooze or promise ends meanwhile comes back.
  for (let times = 0; times < 2; times++) {
    await closeQueue(shop);
    await stage.pass(LEFT_ALONE);
  }
  await closeQueue(shop);
  await stage.pass(DAY / 4);
  stage.runs.clear();
  stage.control.clearRequests();
  await stage.pass(DAY);
  const requests = stage.control.requests();
  // The list of texts, free and read every ten minutes, is the net under the webhook (`model/sms/catchUp.ts`).
  const [request] = requests.filter(
    ({ provider, method }) =>
      (provider !== "twilio" || method !== "GET") && !(outage && provider === "openai"),
  );
  if (request !== undefined) {
    const what = `${request.method} ${request.path} ${JSON.stringify(request.body).slice(0, 300)}`;
    shop.break(14, `nobody is there, and this is called: ${what}`);
  }
  const tries = requests.filter(({ provider }) => provider === "openai").length;
  const documents = 1 + shop.documents.length;
  if (tries > TRIES_A_DAY * documents) {
    shop.break(14, `${tries} times a day embeddings are asked that do not answer`);
  }
  const all = [...stage.runs.values()].reduce((sum, times) => sum + times, 0);
  if (all > RUNS_A_DAY + 20 * tries) {
    const most = [...stage.runs].sort(([, a], [, b]) => b - a).slice(0, 6);
    shop.break(
      14,
      `${all} functions ran in a day in which nobody was there: ${JSON.stringify(most)}`,
    );
  }
  shop.count(outage ? "left alone in an outage" : "left alone");
}
