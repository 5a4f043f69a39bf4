/** The insights page: what each number is, of how many, and whether the last check found it right. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { screenshot, signIn, startSite, type Site } from "./harness";

const DAY = 24 * 60 * 60 * 1000;

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  await site.stop();
});
afterEach(() => {
  expect(site.errors.splice(0)).toEqual([]);
});

/** Three days of numbers. */
const storeNumbers = () =>
  site.engine.system("", ({ db }) => {
    const today = Math.floor(Date.now() / DAY) * DAY;
    for (let i = 0; i < 3; i++) {
      const counts = {
        conversation_created: 4,
        "resolved.episodes": 4,
        "resolved.contained": 1 + i,
        episode_judged: 4,
        "episode_judged.verified": 1 + (i % 2),
        "episode_judged.costMicroUsd": 40_000,
        reply_finished: 10,
        checked: 20,
        "checked.refused": 3,
        "checked.askedAgain": 2,
        "checked.unsure": 1,
        "checked.handedOff": i === 0 ? 1 : 0,
      };
      db.insert("analytics", { kind: "rollup", period: "day", start: today - i * DAY, counts });
    }
  });

/** A check that found `differ` of them wrong. */
const storeCheck = (differ: number) =>
  site.engine.system("", ({ db }) => {
    const check = { from: 0, to: 1, events: 9, repaired: false, skipped: [], differences: [] };
    db.insert("analytics", { kind: "check", at: Date.now(), differ, ...check });
  });

test("each number says what it is of, means what it says, and is compared with the events", async () => {
  await storeNumbers();
  await storeCheck(0);
  const page = await site.visit("/desk");
  await signIn(site, page, "owner@computerguys.example");
  await page.getByTestId("desk-list").waitFor();
  await page.goto(`${site.url}/insights`);
  const containment = page.getByRole("region", { name: "Containment", exact: true });
  await containment.getByText("50 %").waitFor();
  await containment.getByText("of 12 resolved").waitFor();
  await containment.getByText("What is this?").click();
  await containment.getByText("It does not say that the customer was helped").waitFor();
  const invented = page.getByRole("region", { name: "Nothing invented" });
  await invented.getByText("60", { exact: true }).waitFor();
  await invented.getByText("9 answers refused for one of them").waitFor();
  await invented.getByText("of 30 answers").waitFor();
  await invented.getByText("3 said so and offered a technician, 1 handed over").waitFor();
  // Nobody rated: that is not 0 %.
  await page.getByRole("region", { name: "Satisfied" }).getByText("–", { exact: true }).waitFor();
  await page.getByText(/Compared with the events on .*: equal/).waitFor();
  await screenshot(page, "insights");
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "insights-dark");
  await page.setViewportSize({ width: 390, height: 844 });
  await screenshot(page, "insights-phone");
  const overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  expect(overflow).toBe(false);

  await storeCheck(2);
  await page.getByRole("alert").getByText("2 numbers differ").waitFor();
});
