/** The README's ten lines, as they are written there: compiled as a consumer would, and used as a visitor would. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildUnlessFresh } from "../../client/test.fresh";
import { problemsIn, snippetsOf } from "../../client/test.snippets";
import { screenshot, startSite, type Site } from "./harness";

let site: Site;
beforeAll(buildUnlessFresh);
beforeAll(async () => {
  site = await startSite({ builds: "web/pages/readme" });
});
afterAll(async () => {
  await site.stop();
});

const [chat] = snippetsOf("README.md");

test("they compile under strict options", () => {
  expect(chat!.text).toContain("useQuery(api.messages.subscribeToMessages");
  expect(problemsIn([chat!])).toEqual([]);
});

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your message").fill(text);
  await page.getByLabel("Your message").press("Enter");
}

const growing = (page: Page) => page.locator('li[aria-busy="true"]');
const settled = (page: Page) => page.locator('li[aria-busy="false"]');

/** Keeps what each state of the list shows as being written. */
const watchGrowth = (page: Page) =>
  page.evaluate(() => {
    const seen: string[] = [];
    new MutationObserver(() => {
      const text = document.querySelector('li[aria-busy="true"]')?.textContent;
      if (text && text !== seen.at(-1)) seen.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { growth: seen });
  });
const growth = (page: Page) =>
  page.evaluate(() => (window as unknown as { growth: string[] }).growth);

test("they are a live chat: the answer is the last element, grows, and settles where it stands", async () => {
  const page = await site.visit();
  const [question, next] = ["How much is a new screen?", "Where can I park?"];
  const text = "A new screen is on the shelf [1], and is put in at our counter.";
  // Over so long, the first half takes more than one flush.
  const script = { match: question, text, chunks: 20, overMs: 4_000 };
  const held = site.providers.control.holdAfter(12, script);
  await page.getByLabel("Your message").waitFor();
  await watchGrowth(page);
  await ask(page, question);
  await held.reached;
  await growing(page).getByText("A new screen is on the shelf [1]").waitFor();
  expect(await page.locator("li").count()).toBe(2);
  expect(await settled(page).allInnerTexts()).toEqual([question]);
  const element = await growing(page).elementHandle();
  expect(await element.innerText()).not.toContain("counter");
  await screenshot(page, "readme-streaming");

  held.release();
  await settled(page).nth(1).waitFor();
  expect(await settled(page).allInnerTexts()).toEqual([question, text]);
  expect(await growing(page).count()).toBe(0);
  // The same element all the way: its key, the message's id, is the same before and after.
  expect(await element.evaluate((li) => li.isConnected && li.textContent)).toBe(text);
  const steps = await growth(page);
  expect(steps.length).toBeGreaterThan(1);
  for (const [i, step] of [...steps, text].entries()) {
    expect(step.startsWith(steps[i - 1] ?? "")).toBe(true);
  }

  site.providers.control.script({ match: next, text: "Behind the shop." });
  await ask(page, next);
  await settled(page).nth(3).waitFor();
  expect(await page.locator("li").allInnerTexts()).toEqual([
    question,
    text,
    next,
    "Behind the shop.",
  ]);
  expect(site.errors).toEqual([]);
});
