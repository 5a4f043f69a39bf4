/** The insights page: what stands on it the first day and later, what each number opens, its tables, files and print. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, findAxeViolations, holdSite, screenshot, signIn, thread, type Site } from "./harness";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const ZONE = "America/New_York";

let site: Site;
holdSite((started) => (site = started));

/** Where the shop's day begins that is `back` days before today. */
function midnight(back: number): number {
  const hour = new Intl.DateTimeFormat("en", { timeZone: ZONE, hour: "numeric", hourCycle: "h23" });
  const dateOf = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
  const noon = Date.now() - back * DAY;
  const date = dateOf.format(noon);
  const utc = Date.parse(`${date}T00:00:00Z`);
  return [4, 5].map((h) => utc + h * HOUR).find((at) => hour.format(at) === "00")!;
}

/** Three weeks of numbers, as roll-ups leave them. */
const storeNumbers = () =>
  site.engine.system("", ({ db }) => {
    for (let back = 0; back < 21; back++) {
      const counts: Record<string, number> = {
        conversation_created: 4 + (back % 3),
        message_received: 9,
        "message_received.at.10": 5,
        "message_received.at.22": 4,
        "resolved.episodes": 4,
        "resolved.contained": 1 + (back % 3),
        "resolved.withPeople": 1,
        "resolved.handedOff": 1,
        "resolved.openMs": 4 * HOUR,
        "resolved.openMs~100": 3,
        "resolved.openMs~110": 1,
        episode_judged: 4,
        "episode_judged.verified": 1 + (back % 2),
        "episode_judged.costMicroUsd": 40_000,
        reply_finished: 10,
        "reply_finished.first": 4,
        "reply_finished.firstMs": 16_000,
        "reply_finished.firstMs~37": 3,
        "reply_finished.firstMs~45": 1,
        escalated: 1,
        "escalated.safety": 1,
        costMicroUsd: 30_000,
        "cost.openai/gpt-5-mini": 20_000,
        "cost.anthropic/claude-haiku-4.5": 10_000,
        checked: 20,
        "checked.refused": 3,
        "checked.askedAgain": 2,
        "checked.unsure": 1,
        "checked.handedOff": back === 0 ? 1 : 0,
      };
      const start = midnight(back);
      db.insert("analytics", { kind: "rollup", period: "day", start, counts });
    }
    const basis = { timeZone: ZONE, counting: 2 };
    db.insert("analytics", { kind: "cursor", upTo: Date.now(), ...basis });
  });

/** A check that found `differ` of them wrong. */
const storeCheck = (differ: number) =>
  site.engine.system("", ({ db }) => {
    const check = { from: 0, to: 1, events: 9, repaired: false, skipped: [], differences: [] };
    db.insert("analytics", { kind: "check", at: Date.now(), differ, ...check });
  });

/** Signed in once: codes are limited. */
let owner: Page | undefined;
async function insights(): Promise<Page> {
  if (owner === undefined) {
    owner = await site.visit("/insights");
    await signIn(site, owner, "owner@computerguys.example");
  } else {
    await owner.emulateMedia({ colorScheme: "light", media: "screen" });
    await owner.setViewportSize({ width: 1280, height: 800 });
    await owner.goto(`${site.url}/insights`);
  }
  await owner.getByRole("heading", { level: 1, name: "Insights" }).waitFor();
  return owner;
}

test("on the first day it says what will stand there and when, without a dash", async () => {
  const page = await insights();
  const nothing = page.getByRole("region", { name: "Nothing yet" });
  await nothing.getByText("Verified resolutions").waitFor();
  await nothing.getByText("72 hours after the first conversation is resolved").first().waitFor();
  expect(await page.getByText("–", { exact: true }).count()).toBe(0);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "insights-first-day");
});

test("a technician sees the numbers too", async () => {
  const page = await site.visit("/insights");
  await signIn(site, page, "dana@computerguys.example");
  await page.getByRole("heading", { level: 1, name: "Insights" }).waitFor();
  await page.getByRole("region", { name: "Nothing yet" }).waitFor();
});

