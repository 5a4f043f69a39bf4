/**
 * Every state of the chat and the desk, on a phone and a desktop, light and dark: nothing for axe, nothing wider than
 * the screen, and a picture to look at. `SCREENSHOTS=write` renews those that the README shows (docs/screenshots).
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ROOT } from "../../local/system";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

const FORMS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};
/** What the README and its pages show. */
const SHOWN = new Set([
  "answer-desktop-light",
  "answer-phone-dark",
  "safety-phone-light",
  "waiting-phone-light",
  "technician-phone-dark",
  "desk-open-desktop-light",
  "desk-open-desktop-dark",
  "desk-list-phone-light",
]);
const FOLDER = path.join(ROOT, "docs/screenshots");

async function look(page: Page, state: string): Promise<void> {
  for (const [form, viewport] of Object.entries(FORMS)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const name = `${state}-${form}-${colorScheme}`;
      // Colours take a moment to change.
      await expect.poll(async () => [name, ...(await findAxeViolations(page))]).toEqual([name]);
      const spills = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect([name, spills]).toEqual([name, 0]);
      await screenshot(page, `state-${name}`);
      if (process.env.SCREENSHOTS !== "write" || !SHOWN.has(name)) continue;
      await mkdir(FOLDER, { recursive: true });
      await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
    }
  }
}

const visit = (to?: string) => site.visit(to, { reducedMotion: "reduce" });

test("the chat: first screen, an answer and its source, the menu, a sign-in", async () => {
  const page = await visit();
  await look(page, "welcome");
  await ask(page, "How much is a new laptop screen, and how long does it take?");
  await page.getByTestId("answer").getByTestId("source-chip").first().waitFor();
  await look(page, "answer");
  await page.getByTestId("source-chip").first().click();
  await page.getByTestId("source-popover").waitFor();
  await look(page, "source");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await page.getByTestId("menu").waitFor();
  await look(page, "menu");
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await page.getByTestId("sign-in-dialog").waitFor();
  await look(page, "sign-in");
});

test("the chat: danger; offline", async () => {
  const page = await visit();
  await ask(page, "there is smoke coming out of my laptop");
  await page.getByRole("region", { name: "For your safety" }).waitFor();
  await look(page, "safety");
  await page.context().setOffline(true);
  await ask(page, "It is outside now");
  await page.getByTestId("own-message").nth(1).waitFor();
  await look(page, "offline");
});

test("from waiting to settled, on both sides", { timeout: 240_000 }, async () => {
  const ann = await visit();
  await ask(ann, "My screen has lines since it fell. Can somebody look at it today?");
  await ann.getByTestId("answer").waitFor();
  await ann.getByTestId("talk-to-a-person").click();
  await ann.getByTestId("escalate-dialog").waitFor();
  await look(ann, "escalate");
  await ann.getByRole("button", { name: "Ask for a technician" }).click();
  await ann.getByTestId("queue-notice").waitFor();
  await look(ann, "waiting");

  const dana = await visit("/desk");
  await dana.getByLabel("E-mail or mobile number").waitFor();
  await look(dana, "desk-sign-in");
  await signIn(site, dana, "dana@computerguys.example");
  await dana.getByTestId("desk-item").first().waitFor();
  await look(dana, "desk-list");
  await dana.getByTestId("desk-item").filter({ hasText: "has lines" }).click();
  await dana.getByTestId("claim").waitFor();
  await look(dana, "desk-waiting");
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await composer(dana).fill(
    "Bring it in, I can look at it at three. It is likely the panel alone.",
  );
  await composer(dana).press("Enter");
  await thread(ann).getByText("Bring it in").waitFor();
  await ask(ann, "Great, see you at three");
  await thread(dana).getByText("see you at three").waitFor();
  await look(ann, "technician");
  await look(dana, "desk-open");
  await dana.getByTestId("resolve").click();
  await ann.getByTestId("rating").waitFor();
  await look(ann, "rating");
  await look(dana, "desk-resolved");
});

test("the owner's numbers", async () => {
  const page = await visit("/insights");
  await signIn(site, page, "owner@computerguys.example");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await look(page, "insights");
});
