/** The owner's first day, on a shop that has nothing: each step is done for real, and where it stands is kept. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAxeViolations, holdSite, screenshot, signIn, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started), { seed: false, env: { FETCH_LOOPBACK: "true" } });

const OWNER = "owner@computerguys.example";
const PATIENCE = { timeout: 60_000 };

/** One admin's page for the file: codes are limited. */
let page: Page;
let website: Server;
beforeAll(async () => {
  website = await serveWebsite();
  await site.engine.call("mutation", "seed:agents");
  await site.engine.call("mutation", "users:ensureStaff", {
    email: OWNER,
    name: "Sam Okafor",
    role: "admin",
  });
  page = await site.visit("/desk");
  await signIn(site, page, OWNER);
});
afterAll(() => website.close());

/** A shop's site: one page, and a list of it. */
function serveWebsite(): Promise<Server> {
  const server = createServer((request, response) => {
    const list = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://${request.headers.host}/prices</loc></url></urlset>`;
    const pages: Record<string, [type: string, text: string]> = {
      "/sitemap.xml": ["application/xml", list],
      "/prices": [
        "text/html",
        "<!doctype html><title>Our prices</title><main><h1>Our prices</h1><p>A projector lamp costs $79.</p></main>",
      ],
    };
    const [type, text] = pages[request.url ?? ""] ?? ["text/plain", ""];
    response.writeHead(text === "" ? 404 : 200, { "content-type": type }).end(text);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const step = (name: string, state: string, on = page) =>
  on.locator(`[data-testid=step-${name}][data-state=${state}]`);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const unfolded = () => page.locator("h2 > [aria-expanded=true]").allInnerTexts();
const focused = () => page.evaluate(() => document.activeElement?.id);
const progress = (words: string, on = page) =>
  on.getByTestId("start-progress").getByText(words, { exact: true }).waitFor();
/** All that an open desk asks for comes at once. */
const deskLoaded = (desk: Page) => desk.getByText("Nobody is waiting.").waitFor();

/** As it is, in the dark, and on a phone, where nothing may stand out sideways. */
async function look(name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findAxeViolations(page)).toEqual([]);
    await screenshot(page, `${name}-${colorScheme}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, `${name}-phone`);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("an owner who signs in to an empty shop is led there once, and the desk says how far it is until it is hidden", async () => {
  await page.waitForURL(/\/start$/);
  await progress("0 of 6 done");
  expect(await unfolded()).toEqual([expect.stringContaining("1. Your shop's name")]);
  await page.getByRole("link", { name: "Desk", exact: true }).click();
  const card = page.getByTestId("first-day");
  await card.getByText("First day: 0 of 6").waitFor();
  await look("start-desk");
  await card.getByRole("button", { name: "Hide" }).click();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await deskLoaded(page);
  expect(await card.count()).toBe(0);
  await page.goto(`${site.url}/start`);
  await button("Show it at the desk again").click();
  await button("Hide it at the desk").waitFor();
});

test("the name, and by keys alone the hours: each is done where it stands, and the focus goes on", async () => {
  await step("name", "open").getByLabel("The shop's name").fill("Lamp & Lens");
  await page.keyboard.press("Enter");
  await step("name", "done").getByText("Done: Lamp & Lens").waitFor();
  await page.getByRole("navigation", { name: "Shop" }).getByText("Lamp & Lens").waitFor();
  await button("Next: Opening hours").press("Enter");
  await expect.poll(focused).toBe("start-hours");
  expect(await unfolded()).toEqual([expect.stringContaining("2. Opening hours")]);
  const hours = step("hours", "open");
  await hours.getByRole("button", { name: "Sunday: add hours" }).press("Enter");
  await look("start-hours");
  // A look into another step takes nothing away.
  await page.locator("#start-name").click();
  await page.locator("#start-hours").click();
  await hours.getByRole("button", { name: "Save the hours" }).press("Enter");
  await step("hours", "done").getByText("Done: open on 7 days a week").waitFor();
  await page.getByTestId("announcer").getByText("Opening hours: done. 2 of 6 steps").waitFor();
  const stored = await site.engine.system("", (db) =>
    [...db.documents("knowledge")].map((row) => row.hours).find((set) => set !== undefined),
  );
  expect(stored).toMatchObject({ weekly: { sun: [["09:00", "17:00"]] }, holidays: [] });
  // It does not fold away under who looks at it.
  expect(await unfolded()).toEqual([expect.stringContaining("2. Opening hours")]);
  await button("Next: What the AI answers from").press("Enter");
  await expect.poll(focused).toBe("start-documents");
});

test(
  "the website is read in from its address, and a question is answered from it by name",
  PATIENCE,
  async () => {
    const { port } = website.address() as AddressInfo;
    const documents = page.getByTestId("step-documents");
    await documents.getByLabel("Address").fill(`http://127.0.0.1:${port}/`);
    await page.keyboard.press("Enter");
    await documents.getByTestId("reading").first().waitFor();
    await step("documents", "done").getByText("Done: Our prices").waitFor({ timeout: 40_000 });
    await look("start-documents");
    await button("Next: A test question").click();
    const question = page.getByTestId("step-question");
    await question.getByLabel("As a customer would ask it").fill("Do you sell bicycles?");
    await page.keyboard.press("Enter");
    await question.getByText("The AI would say that it doesn't know").waitFor();
    await step("question", "open").waitFor();
    await question.getByLabel("As a customer would ask it").fill("How much is a projector lamp?");
    await page.keyboard.press("Enter");
    await step("question", "done").waitFor();
    await question.getByText("The AI would answer").waitFor();
    await question.getByText("[1] Our prices").waitFor();
    await look("start-question");
  },
);

test("a step is skipped and taken up again, and a reload and another device see the same", async () => {
  await page.reload();
  await expect.poll(unfolded).toEqual([expect.stringContaining("5. Your colleagues")]);
  const other = await page.context().newPage();
  await other.goto(`${site.url}/start`);
  await progress("4 of 6 done", other);
  await button("Skip this step").click();
  await expect.poll(focused).toBe("start-widget");
  await progress("4 of 6 done, 1 skipped", other);
  await page.reload();
  await step("staff", "skipped").getByRole("button", { name: "Do it after all" }).click();
  await expect.poll(focused).toBe("start-staff");
  await step("staff", "open", other).waitFor();
  await other.close();
  const staff = page.getByTestId("step-staff");
  await staff.getByLabel("E-mail").fill("kim@computerguys.example");
  await page.keyboard.press("Enter");
  await step("staff", "done").getByText("Done: 2 people").waitFor();
  await expect
    .poll(() => site.providers.control.emails("kim@computerguys.example")[0]?.text ?? "")
    .toContain("/desk");
});

test("the widget is there when the owner says so, and then the desk is quiet", async () => {
  await button("Next: The chat on your site").click();
  const widget = page.getByTestId("step-widget");
  await widget.getByText(`<script async src="${site.url}/widget.js"></script>`).waitFor();
  await widget.getByRole("button", { name: "Copy the tag" }).waitFor();
  await look("start-widget");
  await widget.getByRole("button", { name: "It is on my site" }).click();
  await progress("6 of 6 done");
  await button("Done").click();
  await expect.poll(focused).toBe("start-end");
  expect(await unfolded()).toEqual([]);
  await look("start-over");
  await page.goto(`${site.url}/desk`);
  await deskLoaded(page);
  expect(await page.getByTestId("first-day").count()).toBe(0);
});

test("a technician is refused, and finds no way there", async () => {
  const kim = await site.visit("/start");
  await signIn(site, kim, "kim@computerguys.example");
  await kim.getByTestId("shop-refusal").waitFor();
  expect(await kim.getByTestId("start-progress").count()).toBe(0);
  expect(await findAxeViolations(kim)).toEqual([]);
  await kim.goto(`${site.url}/desk`);
  await deskLoaded(kim);
  expect(await kim.getByTestId("first-day").count()).toBe(0);
});
