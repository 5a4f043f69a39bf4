/** A desk on a full day: five hundred open conversations, and as little work for the browser as there is on the screen. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { holdSite, screenshot, signIn, type Site } from "./harness";

let site: Site;
holdSite((held) => (site = held));

const OPEN = 500;

/** Open conversations of as many guests, the latest last. */
async function fill({ engine }: Site): Promise<string[]> {
  const ids: string[] = [];
  const start = Date.now() - OPEN * 60_000;
  await engine.system("", ({ db }) => {
    for (let i = 0; i < OPEN; i++) {
      const lastMessageAt = start + i * 60_000;
      const userId = db.insert("users", {
        role: "customer",
        name: `Customer ${i}`,
        smsConsent: "unknown",
      });
      ids.push(
        db.insert("conversations", {
          userId,
          channel: "web",
          status: "open",
          owner: { kind: "ai" },
          turn: 1,
          episode: 1,
          lastMessageAt,
          preview: `Question number ${i}. ${"My laptop is slow and loud. ".repeat(i % 5)}`,
          unreadByCustomer: 0,
          unreadByStaff: i % 3,
          aiReplies: 1,
        }),
      );
    }
  });
  return ids;
}

/** Scrolls from the top to where the list ends, as fast as frames go. Resolves to the long tasks meanwhile, in ms. */
const scrollThrough = (page: Page) =>
  page.getByTestId("desk-list").evaluate(async (list) => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) tasks.push(duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    list.scrollTop = 0;
    await frame();
    while (list.scrollTop + list.clientHeight < list.scrollHeight - 2) {
      list.scrollTop += 400;
      await frame();
    }
    await frame();
    observer.disconnect();
    return tasks;
  });

test("five hundred open conversations are all there, and scrolling through them takes no task of over 50 ms", async () => {
  const ids = await fill(site);
  const page = await site.visit("/desk", { viewport: { width: 1280, height: 800 } });
  await signIn(site, page, "dana@computerguys.example");
  await page.getByRole("tab", { name: /All open/ }).click();
  const lines = page.getByTestId("desk-list").getByRole("listitem");
  await page.getByTestId("desk-item").filter({ hasText: "Customer 499" }).waitFor();
  expect(await lines.count()).toBe(50);
  // To the end: there are more, and then all.
  await expect
    .poll(async () => {
      await lines.last().scrollIntoViewIfNeeded();
      return await lines.count();
    })
    .toBe(OPEN);
  // The last ones may have come after the scroll.
  await lines.last().scrollIntoViewIfNeeded();
  await page.getByTestId("desk-item").filter({ hasText: "Customer 0" }).first().waitFor();
  // Only what was in sight was asked for.
  expect(await page.getByTestId("desk-item").count()).toBeLessThan(200);
  // Others use this machine, too: what is ours happens each time.
  await expect.poll(() => scrollThrough(page)).toEqual([]);
  await screenshot(page, "desk-five-hundred");

  // A word in one that is far out of sight runs the order again, and no line.
  const runsOfLines = async () => {
    const paths: string[] = [];
    const off = site.engine.onEvent(({ path }) => paths.push(path));
    await site.engine.system("", ({ db }) => {
      db.patch("conversations", ids[300]!, { preview: `And at ${Date.now()}?`, unreadByStaff: 4 });
    });
    await site.engine.settle();
    off();
    return paths.filter((path) => path === "desk:lines");
  };
  // What the scrolling asked for may still be coming: a run of ours comes each time.
  await expect.poll(runsOfLines).toEqual([]);
  // One in sight shows what is new at once.
  const [inSight] = await page
    .getByTestId("desk-item")
    .last()
    .evaluateAll((items) => items.map((item) => item.getAttribute("href")!.split("/").at(-1)!));
  await site.engine.system("", ({ db }) => {
    db.patch("conversations", inSight!, { preview: "Something new to read" });
  });
  await page.getByTestId("desk-item").filter({ hasText: "Something new to read" }).waitFor();
});
