/** A conversation by text at the desk: pictures, how many texts an answer is, and what became of each. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import { composer, screenshot, signIn, holdSite, type Site, thread } from "./harness";

/** A push, a model's answer and the pauses of a burst. */
const PATIENCE = 90_000;
const PHONE = "+16145550166";
/** A red square. */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGP4z8BAEhrVMKphVMPw1QAA1g7/AV7Gv5kAAAAASUVORK5CYII=";

let site: Site;
holdSite((started) => (site = started));

async function text(body: string, media: { contentType: string; data: string }[] = []) {
  const to = SERVICE_NUMBERS[1];
  const { answers } = await site.providers.control.texts.text({ from: PHONE, to, body, media });
  expect(answers).toMatchObject([{ status: 200 }]);
}

async function open(page: Page, words: string) {
  await page.getByRole("tab", { name: /all/i }).click();
  await page.getByTestId("desk-item").filter({ hasText: words }).click();
}

test(
  "a picture is shown, an answer is counted while it is written, and a text that is lost says why",
  async () => {
    const desk = await site.visit("/desk");
    desk.setDefaultTimeout(30_000);
    await signIn(site, desk, "dana@computerguys.example");
    await desk.getByTestId("desk-list").waitFor();
    await text("I want to talk to a human. Look at this", [
      { contentType: "image/png", data: PICTURE },
    ]);
    await desk.getByTestId("desk-item").filter({ hasText: "Look at this" }).click();
    await desk.getByTestId("claim").click();
    await desk.getByText("(614) 555-0166").first().waitFor();
    await desk.getByText(/number not verified/).waitFor();
    const picture = desk.locator("img.h-40").first();
    await picture.waitFor();
    expect(await picture.evaluate((img: HTMLImageElement) => img.decode())).toBeUndefined();

    const box = composer(desk);
    await box.fill("It\u2019s ready.");
    await desk.getByText("1 of 10 text messages", { exact: true }).waitFor();
    await box.fill("x".repeat(1_531));
    await desk.getByText(/^That is 11 text messages; at most 10/).waitFor();
    await box.press("Enter");
    expect(await box.inputValue()).toHaveLength(1_531);
    expect(await desk.getByTestId("send").getAttribute("aria-disabled")).toBe("true");
    await box.fill(`Ready \u{1f44d} ${"and well ".repeat(12)}`);
    await desk.getByText(/^2 of 10 text messages · emoji/).waitFor();
    await screenshot(desk, "desk-sms-counted");
    await box.press("Enter");
    await desk.getByText("Delivered by text in 2 parts").waitFor();

    site.providers.control.setSmsOutcome(PHONE, { status: "undelivered", errorCode: 30003 });
    await box.fill("Are you there?");
    await box.press("Enter");
    await thread(desk).getByText("Text did not arrive: the phone is off or out of reach").waitFor();
    await thread(desk)
      .getByText(/A text to the customer did not arrive \(30003\)/)
      .waitFor();
    await screenshot(desk, "desk-sms");

    const narrow = await site.visit("/desk", {
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
    });
    await signIn(site, narrow, "owner@computerguys.example");
    await narrow.getByTestId("desk-list").waitFor();
    await open(narrow, "Are you there?");
    await thread(narrow)
      .getByText(/Text did not arrive/)
      .waitFor();
    const width = await narrow.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await screenshot(narrow, "desk-sms-narrow-dark");
  },
  PATIENCE,
);
