/** People's words: links that go where they say, numbers to call, lists; and copying, by keyboard, said and refused. */
import { devices } from "playwright-core";
import { expect, test } from "vitest";
import { ask, findAxeViolations, holdSite, screenshot, signIn, thread, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const WORDS = `See https://parts.example/hinge?x=1 or write to ann@mail.com, (614) 555-0142.
- javascript:alert(1)
- notes.md
Thanks`;

test("links, numbers and lists of a customer's message, on both sides, and nothing that is none", async () => {
  const page = await site.visit("/", { ...devices["iPhone 12"], colorScheme: "light" });
  await ask(page, WORDS);
  await page.getByTestId("answer").waitFor();
  const desk = await site.visit("/desk", { colorScheme: "dark" });
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByRole("tab", { name: /All open/ }).click();
  await desk.getByTestId("desk-item").first().click();
  for (const [side, message] of [
    [page, page.getByTestId("own-message")],
    [desk, desk.getByTestId("customer-message")],
  ] as const) {
    const hrefs = () =>
      message.getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    await expect
      .poll(hrefs)
      .toEqual(["https://parts.example/hinge?x=1", "mailto:ann@mail.com", "tel:+16145550142"]);
    const web = message.getByRole("link").first();
    expect(await web.getAttribute("rel")).toBe("noopener noreferrer nofollow ugc");
    expect(await message.getByRole("listitem").allInnerTexts()).toEqual([
      "javascript:alert(1)",
      "notes.md",
    ]);
    expect(await findAxeViolations(side)).toEqual([]);
  }
  await screenshot(page, "words-phone");
  await screenshot(desk, "words-desk-dark");
});

test("an answer, its code and a message are copied, by keyboard; what the browser refuses is said", async () => {
  const page = await site.visit("/", { permissions: ["clipboard-read", "clipboard-write"] });
  const code = "sfc /scannow";
  site.providers.control.script({
    match: "How do I scan",
    text: `Run this:\n\n\`\`\`\n${code}\n\`\`\`\n`,
  });
  await ask(page, "How do I scan");
  await page.getByTestId("answer").waitFor();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const said = (words: string) => page.getByTestId("announcer").getByText(words).last().waitFor();
  for (const [name, words] of [
    ["Copy the message", "How do I scan"],
    ["Copy the code", code],
    ["Copy the answer", `Run this:\n\n\`\`\`\n${code}\n\`\`\``],
  ] as const) {
    await page.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await clipboard()).trim()).toBe(words);
    await said("Copied.");
  }
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "copy");
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
  await page.getByRole("button", { name: "Copy the message" }).click();
  await thread(page).getByText("Select the words instead").waitFor();
  await said("Your browser didn't let us copy it. Select the words instead.");
});
