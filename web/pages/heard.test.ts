/** What is seen at a glance and heard without being asked, on a phone: safety, people, wide tables. */
import { devices, type Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, composer, holdSite, listen, screenshot, signIn, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const PHONE = devices["iPhone 12"];
const phone = () => site.visit("/", { ...PHONE, colorScheme: "light" });

test("what to do in danger is a card with steps, said at once; then a person is heard", async () => {
  const page = await phone();
  const heard = await listen(page);
  await ask(page, "there is smoke coming out of my laptop");
  const card = page.getByRole("region", { name: "For your safety" });
  await card.waitFor();
  expect(await card.getByRole("listitem").count()).toBeGreaterThanOrEqual(4);
  expect(await card.innerText()).toContain("call 911");
  const size = await card.evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeGreaterThanOrEqual(16);
  await screenshot(page, "safety-phone");
  const from = async (element: ReturnType<Page["getByRole"]>) => (await element.boundingBox())!.y;
  expect(await from(card)).toBeGreaterThan(await from(page.getByTestId("message-list")));
  expect(await heard()).toEqual([
    expect.stringMatching(/^assertive: Please keep your distance now\. If something burns/),
    expect.stringMatching(/^polite: I've passed this to our technicians/),
  ]);

  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("desk-item").first().click();
  await desk.getByTestId("claim").click();
  await composer(desk).fill("Is it outside now?");
  await composer(desk).press("Enter");
  await page.getByTestId("technician-message").waitFor();
  expect((await heard()).slice(2)).toEqual([
    "polite: Dana Whitfield has joined the conversation.",
    "polite: Dana Whitfield is typing.",
    "polite: Dana Whitfield: Is it outside now?",
  ]);

  // The technician hears the customer, and nobody hears themselves.
  const atDesk = await listen(desk);
  await ask(page, "Yes, on the balcony");
  await desk.getByTestId("customer-message").filter({ hasText: "balcony" }).waitFor();
  expect(await atDesk()).toEqual([
    "polite: Guest is typing.",
    expect.stringMatching(/^polite: .+: Yes, on the balcony$/),
  ]);
  expect(await heard()).toHaveLength(5);
});

test("a wide table scrolls, by touch and by keyboard, and breaks no word", async () => {
  const page = await phone();
  const head = "| Notebook | What it shows | Probable cause | Bring along |\n| - | - | - | - |\n";
  const row = "| Ultrabook | Checkerboard everywhere | Disconnected graphics | Powerbrick |\n";
  site.providers.control.script({ match: "Which of them", text: head + row.repeat(3) });
  await ask(page, "Which of them");
  await page.getByTestId("answer").waitFor();
  const table = page.getByRole("group", { name: "Table" });
  const { scrolls, broken, spills } = await table.evaluate((region) => {
    const cells = [...region.querySelectorAll("td, th")];
    const brokenWords = cells.flatMap((cell) => {
      const node = cell.firstChild!;
      return [...node.textContent!.matchAll(/\S+/g)].filter((word) => {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        return range.getClientRects().length > 1;
      });
    });
    return {
      scrolls: region.scrollWidth > region.clientWidth,
      broken: brokenWords.map(([word]) => word),
      spills: document.documentElement.scrollWidth > window.innerWidth,
    };
  });
  expect({ scrolls, broken, spills }).toEqual({ scrolls: true, broken: [], spills: false });
  await table.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".table-scroll")!.scrollLeft > 0);
  await screenshot(page, "table-phone");
});
