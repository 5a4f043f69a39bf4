/** Technicians among and after themselves: the last message edited, colleagues named, several passed on. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  listen,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((held) => (site = held));

let dana: Page;
let sam: Page;
beforeAll(async () => {
  const open = async (email: string) => {
    const desk = await site.visit("/desk", { permissions: ["notifications"] });
    await signIn(site, desk, email);
    await desk.getByRole("tab", { name: /All open/ }).waitFor();
    return desk;
  };
  dana = await open("dana@computerguys.example");
  sam = await open("owner@computerguys.example");
});

/** A guest whom Dana answers now. */
async function claimed(question: string): Promise<Page> {
  const guest = await site.visit();
  await ask(guest, question);
  await guest.getByTestId("answer").waitFor();
  await dana.goto(`${site.url}/desk/${new URL(guest.url()).pathname.split("/").at(-1)}`);
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  return guest;
}

const say = async (text: string) => {
  await ask(dana, text);
  // Only what the server has can be edited.
  await dana.getByTestId("own-message").filter({ hasText: text }).getByTestId("edit").waitFor();
};
const editBox = () => dana.getByTestId("edit-last").getByRole("textbox");

test("what was just sent is edited from the empty box, and the customer reads the new words as edited", async () => {
  const guest = await claimed("My hinge squeaks a lot");
  await say("It is raedy at five.");
  await thread(guest).getByText("It is raedy at five.").waitFor();
  // Opened since, it has the message as history.
  await guest.reload();
  await thread(guest).getByText("It is raedy at five.").waitFor();
  const heard = await listen(guest);
  await composer(dana).press("ArrowUp");
  await editBox().waitFor();
  expect(await editBox().inputValue()).toBe("It is raedy at five.");
  await editBox().fill("It is ready at five.");
  await editBox().press("Enter");
  await thread(guest).getByText("It is ready at five.").waitFor();
  await thread(guest).getByTestId("edited").waitFor();
  expect(await thread(guest).getByText("It is raedy at five.").count()).toBe(0);
  expect(await thread(guest).getByText("It is ready at five.").count()).toBe(1);
  await expect.poll(heard).toEqual(["polite: Dana Whitfield, edited: It is ready at five."]);
  const own = thread(dana).getByTestId("own-message").filter({ hasText: "It is ready at five." });
  await own.getByTestId("edited").waitFor();
  await screenshot(guest, "edited-customer");
  expect(await findAxeViolations(guest)).toEqual([]);
});

test("Escape gives up; what stands in the box is no message of before; the palette has the act", async () => {
  const guest = await claimed("My fan rattles so much");
  await composer(dana).fill("It is red");
  await composer(dana).press("ArrowUp");
  expect(await editBox().count()).toBe(0);
  await composer(dana).fill("");
  await say("It is read.");
  await dana.keyboard.press("Control+k");
  await dana.getByTestId("palette").getByRole("combobox").fill("edit");
  await dana.keyboard.press("Enter");
  await editBox().waitFor();
  await expect.poll(() => editBox().evaluate((box) => box === document.activeElement)).toBe(true);
  await editBox().fill("Not this.");
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-editing");
  await editBox().press("Escape");
  await editBox().waitFor({ state: "detached" });
  const box = dana.getByLabel("Answer to the customer");
  await expect.poll(() => box.evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await thread(guest).getByText("It is read.").count()).toBe(1);
  expect(await thread(guest).getByTestId("edited").count()).toBe(0);
});

test("a customer who has answered meanwhile keeps the words: the change is refused, and goes as a new message", async () => {
  const guest = await claimed("My lid creaks every time");
  await say("Come at four.");
  await dana.getByTestId("edit").click();
  await editBox().fill("Come at five.");
  await ask(guest, "Four is fine!");
  await thread(dana).getByText("Four is fine!").waitFor();
  await editBox().press("Enter");
  await dana.getByText("Something has happened since.").waitFor();
  expect(await editBox().inputValue()).toBe("Come at five.");
  expect(await thread(guest).getByText("Come at four.").count()).toBe(1);
  await screenshot(dana, "desk-edit-refused");
  await dana.getByRole("button", { name: "Send as a new one" }).click();
  await thread(guest).getByText("Come at five.").waitFor();
  await editBox().waitFor({ state: "detached" });
  expect(await dana.getByTestId("edit").count()).toBe(1);
});

/** What the system would show, since nobody sees a test's desktop. */
const recordNotifications = (page: Page) =>
  page.evaluate(() => {
    const shown: string[] = [];
    class Recorded {
      static permission = "granted";
      onclick = null;
      constructor(title: string) {
        shown.push(title);
      }
      close() {
        return undefined;
      }
    }
    Object.assign(window, { Notification: Recorded, shown });
    document.hasFocus = () => false;
  });

