import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask, composer, screenshot, signIn, startSite, type Site, thread } from "./harness";

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  await site.stop();
});
/** Visitors leave with their test; the desks stay, since codes are mailed to one address only so often. */
const visitors: Page[] = [];
afterEach(async () => {
  site.providers.control.clearScripts();
  for (const page of visitors.splice(0)) await page.context().close();
  expect(site.errors.splice(0)).toEqual([]);
});

const desks = new Map<string, Page>();

/** The desk of somebody, with nothing open. */
async function desk(email: string): Promise<Page> {
  const known = desks.get(email);
  const page = known ?? (await site.visit("/desk"));
  desks.set(email, page);
  if (known === undefined) await signIn(site, page, email);
  else await page.goto(`${site.url}/desk`);
  await page.getByTestId("desk-list").waitFor();
  return page;
}

const DANA = "dana@computerguys.example";
const SAM = "owner@computerguys.example";

async function visit(options?: Parameters<Site["visit"]>[1]): Promise<Page> {
  const page = await site.visit("/", options);
  visitors.push(page);
  return page;
}

/** A visitor who has asked for a person. */
async function asksForPerson(about: string, options?: Parameters<Site["visit"]>[1]): Promise<Page> {
  const page = await visit(options);
  await ask(page, about);
  await page.getByTestId("answer").waitFor();
  await page.getByTestId("talk-to-a-person").click();
  await page.getByLabel(/Anything they should know/).fill(about);
  await page.getByRole("button", { name: "Ask for a technician" }).click();
  await page.getByTestId("escalate-dialog").waitFor({ state: "detached" });
  return page;
}

/** One who waits, since nobody is available. */
async function waiting(...args: Parameters<typeof asksForPerson>): Promise<Page> {
  const page = await asksForPerson(...args);
  await page.getByTestId("queue-notice").waitFor();
  return page;
}

const item = (page: Page, about: string) =>
  page.getByTestId("desk-item").filter({ hasText: about });
/** What is open, in the list: a claimed one is no longer listed by its brief. */
const opened = (page: Page) => page.locator("[data-testid=desk-item][aria-current=true]");

async function setAvailable(page: Page, available: boolean): Promise<void> {
  await page.getByTestId("availability").click();
  await page.getByRole("switch", { name: "Available for customers", checked: available }).waitFor();
}

async function more(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name }).click();
}

async function resolve(page: Page, summary?: string): Promise<void> {
  if (summary === undefined) return await page.getByTestId("resolve").click();
  await more(page, "Resolve with a summary…");
  await page.getByLabel(/What came of it/).fill(summary);
  await page.getByTestId("resolve-dialog").getByRole("button", { name: "Resolve" }).click();
  await page.getByTestId("resolve-dialog").waitFor({ state: "detached" });
}

test("who goes available is given whoever waits, live, and told so", async () => {
  const ann = await waiting("The hinge of my Zenbook is broken");
  const dana = await desk(DANA);
  await item(dana, "Zenbook").waitFor();
  await setAvailable(dana, true);
  // Nothing was open: the list follows what was given.
  await dana.getByRole("tab", { name: "Mine", selected: true }).waitFor();
  await dana.getByTestId("desk-item").waitFor();
  const announced = dana.getByTestId("announcer").filter({ hasText: /You were given/ });
  await announced.waitFor({ state: "attached" });
  await ann
    .getByText(/Dana Whitfield/)
    .first()
    .waitFor();
  expect(await ann.getByTestId("queue-notice").count()).toBe(0);

  // While one is open, the next shows as a number, in the tab and in the title.
  await dana.getByTestId("desk-item").click();
  await dana
    .getByTestId("brief")
    .getByText(/Zenbook is broken/)
    .waitFor();
  await dana.getByRole("tab", { name: "Waiting" }).click();
  const bob = await asksForPerson("My Yoga does not charge", {
    viewport: { width: 390, height: 844 },
  });
  await dana.getByTestId("mine-unread").waitFor();
  expect(await dana.title()).toMatch(/^\(1\)/);
  await screenshot(dana, "desk-available");
  await bob
    .getByText(/Dana Whitfield/)
    .first()
    .waitFor();

  await dana.getByRole("button", { name: "What you take on" }).click();
  await dana.getByText("Hardware", { exact: true }).click();
  await dana.getByLabel("Open conversations at a time").fill("7");
  await screenshot(dana, "desk-shift");
  await dana.getByTestId("shift-dialog").getByRole("button", { name: "Save" }).click();
  await dana.getByText("2 of 7").waitFor();
  await setAvailable(dana, false);
});

