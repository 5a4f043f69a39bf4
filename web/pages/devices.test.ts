/** A person sees where they are signed in, and signs out a device that is not at hand. */
import { expect, test } from "vitest";
import type { BrowserContextOptions, Page } from "playwright-core";
import { ask, chooseOwn, holdSite, screenshot, signIn, stillness, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  userAgent:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
};
const FIREFOX: BrowserContextOptions = {
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};

const openMenu = (page: Page) =>
  page.getByRole("button", { name: "Conversations and account" }).click();

async function signedIn(email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await site.visit("/", options);
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await openMenu(page);
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, page, email);
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  return page;
}

async function openDevices(page: Page) {
  await openMenu(page);
  await page.getByRole("button", { name: "Your devices" }).waitFor();
  await stillness(page);
  await screenshot(page, "menu-devices");
  await page.getByRole("button", { name: "Your devices" }).click();
  const dialog = page.getByTestId("devices-dialog");
  await dialog.getByTestId("device").first().waitFor();
  return dialog;
}

const isSignedOut = async (page: Page) => {
  await page.getByText("Your session has ended").waitFor();
};

test("a lost phone is signed out with the keyboard, and knows it at once", async () => {
  const email = "devices@example.com";
  const phone = await signedIn(email, PHONE);
  const laptop = await signedIn(email, FIREFOX);
  const dialog = await openDevices(laptop);
  const rows = dialog.getByTestId("device");
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(0).innerText()).toMatch(/Firefox on Linux[^]*This device/);
  expect(await rows.nth(1).innerText()).toMatch(/Safari on iPhone[^]*Last used/);
  await screenshot(laptop, "devices");
  await dialog.getByRole("button", { name: "Sign out Safari on iPhone" }).focus();
  await laptop.keyboard.press("Enter");
  await expect.poll(() => rows.count()).toBe(1);
  await isSignedOut(phone);
  expect(await dialog.getByRole("button", { name: "Sign out everywhere else" }).count()).toBe(0);
});

test("signing out everywhere else leaves this device alone", async () => {
  const email = "everywhere@example.com";
  const others = [await signedIn(email, FIREFOX), await signedIn(email)];
  const phone = await signedIn(email, PHONE);
  const dialog = await openDevices(phone);
  await expect.poll(() => dialog.getByTestId("device").count()).toBe(3);
  await screenshot(phone, "devices-phone");
  await dialog.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect.poll(() => dialog.getByTestId("device").count()).toBe(1);
  for (const page of others) await isSignedOut(page);
  await phone.keyboard.press("Escape");
  await openMenu(phone);
  await phone.getByText(email).waitFor();
});

test("technicians see their devices at the desk", async () => {
  const page = await site.visit("/desk", FIREFOX);
  await signIn(site, page, "dana@computerguys.example");
  await chooseOwn(page, "Your devices");
  const dialog = page.getByTestId("devices-dialog");
  await dialog.getByText("Firefox on Linux").waitFor();
  await stillness(page);
  await screenshot(page, "devices-desk");
});
