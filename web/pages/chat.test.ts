import { expect, test } from "vitest";
import { ask, composer, screenshot, signIn, holdSite, thread, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

const QUESTION = "How much is a screen replacement and how long does it take?";

test("a visitor asks, watches the answer grow, and opens its source", async () => {
  const page = await site.visit();
  await screenshot(page, "welcome");
  await ask(page, QUESTION);
  const growing = page.getByTestId("streaming-message");
  await growing.waitFor();
  await screenshot(page, "streaming");
  const answer = page.getByTestId("answer");
  await answer.waitFor();
  expect(await answer.innerText()).toMatch(/\$\d+/);
  await answer.getByTestId("source-chip").first().click();
  const source = page.getByTestId("source-popover");
  await source.waitFor();
  expect(await source.innerText()).toMatch(/screen/i);
  await screenshot(page, "answer");
  // The finished answer is announced once, not token by token.
  const announced = page.getByTestId("announcer").filter({ hasText: /\$\d+/ });
  await announced.waitFor({ state: "attached" });
});

test("text grows smoothly: many small steps, never backwards", async () => {
  const page = await site.visit();
  const text = "Every word of this answer should come in small steps. ".repeat(8).trim();
  site.providers.control.script({ match: "Grow smoothly", text, chunks: 60, overMs: 3_000 });
  await page.evaluate(() => {
    const lengths: number[] = [];
    Object.assign(window, { lengths });
    const watch = () => {
      const shown = document.querySelector("[data-testid=streaming-message]")?.textContent?.length;
      if (shown !== undefined && shown !== lengths.at(-1)) lengths.push(shown);
      requestAnimationFrame(watch);
    };
    watch();
  });
  await ask(page, "Grow smoothly");
  await page.getByTestId("answer").waitFor();
  const lengths = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
  const growing = lengths.slice(lengths.findIndex((length) => length > 60));
  expect(growing.length).toBeGreaterThan(20);
  const steps = growing.slice(1).map((length, i) => length - growing[i]!);
  expect(Math.min(...steps)).toBeGreaterThan(0);
});

test("stop keeps what was shown, says so, and retry answers again", async () => {
  const page = await site.visit();
  const script = {
    match: "Long story",
    text: "Once upon a time there was a slow laptop in a shop.",
    chunks: 12,
  };
  const held = site.providers.control.holdAfter(6, script);
  await ask(page, "Long story");
  await held.reached;
  await page.getByTestId("streaming-message").getByText("Once upon").waitFor();
  await page.getByTestId("stop").click();
  const ending = page.getByTestId("reply-ending");
  await ending.waitFor();
  held.release();
  const stopped = await page.getByTestId("answer").innerText();
  expect(stopped).toContain("Once upon");
  expect(stopped).not.toContain("in a shop");
  await screenshot(page, "stopped");
  site.providers.control.script({ match: "Long story", text: "A short story." });
  await page.getByRole("button", { name: /again|retry/i }).click();
  await page.getByText("A short story.").first().waitFor();
});

test("an answer that fails goes to a technician, and says so", async () => {
  const page = await site.visit();
  site.providers.control.fault({
    provider: "openrouter",
    kind: "status",
    status: 402,
    match: "Broke",
  });
  await ask(page, "Broke");
  await page
    .getByTestId("system-message")
    .getByText(/technician/i)
    .first()
    .waitFor();
  await screenshot(page, "failed");
});

test("two tabs show the same conversation, live in both", async () => {
  const first = await site.visit();
  await ask(first, "Where can I park?");
  await first.getByTestId("answer").waitFor();
  const second = await first.context().newPage();
  second.on("pageerror", (error) => site.errors.push(error.message));
  await second.goto(site.url);
  await second.getByText("Where can I park?").first().waitFor();
  site.providers.control.script({ match: "From the second tab", text: "Seen in both tabs." });
  await ask(second, "From the second tab");
  await first.getByText("From the second tab").first().waitFor();
  await first.getByText("Seen in both tabs.").first().waitFor();
  await second.getByText("Seen in both tabs.").first().waitFor();
});

test("a device whose clock is an hour ahead hears at once what is said elsewhere", async () => {
  const page = await site.visit();
  await page.context().addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 60 * 60 * 1000;
  });
  await page.reload();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/c\/\w+$/);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await thread(second).getByText("Where can I park?").waitFor();
  await ask(second, "From the other tab");
  await thread(page).getByText("From the other tab").waitFor();
  await ask(page, "And from this one");
  await thread(second).getByText("And from this one").waitFor();
});

