/** Files in the page: chosen, uploaded with progress, refused in words, taken back, sent, and shown to both sides. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, composer, covered, screenshot, signIn, holdSite, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

/** One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const photo = { name: "crack.png", mimeType: "image/png", buffer: PNG };
const log = { name: "error.log", mimeType: "text/plain", buffer: Buffer.from("Error 0x1\n") };
const choose = (page: Page, files: (typeof photo)[]) =>
  page.getByTestId("file-input").setInputFiles(files);
const chip = (page: Page, name: string) => page.getByTestId("upload").filter({ hasText: name });

/** Until the picture is drawn. */
const drawn = async (page: Page, name: string) => {
  const picture = page.locator(`img[alt="${name}"]`);
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  return picture;
};

test("a visitor sends a picture and a log without a word, and the technician sees and saves them", async () => {
  const page = await site.visit();
  await choose(page, [photo, log]);
  for (const { name } of [photo, log]) {
    await expect.poll(() => chip(page, name).getAttribute("data-state")).toBe("ready");
  }
  await screenshot(page, "files-ready");
  await composer(page).press("Enter");
  const own = page.getByTestId("own-message");
  await own.waitFor();
  const picture = await drawn(page, photo.name);
  expect(await picture.getAttribute("src")).toMatch(/^blob:/);
  expect(await page.getByTestId("upload").count()).toBe(0);
  await expectLarge(page, photo.name);
  await ask(page, "I want to talk to a person");
  await page.getByText("A technician", { exact: false }).first().waitFor();
  await screenshot(page, "files-sent");

  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("desk-item").first().click();
  await drawn(desk, photo.name);
  const saved = desk.waitForEvent("download");
  await desk.getByRole("button", { name: log.name }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe(log.name);
  expect(await readFile(await download.path(), "utf8")).toBe("Error 0x1\n");
  await screenshot(desk, "desk-files");
});

/** The picture large; closed by Escape, and by Back without leaving the page. */
async function expectLarge(page: Page, name: string): Promise<void> {
  const large = page.getByTestId("picture-dialog");
  const opener = page.getByRole("button", { name });
  const at = page.url();
  await opener.click();
  await large.getByRole("img", { name }).waitFor();
  await page.keyboard.press("Escape");
  await large.waitFor({ state: "hidden" });
  expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
  await opener.click();
  await large.waitFor();
  await covered(page, true);
  await page.goBack();
  await large.waitFor({ state: "hidden" });
  expect(page.url()).toBe(at);
}

test("a page that calls itself a picture is refused in words, and nothing goes until it is removed", async () => {
  const page = await site.visit();
  const disguised = { ...photo, name: "page.png", buffer: Buffer.from("<!doctype html><p>") };
  await choose(page, [disguised]);
  const refused = chip(page, "page.png");
  await refused.getByText("Only images").waitFor();
  await composer(page).fill("My screen");
  await composer(page).press("Enter");
  await page.getByText("A file didn't arrive. Try it again, or remove it.").waitFor();
  expect(await page.getByTestId("own-message").count()).toBe(0);
  await screenshot(page, "file-refused");
  await refused.getByRole("button", { name: "Remove page.png" }).click();
  await composer(page).press("Enter");
  await page.getByTestId("own-message").getByText("My screen").waitFor();
});

test("an upload that the network cuts says so, and works at the second try; one on its way can be given up", async () => {
  const page = await site.visit();
  let cut = true;
  let release: (() => void) | undefined;
  await page.route("**/files", async (route) => {
    if (cut) return await route.abort();
    await new Promise<void>((resolve) => (release = resolve));
    // Given up by then.
    await route.continue().catch(() => undefined);
  });
  await choose(page, [photo]);
  await chip(page, photo.name).getByText("Waits for the connection").waitFor();
  cut = false;
  await page.getByRole("button", { name: "Try crack.png again" }).click();
  await page.getByRole("progressbar", { name: "Uploading crack.png" }).waitFor();
  await expect.poll(() => release).toBeTypeOf("function");
  await page.getByRole("button", { name: "Remove crack.png" }).click();
  expect(await page.getByTestId("upload").count()).toBe(0);
  release!();
  await page.unroute("**/files");
  await choose(page, [photo]);
  await expect.poll(() => chip(page, photo.name).getAttribute("data-state")).toBe("ready");
});
