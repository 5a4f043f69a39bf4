/** The phone on the screen, with the stand-ins alone and a shop that echoes what it is texted. */
import twilio from "twilio";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SERVICE_NUMBERS, startProviders, type Providers } from "@computer-guys/stand-ins";
import { Shop } from "@computer-guys/stand-ins/testing";
import { openBrowser, screenshot } from "./harness";

const PERSON = "+12125550142";
const URL = `/phone?number=${encodeURIComponent(PERSON)}`;

let providers: Providers;
let shop: Shop;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  providers = await startProviders({ port: 0, smsStepMs: 0 });
  shop = await new Shop(providers.env.TWILIO_AUTH_TOKEN!).start();
  providers.control.texts.configure({ smsUrl: `${shop.url}/twilio/sms` });
  browser = await openBrowser(providers.url);
});
afterEach(() => {
  providers.control.reset();
  shop.clear();
  expect(browser.errors.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await providers.close();
  await shop.stop();
});

const say = (body: string) => ({ body: `<Response><Message>${body}</Message></Response>` });
const box = (page: Page) => page.getByRole("textbox", { name: "Text message" });
const thread = (page: Page) => page.getByRole("log", { name: "Messages" });
const bubbles = (page: Page) => thread(page).getByRole("listitem");

function shopSends(body: string, change: object = {}) {
  const sdk = twilio(providers.env.TWILIO_ACCOUNT_SID, providers.env.TWILIO_AUTH_TOKEN);
  sdk.api.baseUrl = providers.env.TWILIO_BASE_URL!;
  const messagingServiceSid = providers.env.TWILIO_MESSAGING_SERVICE_SID!;
  return sdk.messages.create({ to: PERSON, messagingServiceSid, body, ...change });
}

test("a text goes out by Enter, and the answer comes in by itself", async () => {
  const page = await browser.visit(URL);
  await page.getByText("No messages yet").waitFor();
  shop.answers = [say("A screen is 149 dollars and up.")];
  await box(page).fill("How much is a screen?");
  await page.getByText("1 segment, GSM-7, 21 of 160").waitFor();
  await screenshot(page, "phone-typing");
  await page.keyboard.press("Enter");
  await thread(page).getByText("A screen is 149 dollars and up.").waitFor();
  await thread(page).getByText("Received by the shop").waitFor();
  await thread(page)
    .getByText(/ · Delivered · 1\ssegment, GSM-7/)
    .waitFor();
  expect(shop.webhooks[0]).toMatchObject({
    valid: true,
    fields: { From: PERSON, To: SERVICE_NUMBERS[0], Body: "How much is a screen?" },
  });
  expect(await box(page).inputValue()).toBe("");
  expect(await box(page).evaluate((each) => each === document.activeElement)).toBe(true);
  await screenshot(page, "phone");
});

test("Shift+Enter is a new line, and the meter counts as carriers do", async () => {
  const page = await browser.visit(URL);
  await box(page).pressSequentially("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two “quoted”");
  await page.getByText("1 segment, UCS-2, 16 of 70").waitFor();
  await box(page).fill("a".repeat(161));
  await page.getByText("2 segments, GSM-7, 161 of 306").waitFor();
  await page.keyboard.press("Enter");
  await shop.got(1);
  expect(shop.webhooks[0]!.fields.NumSegments).toBe("2");
});

test("what is texted is text, whatever it looks like", async () => {
  const page = await browser.visit(URL);
  const nasty = "<img src=x onerror=alert(1)><b>bold</b>";
  await shopSends(nasty);
  await thread(page).getByText(nasty).waitFor();
  await box(page).fill(nasty);
  await page.keyboard.press("Enter");
  await expect.poll(() => bubbles(page).count()).toBe(2);
  expect(await thread(page).locator("img, b").count()).toBe(0);
});

test("a picture is sent, shown, and can be taken back before", async () => {
  const page = await browser.visit(URL);
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const file = { name: "screen.png", mimeType: "image/png", buffer: png };
  const input = page.getByLabel("Attach a picture");
  await input.setInputFiles(file);
  await page.getByText("screen.png").waitFor();
  await page.getByRole("button", { name: "Remove the picture" }).click();
  expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await input.setInputFiles(file);
  await page.getByRole("button", { name: "Send" }).click();
  const picture = thread(page).getByRole("img", { name: "Picture that you sent" });
  await expect.poll(() => picture.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(1);
  await shop.got(1);
  expect(shop.webhooks[0]!.fields).toMatchObject({
    NumMedia: "1",
    MediaContentType0: "image/png",
  });
});

test("a phone that is switched off says so at the message, and the shop is told", async () => {
  const page = await browser.visit(URL);
  await page.getByLabel("Texts to this phone").selectOption("off");
  await expect.poll(() => providers.control.texts.outcome(PERSON).errorCode).toBe(30003);
  await shopSends("Ready", { statusCallback: `${shop.url}/status` });
  await thread(page).getByText("Not delivered: 30003 Unreachable destination handset").waitFor();
  await shop.got(3);
  expect(shop.statuses()).toEqual(["queued", "sent", "undelivered"]);
  await screenshot(page, "phone-trouble");
});

test("a webhook that refuses is told about at the text", async () => {
  const page = await browser.visit(URL);
  shop.answers = [{ status: 404 }];
  await page.getByRole("button", { name: "HELP" }).click();
  await thread(page).getByText("Refused by the shop’s webhook (404)").waitFor();
});

test("STOP and START by a tap, where Twilio handles them", async () => {
  providers.control.texts.configure({ optOut: "advanced" });
  const page = await browser.visit(URL);
  await page.getByRole("button", { name: "STOP" }).click();
  await thread(page).getByText("You have successfully been unsubscribed").waitFor();
  await page.getByText("Opted out", { exact: true }).waitFor();
  await expect(shopSends("Ready")).rejects.toMatchObject({ code: 21610 });
  await page.getByRole("button", { name: "START" }).click();
  await thread(page).getByText("re-subscribed").waitFor();
  await page.getByText("Opted out", { exact: true }).waitFor({ state: "hidden" });
  expect(shop.webhooks.map(({ fields }) => fields.OptOutType)).toEqual(["STOP", "START"]);
});

test("each of the shop's numbers has its own thread, and another's message is one tap away", async () => {
  const page = await browser.visit(URL);
  const number = page.getByLabel("The shop’s number");
  await number.selectOption(SERVICE_NUMBERS[1]);
  await box(page).fill("hello");
  await page.keyboard.press("Enter");
  await bubbles(page).first().waitFor();
  await number.selectOption(SERVICE_NUMBERS[2]);
  await page.getByText("No messages yet").waitFor();
  // The service answers from the number that was texted.
  await shopSends("Hello from the shop");
  await page.getByRole("button", { name: "New message from +1 312 555 0112" }).click();
  await thread(page).getByText("Hello from the shop").waitFor();
  expect(await bubbles(page).count()).toBe(2);
});

test("other phones have other threads, and a new one is a click away", async () => {
  const page = await browser.visit(URL);
  await box(page).fill("mine");
  await page.keyboard.press("Enter");
  await bubbles(page).first().waitFor();
  await page.getByRole("button", { name: "New phone" }).click();
  await page.getByText("No messages yet").waitFor();
  const number = page.getByLabel("This phone’s number");
  expect(await number.inputValue()).toMatch(/^\+1\d{3}55501\d{2}$/);
  expect(await number.inputValue()).not.toBe(PERSON);
  await number.selectOption(PERSON);
  await thread(page).getByText("mine").waitFor();
  // A number whose plus sign was not escaped.
  const other = await browser.visit("/phone?number=+15551230001");
  expect(await other.getByLabel("This phone’s number").inputValue()).toBe("+15551230001");
});

test("the page fits a phone and the dark", async () => {
  const page = await browser.visit(URL, {
    viewport: { width: 375, height: 667 },
    colorScheme: "dark",
  });
  shop.answers = [say("Hello! How can we help?")];
  await box(page).fill("Good evening");
  await page.keyboard.press("Enter");
  await thread(page).getByText("How can we help?").waitFor();
  const [width, height] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.scrollHeight,
  ]);
  expect([width, height]).toEqual([375, 667]);
  await screenshot(page, "phone-small-dark");
});

test("the page is served under a strict policy", async () => {
  const { headers } = await fetch(`${providers.url}/phone`);
  const policy = headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).not.toMatch(/unsafe|\*|data:/);
  const foreign = await fetch(`${providers.url}/phone/messages`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: JSON.stringify({ from: PERSON, to: SERVICE_NUMBERS[0], body: "forged" }),
  });
  expect(foreign.status).toBe(400);
  expect(providers.control.texts.received()).toEqual([]);
});
