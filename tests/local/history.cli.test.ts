/** The demo's past: the same from the same seed, and at home in a shop that has been running meanwhile. */
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { bringHistory, lastMidnight, makeHistory } from "../../local/history/bring";
import type { History, Row } from "../../local/history/play";
import { LABELS, PART_ORDERED } from "../../local/history/words";
import { startSystem, type System } from "../../local/system";

// Each making is a deployment of its own.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MINUTE = 60_000;
const TWO_DAYS = 2;
/** A Saturday's end in Ohio: the shop was open on both days. */
const UNTIL = Date.parse("2026-11-22T05:00:00Z");
/** Behind nothing else that the machine does: somebody waits for it here. */
const makeTwoDays = () => makeHistory(TWO_DAYS, { until: UNTIL, priority: 0 });

let system: System;
let history: History;
beforeAll(async () => {
  system = await startSystem();
  history = await makeTwoDays();
});
afterAll(() => system.close());

const rowsOf = ({ tables }: History, table: string): Row[] => tables[table] ?? [];
const isEvent = ({ kind }: Row) => kind === "event";

/** What everybody saw and did, in its order. Ids differ, and milliseconds: work takes what it takes. */
function told(of: History): string[] {
  const messages = rowsOf(of, "messages").map(({ author, text, status }) =>
    JSON.stringify([(author as { kind: string }).kind, status, text]),
  );
  const events = rowsOf(of, "analytics").filter(isEvent);
  return [...messages, ...events.map(({ type }) => JSON.stringify(type)).sort()];
}

test("the same seed makes the same history, and every day of it has its visits", async () => {
  const again = await makeTwoDays();
  expect(told(again)).toEqual(told(history));
  const at = (of: History) =>
    rowsOf(of, "conversations")
      .map((row) => row._creationTime)
      .sort();
  at(again).forEach((time, i) => expect(Math.abs(time - at(history)[i]!)).toBeLessThan(MINUTE));
  const saturday = UNTIL - 24 * 60 * MINUTE;
  expect(at(history).some((time) => time < saturday)).toBe(true);
  expect(at(history).some((time) => time > saturday)).toBe(true);
});

test("it is made by the product: asked, answered with sources, handed over, resolved, rated", () => {
  const types = new Set(
    rowsOf(history, "analytics")
      .filter(isEvent)
      .map(({ type }) => type),
  );
  const all =
    "message_received reply_finished escalated claimed staff_replied resolved rated knowledge_gap";
  expect(all.split(" ").filter((type) => !types.has(type))).toEqual([]);
  expect(rowsOf(history, "messages").some(({ citations }) => (citations as [])?.length > 0)).toBe(
    true,
  );
  expect(rowsOf(history, "sessions")).toEqual([]);
});

test("whoever was handed to people was answered the same opening; only the last evening's are left waiting", () => {
  type Owner = { kind: string; since: number; urgentSince?: number };
  const owners = rowsOf(history, "conversations").map(({ owner }) => owner as Owner);
  const waiting = owners.filter(({ kind }) => kind === "queue");
  expect(waiting.filter(({ urgentSince }) => urgentSince !== undefined)).toHaveLength(1);
  expect(waiting.length).toBeGreaterThan(1);
  const closed = UNTIL - 7 * 60 * MINUTE;
  for (const { since } of waiting) expect(since).toBeGreaterThan(closed);
});

test("a shop that runs takes it in: lists and numbers have it, and the nightly check finds them right", async () => {
  const count = await bringHistory(system.engine, history);
  expect(count).toBe(rowsOf(history, "conversations").length);
  const owner = await signIn("owner@computerguys.example");
  const resolved = await owner.query(api.conversations.queue, { view: "resolved" });
  const names = resolved.map(({ customer }) => customer.name);
  expect(names.length).toBeGreaterThan(0);
  const labels = await owner.query(api.labels.list, {});
  expect(labels.map(({ name }) => name)).toEqual(LABELS.map(({ name }) => name));
  const [later] = await owner.query(api.conversations.queue, { view: "snoozed" });
  const partOrdered = labels.find(({ name }) => name === PART_ORDERED)!;
  expect(later!.labels).toEqual([partOrdered.key]);
  const { counts } = await owner.query(api.analytics.overview, {
    from: UNTIL - 3 * 24 * 60 * MINUTE,
  });
  const received = rowsOf(history, "analytics").filter(({ type }) => type === "message_received");
  expect(counts).toHaveProperty("message_received", received.length);
  const differing = async () => {
    await system.engine.call("mutation", "analytics:check", { full: true });
    return (await owner.query(api.analytics.checks, {}))[0]?.differ;
  };
  await expect.poll(differing, { timeout: 120_000, interval: 1_000 }).toBe(0);
  // What a conversation says its answer is from can be opened: the ids are this shop's.
  const cited = rowsOf(history, "messages").find(({ citations }) => (citations as [])?.length > 0)!;
  const { page } = await owner.query(api.messages.getMessages, {
    conversationId: cited.conversationId as never,
    paginationOpts: { numItems: 50, cursor: null },
  });
  const [citation] = page.flatMap(({ citations = [] }) => citations);
  const { title } = await owner.query(api.knowledge.get, { documentId: citation!.documentId });
  expect(title).toBe(citation!.title);
});

async function signIn(email: string): Promise<ConvexHttpClient> {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  const { accessToken } = await http.action(api.auth.createSession, { challenge, code });
  http.setAuth(accessToken);
  return http;
}

test("it ends with the shop's last day", () => {
  const words = new Date(lastMidnight()).toLocaleTimeString("en-US", {
    timeZone: "America/New_York",
  });
  expect(words).toBe("12:00:00 AM");
  expect(Date.now() - lastMidnight()).toBeLessThan(25 * 60 * MINUTE);
});
