/** Addresses of conversations, and what Back does: close what is open, then the list, and only then leave. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, composer, covered, screenshot, holdSite, signIn, thread, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const path = (page: Page) => new URL(page.url()).pathname;
const list = (page: Page) => page.getByRole("navigation", { name: "Your conversations" });
const menu = (page: Page) => page.getByRole("button", { name: "Conversations and account" });

async function asked(page: Page, question: string): Promise<string> {
  site.providers.control.script({ match: question, text: "Certainly, on Monday." });
  await ask(page, question);
  await thread(page).getByText("Certainly, on Monday.").waitFor();
  await expect.poll(() => path(page)).toMatch(/^\/c\/\w+$/);
  return path(page);
}

test("a conversation has an address, and the list titles it by what was asked", async () => {
  const page = await site.visit("/", { viewport: { width: 390, height: 844 } });
  const first = await asked(page, "Can you mend a hinge?");
  await page.reload();
  await thread(page).getByText("Can you mend a hinge?").waitFor();
  await page.goBack();
  await list(page).getByRole("button").waitFor();
  expect(path(page)).toBe("/");
  expect(await list(page).innerText()).toContain("Can you mend a hinge?");
  expect(await list(page).innerText()).not.toContain("Certainly");
  await screenshot(page, "list-phone");

  const second = await asked(page, "And a fan?");
  expect(second).not.toBe(first);
  await page.goBack();
  await list(page).getByRole("button").nth(1).waitFor();
  await list(page).getByRole("button", { name: "Can you mend a hinge?" }).click();
  await thread(page).getByText("Can you mend a hinge?").waitFor();
  expect(path(page)).toBe(first);
  await page.goBack();
  await list(page).waitFor();

  // In a tab of its own, by its address alone: below it is the list, not another site.
  const tab = await page.context().newPage();
  await tab.goto(site.url + second);
  await thread(tab).getByText("And a fan?").waitFor();
  await tab.goBack();
  await list(tab).waitFor();
  await tab.goForward();
  await thread(tab).getByText("And a fan?").waitFor();

  // On return the latest is there, above the list.
  const again = await page.context().newPage();
  await again.goto(site.url);
  await thread(again).getByText("And a fan?").waitFor();
  expect(path(again)).toBe(second);
  await again.goBack();
  await list(again).waitFor();
});

test("Back closes a dialog, whichever way it was opened, and stays where it was", async () => {
  const page = await site.visit();
  const at = await asked(page, "Where can I park?");
  const dialog = page.getByRole("dialog");
  await menu(page).click();
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await page.getByTestId("sign-in-dialog").waitFor();
  await covered(page, true);
  await page.goBack();
  await dialog.waitFor({ state: "hidden" });
  await thread(page).getByText("Where can I park?").waitFor();
  expect(path(page)).toBe(at);

  await page.getByTestId("talk-to-a-person").click();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  // What was closed otherwise leaves nothing to go back through.
  await covered(page, false);
  await page.goBack();
  await list(page).waitFor();
  await page.goForward();

  await menu(page).click();
  await dialog.waitFor();
  await covered(page, true);
  await page.reload();
  await thread(page).getByText("Where can I park?").waitFor();
  expect(await dialog.count()).toBe(0);
  await menu(page).click();
  await page.getByRole("button", { name: "New conversation" }).last().click();
  await list(page).waitFor();
  await page.goBack();
  await thread(page).getByText("Where can I park?").waitFor();
});

test("a conversation's address shows it to nobody else", async () => {
  const page = await site.visit();
  const at = await asked(page, "Where can I park?");
  const stranger = await site.visit(at);
  await stranger.getByRole("heading", { name: "Sign in to see this conversation" }).waitFor();
  await screenshot(stranger, "sign-in-first");
  await stranger.getByRole("button", { name: "Start a new conversation" }).click();
  await asked(stranger, "Are you open?");
  await stranger.goto(site.url + at);
  await stranger.getByRole("heading", { name: "This conversation can't be shown" }).waitFor();
  expect(await stranger.getByText("Where can I park?").count()).toBe(0);
});

/** Going back takes its time, on a busy machine or a phone: what is held arrives with `arrive`. */
async function holdBack(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const back = history.back.bind(history);
    history.back = () => Object.assign(window, { arrive: back });
  });
  await covered(page, true);
  return async () => {
    await expect.poll(() => page.evaluate(() => "arrive" in window)).toBe(true);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          addEventListener("popstate", () => setTimeout(resolve), { once: true });
          (window as unknown as { arrive: () => void }).arrive();
        }),
    );
  };
}

test("what is opened or gone to before the page has arrived back stays", async () => {
  const page = await site.visit();
  const at = await asked(page, "Where can I park?");
  const dialog = page.getByRole("dialog");
  await menu(page).click();
  let arrive = await holdBack(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByTestId("talk-to-a-person").click();
  await arrive();
  await dialog.getByText("Talk to a person").first().waitFor();
  await covered(page, true);
  expect(await dialog.count()).toBe(1);

  await page.reload();
  await thread(page).getByText("Where can I park?").waitFor();
  await menu(page).click();
  arrive = await holdBack(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "New conversation" }).click();
  await list(page).waitFor();
  await arrive();
  await list(page).waitFor();
  expect(path(page)).toBe("/");
  await page.goBack();
  await thread(page).getByText("Where can I park?").waitFor();
  expect(path(page)).toBe(at);
});

test("who signs out under the menu writes on in the same place when it closes", async () => {
  const page = await site.visit();
  await asked(page, "Where can I park?");
  await menu(page).click();
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, page, "closing@example.com");
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  await thread(page).getByText("Where can I park?").waitFor();
  await menu(page).click();
  const arrive = await holdBack(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => path(page)).toBe("/");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const box = await composer(page).elementHandle();
  await arrive();
  expect(path(page)).toBe("/");
  expect(await box?.evaluate((element) => element.isConnected)).toBe(true);
});
