/** Room for what matters: one card while waiting, nothing offered twice, nothing cut off however large the text; axe finds nothing. */
import { devices, type Page } from "playwright-core";
import { expect, test } from "vitest";
import { owner } from "../../bench/customers";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  ask,
  covered,
  findAxeViolations,
  holdSite,
  screenshot,
  stillness,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

const phone = (colorScheme: "light" | "dark" = "light") =>
  site.visit("/", { ...devices["iPhone 12"], colorScheme });

const heightOf = async (page: Page, testId: string) =>
  (await page.getByTestId(testId).boundingBox())!.height;

test("while waiting one quiet card asks for a contact, once, and a phone's keyboard leaves room to read", async () => {
  const page = await phone();
  await ask(page, "I want to talk to a human");
  const card = page.getByTestId("queue-notice");
  await card.waitFor();
  await screenshot(page, "waiting-phone");
  const words = await page.locator("body").innerText();
  expect(words.match(/e-mail|phone number|contact|by text/gi)).toEqual(["contact", "by text"]);
  // An iPhone's keyboard, and a small phone's.
  for (const [height, room] of [
    [508, 300],
    [400, 200],
  ] as const) {
    await page.setViewportSize({ width: 390, height });
    await expect.poll(() => heightOf(page, "message-list")).toBeGreaterThan(room);
    await screenshot(page, `waiting-keyboard-${height}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await card.getByRole("button", { name: "Leave a contact" }).click();
  await page.setViewportSize({ width: 390, height: 508 });
  const box = card.getByLabel("E-mail or phone number");
  await box.fill("ann@example.com");
  await screenshot(page, "waiting-contact");
  await box.press("Enter");
  await page.setViewportSize({ width: 390, height: 844 });
  await card.getByText("We can also reach you at ann@example.com.").waitFor();
});

test("what couldn't be found is offered to a technician once, with its two answers", async () => {
  const page = await phone("dark");
  site.providers.control.script({ match: "Which toner", text: "I don't have that listed." });
  await ask(page, "Which toner does my printer take?");
  await page.getByTestId("answer").waitFor();
  const text = "I couldn't find that either. Shall I hand you over to a technician?";
  site.providers.control.script({ match: "Which drum", text });
  await ask(page, "Which drum does my printer take?");
  await page.getByTestId("offer").waitFor();
  await screenshot(page, "offer-phone-dark");
  expect((await thread(page).innerText()).match(/technician/gi)).toHaveLength(1);
  await page.getByRole("button", { name: "Get a technician" }).click();
  await page.getByTestId("queue-notice").waitFor();
});

test("a promise that is dropped is taken back in words; the shop's times all name its zone", async () => {
  const page = await phone();
  await ask(page, "I want to talk to a human");
  await page.getByTestId("queue-notice").waitFor();
  const conversationId = new URL(page.url()).pathname.split("/").at(-1) as Id<"conversations">;
  const staff = await owner(site);
  await staff.mutation(api.conversations.claim, { conversationId });
  const dueAt = Date.now() + 26 * 60 * 60 * 1000;
  const promise = { conversationId, text: "We call you about the hinge.", dueAt };
  const workflowId = await staff.mutation(api.conversations.makePromise, promise);
  await page.getByTestId("promised").getByText("We call you about the hinge.").waitFor();
  await screenshot(page, "promised-phone");
  const shopTimes = async () => {
    const said = [page.getByTestId("promised"), page.getByTestId("system-message")];
    const texts = await Promise.all(said.map((each) => each.allInnerTexts()));
    return (
      texts
        .flat()
        .join(" ")
        .match(/\d:\d\d.[AP]M(?: E[SD]T)?/g) ?? []
    );
  };
  for (const time of await shopTimes()) expect(time).toMatch(/ E[SD]T$/);
  await staff.mutation(api.workflows.cancel, { workflowId });
  await page.getByTestId("promised").waitFor({ state: "detached" });
  await thread(page)
    .getByText(/“We call you about the hinge.”.*no longer stands/)
    .waitFor();
  expect(await shopTimes()).not.toEqual([]);
  for (const time of await shopTimes()) expect(time).toMatch(/ E[SD]T$/);
  await screenshot(page, "promise-dropped");
});

/** Texts that are cut off, or that lie outside the page, and don't scroll into sight. */
const findCutTexts = (page: Page) =>
  page.evaluate(() => {
    const scrolls = (element: HTMLElement | null): boolean =>
      element !== null &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX + getComputedStyle(element).overflowY)
        ? element.scrollWidth <= element.clientWidth + 1 || element.tabIndex >= 0
        : scrolls(element.parentElement));
    const cut: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const node = walker.currentNode;
      const parent = node.parentElement!;
      if (node.textContent!.trim() === "" || parent.closest(".sr-only, script, noscript")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      const outside = left < -1 || right > window.innerWidth + 1;
      let hidden = false;
      for (let each: HTMLElement | null = parent; each !== null; each = each.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(each);
        const clips = overflowX === "hidden" || overflowX === "clip";
        const box = each.getBoundingClientRect();
        if (clips && (right > box.right + 1 || left < box.left - 1)) hidden = true;
        if (clips && textOverflow === "ellipsis" && each.scrollWidth > each.clientWidth)
          hidden = true;
        if (/auto|scroll/.test(overflowX) && each.tabIndex >= 0) break;
      }
      if ((outside && !scrolls(parent)) || hidden) cut.push(node.textContent!.slice(0, 60));
    }
    return cut;
  });

const SIZES = [
  ["a phone", 390, 844, "100%"],
  ["text of twice the size", 390, 840, "200%"],
  ["four times as near", 320, 256, "100%"],
] as const;

test("at 390 px, with text of 200 % and at 400 % nothing is cut off, and axe finds nothing, in every state", async () => {
  const page = await phone();
  const wrong: string[] = [];
  const look = async (state: string) => {
    for (const [name, width, height, fontSize] of SIZES) {
      await page.evaluate((size) => (document.documentElement.style.fontSize = size), fontSize);
      await page.setViewportSize({ width, height });
      await stillness(page);
      await screenshot(page, `fits-${state}-${width}-${fontSize.replace("%", "")}`);
      for (const text of await findCutTexts(page)) wrong.push(`${state}, ${name}: ${text}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) wrong.push(`${state}, ${name}: ${wide} px wide`);
      for (const found of await findAxeViolations(page)) wrong.push(`${state}, ${name}: ${found}`);
    }
    await page.evaluate(() => (document.documentElement.style.fontSize = ""));
    await page.setViewportSize({ width: 390, height: 844 });
  };
  await look("welcome");
  const code = `Type this:\n\n\`\`\`\nsudo chkdsk /f ${"/scan-all-of-it ".repeat(8)}\n\`\`\`\n\nand restart.`;
  site.providers.control.script({ match: "Show me", text: code });
  await ask(
    page,
    "Show me the command, please, for a disk that is slow and that makes a clicking noise",
  );
  await page.getByTestId("answer").waitFor();
  // By keyboard too.
  const pre = page.getByRole("group", { name: "Code" });
  await pre.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => pre.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  await look("answer");
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await look("menu");
  await page.keyboard.press("Escape");
  await page.getByTestId("talk-to-a-person").click();
  await look("person");
  await page.getByRole("button", { name: "Ask for a technician" }).click();
  await page.getByTestId("queue-notice").waitFor();
  await look("waiting");
  await covered(page, false);
  await page.goBack();
  await page.getByRole("navigation", { name: "Your conversations" }).waitFor();
  await look("list");
  expect(wrong).toEqual([]);
});
