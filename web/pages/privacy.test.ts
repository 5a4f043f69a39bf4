/** A customer downloads their data, and deletes their account: as a guest, and as somebody with an address. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { ask, screenshot, signIn, holdSite, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const openMenu = (page: Page) =>
  page.getByRole("button", { name: "Conversations and account" }).click();

async function signedIn(email: string): Promise<Page> {
  const page = await site.visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await openMenu(page);
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, page, email);
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  return page;
}

test("a customer collects their data, and the file has what they wrote", async () => {
  const page = await signedIn("export@example.com");
  await openMenu(page);
  await screenshot(page, "menu-account");
  await page.getByRole("button", { name: "Download my data" }).click();
  const dialog = page.getByTestId("export-dialog");
  await dialog.getByRole("button", { name: "Collect my data" }).click();
  const save = dialog.getByRole("button", { name: "Download the file" });
  await save.waitFor({ timeout: 30_000 });
  await screenshot(page, "export-done");
  const saved = page.waitForEvent("download");
  await save.click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("my-data.json");
  const file: unknown = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(file).toMatchObject({
    format: "computer-guys.personal-data",
    last: true,
    person: { email: "export@example.com" },
  });
  expect(JSON.stringify(file)).toContain("Where can I park?");
});

test("deleting needs the word, signs out at once, and mails a receipt", async () => {
  const email = "delete@example.com";
  const page = await signedIn(email);
  await openMenu(page);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByTestId("delete-dialog");
  const remove = dialog.getByRole("button", { name: "Delete for good" });
  expect(await remove.isDisabled()).toBe(true);
  await dialog.getByLabel("Type DELETE to confirm").fill("delete");
  await screenshot(page, "delete-confirm");
  await remove.click();
  await dialog.getByText("Your account is closed").waitFor();
  await screenshot(page, "delete-done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  expect(await page.getByText("Where can I park?").count()).toBe(0);
  await openMenu(page);
  await page.getByRole("button", { name: "Sign in with e-mail" }).waitFor();
  await expect
    .poll(() => site.providers.control.emails(email)[0]?.subject, { timeout: 30_000 })
    .toMatch(/account has been deleted/);
});

test("a guest can delete what they wrote, without an address", async () => {
  const page = await site.visit("/", { viewport: { width: 390, height: 844 } });
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await openMenu(page);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByTestId("delete-dialog");
  await screenshot(page, "delete-confirm-phone");
  await dialog.getByLabel("Type DELETE to confirm").fill("DELETE");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByText("Your account is closed").waitFor();
  expect(await dialog.getByText("last e-mail").count()).toBe(0);
});

test("an old sign-in is asked for a code first", async () => {
  const email = "older@example.com";
  const page = await signedIn(email);
  await site.deployment.engine.system("", (db) => {
    for (const session of db.documents("sessions")) session._creationTime -= 11 * 60_000;
  });
  await openMenu(page);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByTestId("delete-dialog");
  await dialog.getByLabel("Type DELETE to confirm").fill("DELETE");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByLabel("6-digit code").waitFor();
  // The latest comes first; the one before was for signing in.
  const [mail, ...earlier] = site.providers.control.emails(email);
  expect(earlier).toHaveLength(1);
  await dialog.getByLabel("6-digit code").fill(/\b\d{6}\b/.exec(mail!.text ?? "")![0]);
  await screenshot(page, "delete-code");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByText("Your account is closed").waitFor();
});
