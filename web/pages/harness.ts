/** The pages as people get them: a built client in real Chromium, on the whole local system. */
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import axe from "axe-core";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Frame,
  type Page,
} from "playwright-core";
import { build, preview } from "vite";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { allowPage, ROOT, startSystem, type System, type SystemOptions } from "../../local/system";
import { copyFor, talkTo } from "./build";

export type Site = System & {
  url: string;
  /** The folder with the files that it serves. */
  files: string;
  /** A new visitor: own storage, own tab. Uncaught errors, and breaches of the page's policy, fail the test. */
  visit(path?: string, options?: BrowserContextOptions): Promise<Page>;
  errors: string[];
  /** Without the system: for tests that have replaced it. */
  closePages(): Promise<void>;
  stop(): Promise<void>;
};

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Screenshots of the last run, to be looked at. */
const SCREENSHOTS = path.join(ROOT, "test-results");

/** Serves the client beside a system of its own; with `builds`, another package, or itself with another environment. */
export async function startSite({
  builds,
  ...options
}: SystemOptions & { builds?: string } = {}): Promise<Site> {
  const system = await startSystem(options);
  const root = path.join(ROOT, builds ?? "web");
  const outDir = await mkdtemp(path.join(tmpdir(), "site-"));
  talkTo(system.deployment);
  if (builds === undefined) await copyFor(inject("builtClient"), outDir, system.deployment);
  else await build({ root, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const server = await preview({
    root,
    preview: { host: "127.0.0.1", port: 0 },
    build: { outDir },
  });
  const url = server.resolvedUrls!.local[0]!.replace(/\/$/, "");
  await allowPage(system.deployment, url);
  const { close, ...pages } = await openBrowser(url);
  const closePages = async () => {
    await close();
    await server.close();
    await rm(outDir, { recursive: true });
  };
  return {
    ...system,
    ...pages,
    url,
    files: outDir,
    closePages,
    stop: async () => {
      await closePages();
      await system.close();
    },
  };
}

/** A site for all tests of a file, given once it is there. None of them leaves an uncaught error or a script behind. */
export function holdSite(
  give: (site: Site) => void,
  options?: Parameters<typeof startSite>[0],
): void {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(options);
    give(site);
  });
  afterAll(() => site.stop());
  afterEach(() => {
    site.providers.control.clearScripts();
    site.providers.control.clearFaults();
    expect(site.errors.splice(0)).toEqual([]);
  });
}

/** Real Chromium before the pages of an origin. */
export async function openBrowser(
  url: string,
): Promise<Pick<Site, "visit" | "errors"> & { close: () => Promise<void> }> {
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  mkdirSync(SCREENSHOTS, { recursive: true });
  const errors: string[] = [];
  return {
    errors,
    visit: async (to = "/", options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      context.setDefaultTimeout(15_000);
      await reportBreaches(context, errors);
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(url + to);
      return page;
    },
    close: () => browser.close(),
  };
}

/** What the content security policy stops in any page of a context, as errors. */
async function reportBreaches(context: BrowserContext, errors: string[]): Promise<void> {
  await context.exposeFunction("reportBreach", (breach: string) => errors.push(breach));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      const { reportBreach } = window as unknown as { reportBreach: (breach: string) => void };
      reportBreach(`CSP ${effectiveDirective}: ${blockedURI}`);
    });
  });
}

export const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });

type Axe = typeof axe;

/** Until nothing moves: colours that are half-way are none of the two appearances, and dialogs rise into their place. */
export const stillness = (page: Page | Frame) =>
  page.evaluate(async () => {
    // What was just changed begins to move with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const moving = document
      .getAnimations()
      .filter((one) => one.playState === "running" && one.effect?.getTiming().iterations === 1);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });

/** What axe finds wrong with the page as it stands, by rule and element. */
export async function findAxeViolations(page: Page | Frame): Promise<string[]> {
  await stillness(page);
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

/** All that the page's live regions have said, in order. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const id of ["announcer-now", "announcer"]) {
      const region = document.querySelector(`[data-testid=${id}]`)!;
      new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
          heard.push(`${region.getAttribute("aria-live")}: ${node.textContent}`);
        }
      }).observe(region, { childList: true });
    }
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

/** What is drawn of the conversation: screen readers are told the same words a second time, elsewhere. */
export const thread = (page: Page) => page.getByTestId("message-list");

export const composer = (page: Page) => page.getByTestId("composer").getByRole("textbox");

export async function ask(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** The history has, or no longer has, an entry for what lies over the page: Back, a reload or an address go on from there. */
export const covered = (page: Page, is: boolean) =>
  expect.poll(() => page.evaluate(() => "covered" in ((history.state ?? {}) as object))).toBe(is);

/** What is in the desk's menu of one's own account. */
export async function chooseOwn(desk: Page, item: string): Promise<void> {
  await desk.getByRole("button", { name: "You", exact: true }).click();
  await desk.getByRole("menuitem", { name: item }).click();
}

/** Signs in through the form that is on the page, with the code from the stand-in's mailbox. */
export async function signIn(site: Site, page: Page, email: string): Promise<void> {
  const earlier = site.providers.control.emails(email).length;
  await page.getByLabel("E-mail or mobile number").fill(email);
  await page.keyboard.press("Enter");
  await page.getByLabel("6-digit code").waitFor();
  const mails = site.providers.control.emails(email);
  if (mails.length === earlier) throw new Error(`No code was mailed to ${email}`);
  const code = /\b\d{6}\b/.exec(mails[0]!.text ?? "")![0];
  await page.getByLabel("6-digit code").fill(code);
}
