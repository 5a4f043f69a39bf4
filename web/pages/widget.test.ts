/** The example that web developers copy, as they would run it: built against the packages' own exports. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { screenshot, startSite, type Site } from "./harness";

let site: Site;
beforeAll(async () => {
  site = await startSite({ folder: "examples/widget" });
});
afterAll(async () => {
  await site.stop();
});
afterEach(() => {
  site.providers.control.clearScripts();
  site.providers.control.clearFaults();
  expect(site.errors.splice(0)).toEqual([]);
});

const PAGE = Buffer.from("<!doctype html><p>");
/** One pixel. */
const GIF = Buffer.from("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==", "base64");

const answer = (page: Page, status: string) =>
  page.locator(`.message.agent[data-status="${status}"]`).last();

async function openChat(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask us" }).click();
  await page.getByRole("region", { name: "Support chat" }).waitFor();
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your message").fill(text);
  await page.getByLabel("Your message").press("Enter");
}

test("a visitor asks, watches the answer grow and opens its source", async () => {
  const page = await site.visit();
  await openChat(page);
  await screenshot(page, "widget-welcome");
  const text = "A new screen is on the shelf [1], and is put in at our counter.";
  const held = site.providers.control.holdAfter(6, { match: "new screen", text, chunks: 12 });
  await page.getByRole("button", { name: "How much is a new screen?" }).click();
  await held.reached;
  await answer(page, "streaming").getByText("A new screen").waitFor();
  await screenshot(page, "widget-streaming");
  expect(await answer(page, "streaming").innerText()).not.toContain("counter");
  held.release();
  await answer(page, "complete").getByText("at our counter").waitFor();
  const source = answer(page, "complete").locator("details").first();
  await source.locator("summary").click();
  expect(await source.innerText()).toMatch(/screen/i);
  await screenshot(page, "widget-answer");
});

test("a picture is sent along and shown from memory; what is no picture is refused in words", async () => {
  const page = await site.visit();
  await openChat(page);
  const input = page.getByLabel("Attach");
  await input.setInputFiles({ name: "page.png", mimeType: "image/png", buffer: PAGE });
  const files = page.getByRole("list", { name: "Files to send" });
  await files.getByText("Only images").waitFor();
  await files.getByRole("button", { name: "Remove page.png" }).click();
  await input.setInputFiles({ name: "crack.gif", mimeType: "image/gif", buffer: GIF });
  await files.locator('[data-state="ready"]').waitFor();
  await screenshot(page, "widget-files");
  await ask(page, "What is this crack?");
  const picture = page.locator(".message.customer").getByRole("img", { name: "crack.gif" });
  await picture.waitFor();
  expect(await picture.getAttribute("src")).toMatch(/^blob:/);
  await screenshot(page, "widget-picture");
});

test("stop keeps what was shown and says so, and the question can be asked again", async () => {
  const page = await site.visit();
  await openChat(page);
  const script = { match: "Long story", text: "Once upon a time in a small shop.", chunks: 12 };
  const held = site.providers.control.holdAfter(6, script);
  await ask(page, "Long story");
  await held.reached;
  await answer(page, "streaming").getByText("Once upon").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await answer(page, "stopped").getByText("Stopped here.").waitFor();
  held.release();
  expect(await answer(page, "stopped").innerText()).not.toContain("small shop");
  await screenshot(page, "widget-stopped");
  site.providers.control.script({ match: "Long story", text: "A short story." });
  await page.getByRole("button", { name: "Answer again" }).click();
  await answer(page, "complete").getByText("A short story.").waitFor();
});

test("an answer that fails goes to a technician, and a refused message is told in words", async () => {
  const page = await site.visit();
  await openChat(page);
  site.providers.control.fault({
    provider: "openrouter",
    kind: "status",
    status: 402,
    match: "Broke",
  });
  await ask(page, "Broke");
  await page
    .getByText(/passed your question to our technicians/)
    .first()
    .waitFor();
  await page.context().route("**/api/action", (route) => route.abort());
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await openChat(page);
  await ask(page, "Nobody hears this");
  await page.getByText("Not sent. We couldn't be reached.").waitFor();
  await screenshot(page, "widget-unsent");
  await page.context().unroute("**/api/action");
  site.providers.control.script({ match: "Nobody hears this", text: "Now we do." });
  await page.getByRole("button", { name: "Try again" }).click();
  await answer(page, "complete").getByText("Now we do.").waitFor();
});

test("the conversation is there again on return, and a person takes it over", async () => {
  const page = await site.visit();
  await openChat(page);
  await ask(page, "Where can I park?");
  await answer(page, "complete").waitFor();
  await page.reload();
  await openChat(page);
  await page.getByText("Where can I park?").waitFor();
  await page.getByRole("button", { name: "Talk to a person" }).click();
  await page.getByText("A technician will answer here").waitFor();
  await screenshot(page, "widget-queue");
});

test("a session that the shop has ended leaves a chat that works, not a white page", async () => {
  const page = await site.visit();
  await openChat(page);
  await ask(page, "Where can I park?");
  await answer(page, "complete").waitFor();
  const stored = await page.evaluate(() => localStorage.getItem("widget.session"));
  const { accessToken } = JSON.parse(stored!) as { accessToken: string };
  const call = { path: "auth:logout", args: {}, format: "json" };
  const response = await fetch(`${site.deployment.url}/api/mutation`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: JSON.stringify(call),
  });
  expect(await response.json()).toMatchObject({ status: "success" });
  await page.getByRole("button", { name: "How much is a new screen?" }).waitFor();
  await ask(page, "Where can I park, once more?");
  await answer(page, "complete").waitFor();
});

test("on a phone the chat fits, in the dark too", async () => {
  const page = await site.visit("/", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark",
  });
  await openChat(page);
  await ask(page, "My laptop is slow and hot. What can I try first?");
  await answer(page, "complete").locator("details").first().waitFor();
  await screenshot(page, "widget-phone-dark");
  const box = (await page.getByRole("region", { name: "Support chat" }).boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  expect(box.y).toBeGreaterThanOrEqual(0);
});