test("each number stands beside the period before, means what it says, and opens its conversations", async () => {
  const chat = await site.visit("/");
  await ask(chat, "How much is a battery?");
  await thread(chat).getByText("How much is a battery?").waitFor();
  await storeNumbers();
  await storeCheck(0);
  const page = await insights();
  const conversations = page.getByRole("region", { name: "Conversations", exact: true });
  await conversations.getByText(/^the week before: \d+$/).waitFor();
  const containment = page.getByRole("region", { name: "Containment", exact: true });
  await containment.getByText("What is this?").click();
  await containment.getByText("It does not say that the customer was helped").waitFor();
  const invented = page.getByRole("region", { name: "Nothing invented" });
  await invented.getByText(/said so and offered a technician/).waitFor();
  // Nobody rated: that is not 0 %, and no card.
  expect(await page.getByRole("region", { name: "Satisfied" }).count()).toBe(0);
  await page.getByText(/Compared with the events on .*: equal/).waitFor();
  await page.getByText(`those of ${ZONE}`).waitFor();

  await conversations.getByRole("button", { name: /Show the conversations/ }).click();
  const behind = page.getByRole("dialog", { name: "Conversations" });
  const link = behind.getByRole("link", { name: /How much is a battery/ });
  await link.waitFor();
  expect(await link.getAttribute("href")).toMatch(/^\/desk\/\w+$/);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "insights-behind");
  await page.keyboard.press("Escape");
  await behind.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Day", exact: true }).click();
  await conversations.getByText(/^a week ago: \d+$/).waitFor();
  await page.getByRole("button", { name: "Earlier day" }).click();
  await page.getByRole("heading", { level: 2, name: /so far/ }).waitFor({ state: "detached" });
  // The address has it, for a reload and for whoever is sent the link.
  const yesterday = await page.getByRole("heading", { level: 2 }).first().textContent();
  expect(new URL(page.url()).search).toMatch(/^\?by=day&from=\d{4}-\d\d-\d\d$/);
  await page.reload();
  await page.getByRole("heading", { level: 2, name: yesterday!, exact: true }).waitFor();

  await storeCheck(2);
  await page.getByRole("alert").getByText("2 numbers differ").waitFor();
});

test("plots have axes, a table behind each, a file, and a print; light, dark and on a phone", async () => {
  const page = await insights();
  const outcomes = page.getByRole("figure", { name: "Resolved conversations, by outcome" });
  await outcomes
    .getByRole("img", { name: /assistant alone: \d+, with a technician: \d+/ })
    .waitFor();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await expect.poll(() => findAxeViolations(page)).toEqual([]);
    await screenshot(page, `insights-${scheme}`);
    await outcomes.scrollIntoViewIfNeeded();
    await screenshot(page, `insights-plots-${scheme}`);
  }
  await outcomes.getByText("As a table").click();
  const table = outcomes.getByRole("table");
  await table.getByRole("columnheader", { name: "with a technician" }).waitFor();
  // The week before, from its row.
  await table
    .getByRole("button", { name: /show its numbers/ })
    .nth(-2)
    .click();
  await page.getByRole("heading", { level: 2, name: /so far/ }).waitFor({ state: "detached" });
  const downloading = page.waitForEvent("download");
  await outcomes.getByRole("button", { name: "Download as CSV" }).click();
  const file = await readFile(await (await downloading).path(), "utf8");
  // Of the last whole week: seven days of one each with a technician.
  const rows = file.trimEnd().split("\r\n");
  expect(rows[0]).toBe("\uFEFFWeek of,assistant alone,with a technician,closed unanswered");
  expect(rows.at(-2)).toMatch(/^\d{4}-\d\d-\d\d,\d+,7,\d+$/);
  const all = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  const [head] = (await readFile(await (await all).path(), "utf8")).split("\r\n");
  expect(head).toContain('"resolution, s, 90th percentile"');
  const busy = page.getByRole("figure", { name: /Busiest hours/ });
  await busy.getByRole("img", { name: /% came while the shop is closed/ }).waitFor();
  await busy.scrollIntoViewIfNeeded();
  await screenshot(page, "insights-busy");

  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = () => page.evaluate("document.documentElement.scrollWidth > innerWidth");
  await expect.poll(overflow).toBe(false);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "insights-phone");
  await outcomes.scrollIntoViewIfNeeded();
  await screenshot(page, "insights-phone-plots");

  await page.setViewportSize({ width: 794, height: 1123 });
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.getByRole("navigation", { name: "Shop" }).waitFor({ state: "hidden" });
  expect(await outcomes.isVisible()).toBe(true);
  expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
  await expect.poll(overflow).toBe(false);
  await page.screenshot({ path: "test-results/insights-print.png", fullPage: true });
});

test("the week by e-mail is one's own choice, and says when the next one comes", async () => {
  const page = await insights();
  const mail = page.getByRole("region", { name: "The week by e-mail" });
  await mail.getByRole("button", { name: "Mail me the week" }).click();
  await mail.getByText(/the next time on Monday/).waitFor();
  await mail.getByRole("button", { name: "Stop mailing me the week" }).click();
  await mail.getByRole("button", { name: "Mail me the week" }).waitFor();
});
