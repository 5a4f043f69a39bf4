/** The desk without a mouse: a technician who works off ten conversations, and the keys that do it. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  composer,
  findAxeViolations,
  holdSite,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((held) => (site = held));

/** Customers who wait, the first the longest. */
async function addWaiting({ engine }: Site, count: number): Promise<string[]> {
  const ids: string[] = [];
  const start = Date.now() - count * 60_000;
  await engine.system("", ({ db }) => {
    for (let i = 0; i < count; i++) {
      const at = start + i * 60_000;
      const text = `Question number ${i}`;
      const userId = db.insert("users", {
        role: "customer",
        name: `Customer ${i}`,
        smsConsent: "unknown",
      });
      const conversationId = db.insert("conversations", {
        userId,
        channel: "web",
        status: "open",
        owner: { kind: "queue", since: at },
        turn: 1,
        episode: 1,
        lastMessageAt: at,
        waitingSince: at,
        preview: text,
        unreadByCustomer: 0,
        unreadByStaff: 1,
        aiReplies: 0,
      });
      ids.push(conversationId);
      db.insert("messages", {
        conversationId,
        author: { kind: "customer" },
        visibility: "public",
        status: "complete",
        text,
        settledAt: at,
        turn: 1,
        episode: 1,
      });
    }
  });
  return ids;
}

async function desk(email = "dana@computerguys.example"): Promise<Page> {
  const page = await site.visit("/desk");
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id ?? "");

test("ten conversations are worked off by the keyboard alone", async () => {
  const ids = await addWaiting(site, 10);
  const page = await desk();
  // From here on no mouse: what is clicked fails the test.
  await page.evaluate(() => {
    document.addEventListener("pointerdown", () => {
      throw new Error("A mouse was used.");
    });
  });
  const { keyboard } = page;
  await page.getByTestId("desk-item").first().waitFor();
  await keyboard.press("j");
  for (let i = 0; i < ids.length; i++) {
    await page.getByRole("heading", { level: 2, name: `Customer ${i}` }).waitFor();
    await keyboard.press("c");
    await page.getByTestId("release").waitFor();
    // Whoever claims writes next.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    const answer = `Answer ${i}: come in, please. j c e`;
    await keyboard.type(answer);
    await keyboard.press("Enter");
    await thread(page).getByText(answer).waitFor();
    await keyboard.press("Escape");
    await keyboard.press("e");
    await page.getByRole("button", { name: "Reopen" }).waitFor();
    if (i === ids.length - 1) break;
    await expect.poll(() => focused(page)).toBe("next-conversation");
    await keyboard.press("Enter");
  }
  const owners = await site.engine.system("", ({ db }) =>
    ids.map((id) => (db.get("conversations", id) as unknown as { status: string }).status),
  );
  expect(owners).toEqual(ids.map(() => "resolved"));
});

test("several are resolved at once, and undone before anybody is told", async () => {
  const ids = await addWaiting(site, 4);
  const statuses = () =>
    site.engine.system("", ({ db }) =>
      ids.map((id) => (db.get("conversations", id) as unknown as { status: string }).status),
    );
  const page = await desk();
  const { keyboard } = page;
  const box = (i: number) => page.getByRole("checkbox", { name: `Choose Customer ${i}` }).last();
  await page.getByTestId("desk-item").nth(3).waitFor();
  for (const i of [0, 1, 2]) await box(i).press("Space");
  const bar = page.getByTestId("several-bar");
  await bar.getByText("3 chosen").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "desk-several");
  await bar.getByRole("button", { name: "Resolve" }).press("Enter");
  const undo = page.getByTestId("undo-bar");
  await undo.getByText("3 conversations are resolved.").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "desk-undo");
  await keyboard.press("z");
  await undo.waitFor({ state: "detached" });
  // As they were, and chosen still.
  await bar.getByText("3 chosen").waitFor();
  expect(await statuses()).toEqual(["open", "open", "open", "open"]);
  // Meanwhile the first customer writes: theirs is not closed unseen, the others are.
  await site.engine.system("", ({ db }) => {
    db.patch("conversations", ids[0]!, { turn: 2 });
  });
  await bar.getByRole("button", { name: "Resolve" }).press("Enter");
  await undo.waitFor();
  await undo.waitFor({ state: "detached" });
  await page.getByText(/1 of 3 could not be done. Something new has come in/).waitFor();
  expect(await statuses()).toEqual(["open", "resolved", "resolved", "open"]);
});

