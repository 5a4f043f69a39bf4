/** The settings, as the owner sets them: each act says what it did, and what it did is seen where it counts. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { findAxeViolations, holdSite, screenshot, signIn, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

/** One admin's page for the file: codes are limited. */
let page: Page;
beforeAll(async () => {
  page = await site.visit("/settings");
  await signIn(site, page, "owner@computerguys.example");
  await page.getByRole("heading", { name: "Settings" }).waitFor();
});

const said = (words: string | RegExp) =>
  page.getByRole("main").getByRole("status").getByText(words).waitFor();

const go = (title: string) =>
  page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: title }).click();

/** As it is, in the dark, and on a phone, where nothing may stand out sideways. */
async function look(name: string): Promise<void> {
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, `settings-${name}`);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, `settings-${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, `settings-${name}-phone`);
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** Drags over a day's track from one hour to another. */
async function drag(track: Locator, from: number, to: number): Promise<void> {
  await track.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await track.boundingBox())!;
  const at = (hour: number) => x + (hour / 30) * width;
  await page.mouse.move(at(from), y + height / 2);
  await page.mouse.down();
  await page.mouse.move(at((from + to) / 2), y + height / 2);
  await page.mouse.move(at(to), y + height / 2);
  await page.mouse.up();
}

test("hours are drawn, moved by keys, typed, and customers are told by them at once", async () => {
  await go("Hours");
  const day = (name: string) => page.getByRole("group", { name, exact: true });
  const told = page.getByTestId("told");
  await told.getByLabel("At (the shop's time)").fill("2027-02-07T20:00");
  await told.getByText("Sunday, February 7, 2027 at 8:00 PM EST: closed").waitFor();
  // Sunday is closed: an evening is drawn in it, past midnight.
  await drag(page.getByTestId("track-Sunday"), 18, 26);
  await day("Sunday").getByLabel("Sunday to").waitFor();
  expect(await day("Sunday").getByLabel("Sunday from").inputValue()).toBe("18:00");
  expect(await day("Sunday").getByLabel("Sunday to").inputValue()).toBe("02:00");
  await told.getByText("Sunday, February 7, 2027 at 8:00 PM EST: open").waitFor();
  // By keys: an hour later, a quarter more, and as the slider says it.
  const opens = page.getByRole("slider", { name: "Sunday, opens" });
  await opens.press("PageUp");
  await opens.press("ArrowRight");
  expect(await opens.getAttribute("aria-valuetext")).toBe("7:15 PM");
  // By fields: a second span, and one that overlaps is refused in words before it is saved.
  await day("Sunday").getByRole("button", { name: "Sunday: add hours" }).click();
  await day("Sunday").getByLabel("Sunday from, hours 2").fill("20:00");
  await told
    .getByRole("alert")
    .getByText(/begins before .* ends/)
    .waitFor();
  await day("Sunday").getByLabel("Sunday from, hours 2").fill("09:00");
  await day("Sunday").getByLabel("Sunday to, hours 2").fill("12:30");
  await told.getByText(": open").waitFor();
  await page.getByRole("slider", { name: "Saturday, closes", exact: true }).press("Delete");
  await day("Tuesday").getByRole("button", { name: "Remove Tuesday" }).click();
  await day("Tuesday").getByText("Closed").waitFor();
  await day("Wednesday").getByRole("button", { name: "Wednesday as Tuesday" }).click();
  // By the pointer: an end, and a whole day's hours.
  await drag(page.getByTestId("track-Thursday"), 17.8, 19.8);
  await drag(page.getByTestId("track-Friday"), 12, 13);
  // What is not saved yet outlives a look at another page.
  await go("Labels");
  await page.getByRole("heading", { level: 2, name: "Labels" }).waitFor();
  await go("Hours");
  await page.getByText("Changed, and not saved yet.").waitFor();
  await page.getByRole("button", { name: "Save the hours" }).click();
  await said(/^Saved\./);
  const hours = await site.engine.system("", (db) =>
    [...db.documents("knowledge")].map((row) => row.hours).find((set) => set !== undefined),
  );
  expect(hours).toMatchObject({
    weekly: {
      tue: [],
      wed: [],
      thu: [["09:00", "20:00"]],
      fri: [["10:00", "19:00"]],
      sat: [["14:00", "17:00"]],
      sun: [
        ["09:00", "12:30"],
        ["19:15", "02:00"],
      ],
    },
  });
  await look("hours");
  await told.scrollIntoViewIfNeeded();
  await screenshot(page, "settings-hours-told");
});

test("a holiday has hours of its own, by hand or from a calendar", async () => {
  await go("Hours");
  const told = page.getByTestId("told");
  await page.getByRole("button", { name: "Add a day" }).click();
  const list = page.getByRole("region", { name: "Holidays and other days" });
  const row = list.getByRole("listitem").last();
  await row.getByLabel(/^Date of Day/).fill("2027-03-01");
  await row.getByLabel(/^Name of day/).fill("Stocktaking");
  await row.getByRole("button", { name: "Stocktaking: add hours" }).click();
  await row.getByLabel("Stocktaking from").fill("15:00");
  await row.getByLabel("Stocktaking to").fill("17:00");
  await told.getByLabel("At (the shop's time)").fill("2027-03-01T11:00");
  await told.getByText(/We're closed right now \(Stocktaking\)\. We open at 3:00 PM EST/).waitFor();
  // What a holiday would close is told from the hours that are set.
  await list.getByRole("button", { name: "From a calendar" }).click();
  const dialog = page.getByTestId("holiday-import");
  await dialog.getByText("Save the hours first").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save the hours" }).click();
  await said(/^Saved\./);
  await list.getByRole("button", { name: "From a calendar" }).click();
  await dialog.getByLabel("Public holidays of").fill("us-oh");
  await dialog.getByRole("button", { name: "Show its holidays" }).click();
  await dialog.getByText("Labor Day").waitFor();
  await dialog
    .getByText(/Thanksgiving.*set already/)
    .first()
    .waitFor();
  const columbus = dialog.getByRole("checkbox", { name: /Veterans Day/ }).last();
  await columbus.uncheck();
  await screenshot(page, "settings-holidays");
  expect(await findAxeViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: /^Close on/ }).click();
  await dialog.getByText(/The shop closes on \d+ more days?\./).waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await list
    .getByLabel(/^Date of Martin Luther King/)
    .first()
    .waitFor();
});

test("a colleague is invited by mail, changed, sent on leave, blocked and let in again", async () => {
  await go("Staff");
  const form = page.getByRole("form", { name: "Invite a colleague" });
  await form.getByLabel("E-mail").fill("kim@computerguys.example");
  await form.getByLabel("Name").fill("Kim");
  await form.getByRole("button", { name: "Invite" }).click();
  await said(/^Invited kim@/);
  await expect
    .poll(() => site.providers.control.emails("kim@computerguys.example")[0]?.text ?? "")
    .toContain("/desk");
  const kim = page
    .getByRole("list", { name: "Staff" })
    .getByRole("listitem")
    .filter({ hasText: "Kim" });
  await kim.getByText("Has not signed in yet").waitFor();
  await look("staff");
  await kim.getByRole("button", { name: "Change Kim" }).click();
  const dialog = page.getByTestId("colleague-dialog");
  const done = (words: string | RegExp) => dialog.getByRole("status").getByText(words).waitFor();
  await dialog.getByText("Network", { exact: true }).click();
  await dialog.getByLabel("Open conversations at a time").fill("3");
  await dialog.getByRole("button", { name: "Save what they take on" }).click();
  await done(/^Saved/);
  await dialog.getByLabel("What they may do").selectOption("admin");
  await dialog.getByRole("button", { name: "Save the role" }).click();
  await done("Their role: Admin");
  // Admins are not kept out: the role goes first.
  await dialog.getByRole("button", { name: "Block" }).click();
  await dialog.getByRole("alert").getByText("An admin can't be blocked").waitFor();
  await dialog.getByLabel("What they may do").selectOption("technician");
  await dialog.getByRole("button", { name: "Save the role" }).click();
  await done("Their role: Technician");
  const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 16);
  await dialog.getByLabel("Away until").fill(nextWeek);
  await dialog.getByRole("button", { name: "Send on leave" }).click();
  await done(/^On leave until/);
  await screenshot(page, "settings-colleague");
  expect(await findAxeViolations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "They are back" }).click();
  await done("They are back.");
  await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await done("Signed out on 0 devices.");
  await dialog.getByRole("button", { name: "Block" }).click();
  await done("They are out");
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
  await kim.getByText("Blocked").waitFor();
  await kim.getByText("Network · up to 3 conversations").waitFor();
  await kim.getByRole("button", { name: "Change Kim" }).click();
  await dialog.getByRole("button", { name: "Unblock" }).click();
  await done("They can sign in again.");
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("the last admin stays one", async () => {
  await go("Staff");
  const own = page.getByRole("listitem").filter({ hasText: "owner@computerguys.example" });
  await own.getByRole("button", { name: /^Change/ }).click();
  const dialog = page.getByTestId("colleague-dialog");
  await dialog.getByLabel("What they may do").selectOption("technician");
  await dialog.getByRole("button", { name: "Save the role" }).click();
  await dialog.getByRole("alert").getByText("This is the last admin").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
  await own.getByText("Admin", { exact: true }).waitFor();
});

test("labels are added, renamed and removed", async () => {
  await go("Labels");
  const labels = page.getByRole("list", { name: "Labels" });
  const add = page.getByRole("form", { name: "New label" });
  await add.getByLabel("Name").fill("Warranty case");
  await add.getByLabel("Colour").selectOption("violet");
  await add.getByRole("button", { name: "Add the label" }).click();
  await said("Added Warranty case.");
  await labels.getByRole("button", { name: "Edit Warranty case" }).click();
  const change = page.getByRole("form", { name: "Change Warranty case" });
  await change.getByLabel("Name").fill("Under warranty");
  await change.getByRole("button", { name: "Save the label" }).click();
  await said("Saved Under warranty.");
  await labels.getByText("Under warranty").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await look("labels");
  await labels.getByRole("button", { name: "Remove Under warranty" }).click();
  await said("Removed Under warranty");
  await labels.getByText("Under warranty").waitFor({ state: "detached" });
});

test("saved replies are kept here as on the desk", async () => {
  await go("Saved replies");
  await page.getByRole("button", { name: "New reply" }).click();
  await page.getByLabel("Shortcut").fill("Bring");
  await page.getByLabel("Text").fill("Hi {wrong}, please bring it by.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("main").getByRole("alert").getByText("{wrong}").waitFor();
  await page.getByLabel("Text").fill("Hi {customer name}, please bring it by.");
  await page.getByRole("button", { name: "Save" }).click();
  await said("Saved /bring.");
  await look("replies");
  await page.getByRole("button", { name: "Remove /bring" }).click();
  await said("Removed /bring.");
});

test("targets are set, and the desk counts by them", async () => {
  await go("Targets");
  await page.getByLabel("First answer within (minutes)").fill("15");
  await page.getByLabel("Each later answer within (minutes)").fill("45");
  await page.getByRole("button", { name: "Save the targets" }).click();
  await said("Saved: 15 minutes for the first answer, 45 for each later one.");
  await look("targets");
  await page.reload();
  await expect.poll(() => page.getByLabel("First answer within (minutes)").inputValue()).toBe("15");
});

test("a technician is refused", async () => {
  const desk = await site.visit("/settings/staff");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("shop-refusal").waitFor();
  expect(await desk.getByRole("link", { name: "Settings" }).count()).toBe(0);
  expect(await findAxeViolations(desk)).toEqual([]);
});

test("the shop's new name is on the customers' page at once, and its agents are told", async () => {
  const customer = await site.visit();
  const heading = (name: string) => customer.getByRole("heading", { level: 1, name }).waitFor();
  await heading("Computer Guys");
  await go("Name");
  await page.getByLabel("The shop's name").fill("Lamp & Lens");
  await page.getByRole("button", { name: "Save the name" }).click();
  await said(/^Saved: Lamp & Lens\. .+: told, too\.$/);
  await heading("Lamp & Lens");
  await expect.poll(() => customer.title()).toBe("Lamp & Lens support");
  await look("name");
});
