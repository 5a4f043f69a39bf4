/** A system that is left alone stays quiet: a loop, or a cron that has become chatty, is over its budget. */
import { expect, test } from "vitest";
import { measureIdle } from "./idleDay";

const HOURS = 1;
/** An hour's calls of one function: every five minutes, unless it has a reason of its own. */
const USUAL = 13;
/** The heartbeats of one desk. They run nothing: what is subscribed runs again with its tokens only. */
const OFTEN: Record<string, number> = { "users:heartbeat": 16 };
/** The list of received texts, every ten minutes. Nobody asks a model, embeds, mails or texts. */
const PROVIDERS: Record<string, number> = { "twilio GET Messages.json": 7 };
const ALL = 120;

test("an hour in which nobody does anything costs no more than its crons and heartbeats", async () => {
  const { functions, providers } = await measureIdle(HOURS, { chats: 1, desks: 1 });
  const over = (counts: Map<string, number>, budget: (name: string) => number) =>
    [...counts].filter(([name, calls]) => calls > budget(name) * HOURS);
  expect(over(functions, (name) => OFTEN[name] ?? USUAL)).toEqual([]);
  expect(over(providers, (name) => PROVIDERS[name] ?? 0)).toEqual([]);
  expect([...functions.values()].reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(ALL * HOURS);
  // It ran: the crons did, and so did the pages.
  expect(functions.get("workflows:upkeep")).toBeGreaterThan(10 * HOURS);
  expect(functions.get("users:heartbeat")).toBeGreaterThan(13 * HOURS);
  // Upkeep that found nothing started nothing, and a heartbeat ran nobody's list again.
  for (const name of ["replies:recoverAll", "privacy:resumePurges", "workflows:rearmTimers"]) {
    expect(functions.get(name) ?? 0, name).toBe(0);
  }
  expect(functions.get("users:onDuty (subscription)") ?? 0).toBeLessThanOrEqual(5 * HOURS);
});
