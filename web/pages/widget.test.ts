/**
 * The chat on other pages: the example as it is built, with its script tag and in React. Of the chat's site (another
 * port of 127.0.0.1), of another site (`localhost`), where this browser, without history, gives a frame no storage, and
 * of a host that isn't named.
 */
import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { ConvexHttpClient } from "convex/browser";
import type { BrowserContextOptions, FrameLocator, Page } from "playwright-core";
import { build, preview, type Plugin, type PreviewServer } from "vite";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { api, type Id } from "@computer-guys/support-backend/api";
import { ROOT } from "../../local/system";
import { findAxeViolations, screenshot, startSite, type Site } from "./harness";

const SECRET = "only-for-the-demo-0123456789-abcdef";
const EXAMPLE = path.join(ROOT, "examples/widget");

let site: Site;
let shop: PreviewServer;
let named: string;
let elsewhere: string;
let unnamed: string;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The example as a page with a strict policy, at `/?strict`. */
const strictPages = (): Plugin => ({
  name: "strict-pages",
  configurePreviewServer: ({ middlewares }) =>
    void middlewares.use(({ url }, response, next) => {
      const policy = `default-src 'none'; script-src 'self' ${site.url}; frame-src ${site.url}; style-src 'self'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'`;
      if (url === "/?strict") response.setHeader("Content-Security-Policy", policy);
      next();
    }),
});

beforeAll(async () => {
  const port = await freePort();
  const at = (host: string) => `http://${host}:${port}`;
  [named, elsewhere, unnamed] = [at("127.0.0.1"), at("localhost"), at("other.localhost")];
  process.env.VITE_WIDGET_HOSTS = `${named} ${elsewhere}`;
  site = await startSite({ builds: "web", env: { WIDGET_IDENTITY_SECRET: SECRET } });
  process.env.VITE_CHAT_URL = site.url;
  await build({ root: EXAMPLE, logLevel: "warn" });
  shop = await preview({
    root: EXAMPLE,
    plugins: [strictPages()],
    preview: { host: "127.0.0.1", port, strictPort: true },
  });
});
afterAll(async () => {
  delete process.env.VITE_WIDGET_HOSTS;
  delete process.env.VITE_CHAT_URL;
  await shop.close();
  await site.stop();
});
afterEach(() => {
  site.providers.control.clearScripts();
  expect(site.errors.splice(0)).toEqual([]);
});

type Watched = { page: Page; chat: FrameLocator; requests: string[] };

async function visit(url = named, options: BrowserContextOptions = {}): Promise<Watched> {
  const page = await site.visit("/icon.svg", options);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    const seen = ((window as unknown as { shifts: number[] }).shifts = []) as number[];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        seen.push((entry as unknown as { value: number }).value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  requests.length = 0;
  await page.goto(url);
  return { page, chat: page.frameLocator("iframe[title='Support chat']"), requests };
}

const launcher = (page: Page) => page.getByRole("button", { name: /^Chat with us/ });
const box = (chat: FrameLocator) => chat.getByTestId("composer").getByRole("textbox");
const shifted = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((sum, one) => sum + one, 0),
  );
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return (activeElement?.shadowRoot?.activeElement ?? activeElement)?.tagName;
  });

async function askIn(chat: FrameLocator, text: string, answer: string): Promise<void> {
  site.providers.control.script({ match: text, text: answer });
  await box(chat).fill(text);
  await box(chat).press("Enter");
  await chat.getByTestId("answer").getByText(answer).waitFor();
}

const frameOf = (page: Page) =>
  page.frames().find((one) => one.url().startsWith(`${site.url}/widget`))!;

/** The visitor's own view of what they have, with the session that the frame keeps. */
async function conversationsOf(page: Page) {
  const stored = await frameOf(page).evaluate(() => localStorage.getItem("cg.widget.session"));
  const http = new ConvexHttpClient(site.deployment.url);
  http.setAuth((JSON.parse(stored!) as { accessToken: string }).accessToken);
  const paginationOpts = { numItems: 5, cursor: null };
  return (await http.query(api.conversations.getUserConversations, { paginationOpts })).page;
}

async function answerAsDana(conversationId: Id<"conversations">, text: string): Promise<void> {
  const http = new ConvexHttpClient(site.deployment.url);
  const email = "dana@computerguys.example";
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const [mail] = site.providers.control.emails(email);
  const [code] = /\b\d{6}\b/.exec(mail!.text ?? "")!;
  const { accessToken } = await http.action(api.auth.createSession, { challenge, code });
  http.setAuth(accessToken);
  await http.mutation(api.conversations.claim, { conversationId });
  await http.mutation(api.messages.sendStaffMessage, { conversationId, text });
}