test("a colleague who is named in a note is told at their desk, goes there by keys, and the customer sees nothing", async () => {
  const guest = await claimed("My battery drains");
  await recordNotifications(sam);
  await sam.getByRole("button", { name: /A sound and a notification/ }).click();
  const heard = await listen(sam);
  await dana.getByRole("button", { name: "Internal note" }).click();
  const note = dana.getByRole("textbox", { name: "Internal note" });
  await note.pressSequentially("For @oka");
  const list = dana.getByTestId("colleagues");
  await list.getByRole("option", { name: "Sam Okafor" }).waitFor();
  expect(await findAxeViolations(dana)).toEqual([]);
  await screenshot(dana, "desk-at");
  await dana.keyboard.press("Enter");
  await list.waitFor({ state: "detached" });
  expect(await note.inputValue()).toBe("For @Sam Okafor ");
  await note.pressSequentially("please: swollen?");
  await note.press("Enter");
  const written = dana.getByTestId("staff-note").filter({ hasText: "swollen?" });
  await written.locator("strong").filter({ hasText: "@Sam Okafor" }).waitFor();

  await sam.getByTestId("mentions-new").getByText("1 new").waitFor();
  const words = "Dana Whitfield mentioned you in a note about Guest.";
  await expect.poll(heard).toContain(`polite: ${words}`);
  await expect
    .poll(() => sam.evaluate(() => (window as unknown as { shown: string[] }).shown))
    .toContain(words);
  expect(await dana.getByTestId("mentions").count()).toBe(0);
  await sam.keyboard.press("m");
  const link = sam.getByTestId("mentions").getByRole("link");
  await expect.poll(() => link.evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await findAxeViolations(sam)).toEqual([]);
  await screenshot(sam, "desk-mentions");
  await sam.keyboard.press("Enter");
  await sam.getByTestId("marked-message").getByText("swollen?").waitFor();
  await sam.getByTestId("mentions-new").waitFor({ state: "detached" });
  expect(await thread(guest).getByText("swollen?").count()).toBe(0);
  // Read once, it is read after a reload, too.
  await sam.reload();
  await sam.getByTestId("mentions").waitFor();
  expect(await sam.getByTestId("mentions-new").count()).toBe(0);
});

test("several go to a colleague at once, or to nobody when it is undone", async () => {
  await sam.getByTestId("availability").click();
  await sam.getByRole("switch", { name: "Available for customers", checked: true }).waitFor();
  for (const question of ["My first screen flickers", "My second screen flickers"]) {
    await claimed(question);
  }
  await dana.getByRole("tab", { name: /Mine/ }).click();
  const boxes = dana.getByTestId("desk-list").getByRole("checkbox");
  await boxes.nth(1).waitFor();
  const before = await boxes.count();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const bar = dana.getByTestId("several-bar");
  const pass = async () => {
    await bar.getByRole("button", { name: "Pass on…" }).click();
    const dialog = dana.getByTestId("pass-on-dialog");
    await dialog.getByRole("radio", { name: /Sam Okafor/ }).check();
    expect(await dialog.getByRole("radio", { name: /The queue/ }).count()).toBe(0);
    await dialog.getByLabel("A note for them (optional)").fill("They come at five.");
    await dialog.getByRole("button", { name: "Pass on" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await pass();
  const undo = dana.getByTestId("undo-bar");
  await undo.getByText("2 conversations go to Sam Okafor.").waitFor();
  await screenshot(dana, "desk-several-passed");
  await undo.getByRole("button", { name: "Undo" }).click();
  await bar.getByText("2 chosen").waitFor();
  expect(await boxes.count()).toBe(before);
  await pass();
  await expect.poll(() => boxes.count(), { timeout: 30_000 }).toBe(before - 2);
  await sam.getByRole("tab", { name: /Mine/ }).click();
  const given = sam.getByTestId("desk-list").getByRole("listitem");
  await expect.poll(() => given.count()).toBe(2);
  await sam.getByTestId("desk-item").first().click();
  await sam.getByTestId("staff-note").getByText("They come at five.").waitFor();
});

test("a key shows who the customer is, and hides it", async () => {
  await claimed("My hinge is loose");
  await dana.setViewportSize({ width: 1500, height: 900 });
  await dana.getByRole("heading", { level: 2, name: "Guest" }).focus();
  const panel = dana.getByTestId("customer-panel");
  await dana.keyboard.press("d");
  await panel.getByText("Here since").waitFor();
  await expect.poll(() => panel.evaluate((one) => one === document.activeElement)).toBe(true);
  await dana.keyboard.press("d");
  await panel.waitFor({ state: "detached" });
});