test("what is marked as unread stays so, and is left", async () => {
  await addWaiting(site, 1);
  const page = await desk();
  const { keyboard } = page;
  await page.getByTestId("desk-item").first().waitFor();
  await keyboard.press("n");
  await page.getByTestId("claim").waitFor();
  await keyboard.press("c");
  await page.getByTestId("release").waitFor();
  await keyboard.press("Escape");
  await keyboard.press("2");
  const mark = page.getByTestId("desk-item").getByLabel("1 unread");
  await mark.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "More" }).press("Enter");
  await page.getByRole("menuitem", { name: "Mark as unread" }).press("Enter");
  await mark.waitFor();
  expect(new URL(page.url()).pathname).toBe("/desk");
  // Whoever comes back to it reads it, and goes on by keys: what they step through takes no focus.
  await keyboard.press("j");
  await page.getByTestId("release").waitFor();
  await mark.waitFor({ state: "detached" });
  await keyboard.press("u");
  await mark.waitFor();
});

test("keys and palette say what there is; the letters can be switched off, the palette stays", async () => {
  await addWaiting(site, 2);
  const page = await desk("owner@computerguys.example");
  const { keyboard } = page;
  await page.getByTestId("desk-item").first().waitFor();
  await keyboard.press("?");
  const dialog = page.getByTestId("keys-dialog");
  await dialog.getByText("Next conversation in the list").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "desk-keys");
  // A letter in a dialog is nobody's.
  await keyboard.press("j");
  expect(new URL(page.url()).pathname).toBe("/desk");
  await dialog.getByRole("checkbox").press("Space");
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await keyboard.press("j");
  await keyboard.press("?");
  expect(new URL(page.url()).pathname).toBe("/desk");
  expect(await dialog.count()).toBe(0);

  await keyboard.press("Control+k");
  const palette = page.getByTestId("palette");
  await palette.getByRole("combobox").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await keyboard.type("next");
  await keyboard.press("Enter");
  await palette.waitFor({ state: "detached" });
  await page.getByTestId("claim").waitFor();
  await keyboard.press("Control+k");
  await screenshot(page, "desk-palette");
  await keyboard.type("internal");
  await keyboard.press("Enter");
  await expect.poll(() => composer(page).getAttribute("aria-label")).toBe("Internal note");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("Internal note");
  // While one writes, too.
  await keyboard.press("Control+k");
  await palette.getByRole("combobox").waitFor();
  await keyboard.type("keys");
  await keyboard.press("Enter");
  await dialog.getByRole("checkbox").press("Space");
  await keyboard.press("Escape");
  await page.getByRole("tab", { name: /Waiting/ }).focus();
  await keyboard.press("3");
  await page.getByRole("tab", { name: /All open/, selected: true }).waitFor();
});

test("keys and palette fit, on a phone and a wide screen, in the dark", async () => {
  const page = await desk("owner@computerguys.example");
  await page.emulateMedia({ colorScheme: "dark" });
  for (const [name, viewport] of [
    ["phone", { width: 390, height: 844 }],
    ["wide", { width: 1680, height: 1000 }],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const [key, testId] of [
      ["?", "keys-dialog"],
      ["Control+k", "palette"],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByTestId(testId).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await screenshot(page, `desk-${testId}-${name}`);
      await page.keyboard.press("Escape");
      await page.getByTestId(testId).waitFor({ state: "detached" });
    }
  }
});
