/** What is there before, without and after the page's scripts: a first screen, a way without JavaScript, and paper. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { build } from "vite";
import { ROOT } from "../../local/system";
import { ask, screenshot, holdSite, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const PHONE = { viewport: { width: 390, height: 844 } };

/** As it is deployed: the other tests build with what React checks in development. */
async function buildForProduction(): Promise<string> {
  const outDir = await mkdtemp(path.join(tmpdir(), "web-"));
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  await build({ root: path.join(ROOT, "web"), logLevel: "warn", build: { outDir } });
  process.env.NODE_ENV = NODE_ENV;
  return outDir;
}

/** Thousands of bytes, with Brotli. */
const BUDGET = 110;

test(`the first screen's scripts have at most ${BUDGET} KB, and Markdown is not among them`, async () => {
  const outDir = await buildForProduction();
  const html = await readFile(path.join(outDir, "index.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, file]) => file!);
  expect(scripts.length).toBeGreaterThan(3);
  const sizes = await Promise.all(
    scripts.map(async (file) => {
      const source = await readFile(path.join(outDir, file));
      return [file, brotliCompressSync(source).length] as const;
    }),
  );
  await rm(outDir, { recursive: true });
  expect(sizes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThanOrEqual(BUDGET * 1000);
  // Found by the browser after everything that the first paint waits for.
  expect(html.indexOf('<script type="module"')).toBeGreaterThan(html.indexOf("</main>"));
  expect(html.indexOf("modulepreload")).toBeGreaterThan(html.indexOf("</main>"));
  expect(html.indexOf("/theme.js")).toBeGreaterThan(html.indexOf('rel="stylesheet"'));
  expect(scripts.filter((file) => /markdown|MessageList|Panels|Desk/.test(file))).toEqual([]);
});

/** A page whose application doesn't come until it is let. */
async function visitSlowly(to: string): Promise<{ page: Page; letCome: () => void }> {
  const page = await site.visit("/icon.svg", PHONE);
  let letCome = () => {};
  const held = new Promise<void>((resolve) => (letCome = resolve));
  await page.context().route("**/assets/*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(site.url + to, { waitUntil: "commit" });
  return { page, letCome };
}

test("the first screen is painted before any script has come, with the words that it then has", async () => {
  const { page, letCome } = await visitSlowly("/");
  const heading = page.getByRole("heading", { level: 2 });
  await heading.waitFor();
  await expect
    .poll(() => page.evaluate(() => performance.getEntriesByName("first-contentful-paint").length))
    .toBe(1);
  const before = await heading.innerText();
  const place = await heading.boundingBox();
  await screenshot(page, "shell-phone");
  letCome();
  await page.getByTestId("composer").waitFor();
  expect(await heading.innerText()).toBe(before);
  expect(Math.abs((await heading.boundingBox())!.x - place!.x)).toBeLessThan(2);

  const desk = await visitSlowly("/desk");
  await desk.page.locator(".shell").waitFor({ state: "hidden" });
  desk.letCome();
  await desk.page.getByLabel("E-mail or mobile number").waitFor();
});

test("without JavaScript the page says what to do, by telephone and in person", async () => {
  const page = await site.visit("/", { ...PHONE, javaScriptEnabled: false });
  const call = page.getByRole("link", { name: "(614) 555-0142" });
  expect(await call.getAttribute("href")).toBe("tel:+16145550142");
  const hours = page.locator("noscript p").last();
  expect(await hours.isVisible()).toBe(true);
  expect(await hours.innerText()).toContain("Monday to Friday 9 AM to 6 PM");
  expect(await page.getByText("One moment").isVisible()).toBe(false);
  await screenshot(page, "no-javascript");
});

test("the whole conversation is printed, from its first message, whatever was loaded", async () => {
  const page = await site.visit("/", { colorScheme: "dark" });
  const text = "This is one of many lines of an answer.\n\n".repeat(12);
  const questions = [
    "First of all",
    "Second of all",
    "Third of all",
    "Fourth of all",
    "And finally",
  ];
  for (const [n, question] of questions.entries()) {
    site.providers.control.script({ match: question, text });
    await ask(page, question);
    await page.getByTestId("answer").nth(n).waitFor();
  }
  const printed = () => page.evaluate(() => "printed" in window);
  await page.reload();
  await page.getByText("And finally").first().waitFor();
  expect(await page.getByText("First of all").count()).toBe(0);
  await page.evaluate(() => {
    // A browser without a person: its dialog would stay.
    Object.assign(window, { print: () => Object.assign(window, { printed: true }) });
  });
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await page.getByRole("button", { name: "Print" }).click();
  await expect.poll(printed).toBe(true);
  expect(await page.getByTestId("own-message").allInnerTexts()).toHaveLength(questions.length);

  await page.emulateMedia({ media: "print" });
  const { whole, cut } = await page.evaluate(() => {
    const list = document.querySelector("[data-testid=message-list]")!;
    const rows = [...list.querySelectorAll("[data-testid=own-message], article")];
    const height = document.documentElement.scrollHeight;
    return {
      whole: height >= list.scrollHeight && list.clientHeight === list.scrollHeight,
      cut: rows.filter((row) => row.getBoundingClientRect().bottom > height).length,
    };
  });
  expect({ whole, cut }).toEqual({ whole: true, cut: 0 });
  expect(await page.getByTestId("composer").isVisible()).toBe(false);
  const pdf = await page.pdf({ format: "Letter" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  expect(pages.length).toBeGreaterThanOrEqual(4);
  await page.screenshot({ path: path.join(ROOT, "test-results/printed.png"), fullPage: true });
});
