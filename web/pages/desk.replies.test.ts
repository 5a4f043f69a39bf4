/** Saved replies at the desk: kept by an admin, inserted by a "/", edited, sent. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
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
holdSite((held) => (site = held));

/** A guest who is Dana's, and her page with their conversation. */
async function claimed(): Promise<{ guest: Page; dana: Page }> {
  const guest = await site.visit();
  await ask(guest, "My hinge squeaks");
  await guest.getByTestId("answer").waitFor();
  const dana = await site.visit("/desk");
  await signIn(site, dana, "dana@computerguys.example");
  await dana.getByRole("tab", { name: /All open/ }).click();
  await dana.getByTestId("desk-item").first().click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  return { guest, dana };
}

test("an admin keeps replies; a technician finds one by the keyboard, fills its gap, and sends it", async () => {
  const { guest, dana } = await claimed();
  const sam = await site.visit(new URL(dana.url()).pathname);
  await signIn(site, sam, "owner@computerguys.example");
  await sam.getByRole("button", { name: "Saved replies" }).click();
  const dialog = sam.getByTestId("saved-replies-dialog");
  const write = async (shortcut: string, text: string) => {
    await dialog.getByRole("button", { name: "New reply" }).click();
    await dialog.getByLabel("Shortcut").fill(shortcut);
    await dialog.getByLabel("Text").fill(text);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await write("hinge", "Hello {name}, a hinge costs $60.");
  await dialog.getByText(/{name} is no variable/).waitFor();
  await dialog
    .getByLabel("Text")
    .fill("Hello {customer name}, {technician} here. Call {shop phone}.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await write("hours", "Today we are open {hours today}.");
  await dialog.getByText("/hours", { exact: true }).waitFor();
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-saved-replies");

  const box = composer(dana);
  await box.fill("Well. ");
  await box.pressSequentially("/h");
  const list = dana.getByTestId("saved-replies");
  await list.getByRole("option", { name: /hours/ }).waitFor();
  const active = () =>
    dana.evaluate(() => {
      const id = document.activeElement?.getAttribute("aria-activedescendant");
      return id && document.getElementById(id)?.querySelector("span")?.textContent;
    });
  await expect.poll(active).toBe("/hinge");
  await dana.keyboard.press("ArrowDown");
  await expect.poll(active).toBe("/hours");
  await dana.keyboard.press("ArrowDown");
  await expect.poll(active).toBe("/hinge");
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-slash");
  // Closed, it comes again with the next letter; Enter sends nothing while it is there.
  await dana.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  await box.pressSequentially("in");
  // However soon it is pressed: while the replies are on their way, too.
  await dana.keyboard.press("Enter");
  expect(await dana.getByTestId("own-message").filter({ hasText: "/hin" }).count()).toBe(0);
  const choose = async () => {
    if (await list.isVisible()) await dana.keyboard.press("Enter");
    return await list.isVisible();
  };
  await expect.poll(choose).toBe(false);
  const filled = "Well. Hello {customer name}, Dana Whitfield here. Call (614) 555-0142.";
  expect(await box.inputValue()).toBe(filled);
  // The gap is selected; it keeps the answer here, and is selected again.
  const selected = () => dana.evaluate(() => String(window.getSelection()));
  expect(await selected()).toBe("{customer name}");
  await dana.keyboard.press("End");
  await dana.keyboard.press("Enter");
  await dana.getByText("Fill in {customer name} first.").waitFor();
  expect(await box.inputValue()).toBe(filled);
  await screenshot(dana, "desk-gap");
  await dana.keyboard.type("Ann");
  await dana.keyboard.press("Enter");
  await thread(guest).getByText("Well. Hello Ann, Dana Whitfield here. Call").waitFor();

  // A path, or a "/" in a word, is no shortcut.
  await box.pressSequentially("and/or ");
  expect(await list.count()).toBe(0);
  await box.fill("");

  await dialog.getByRole("button", { name: "Remove /hours" }).click();
  await dialog.getByText("/hours", { exact: true }).waitFor({ state: "detached" });
});

test.each([
  ["phone", { width: 390, height: 844 }, "light"],
  ["wide", { width: 1680, height: 1000 }, "dark"],
] as const)("the list of replies fits: %s, %s", async (name, viewport, colorScheme) => {
  const { dana } = await claimed();
  await dana.setViewportSize(viewport);
  await dana.emulateMedia({ colorScheme });
  await composer(dana).pressSequentially("/");
  await dana.getByTestId("saved-replies").getByRole("option").first().waitFor();
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, `desk-slash-${name}`);
});
