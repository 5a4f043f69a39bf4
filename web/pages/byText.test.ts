/** A customer leaves the page and goes on by text: one conversation, and nothing twice. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  ask,
  composer,
  openBrowser,
  screenshot,
  signIn,
  startSite,
  type Site,
  thread,
} from "./harness";

/** A push, a model's answer, and the grace of a page that was closed. */
const PATIENCE = 120_000;
const NUMBER = "+16145550191";

let site: Site;
let phone: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  site = await startSite();
  phone = await openBrowser(site.providers.url);
});
afterEach(() => expect([...site.errors.splice(0), ...phone.errors.splice(0)]).toEqual([]));
afterAll(async () => {
  await phone.close();
  await site.stop();
});

const texts = () => site.providers.control.texts.sent(NUMBER).map(({ body }) => body);

test(
  "the answer to a closed page is texted, the reply comes into the same thread, and an open page gets no text",
  async () => {
    const chat = await site.visit("/", { viewport: { width: 390, height: 844 } });
    await ask(chat, "I want to talk to a human");
    await chat.getByRole("button", { name: "continue by text" }).click();
    await chat.getByLabel("Mobile number").fill(NUMBER);
    await screenshot(chat, "by-text-number");
    await chat.keyboard.press("Enter");
    await chat.getByLabel("6-digit code").waitFor();
    await expect.poll(texts).toHaveLength(1);
    await chat.getByLabel("6-digit code").fill(/\b\d{6}\b/.exec(texts()[0]!)![0]);
    await chat.getByRole("button", { name: /Text me at/ }).waitFor();
    await screenshot(chat, "by-text-consent");
    await chat.getByRole("button", { name: /Text me at/ }).click();
    await chat.getByText("texts go to ••• 0191").waitFor();
    await screenshot(chat, "by-text-phone");
    await chat.setViewportSize({ width: 1280, height: 800 });
    await screenshot(chat, "by-text-desktop");
    await chat.goto("about:blank");

    const desk = await site.visit("/desk");
    await signIn(site, desk, "dana@computerguys.example");
    await desk.getByTestId("desk-item").filter({ hasText: "human" }).click();
    await desk.getByTestId("claim").click();
    await ask(desk, "Dana here: bring it in today.");
    const handset = await phone.visit(`/phone?number=${encodeURIComponent(NUMBER)}`);
    await handset.getByText("Dana here: bring it in today.").waitFor({ timeout: 75_000 });
    await handset.getByRole("textbox", { name: "Text message" }).fill("On my way, by text");
    await handset.keyboard.press("Enter");
    await thread(desk).getByText("On my way, by text").last().waitFor();
    await screenshot(desk, "by-text-desk");

    await chat.goto(site.url);
    for (const words of ["Dana here: bring it in today.", "On my way, by text"]) {
      await thread(chat).getByText(words).last().waitFor();
    }
    // A reaction hangs at the message that it quotes, and is no message of its own. The desk sees it at once; the
    // customer's page, which asks once for what is old, when it is opened again.
    const words = handset.getByRole("textbox", { name: "Text message" });
    await words.fill("Liked “Dana here: bring it in today.”");
    await handset.keyboard.press("Enter");
    await desk.getByTestId("reaction").waitFor();
    await chat.reload();
    for (const page of [desk, chat]) {
      const reaction = page.getByTestId("reaction");
      await reaction.waitFor();
      expect(await reaction.innerText()).toBe("👍");
      const heights = await Promise.all(
        [
          thread(page).getByText("Dana here: bring it in today.").last(),
          reaction,
          thread(page).getByText("On my way, by text").last(),
        ].map(async (one) => (await one.boundingBox())!.y),
      );
      expect(heights).toEqual(heights.toSorted((one, other) => one - other));
      expect(await page.getByText("Liked “").count()).toBe(0);
    }
    await screenshot(desk, "by-text-reaction-desk");
    await screenshot(chat, "by-text-reaction");
    await words.fill("Removed a like from “Dana here: bring it in today.”");
    await handset.keyboard.press("Enter");
    await desk.getByTestId("reaction").waitFor({ state: "detached" });

    await ask(desk, "See you, on the page.");
    await thread(chat).getByText("See you, on the page.").waitFor();
    await desk
      .getByTestId("delivery")
      .filter({ hasText: /seen on the page/i })
      .waitFor({ timeout: 75_000 });
    expect(texts().filter((body) => body.includes("See you"))).toEqual([]);
    expect(await composer(chat).isVisible()).toBe(true);
  },
  PATIENCE,
);