test("a place in line is live: it moves when the one before is claimed", async () => {
  const first = await waiting("First with a Thinkpad");
  const second = await waiting("Second with a Chromebook");
  const dana = await desk(DANA);
  const before = await first.getByTestId("place").innerText();
  const place = Number(/number (\d+)/.exec(await second.getByTestId("place").innerText())?.[1]);
  expect(place).toBe(before.includes("next") ? 2 : Number(/\d+/.exec(before)?.[0]) + 1);
  await screenshot(second, "place-in-line");
  await item(dana, "Thinkpad").click();
  await dana.getByTestId("claim").click();
  const moved = place === 2 ? "You're next in line." : `You're number ${place - 1} in line.`;
  await second.getByText(moved).waitFor();
});

test("a declined offer goes, and the assistant goes on", async () => {
  const { control } = site.providers;
  const ann = await visit();
  for (const text of ["My printer does not print", "That didn't help"]) {
    control.script({ match: text, text: "Try turning it off and on [1]." });
    await ask(ann, text);
    await ann.getByTestId("composer").getByTestId("stop").waitFor({ state: "detached" });
    await ann
      .getByTestId("answer")
      .nth(text.startsWith("My") ? 0 : 1)
      .waitFor();
  }
  await ask(ann, "Still not working, that didn't help either");
  await ann.getByTestId("offer").waitFor();
  await screenshot(ann, "offer");
  control.script({ match: "Still not working", text: "One more idea: another cable." });
  await ann.getByRole("button", { name: "Keep trying" }).click();
  await ann.getByText("another cable").first().waitFor();
  expect(await ann.getByTestId("offer").count()).toBe(0);
});

test("an accepted offer puts the customer in line", async () => {
  const { control } = site.providers;
  const ann = await visit();
  control.script({ match: "My scanner", text: "I don't know that one." });
  await ask(ann, "My scanner is dark");
  await ann.getByTestId("answer").waitFor();
  control.script({ match: "lamp of a Mustek", text: "I don't know that one either." });
  await ask(ann, "How do I change the lamp of a Mustek?");
  await ann.getByRole("button", { name: "Get a technician" }).click();
  await ann.getByTestId("queue-notice").waitFor();
  expect(await ann.getByTestId("offer").count()).toBe(0);
});

test("a conversation is passed on to a colleague in another browser, with a note", async () => {
  const ann = await waiting("Passed on with a Surface");
  const dana = await desk(DANA);
  const sam = await desk(SAM);
  await item(dana, "Surface").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await setAvailable(sam, true);
  await more(dana, "Pass on…");
  await dana.getByLabel(/^Sam|owner/i).check();
  await dana.getByLabel("A note for them").fill("You know this model.");
  await screenshot(dana, "desk-pass-on");
  await dana.getByTestId("pass-on-dialog").getByRole("button", { name: "Pass on" }).click();
  await dana.getByText(/A colleague has this conversation/).waitFor();
  await sam.goto(dana.url());
  await sam.getByTestId("staff-note").getByText("You know this model.").waitFor();
  await composer(sam).fill("I'll take it from here.");
  await composer(sam).press("Enter");
  await thread(ann).getByText("I'll take it from here.").waitFor();
  await setAvailable(sam, false);
});

