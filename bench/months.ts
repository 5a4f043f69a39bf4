/**
 * `pnpm bench:months`: what a month costs a shop, by plan, from what a conversation's parts cost here. The README's and
 * `docs/costs.md`'s tables are made of it: `--write` writes them, without it the run fails when they have come apart.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { getIndexedSize, type FunctionEvent } from "@computer-guys/convex-local";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import { getDocumentSize } from "convex/values";
import { api } from "../convex/_generated/api";
import { ROOT, startSystem, type System } from "../local/system";
import { chatSubscriptions } from "../web/src/conversation/subscriptions";
import { addHistory, askAlong, connect, guest, owner } from "./customers";
import { bytesWithKeys, QUESTION, SCRIPT, summarize, total } from "./exchange";
import { measureIdle, monthOf, OPEN, type Idle } from "./idleDay";
import { METERS, priceOf, shareOfFree, type Used } from "./prices";

/** A conversation: so many questions that the AI answers; some by text; some end with a technician, who writes thrice. */
const EXCHANGES = 4;
const BY_TEXT = 0.2;
const HANDED_OFF = 0.15;
const STAFF_MESSAGES = 3;
const DAYS = 30;
const SIZES = [30, 300, 3_000];
/** As many pages and desks as were measured serve so many conversations a day. */
const DAILY_OF_A_SHOP = 300;
const IDLE_HOURS = 2;
/** Stored tables may be so far from what is measured. */
const TOLERANCE = 0.05;
const GB = 2 ** 30;
/** GiB of an action. */
const MEMORY = { isolate: 64 / 1024, node: 512 / 1024 };

type Part = Used;
const PHONE = "+16145550123";

type Parts = Record<"arrival" | "exchange" | "text" | "handOff", Part>;

async function measureParts(on: System): Promise<Parts> {
  on.providers.control.script({ ...SCRIPT, times: 2 });
  const staff = await owner(on);
  // Once before it counts: nothing is loaded for the first time then.
  const first = await arrive(on);
  await askAlong(on, first.question, () => undefined);
  await first.leave();
  await text(on);
  // The seed's workflows tidy up after themselves meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  let customer = first;
  const arrival = await record(on, async () => void (customer = await arrive(on)));
  await addHistory(on, customer.question.conversationId, 10);
  const exchange = await record(on, () => askAlong(on, customer.question, () => undefined));
  const byText = await record(on, () => text(on));
  const handOff = await record(on, async () => {
    const { conversationId } = customer.question;
    await customer.http.mutation(api.conversations.escalateConversation, { conversationId });
    await staff.mutation(api.conversations.claim, { conversationId });
    for (let i = 0; i < STAFF_MESSAGES; i++) {
      const message = { conversationId, text: "It is on the bench; we look at its hinge today." };
      await staff.mutation(api.messages.sendStaffMessage, message);
    }
  });
  await customer.leave();
  return { arrival, exchange, text: byText, handOff };
}

/** A guest with an open chat. */
async function arrive(on: System) {
  const { http, tokens } = await guest(on.deployment.url);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const client = connect(on.deployment.url, tokens.accessToken);
  for (const { query, args } of chatSubscriptions(conversationId, Date.now())) {
    await new Promise<void>((resolve, reject) => {
      client.onUpdate(query, args, () => resolve(), reject);
    });
  }
  const question = { conversationId, text: QUESTION, accessToken: tokens.accessToken };
  return { http, question, leave: () => client.close() };
}

/** A question by text, answered and delivered. */
async function text({ providers: { control } }: System): Promise<void> {
  const before = new Set(control.texts.sent(PHONE).map(({ sid }) => sid));
  const body = "When are you open on Saturday?";
  await control.texts.text({ from: PHONE, to: SERVICE_NUMBERS[0], body });
  await control.texts.waitFor(
    ({ to, sid, status }) => to === PHONE && !before.has(sid) && status === "delivered",
  );
}

async function record(on: System, act: () => Promise<void>): Promise<Part> {
  await on.engine.settle();
  const events: FunctionEvent[] = [];
  const before = await storedBytes(on);
  const off = on.engine.onEvent((event) => {
    if (event.caller !== "cron") events.push(event);
  });
  const startedAt = Date.now();
  await act();
  await on.engine.settle();
  off();
  const sum = total(summarize(events));
  return {
    calls: sum.calls,
    trafficGb: bytesWithKeys(sum) / GB,
    storedGb: ((await storedBytes(on)) - before) / GB,
    actionGbHours: events.reduce((hours, event) => hours + gbHoursOf(event, startedAt), 0),
  };
}

function gbHoursOf({ udfType, durationMs, environment }: FunctionEvent, startedAt: number): number {
  if (udfType === "httpAction") {
    // Its event tells when it began to answer; it runs until its body has ended.
    durationMs = Math.max(durationMs, Date.now() - startedAt);
  }
  const isAction = udfType === "action" || udfType === "httpAction";
  return isAction ? (MEMORY[environment] * durationMs) / 3_600_000 : 0;
}

/** Of all rows of the app, with the keys of their indexes. */
async function storedBytes({ engine }: System): Promise<number> {
  let sum = 0;
  await engine.system("", ({ db }) => {
    for (const table of db._schema?.tables.keys() ?? []) {
      db._iterateDocs(table, (row) => {
        sum += getDocumentSize(row) + getIndexedSize(db._schema, table, row);
      });
    }
  });
  return sum;
}