test("the conversation is there again on return", async () => {
  const page = await site.visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await page.reload();
  await page.getByText("Where can I park?").first().waitFor();
  await page.getByTestId("answer").waitFor();
});

test("a guest signs in by code and keeps the conversation, here and on another device", async () => {
  const page = await site.visit();
  await ask(page, "Do you fix printers? Guest question");
  await page.getByTestId("answer").waitFor();
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await screenshot(page, "sign-in");
  await signIn(site, page, "ann@example.com");
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  await page.getByText("Guest question").first().waitFor();

  const phone = await site.visit("/", { viewport: { width: 390, height: 844 } });
  await phone.getByRole("button", { name: "Conversations and account" }).click();
  await phone.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, phone, "ann@example.com");
  await phone.getByText("Guest question").first().waitFor();
});

test("a wrong code is told in words, and the right one still works", async () => {
  const page = await site.visit();
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await page.getByLabel("E-mail or mobile number").fill("bob@example.com");
  const mailed = site.providers.control.waitForEmail("bob@example.com");
  await page.keyboard.press("Enter");
  const code = /\b\d{6}\b/.exec((await mailed).text ?? "")![0];
  await page.getByLabel("6-digit code").fill(code === "000000" ? "111111" : "000000");
  await page.getByText(/code is wrong or has expired/).waitFor();
  await page.getByLabel("6-digit code").fill(code);
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
});

test("offline says so, keeps what is written, and sends it when the connection is back", async () => {
  const page = await site.visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await page.context().setOffline(true);
  await page.getByTestId("connection-banner").waitFor();
  site.providers.control.script({ match: "Written offline", text: "Got it, after all." });
  await ask(page, "Written offline");
  await screenshot(page, "offline");
  await page.context().setOffline(false);
  await page.getByText("Got it, after all.").first().waitFor({ timeout: 30_000 });
  expect(await page.getByText("Written offline").count()).toBe(1);
});

test("on a phone nothing overflows and everything is reachable", async () => {
  const page = await site.visit("/", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark",
  });
  await screenshot(page, "phone-welcome-dark");
  await page.getByTestId("example-question").first().tap();
  await page.getByTestId("answer").waitFor();
  await screenshot(page, "phone-answer-dark");
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  for (const target of [composer(page), page.getByTestId("talk-to-a-person")]) {
    const box = (await target.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
    expect(box.y + box.height).toBeLessThanOrEqual(844);
  }
});

test("the keyboard alone is enough to ask and to reach a person", async () => {
  const page = await site.visit();
  await composer(page).focus();
  await page.keyboard.type("Where can I park?");
  await page.keyboard.press("Enter");
  await page.getByTestId("answer").waitFor();
  await page.getByTestId("talk-to-a-person").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("escalate-dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("escalate-dialog").waitFor({ state: "hidden" });
  const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
  expect(focused).toBe("talk-to-a-person");
});

test("what a customer writes is shown as text, never as markup", async () => {
  const page = await site.visit();
  site.providers.control.script({
    match: "markup",
    text: "<img src=x onerror=\"document.title='owned'\"> **bold** [link](javascript:alert(1))",
  });
  await ask(page, "<b>markup</b> <img src=x onerror=\"document.title='owned'\">");
  await page.getByText("<b>markup</b>").waitFor();
  await page.getByTestId("answer").waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(await page.getByTestId("message-list").locator("img").count()).toBe(0);
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
});

test("an answer that can't be drawn shows its words, and the conversation goes on, after a reload too", async () => {
  const page = await site.visit();
  const wide = `${"|a".repeat(40)}|\n${"|-".repeat(40)}|\n${"|x\n".repeat(100)}`;
  site.providers.control.script({ match: "Wide", text: wide });
  const plain = page.getByTestId("answer").getByTestId("plain-text");
  await ask(page, "Wide");
  await plain.waitFor();
  await page.reload();
  await plain.waitFor();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").nth(1).locator(".prose-answer").waitFor();
});

test("whatever breaks in one message, its words stay and the others too", async () => {
  const page = await site.visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await page.evaluate(() => {
    Date.prototype.toLocaleTimeString = () => {
      throw new Error("This browser has no clock");
    };
  });
  site.providers.control.script({ match: "Second", text: "Answered all the same." });
  await ask(page, "Second");
  await page.getByTestId("plain-text").filter({ hasText: "Answered all the same." }).waitFor();
  expect(await page.getByTestId("plain-text").allInnerTexts()).toContain("Second");
});