test("a promise is seen by both sides, and gone once it is kept", async () => {
  const ann = await waiting("Please call me about my Dell");
  const dana = await desk(DANA);
  await item(dana, "Dell").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await more(dana, "Promise something…");
  await dana.getByLabel("What, as the customer reads it").fill("Dana calls you");
  await screenshot(dana, "desk-promise-dialog");
  await dana.getByRole("button", { name: "Promise it" }).click();
  await dana.getByTestId("promise").getByText("Dana calls you").waitFor();
  await dana.getByTestId("promises-due").waitFor();
  await ann
    .getByTestId("promised")
    .getByText(/Dana calls you by /)
    .waitFor();
  await screenshot(ann, "promised");
  await dana.getByText("Behind the scenes").click();
  await dana.getByTestId("process").getByText("Watches over a promise").waitFor();
  await screenshot(dana, "desk-promise");

  // Closing does not break the word by the way.
  await resolve(dana);
  await dana.getByTestId("resolve-dialog").getByText("Dana calls you").waitFor();
  await dana.getByRole("button", { name: "Close" }).click();
  await dana.getByRole("button", { name: "Kept" }).click();
  await dana.getByTestId("promise").waitFor({ state: "detached" });
  await ann.getByTestId("promised").waitFor({ state: "detached" });
});

test("what is set aside is found under Later, and brought back by hand", async () => {
  await waiting("Set me aside with my Acer");
  const dana = await desk(DANA);
  await item(dana, "Acer").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await more(dana, "Set aside…");
  await screenshot(dana, "desk-snooze");
  await opened(dana).waitFor();
  await dana.getByRole("button", { name: /For an hour/ }).click();
  await dana.getByTestId("snoozed").waitFor();
  await opened(dana).waitFor({ state: "detached" });
  await dana.getByRole("tab", { name: "Later" }).click();
  await opened(dana)
    .getByText(/^back /)
    .waitFor();
  await more(dana, "Bring back now");
  await opened(dana).waitFor({ state: "detached" });
  await dana.getByRole("tab", { name: "Mine" }).click();
  await opened(dana).waitFor();
});

test("each episode is rated once, and the desk sees the earlier ones", async () => {
  const ann = await waiting("Rate me with a Macbook");
  const dana = await desk(DANA);
  await item(dana, "Macbook").click();
  await dana.getByTestId("claim").click();
  await resolve(dana, "Cleaned the fan.");
  await ann.getByRole("radio", { name: /^4 of 5/ }).click();
  await ann.getByText("Thank you for telling us.").waitFor();

  site.providers.control.script({ match: "hot again", text: "Put it on a table, please." });
  await ask(ann, "The Macbook is hot again");
  await ann.getByTestId("rating").waitFor({ state: "detached" });
  await dana.getByTestId("earlier").click();
  await dana.getByText(/Cleaned the fan/).waitFor();
  await dana.getByText("Episode 1: 4 of 5").waitFor();
  await screenshot(dana, "desk-earlier");
  // An answer that comes in meanwhile would not be closed unseen.
  await dana.getByText("Put it on a table, please.").first().waitFor();
  await screenshot(ann, "returning");
  await resolve(dana);
  await ann.getByText("All settled. How did we do?").waitFor();
  await ann.getByRole("radio", { name: /^5 of 5/ }).click();
  await ann.getByText("Thank you for telling us.").waitFor();
  await dana.getByText("Now: 5 of 5").waitFor();
});

test("on a phone in the dark the desk and the notices fit", async () => {
  const phone = {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark",
  } as const;
  const ann = await waiting("On the phone with a Lenovo", phone);
  await screenshot(ann, "phone-queue-dark");
  const dana = await desk(DANA);
  await dana.setViewportSize(phone.viewport);
  await dana.emulateMedia({ colorScheme: "dark" });
  await screenshot(dana, "phone-desk-list-dark");
  await item(dana, "Lenovo").click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await dana.getByRole("button", { name: "More" }).click();
  await screenshot(dana, "phone-desk-dark");
  for (const act of await dana.getByRole("menuitem").all()) {
    const box = (await act.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
  }
  for (const page of [ann, dana]) {
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  }
});
