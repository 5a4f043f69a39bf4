/** What a technician sees and hears while working: who waits, who took what, where one goes on. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask, composer, screenshot, signIn, startSite, type Site, thread } from "./harness";

let site: Site;
let dana: Page;
let sam: Page;
beforeAll(async () => {
  site = await startSite();
  dana = await desk("dana@computerguys.example");
  sam = await desk("owner@computerguys.example");
});
afterAll(async () => {
  await site.stop();
});
const visitors: Page[] = [];
afterEach(async () => {
  for (const page of visitors.splice(0)) await page.context().close();
  expect(site.errors.splice(0)).toEqual([]);
});

/** A desk whose notifications are written down, and whose line can be held back. */
async function desk(email: string): Promise<Page> {
  const page = await site.visit("/desk", { permissions: ["notifications"] });
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

/** What the system would show, since nobody sees a test's desktop. */
const recordNotifications = (page: Page) =>
  page.evaluate(() => {
    const shown: string[] = [];
    class Recorded {
      static permission = "granted";
      static requestPermission = () => Promise.resolve("granted");
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
const notified = (page: Page) =>
  page.evaluate(() => (window as unknown as { shown: string[] }).shown);

async function waits(about: string): Promise<Page> {
  const page = await site.visit();
  visitors.push(page);
  await ask(page, about);
  await page.getByTestId("answer").waitFor();
  await page.getByTestId("talk-to-a-person").click();
  await page.getByLabel(/Anything they should know/).fill(about);
  await page.getByRole("button", { name: "Ask for a technician" }).click();
  await page.getByTestId("queue-notice").waitFor();
  return page;
}

const item = (page: Page, about: string) =>
  page.getByTestId("desk-item").filter({ hasText: about });
const tab = (page: Page, name: RegExp) => page.getByRole("tab", { name });

test("who waits is counted, announced, and notified to who asked for it, whatever list is open", async () => {
  await recordNotifications(dana);
  await recordNotifications(sam);
  const bell = dana.getByRole("button", { name: /A sound and a notification/ });
  await bell.click();
  expect(await bell.getAttribute("aria-pressed")).toBe("true");
  for (const page of [dana, sam]) await tab(page, /Resolved/).click();
  const ann = await waits("The hinge of my laptop squeaks");
  await dana.getByTestId("waiting-count").waitFor();
  expect(await dana.getByTestId("waiting-count").innerText()).toBe("1");
  expect(await dana.title()).toContain("(1) Desk");
  await dana.getByTestId("announcer").getByText("Guest waits: Asked for a person.").waitFor();
  expect(await notified(dana)).toEqual(["Guest waits: Asked for a person."]);
  expect(await notified(sam)).toEqual([]);
  await screenshot(dana, "desk-counts");
  // What is one's own speaks up, too.
  await tab(dana, /Waiting/).click();
  await item(dana, "hinge").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await composer(dana).fill("Dana here.");
  await composer(dana).press("Enter");
  await thread(ann).getByText("Dana here.").waitFor();
  await tab(dana, /Resolved/).click();
  await dana.goto(`${site.url}/desk`);
  await dana.getByTestId("desk-list").waitFor();
  await recordNotifications(dana);
  await ask(ann, "Can it wait until Friday?");
  await expect.poll(() => notified(dana)).toEqual(["Guest has written."]);
  await tab(dana, /Mine/).click();
  await item(dana, "Friday").click();
  await dana.getByTestId("resolve").click();
  await dana.getByRole("button", { name: "Reopen" }).waitFor();
});

test("a colleague's conversation names who has it, is taken on purpose, and they are told", async () => {
  await waits("My monitor hums");
  await tab(dana, /Waiting/).click();
  await item(dana, "hums").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await tab(sam, /All open/).click();
  // Listed by what was said last; the tag says who has it.
  const held = item(sam, "Dana Whitfield").first();
  await held.getByText(/^\s*Dana Whitfield\s*$/).waitFor();
  await held.click();
  await sam.getByTestId("claim").click();
  const dialog = sam.getByTestId("take-over-dialog");
  await dialog.getByRole("heading", { name: "Take over from Dana Whitfield" }).waitFor();
  await screenshot(sam, "desk-take-over");
  await dialog.getByRole("button", { name: "Take over" }).click();
  await sam.getByTestId("release").waitFor();
  await thread(sam).getByText("Took this over from Dana Whitfield.").waitFor();
  const told = dana.getByTestId("taken-over");
  await told.waitFor();
  expect(await told.innerText()).toContain("Sam");
  await dana
    .getByTestId("announcer")
    .getByText(/has the conversation with Guest now/)
    .waitFor();
  expect(await dana.getByTestId("cannot-answer").innerText()).toContain("A colleague has this");
  await screenshot(dana, "desk-taken");
  await told.getByRole("button", { name: "Dismiss" }).click();
  expect(await told.count()).toBe(0);
  await sam.getByTestId("resolve").click();
  await sam.getByRole("button", { name: "Reopen" }).waitFor();
});

test("after resolving one goes on where somebody waits, by the keyboard; the brief makes room once it was answered", async () => {
  await waits("My first keyboard is sticky");
  await waits("My second mouse is stuck");
  await tab(dana, /Waiting/).click();
  await item(dana, "sticky").click();
  const brief = dana.getByTestId("brief");
  expect(await brief.getAttribute("open")).not.toBeNull();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  expect(await brief.getAttribute("open")).not.toBeNull();
  // What was begun waits for whoever looks elsewhere meanwhile, an answer and a note each.
  await composer(dana).fill("Bring it");
  await dana.getByRole("button", { name: "Internal note" }).click();
  await composer(dana).fill("Ask for the model");
  await tab(dana, /Waiting/).click();
  await item(dana, "stuck").click();
  await dana.getByTestId("brief").getByText("My second mouse is stuck").waitFor();
  await dana.goBack();
  await expect.poll(() => composer(dana).inputValue()).toBe("Bring it");
  await dana.reload();
  await expect.poll(() => composer(dana).inputValue()).toBe("Bring it");
  await dana.getByRole("button", { name: "Internal note" }).click();
  await expect.poll(() => composer(dana).inputValue()).toBe("Ask for the model");
  await composer(dana).fill("");
  await dana.getByRole("button", { name: "Answer", exact: true }).click();
  await composer(dana).fill("Bring it in.");
  await composer(dana).press("Enter");
  await expect.poll(() => brief.getAttribute("open")).toBeNull();
  await dana.getByTestId("resolve").click();
  await expect
    .poll(() => dana.evaluate(() => document.activeElement?.id))
    .toBe("next-conversation");
  await screenshot(dana, "desk-next");
  await dana.keyboard.press("Enter");
  await dana.getByTestId("brief").getByText("My second mouse is stuck").waitFor();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await dana.getByRole("button", { name: "More" }).click();
  await dana.getByRole("menuitem", { name: "Resolve with a summary…" }).click();
  await dana.getByTestId("resolve-dialog").getByRole("button", { name: "Resolve" }).click();
  await expect
    .poll(() => dana.evaluate(() => document.activeElement?.id))
    .toMatch(/^(?:next-conversation|pane-heading)$/);
});

test("a slow line shows that something is coming, and only the act that runs is busy", async () => {
  const page = await site.visit("/", { viewport: { width: 390, height: 844 } });
  visitors.push(page);
  const gate = { held: false, waiting: [] as (() => void)[] };
  await page.context().routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const pass = () => socket.send(message);
      if (gate.held) gate.waiting.push(pass);
      else pass();
    });
  });
  const letGo = () => {
    gate.held = false;
    for (const pass of gate.waiting.splice(0)) pass();
  };
  await page.goto(`${site.url}/desk`);
  await signIn(site, page, "dana@computerguys.example");
  await page.getByTestId("desk-list").waitFor();
  await waits("My tablet is slow today");
  await item(page, "slow today").waitFor();
  gate.held = true;
  await tab(page, /Later/).click();
  await page.getByText("Loading conversations…").waitFor();
  letGo();
  await page.getByText("Nothing has been set aside.").waitFor();
  await tab(page, /Waiting/).click();
  await item(page, "slow today").waitFor();
  gate.held = true;
  await item(page, "slow today").click();
  await page.getByText("Loading the conversation…").waitFor();
  await page.getByRole("heading", { level: 1, name: "Desk" }).waitFor({ state: "attached" });
  await screenshot(page, "desk-loading-phone");
  letGo();
  await page.getByTestId("claim").waitFor();
  gate.held = true;
  await page.getByTestId("claim").click();
  await expect.poll(() => page.getByTestId("claim").getAttribute("aria-busy")).toBe("true");
  expect(await page.getByTestId("resolve").getAttribute("aria-busy")).toBeNull();
  letGo();
  await page.getByTestId("release").waitFor();
});