test("a visitor asks and is answered in the frame; closed, a badge tells of a technician's answer, after a reload too", async () => {
  const { page, chat, requests } = await visit();
  await launcher(page).waitFor();
  // Who doesn't want it loads one script of it.
  expect(requests.filter((url) => url.startsWith(site.url))).toEqual([`${site.url}/widget.js`]);
  await screenshot(page, "widget-closed");

  const entries = await page.evaluate(() => history.length);
  await launcher(page).click();
  await box(chat).waitFor();
  expect(await launcher(page).getAttribute("aria-expanded")).toBe("true");
  await expect.poll(() => focused(page)).toBe("IFRAME");
  await expect.poll(() => box(chat).evaluate((own) => own === document.activeElement)).toBe(true);
  await screenshot(page, "widget-welcome");
  await askIn(chat, "How much is a screen?", "A new screen is $149 at our counter.");
  await screenshot(page, "widget-answer");
  // What the chat's pages do in the history is none of the page around it.
  expect(await page.evaluate(() => history.length)).toBe(entries);

  await chat.getByRole("button", { name: "Conversations and account" }).click();
  await chat.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await chat.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await launcher(page).getAttribute("aria-expanded")).toBe("true");
  await page.keyboard.press("Escape");
  await expect.poll(() => launcher(page).getAttribute("aria-expanded")).toBe("false");
  await expect.poll(() => focused(page)).toBe("BUTTON");

  const { _id } = (await conversationsOf(page))[0]!;
  await answerAsDana(_id, "We have it here. Come by today.");
  const told = page.getByRole("button", { name: /^Chat with us, \d new answers?$/ });
  await told.waitFor();
  await page
    .getByRole("status")
    .getByText(/new answers? in the support chat/)
    .waitFor();
  await screenshot(page, "widget-badge");
  await page.reload();
  await told.click();
  await chat.getByText("We have it here. Come by today.").first().waitFor();
  await screenshot(page, "widget-technician");
  await chat.getByRole("button", { name: "Close the chat" }).click();
  await expect.poll(() => launcher(page).getAttribute("aria-label")).toBe("Chat with us");
  expect(await shifted(page)).toBe(0);
});

