/** The deployment behind the pages is replaced by a new one with the old one's snapshot. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportSnapshot, reopenFrom } from "../../tests/local/moving";
import type { System } from "../../local/system";
import { ask, screenshot, startSite, type Site } from "./harness";

const env = { JWT_SECRET: "a secret that both deployments have, 32 bytes or more" };

let folder: string;
let site: Site;
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "moving-"));
  site = await startSite({ env });
  system = site;
});
afterAll(async () => {
  await site.closePages();
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

test("the browser that held a conversation finds it on the new deployment, and gets an answer in it", async () => {
  const page = await site.visit();
  await ask(page, "How much is a screen replacement?");
  const answers = page.getByTestId("answer");
  // The list of sources comes when the whole answer is drawn.
  const whole = answers.first().getByRole("group", { name: "Sources" });
  await whole.waitFor();
  const text = await answers.first().innerText();
  const file = path.join(folder, "snapshot.zip");
  await exportSnapshot(site, file);
  // A page that is open meanwhile would see a deployment that does not know its session yet.
  await page.goto("about:blank");
  system = await reopenFrom(file, site, env);

  await page.goto(site.url);
  await whole.waitFor();
  expect(await answers.first().innerText()).toBe(text);
  await screenshot(page, "moved");
  await ask(page, "Where can I park?");
  await answers.nth(1).waitFor({ timeout: 30_000 });
  expect(await answers.nth(1).innerText()).toMatch(/park/i);
  expect(site.errors).toEqual([]);
});