function plus(a: Used, b: Used, times: number): Used {
  const sum = { ...a };
  for (const meter of METERS) sum[meter] += b[meter] * times;
  return sum;
}

/** A month's; `storedGb` is what a year has left behind. */
function monthOfShop(daily: number, quiet: Idle): Used {
  const pages = Math.max(1, daily / DAILY_OF_A_SHOP);
  const { calls, bytes } = monthOf(quiet, IDLE_HOURS, pages);
  const month = DAYS * daily;
  let used: Used = { calls, trafficGb: bytes / GB, storedGb: 0, actionGbHours: 0 };
  used = plus(used, parts.arrival, month * (1 - BY_TEXT));
  used = plus(used, parts.exchange, month * EXCHANGES * (1 - BY_TEXT));
  used = plus(used, parts.text, month * EXCHANGES * BY_TEXT);
  used = plus(used, parts.handOff, month * HANDED_OFF);
  return { ...used, storedGb: used.storedGb * 12 };
}

const NAMES: Record<keyof Used, string> = {
  calls: "calls",
  trafficGb: "database traffic",
  storedGb: "storage",
  actionGbHours: "action compute",
};

function monthsTable(quiet: Idle): string {
  const lines = SIZES.map((daily) => {
    const used = monthOfShop(daily, quiet);
    const { meter, share } = shareOfFree(used);
    const free = share <= 1 ? "fits" : `no: ${round(share)} times its ${NAMES[meter]}`;
    const dollars = (plan: "Starter" | "Professional") => `$${round(priceOf(plan, used))}`;
    return [
      daily.toLocaleString("en"),
      `${round(used.calls / 1e6)} million`,
      `${round(used.trafficGb)} GB`,
      `${round(used.storedGb)} GB`,
      round(used.actionGbHours),
      free,
      dollars("Starter"),
      dollars("Professional"),
    ];
  });
  return tableOf(
    [
      "conversations a day",
      "calls",
      "database traffic",
      "stored after a year",
      "action GB-hours",
      "Free then",
      "Starter",
      "Professional",
    ],
    lines,
  );
}

function partsTable(): string {
  const names: [keyof Parts, string][] = [
    ["exchange", "a question and its answer on the page"],
    ["text", "the same by text"],
    ["arrival", "a guest opens a chat"],
    ["handOff", "handed to a technician, claimed, answered three times"],
  ];
  const lines = names.map(([name, what]) => {
    const { calls, trafficGb, actionGbHours } = parts[name];
    // By the meter of Professional; what is stored is paid by the month.
    const dollars = calls * 2e-6 + trafficGb * 0.2 + actionGbHours * 0.3;
    return [
      what,
      String(calls),
      `${Math.round((trafficGb * GB) / 1000)} KB`,
      `$${round(dollars * 1000)}`,
    ];
  });
  return tableOf(["", "calls", "database, with index keys", "a thousand of them"], lines);
}

const shown = (part: Part) => ({
  calls: part.calls,
  "KB with index keys": round((part.trafficGb * GB) / 1000),
  "KB stored": round((part.storedGb * GB) / 1000),
  "action GB-seconds": round(part.actionGbHours * 3600),
});

/** Two digits that count. */
const round = (value: number): string => Number(value.toPrecision(2)).toLocaleString("en");

function tableOf(head: string[], lines: string[][]): string {
  const widths = head.map((cell, i) =>
    Math.max(3, ...[head, ...lines].map((line) => line[i]!.length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...lines.map(line)].join(
    "\n",
  );
}

/** Each file has its table between two marks. True if it says what was measured. */
async function keepTables(tables: Record<string, string>): Promise<boolean> {
  let agree = true;
  for (const [file, table] of Object.entries(tables)) {
    console.log(`\n${file}:\n${table}`);
    const place = path.join(ROOT, file);
    const page = await readFile(place, "utf8");
    const [, head, old, tail] =
      /^([\s\S]*<!-- bench:months -->\n+)([\s\S]*?)(<!-- end -->[\s\S]*)$/.exec(page) ?? [];
    if (head === undefined || old === undefined)
      throw new Error(`${file} has no place for its table.`);
    if (values.write) await writeFile(place, `${head}${table}\n${tail}`);
    else if (!isNear(old, table)) {
      agree = false;
      console.log(`FAILED ${file} says otherwise: npx pnpm bench:months --write`);
    }
  }
  return agree;
}

/** The same words, and numbers within the tolerance. */
function isNear(one: string, other: string): boolean {
  const NUMBER = /\d[\d,]*(\.\d+)?/g;
  const wordsOf = (page: string) => page.replace(NUMBER, "").replace(/[\s-]+/g, "");
  const numbersOf = (page: string) =>
    (page.match(NUMBER) ?? []).map((number) => Number(number.replaceAll(",", "")));
  const [ours, theirs] = [numbersOf(one), numbersOf(other)];
  const near = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
  return (
    wordsOf(one) === wordsOf(other) && ours.every((number, i) => near(number, theirs[i] ?? NaN))
  );
}

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
// First: its clock is not of this world, and connections of another system would notice.
const idle = await measureIdle(IDLE_HOURS, OPEN);
const system = await startSystem();
const parts = await measureParts(system);
await system.close();

console.table(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, shown(part)])));
const holds = await keepTables({
  "README.md": [partsTable(), ""].join("\n"),
  "docs/costs.md": [monthsTable(idle), ""].join("\n"),
});
process.exit(holds ? 0 : 1);
