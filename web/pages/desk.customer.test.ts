/** The customer panel of the desk: who somebody is, notes, merging two people who are one, keeping somebody out. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  ask,
  findAxeViolations,
  holdSite,
  screenshot,
  signIn,
  stillness,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

const EMAIL = "ann.lee@example.com";
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

async function desk(email: string, viewport: { width: number; height: number }): Promise<Page> {
  const page = await site.visit("/desk", { viewport });
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

/** In the other colours, once they are what they fade to. */
async function paint(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await stillness(page);
}

const panel = (page: Page) => page.getByTestId("customer-panel");

/** An account with a past, and a visitor who is nobody yet and waits for a person. */
async function twoPeople(): Promise<Page> {
  const now = Date.now();
  await site.engine.system("", ({ db }) => {
    const userId = db.insert("users", {
      ...{ role: "customer", name: "Ann Lee", email: EMAIL, emailVerifiedAt: now },
      smsConsent: "unknown",
    });
    db.insert("conversations", {
      ...{ userId, channel: "web", status: "resolved", owner: { kind: "ai" }, turn: 3, episode: 1 },
      ...{
        resolvedAt: now,
        lastMessageAt: now - 9e8,
        preview: "Thanks!",
        title: "My printer jams",
      },
      ...{ unreadByCustomer: 0, unreadByStaff: 0, aiReplies: 1 },
      rating: { score: 5, comment: "Quick and kind", at: now - 8e8 },
      brief: {
        ...{ reason: "staff", summary: "s", urgency: "low", at: now - 9e8 },
        device: "HP LaserJet 1020",
      },
    });
  });
  const visitor = await site.visit();
  await ask(visitor, "The hinge of my laptop squeaks");
  await visitor.getByTestId("answer").waitFor();
  await visitor.getByTestId("talk-to-a-person").click();
  await visitor.getByRole("button", { name: "Ask for a technician" }).click();
  await visitor.getByTestId("queue-notice").waitFor();
  return visitor;
}

test("the panel tells who it is; a note, a merge with a preview, a block, each by what it says before", async () => {
  const visitor = await twoPeople();
  const sam = await desk("owner@computerguys.example", WIDE);
  await sam.getByTestId("desk-item").filter({ hasText: "hinge" }).click();
  const toggle = sam.getByTestId("customer-toggle");
  expect(await toggle.getAttribute("aria-expanded")).toBe("false");
  await toggle.click();
  const about = panel(sam);
  await about.getByText("This is the only one.").waitFor();
  expect(await about.getByText("None").count()).toBe(2);
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-customer-guest");

  // A note, changed where it is read.
  await about.getByLabel("Add a note").fill("Prefers mornings.");
  await about.getByRole("button", { name: "Add note" }).click();
  const note = about.getByTestId("person-note");
  await note.getByText("Prefers mornings.").waitFor();
  await note.getByRole("button", { name: "Edit" }).click();
  await about.getByLabel("Change the note").fill("Prefers mornings, not Mondays.");
  await about.getByRole("button", { name: "Save" }).click();
  await note.getByText("Prefers mornings, not Mondays.").waitFor();

  // Who it is besides: shown first, with what is proved, and done with a word on how one knows.
  await about.getByRole("button", { name: "Merge…" }).click();
  const dialog = sam.getByTestId("merge-dialog");
  await dialog.getByLabel("Who else they are").fill("nobody@example.com");
  await dialog.getByRole("button", { name: "Look" }).click();
  await dialog.getByText(/Nobody has that address/).waitFor();
  await dialog.getByLabel("Who else they are").fill(EMAIL);
  await dialog.getByRole("button", { name: "Look" }).click();
  const preview = dialog.getByTestId("merge-preview");
  await preview.getByText(`${EMAIL}: confirmed by a code`).waitFor();
  await preview.getByText("Nothing is known or confirmed").waitFor();
  const act = preview.getByRole("button", { name: "Merge for good" });
  expect(await act.isDisabled()).toBe(true);
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-customer-merge");
  await paint(sam, "dark");
  await screenshot(sam, "desk-customer-merge-dark");
  await paint(sam, "light");
  await preview.getByText("They stood here and showed me both").click();
  await act.click();
  await about.getByText("Ann Lee").waitFor();
  await about.getByText("My printer jams").waitFor();
  await about.getByText("HP LaserJet 1020").waitFor();
  await about.getByText(/Quick and kind/).waitFor();
  await note.getByText("Prefers mornings, not Mondays.").waitFor();
  await sam
    .getByTestId("announcer")
    .getByText(/are one person now/)
    .waitFor();
  // The browser that was the guest's shows none of it any more.
  await visitor.getByText(/hinge of my laptop/).waitFor({ state: "detached" });
  await screenshot(sam, "desk-customer");
  await paint(sam, "dark");
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-customer-dark");
  await paint(sam, "light");

  // It stays open, here and at the next conversation.
  await sam.reload();
  await about.getByText("My printer jams").click();
  await about.getByText("The hinge of my laptop squeaks").waitFor();
  await sam.goBack();

  // Keeping them out: what it does is said, and why is asked.
  await about.getByRole("button", { name: "Block…" }).click();
  const block = sam.getByTestId("block-dialog");
  await block.getByText("They are signed out everywhere, at once.").waitFor();
  await block.getByText("Abuse or threats").click();
  await screenshot(sam, "desk-customer-block");
  await block.getByRole("button", { name: "Block", exact: true }).click();
  await about.getByTestId("blocked").waitFor();
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-customer-blocked");
  await about.getByRole("button", { name: "Let them in again" }).click();
  await about.getByTestId("blocked").waitFor({ state: "detached" });
  await visitor.context().close();

  // On a phone it is a sheet; a technician may not block, and reads whom to ask.
  const dana = await desk("dana@computerguys.example", PHONE);
  await dana.getByTestId("desk-item").filter({ hasText: "hinge" }).click();
  await dana.getByTestId("customer-toggle").waitFor();
  expect(await panel(dana).count()).toBe(0);
  await screenshot(dana, "desk-customer-phone-closed");
  await dana.getByTestId("customer-toggle").click();
  const sheet = panel(dana);
  await sheet.getByText("Prefers mornings, not Mondays.").waitFor();
  expect(await sheet.getByRole("button", { name: "Block…" }).count()).toBe(0);
  await sheet.getByText(/Blocking is for admins/).waitFor();
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-customer-phone");
  await paint(dana, "dark");
  await screenshot(dana, "desk-customer-phone-dark");
  await paint(dana, "light");
  await dana.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  expect(await dana.evaluate(() => document.activeElement?.getAttribute("data-testid"))).toBe(
    "customer-toggle",
  );
  await dana.getByTestId("customer-toggle").click();
  await sheet.getByText("My printer jams").click();
  await sheet.waitFor({ state: "detached" });
  await dana.getByRole("heading", { name: "Ann Lee" }).waitFor();
});
