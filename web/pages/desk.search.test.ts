/** The desk's search and filters, as a technician uses them: by keyboard, to the message, on a desk and on a phone. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, findAxeViolations, holdSite, screenshot, signIn, type Site, thread } from "./harness";

let site: Site;
holdSite((started) => (site = started));

async function desk(options = {}, email = "dana@computerguys.example"): Promise<Page> {
  const page = await site.visit("/desk", options);
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

async function customerAsks(text: string): Promise<void> {
  const page = await site.visit();
  await ask(page, text);
  await page.getByTestId("answer").waitFor();
  await page.context().close();
}

/** So much is said after it that no first page holds the message. */
async function addTalk(about: string, count: number): Promise<void> {
  await site.deployment.engine.system("", ({ db }) => {
    let conversationId = "";
    db._iterateDocs("messages", (row) => {
      if (row.text === about) conversationId = row.conversationId as string;
    });
    for (let i = 0; i < count; i++) {
      db.insert("messages", {
        conversationId,
        author: { kind: "customer" },
        visibility: "public",
        status: "complete",
        text: `And another thing, number ${i}. `.repeat(4),
        settledAt: Date.now() + i,
        turn: 1,
        episode: 1,
      });
    }
  });
}

const box = (page: Page) => page.getByRole("textbox", { name: "Search conversations" });

test("words lead to their message, however far back, with the keyboard alone", async () => {
  await customerAsks("My grandmother's kazoo collection broke the keyboard");
  await customerAsks("Where can I park near the shop?");
  await addTalk("My grandmother's kazoo collection broke the keyboard", 260);
  const page = await desk();
  await box(page).focus();
  await page.keyboard.type("KAZOO coll");
  const hit = page.getByTestId("search-hit");
  await hit.waitFor();
  expect(await hit.count()).toBe(1);
  expect(await hit.locator("mark").allInnerTexts()).toEqual(["kazoo", "collection"]);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "desk-search");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const marked = page.getByTestId("marked-message");
  await marked.waitFor();
  expect(await marked.innerText()).toContain("kazoo collection");
  await expect.poll(() => marked.evaluate((row) => document.activeElement === row)).toBe(true);
  const seen = await marked.evaluate((row) => {
    const list = row.closest("[role=log]")!.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    return top >= list.top && bottom <= list.bottom;
  });
  expect(seen).toBe(true);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "desk-search-opened");
  // Nothing of what was looked for is kept.
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).not.toMatch(/kazoo/i);
  await box(page).focus();
  await page.keyboard.press("Escape");
  expect(await box(page).inputValue()).toBe("");
  await page.getByRole("tab", { name: /waiting/i }).waitFor();
});

test("what is nowhere is said in words; a phone goes to the message and back to the hits", async () => {
  await customerAsks("The bassoon amplifier hums");
  const page = await desk({ viewport: { width: 390, height: 780 }, colorScheme: "dark" });
  await box(page).fill("xylophone zz");
  await page.getByText("Nothing found.").waitFor();
  await page.getByText("All words of “xylophone zz”").waitFor();
  await box(page).fill("bassoon");
  await page.getByTestId("search-hit").waitFor();
  await screenshot(page, "desk-search-phone");
  await page.getByTestId("search-hit").click();
  await page.getByTestId("marked-message").waitFor();
  expect(await thread(page).innerText()).toContain("bassoon");
  await screenshot(page, "desk-search-phone-opened");
  expect(await findAxeViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.getByTestId("search-hit").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
});

const item = (page: Page, text: string) => page.getByTestId("desk-item").filter({ hasText: text });

async function waits(text: string): Promise<void> {
  const page = await site.visit();
  await ask(page, text);
  await page.getByTestId("answer").waitFor();
  await page.getByTestId("talk-to-a-person").click();
  await page.getByLabel(/Anything they should know/).fill(text);
  await page.getByRole("button", { name: "Ask for a technician" }).click();
  await page.getByTestId("queue-notice").waitFor();
  await page.context().close();
}

const act = async (page: Page, name: string | RegExp) => {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name }).click();
};

test("an admin adds a label, staff put it on, the list shows it, filters by it, and search finds it", async () => {
  await waits("The zither lamp flickers");
  await waits("The cello stand wobbles");
  const sam = await desk({}, "owner@computerguys.example");
  await item(sam, "zither").click();
  await act(sam, "Labels…");
  const dialog = sam.getByTestId("labels-dialog");
  await dialog.getByText("The shop's labels").click();
  await dialog.getByLabel("Name").fill("Warranty case");
  await dialog.getByLabel("Colour").selectOption("green");
  await dialog.getByRole("button", { name: "Add the label" }).click();
  await dialog.getByRole("checkbox", { name: "Warranty case" }).click();
  await expect
    .poll(() => dialog.getByRole("checkbox", { name: "Warranty case" }).isChecked())
    .toBe(true);
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-labels");
  await dialog.getByRole("button", { name: "Close" }).click();
  await item(sam, "zither").getByText("Warranty case").waitFor();

  const dana = await desk();
  await item(dana, "cello").waitFor();
  await dana.getByTestId("filters").click();
  await dana.getByRole("combobox", { name: "Label" }).selectOption({ label: "Warranty case" });
  await item(dana, "cello").waitFor({ state: "detached" });
  await item(dana, "zither").click();
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-filtered");
  // The address has it: another page, the same list.
  await dana.reload();
  await item(dana, "zither").waitFor();
  expect(await item(dana, "cello").count()).toBe(0);
  expect(new URL(dana.url()).search).toMatch(/label=label/);
  await dana.getByRole("button", { name: "Show all" }).click();
  await item(dana, "cello").waitFor();
  expect(new URL(dana.url()).search).toBe("");
  await box(dana).fill("warranty");
  await dana.getByTestId("search-hit").waitFor();
  expect(await dana.getByTestId("search-hit").innerText()).toContain("Warranty case");
});

test("what staff call urgent is first; a wait is marked before its target is missed, and once it is", async () => {
  await waits("The oboe scanner is stuck");
  await waits("The harp monitor is dim");
  const dana = await desk();
  await item(dana, "harp").click();
  await act(dana, "Mark urgent");
  await item(dana, "harp").getByText("Urgent").waitFor();
  await expect
    .poll(() => dana.getByTestId("desk-item").first().innerText())
    .toContain("harp monitor");
  const shift = (warn: number, due: number) =>
    site.deployment.engine.system("", ({ db }) => {
      const ids: string[] = [];
      db._iterateDocs("conversations", (row) => {
        if (String((row.brief as { summary?: string } | undefined)?.summary).includes("oboe"))
          ids.push(String(row._id));
      });
      const now = Date.now();
      const target = { since: now, isFirst: true, warnAt: now + warn, dueAt: now + due };
      for (const id of ids) db.patch("conversations", id, { target });
    });
  const waitOf = item(dana, "oboe").getByTestId("waits");
  await shift(-60_000, 10 * 60_000);
  await waitOf.getByText(/due in \d+ min/).waitFor();
  await shift(-120_000, -60_000);
  await waitOf.getByText(/late by/).waitFor();
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-late");
  await dana.getByTestId("filters").click();
  await dana.getByRole("checkbox", { name: "Late only" }).check();
  await item(dana, "harp").waitFor({ state: "detached" });
  expect(await dana.getByTestId("desk-item").count()).toBe(1);
  await item(dana, "oboe").waitFor();
});
