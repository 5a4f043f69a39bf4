/** Signing in by text, confirming a number, and alerts by text, as people do it on the pages. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, chooseOwn, holdSite, screenshot, signIn, stillness, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const SMALL: BrowserContextOptions = { viewport: { width: 390, height: 844 } };
const openMenu = (page: Page) =>
  page.getByRole("button", { name: "Conversations and account" }).click();

/** The code of the last text to a number, once `seen` others have been there. */
async function texted(phone: string, seen = 0): Promise<string> {
  const sent = () => site.providers.control.texts.sent(phone);
  await expect.poll(() => sent().length, { timeout: 10_000 }).toBeGreaterThan(seen);
  return /^\d{6}/.exec(sent()[0]!.body)![0];
}

async function signedInByText(page: Page, typed: string, phone: string): Promise<void> {
  const seen = site.providers.control.texts.sent(phone).length;
  await page.getByRole("button", { name: "Sign in with e-mail or phone" }).click();
  const dialog = page.getByTestId("sign-in-dialog");
  await dialog.getByLabel("E-mail or mobile number").fill(typed);
  await page.keyboard.press("Enter");
  await dialog.getByText(`We've texted a 6-digit code to ${typed}`).waitFor();
  await stillness(page);
  await screenshot(page, "sign-in-text");
  await dialog.getByLabel("6-digit code").fill(await texted(phone, seen));
  await dialog.waitFor({ state: "hidden" });
}

test("a guest signs in by text and keeps the conversation, here and on another device", async () => {
  const page = await site.visit("/", SMALL);
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await openMenu(page);
  await signedInByText(page, "(614) 555-0161", "+16145550161");
  await page.getByText("Where can I park?").first().waitFor();
  await openMenu(page);
  await page.getByRole("region", { name: "Account" }).getByText("(614) 555-0161").waitFor();
  await stillness(page);
  await screenshot(page, "menu-phone");

  const laptop = await site.visit("/");
  await openMenu(laptop);
  await signedInByText(laptop, "614 555 0161", "+16145550161");
  await laptop.getByText("Where can I park?").first().waitFor();
});

test("what is no number of ours is said before anything is sent", async () => {
  const page = await site.visit("/");
  await openMenu(page);
  await page.getByRole("button", { name: "Sign in with e-mail or phone" }).click();
  const dialog = page.getByTestId("sign-in-dialog");
  const field = dialog.getByLabel("E-mail or mobile number");
  await field.fill("+44 7911 123456");
  await dialog.getByRole("button", { name: "Text me a code" }).click();
  await dialog.getByText("We can't text to that country").waitFor();
  await field.fill("ann@example.com");
  await dialog.getByRole("button", { name: "E-mail me a code" }).waitFor();
  expect(await dialog.getByRole("alert").count()).toBe(0);
});

test("an account gets a number, signs in with it, and takes it off again", async () => {
  const [email, phone] = ["phone-owner@example.com", "+16145550162"];
  const page = await site.visit("/", SMALL);
  await openMenu(page);
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, page, email);
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  await openMenu(page);
  await page.getByRole("button", { name: "Your phone" }).click();
  const dialog = page.getByTestId("phone-dialog");
  await dialog.getByLabel("Mobile number").fill("614-555-0162");
  await stillness(page);
  await screenshot(page, "phone-dialog-number");
  await page.keyboard.press("Enter");
  await dialog.getByLabel("6-digit code").fill(await texted(phone));
  await dialog.getByText("(614) 555-0162", { exact: true }).waitFor();
  await dialog.getByText("Confirmed").waitFor();
  await screenshot(page, "phone-dialog-confirmed");
  // Still the same person, in the session that goes on.
  expect(await dialog.getByText("alerts").count()).toBe(0);

  const other = await site.visit("/");
  await openMenu(other);
  await signedInByText(other, "(614) 555-0162", phone);
  await openMenu(other);
  await other.getByRole("region", { name: "Account" }).getByText(email).waitFor();

  await dialog.getByRole("button", { name: "Remove it" }).click();
  await dialog.getByRole("button", { name: "Remove the number" }).click();
  await dialog.getByLabel("Mobile number").waitFor();
});

test("a technician has alerts that can't wait on the phone", async () => {
  const phone = "+16145550163";
  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await chooseOwn(desk, "Your phone");
  const dialog = desk.getByTestId("phone-dialog");
  await dialog.getByLabel("Mobile number").fill("6145550163");
  await desk.keyboard.press("Enter");
  await dialog.getByLabel("6-digit code").fill(await texted(phone));
  // The desk starts anew with the session that the code made.
  await dialog.waitFor({ state: "hidden" });
  await chooseOwn(desk, "Your phone");
  const alerts = dialog.getByLabel("Text me alerts that can't wait");
  await alerts.click();
  await expect.poll(() => alerts.isChecked()).toBe(true);
  await stillness(desk);
  await screenshot(desk, "phone-dialog-alerts");
  await desk.keyboard.press("Escape");

  const page = await site.visit("/");
  await ask(page, "My laptop battery is swollen and smoking");
  const bodies = () => site.providers.control.texts.sent(phone).map(({ body }) => body);
  await expect.poll(() => bodies()[0], { timeout: 30_000 }).toMatch(/1 of them urgent/);
  expect(bodies().join()).not.toContain("battery");
});
