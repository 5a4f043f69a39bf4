/** The phone on the screen, the whole system behind it, and a technician at the desk. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { composer, openBrowser, screenshot, signIn, startSite, type Site } from "./harness";

/** A push, a model's answer and the pauses of a burst. */
const PATIENCE = 60_000;

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

async function handset(number: string) {
  const page = await phone.visit(`/phone?number=${encodeURIComponent(number)}`);
  page.setDefaultTimeout(30_000);
  const say = async (body: string) => {
    await page.getByRole("textbox", { name: "Text message" }).fill(body);
    await page.keyboard.press("Enter");
  };
  const hears = (words: RegExp | string) => thread(page).getByText(words).waitFor();
  return { page, say, hears };
}
const thread = (page: Page) => page.getByRole("log", { name: "Messages" });

test(
  "a question is answered in two segments at most, a technician takes over, and STOP is honoured",
  async () => {
    const { page, say, hears } = await handset("+16145550177");
    await say("How much is a new laptop screen?");
    await hears(/\$\d/);
    await thread(page)
      .getByText(/ · Delivered · [12]\ssegments?, GSM-7/)
      .waitFor();
    await say("I want to talk to a human");
    await hears(/passed this to our technicians/);

    const desk = await site.visit("/desk");
    await signIn(site, desk, "dana@computerguys.example");
    await desk.getByTestId("desk-list").waitFor();
    await desk.getByTestId("desk-item").filter({ hasText: "I want to talk to a human" }).click();
    await desk.getByTestId("claim").click();
    await composer(desk).fill("Dana here: bring it in today.");
    await composer(desk).press("Enter");
    await hears("Dana here: bring it in today.");
    await screenshot(page, "phone-shop");

    await page.getByRole("button", { name: "STOP" }).click();
    await hears(/won't get any more texts/);
    const refused = desk.getByTestId("cannot-answer");
    await refused.getByText(/opted out of texts, and only they can undo it/).waitFor();
    await desk.getByText(/^number not verified · opted out of texts · not signed in$/).waitFor();
    await desk.getByTestId("delivery").filter({ hasText: "Delivered by text" }).first().waitFor();
    await screenshot(desk, "phone-shop-desk");

    await page.getByRole("button", { name: "START" }).click();
    await hears(/you get our texts again/);
    await composer(desk).fill("Glad you are back.");
    await composer(desk).press("Enter");
    await hears("Glad you are back.");
    expect(site.providers.control.texts.alerts()).toEqual([]);
  },
  PATIENCE,
);