test("the page says who is logged in, and its log-out leaves nothing of them to who comes next", async () => {
  const { page, chat } = await visit();
  await launcher(page).waitFor();
  await page.getByRole("button", { name: "Log in as Ada" }).click();
  // Nobody has opened a chat: nobody is told.
  expect(page.frames()).toHaveLength(1);
  await page.getByRole("button", { name: "Ask us" }).click();
  await page.getByText("The shop knows, too.").waitFor();
  await askIn(chat, "Is my laptop ready?", "It is on the bench.");
  const contact = { name: "Ada Byron", email: "ada@customer.example" };
  expect(await conversationsOf(page)).toMatchObject([{ contact }]);

  await chat.getByRole("button", { name: "Close the chat" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("Logged out.").waitFor();
  await page.reload();
  await launcher(page).waitFor();
  expect(page.frames()).toHaveLength(1);
  await launcher(page).click();
  await box(chat).waitFor();
  expect(await chat.getByText("Is my laptop ready?").count()).toBe(0);
});

test("what the shop refuses reaches the page as its code", async () => {
  const { page } = await visit(elsewhere);
  await launcher(page).click();
  const refusal = await page.evaluate(async () => {
    const own = window as unknown as {
      ComputerGuys: { identify: (token: string) => Promise<void> };
    };
    return await own.ComputerGuys.identify("no token").then(
      () => null,
      (error: { code: string; message: string }) => [error.code, error.message],
    );
  });
  expect(refusal).toEqual(["code_invalid", "This identity token is not a signed JWT."]);
});

test("in React it is the same chat, by typed props; what is written elsewhere in the page stays there", async () => {
  const { page, chat } = await visit(`${named}/react.html`);
  await page.getByRole("button", { name: "Ask us" }).click();
  await askIn(chat, "Do you repair phones?", "Phones too.");
  await page.keyboard.press("Escape");
  // To what had opened it.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toContain("Ask us");
  const { _id } = (await conversationsOf(page))[0]!;
  expect(await shifted(page)).toBe(0);
  await answerAsDana(_id, "I am Dana.");
  await page.getByRole("button", { name: /Ask us \(\d\)/ }).waitFor();
});

test("a page that is not named gets no chat, but a link to it", async () => {
  const { page } = await visit(unnamed);
  await launcher(page).click();
  const framed = () => page.frames().find((frame) => frame !== page.mainFrame());
  await expect.poll(() => framed()?.url()).toMatch(/^chrome-error:/);
  await page.getByRole("link", { name: "Open the chat in a window of its own" }).waitFor();
  await screenshot(page, "widget-refused");
  // Only the widget's own address may be framed by the one that is named.
  const policyOf = async (to: string) =>
    (await fetch(site.url + to)).headers.get("content-security-policy");
  expect(await policyOf("/widget")).toContain(`frame-ancestors ${named} ${elsewhere}`);
  for (const to of ["/", "/c/x", "/desk", "/widget.html", "/nowhere"]) {
    expect(await policyOf(to)).toContain("frame-ancestors 'none'");
  }
});

test("on a page with a strict policy it needs two lines of it, and no inline style or script", async () => {
  const { page, chat } = await visit(`${elsewhere}/?strict`);
  await launcher(page).click();
  await box(chat).waitFor();
  const place = (await launcher(page).boundingBox())!;
  expect(place.x).toBeGreaterThan(1100);
});

test("other windows drive neither side, and the page can't write in the chat", async () => {
  const { page, chat } = await visit();
  await launcher(page).click();
  await box(chat).waitFor();
  // A frame of somebody else's in the page, that pretends to be the chat.
  await page.evaluate(async () => {
    const forged = document.createElement("iframe");
    forged.srcdoc = `<script>
      for (const data of [
        { computerGuys: "state", hasSession: true, unread: 7 },
        { computerGuys: "close" },
      ]) parent.postMessage(data, "*");
      const { shadowRoot } = parent.document.querySelector("[data-computer-guys]");
      shadowRoot.querySelector("iframe").contentWindow.postMessage({ computerGuys: "hide" }, "*");
      parent.postMessage("done", "*");
    </script>`;
    const done = new Promise((resolve) =>
      window.addEventListener("message", ({ data }) => data === "done" && resolve(null)),
    );
    document.body.append(forged);
    await done;
    const frame = document
      .querySelector("[data-computer-guys]")!
      .shadowRoot!.querySelector("iframe")!;
    for (const data of [{ computerGuys: "write", text: "Hello" }, "show", null]) {
      frame.contentWindow!.postMessage(data, new URL(frame.src).origin);
    }
  });
  // An answer after all that was sent before.
  await page.evaluate(() => {
    const own = window as unknown as { ComputerGuys: { identify: (t: string) => Promise<void> } };
    return own.ComputerGuys.identify("no token").catch(() => undefined);
  });
  expect(await launcher(page).getAttribute("aria-expanded")).toBe("true");
  expect(await launcher(page).getAttribute("aria-label")).toBe("Chat with us");
  expect(await chat.getByTestId("own-message").count()).toBe(0);
  expect(await box(chat).inputValue()).toBe("");
});

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test.each(["light", "dark"] as const)(
  "on a phone it is the whole screen, and axe finds nothing, in the %s",
  async (colorScheme) => {
    const { page, chat } = await visit(named, { ...PHONE, colorScheme });
    await launcher(page).waitFor();
    await screenshot(page, `widget-phone-closed-${colorScheme}`);
    expect(await findAxeViolations(page)).toEqual([]);
    await launcher(page).click();
    await askIn(chat, "My laptop is slow and hot", "Clean its fan first.");
    await screenshot(page, `widget-phone-${colorScheme}`);
    const frame = (await page.locator("iframe[title='Support chat']").boundingBox())!;
    expect(frame).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    const sent = (await chat.getByTestId("composer").boundingBox())!;
    expect(sent.y + sent.height).toBeLessThanOrEqual(844);
    expect(await findAxeViolations(page)).toEqual([]);
    expect(await findAxeViolations(frameOf(page))).toEqual([]);
    await chat.getByRole("button", { name: "Close the chat" }).click();
    await launcher(page).waitFor();
    expect(await shifted(page)).toBe(0);
  },
);

test("on a desktop in the dark it has the page's colour, which can be read", async () => {
  const { page, chat } = await visit(named, { colorScheme: "dark" });
  await launcher(page).click();
  await askIn(chat, "Where can I park?", "Behind the shop.");
  await screenshot(page, "widget-dark");
  expect(await launcher(page).evaluate((own) => getComputedStyle(own).backgroundColor)).toBe(
    "rgb(240, 166, 196)",
  );
  const accent = chat
    .locator("html")
    .evaluate((own) => getComputedStyle(own).getPropertyValue("--accent"));
  expect(await accent).toBe("#f0a6c4");
  expect(await findAxeViolations(page)).toEqual([]);
  expect(await findAxeViolations(frameOf(page))).toEqual([]);
});

/** Bytes of `/widget.js`, as it is and with Brotli. */
const BUDGET = { raw: 11_500, brotli: 4_200 };

test(`the script has at most ${BUDGET.raw} bytes, ${BUDGET.brotli} with Brotli`, async () => {
  const script = await readFile(path.join(site.files, "widget.js"));
  const brotli = brotliCompressSync(script).length;
  console.info(`widget.js: ${script.length} bytes, ${brotli} with Brotli`);
  expect(script.length).toBeLessThanOrEqual(BUDGET.raw);
  expect(brotli).toBeLessThanOrEqual(BUDGET.brotli);
  expect(script.toString()).not.toMatch(/^\s*(import|export)\b/m);
});
