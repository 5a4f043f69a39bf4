/** The knowledge pages: whatever an admin does about what the AI answers from, and what of it everybody else sees. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { ask, findAxeViolations, holdSite, screenshot, signIn, thread, type Site } from "./harness";

const PATIENCE = { timeout: 180_000 };

let site: Site;
holdSite((started) => (site = started), { env: { FETCH_LOOPBACK: "true" } });

/** One for all tests: codes are mailed to an address only so often. */
let owner: Page | undefined;
async function openAt(path: string): Promise<Page> {
  const page = owner ?? (await site.visit("/knowledge"));
  if (owner === undefined) await signIn(site, page, "owner@computerguys.example");
  owner = page;
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(site.url + path);
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
  return page;
}

/** As people see it: no fault for axe, and on a phone nothing to scroll sideways. */
async function look(page: Page, name: string): Promise<void> {
  await screenshot(page, `knowledge-${name}`);
  expect(await findAxeViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await screenshot(page, `knowledge-${name}-phone`);
  const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.body.scrollWidth }));
  expect(scrollWidth).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 800 });
}

const body = (page: Page) => page.getByLabel(/^Text/);
const state = (page: Page) => page.getByTestId("document-state");
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function writeDocument(page: Page, title: string, text: string): Promise<void> {
  await page.getByLabel("Title").fill(title);
  await body(page).fill(text);
  await button(page, "Save and publish").click();
  await page.getByText(/version 1, changed/).waitFor();
  await state(page).getByText("Answering", { exact: true }).waitFor();
}

test(
  "documents are listed with their state, found by their words, and told apart by it",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge");
    const list = page.getByRole("list", { name: "Documents" });
    await list.getByTestId("document").nth(19).waitFor();
    await button(page, "Show more").click();
    await list.getByTestId("document").nth(20).waitFor();
    await look(page, "list");
    await page.emulateMedia({ colorScheme: "dark" });
    await screenshot(page, "knowledge-list-dark");
    await page.emulateMedia({ colorScheme: "light" });

    await button(page, "Failed").click();
    await page.getByText("Nothing has failed.").waitFor();
    await button(page, "Answering").click();
    await list.getByTestId("document").first().waitFor();

    await page.getByLabel("Find in the documents").fill("battery iphone");
    const found = page.getByRole("list", { name: "Found" });
    await found
      .getByTestId("document")
      .filter({ hasText: /batter/i })
      .first()
      .waitFor();
    await look(page, "found");
    await page.getByLabel("Find in the documents").fill("hovercraft");
    await page.getByText("No document has these words.").waitFor();
  },
);

test(
  "a corrected text reaches those who were told the old one, shows what changed, and is taken back",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge/new");
    await writeDocument(
      page,
      "Trackpad replacement",
      "A new trackpad costs $149, fitted the same day.",
    );
    const ann = await site.visit();
    await ask(ann, "How much is a new trackpad?");
    await ann.getByTestId("answer").getByTestId("source-chip").first().waitFor();
    expect(await ann.getByTestId("answer").innerText()).toContain("$149");

    await body(page).fill("A new trackpad costs $159, fitted the same day.");
    await button(page, "Save and publish").click();
    await page.getByText(/version 2, changed/).waitFor();
    const told = page.getByTestId("told");
    await told.getByText(/\$149.*is now.*\$159/).waitFor();
    await look(page, "told");
    await button(page, "Tell all of them").click();
    await page
      .getByTestId("recall-progress")
      .getByText(/1 customer told/)
      .waitFor();
    await told.getByText(/^Told /).waitFor();
    await thread(ann).getByText("It is now: A new trackpad costs $159").waitFor();

    await button(page, "Versions").click();
    await button(page, "What changed").first().click();
    const changes = page.getByRole("list", { name: "What changes" });
    await changes.locator("del").getByText("costs $149").waitFor();
    await changes.locator("ins").getByText("costs $159").waitFor();
    await look(page, "versions");
    await button(page, "Take this text back").click();
    await page.getByText(/version 3, changed/).waitFor();
    expect(await body(page).inputValue()).toContain("$149");
  },
);

test(
  "a draft changes nothing until it is approved, and goes at its time if it is given one",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge/new");
    await writeDocument(page, "Hinge repair", "A new hinge costs $89.");
    const live = page.url();
    await body(page).fill("A new hinge costs $99.");
    await button(page, "Keep as a draft").click();
    await page.getByText("Draft. A new text of a document").waitFor();
    const changes = page.getByRole("list", { name: "What changes" });
    await changes.locator("ins").getByText("A new hinge costs $99.").waitFor();
    await look(page, "draft");
    const tomorrow =
      new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 11) + "09:00";
    await page.getByLabel("From", { exact: true }).fill(tomorrow);
    await button(page, "Publish then").click();
    const times = page.getByRole("region", { name: "Publish at a time" });
    await times.getByText(/^Set to .* at 9:00/).waitFor();
    await button(page, "Take the time away").click();
    await button(page, "Take the time away").waitFor({ state: "detached" });

    await page.goto(live);
    await page.getByText("Another text of this document waits as a draft.").waitFor();
    expect(await body(page).inputValue()).toBe("A new hinge costs $89.");
    await page.getByRole("link", { name: "See what it changes" }).click();
    await button(page, "Approve and publish").click();
    await page.getByText(/version 2, changed/).waitFor();
    expect(await body(page).inputValue()).toBe("A new hinge costs $99.");

    await body(page).fill("A new hinge costs $9.");
    await button(page, "Keep as a draft").click();
    await button(page, "Discard the draft…").click();
    await button(page, "Discard for good").click();
    await page.getByText("No draft waits for you.").waitFor();
  },
);

test(
  "a document is switched off and on, ends at its time, and is deleted for good",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge/new");
    await writeDocument(page, "Fan cleaning at home", "We clean fans at your home for $79.");
    const address = page.url();
    await button(page, "When it answers").click();
    const day = new Date(Date.now() + 5 * 24 * 60 * 60 * 1000).toISOString().slice(0, 11) + "18:00";
    await page.getByLabel("Its end").fill(day);
    await button(page, "Set its end").click();
    await page.getByText(/ · valid until /).waitFor();
    await button(page, "Switch off").click();
    await state(page).getByText("Switched off").waitFor();
    await look(page, "times");
    for (const [filter, shows] of [
      ["Expiring", "Fan cleaning at home"],
      ["Switched off", "Fan cleaning at home"],
    ] as const) {
      await page.goto(`${site.url}/knowledge`);
      await button(page, filter).click();
      await page.getByTestId("document").filter({ hasText: shows }).waitFor();
    }
    await page.goto(address);
    await button(page, "When it answers").click();
    await button(page, "Let it answer again").click();
    await state(page).getByText("Answering", { exact: true }).waitFor();
    await button(page, "Original and removal").click();
    await page.getByText("It was written by hand.").waitFor();
    await button(page, "Delete this document…").click();
    await button(page, "Delete for good").click();
    await page.getByRole("heading", { name: "Knowledge", level: 1 }).waitFor();
    await page.getByRole("list", { name: "Documents" }).getByTestId("document").first().waitFor();
    expect(await page.getByText("Fan cleaning at home").count()).toBe(0);
  },
);

test(
  "what customers ask in vain is answered from beside the list, tried before anybody reads it, and closed by it",
  PATIENCE,
  async () => {
    const question = "do you rent projectors";
    await site.engine.system("", ({ db }) => {
      db.insert("analytics", { kind: "gap", question, count: 3, lastAt: Date.now() });
    });
    const page = await openAt("/knowledge");
    const gap = page.getByTestId("gap").filter({ hasText: question });
    await gap.getByText("asked 3 times").waitFor();
    await gap.getByRole("link", { name: /Write the answer/ }).click();
    await page.getByText(`Customers ask: “${question}”`).waitFor();
    expect(await page.getByLabel("Title").inputValue()).toBe("Do you rent projectors");
    await body(page).fill("We rent projectors: one costs $65 a day.");
    await button(page, "Try it").click();
    await page.getByTestId("tried").getByText("The AI would answer").waitFor();
    await page.getByTestId("tried").getByText(/\$65/).first().waitFor();
    await page.getByTestId("found").getByText("This text").first().waitFor();
    await look(page, "try");
    // As things are it is not known.
    const ann = await site.visit();
    await ask(ann, "Do you rent projectors?");
    expect(await ann.getByTestId("answer").innerText()).not.toContain("$65");

    await button(page, "Save and publish").click();
    await page.getByText(/version 1, changed/).waitFor();
    await page.getByRole("link", { name: "Knowledge" }).first().click();
    await page.getByRole("list", { name: "Documents" }).waitFor();
    await gap.waitFor({ state: "detached" });
  },
);

/** A conversation that a technician has answered and resolved. */
async function solveOne(question: string, answer: string): Promise<void> {
  const now = Date.now();
  await site.engine.system("", ({ db }) => {
    const userId = db.insert("users", {
      ...{ role: "customer", name: "Ann Lee", email: "ann.lee@example.com", emailVerifiedAt: now },
      smsConsent: "unknown",
    });
    const conversationId = db.insert("conversations", {
      ...{ userId, channel: "web", status: "resolved", owner: { kind: "ai" }, turn: 2, episode: 1 },
      ...{ resolvedAt: now, lastMessageAt: now, preview: answer, title: question },
      ...{ unreadByCustomer: 0, unreadByStaff: 0, aiReplies: 0, answeredBy: "human" },
      brief: { reason: "needs_technician", summary: question, urgency: "normal", at: now },
    });
    const said = { conversationId, visibility: "public", status: "complete", turn: 1, episode: 1 };
    const author = { kind: "technician", name: "Dana Whitfield" };
    const at = { settledAt: now - 2_000 };
    db.insert("messages", { ...said, ...at, author: { kind: "customer" }, text: question });
    db.insert("messages", { ...said, author, text: answer, settledAt: now - 1_000 });
  });
}

test(
  "what a technician solved is written down from beside the list, without whose it was",
  PATIENCE,
  async () => {
    await solveOne(
      "Can you re-ink typewriter ribbons?",
      "Yes, Ann: re-inking a typewriter ribbon costs $17. I'll mail ann.lee@example.com. Dana",
    );
    const page = await openAt("/knowledge");
    const solved = page.getByTestId("solved").filter({ hasText: "typewriter" });
    await solved.getByRole("link", { name: /Write down/ }).click();
    await page.getByText(/^This is what technicians answered\. Taken out: .*e-mail/).waitFor();
    expect(await page.getByLabel("Title").inputValue()).toBe("Can you re-ink typewriter ribbons?");
    const text = await body(page).inputValue();
    expect(text).toContain("costs $17");
    expect(text).not.toMatch(/Ann|Dana|ann\.lee/);
    await look(page, "solved");
    await body(page).fill("Write to ann.lee@example.com: re-inking a ribbon costs $17.");
    await button(page, "Save and publish").click();
    await page
      .getByRole("alert")
      .getByText(/customer's own address/)
      .waitFor();
    await body(page).fill("Re-inking a typewriter ribbon costs $17.");
    await button(page, "Save and publish").click();
    await page.getByText(/version 1, changed/).waitFor();
    await page.goto(`${site.url}/knowledge`);
    await page.getByRole("list", { name: "Documents" }).getByTestId("document").first().waitFor();
    await solved.waitFor({ state: "detached" });
  },
);

/** A shop's website: two pages, one of which is named alone, and a list of both. */
function serveShop(): Promise<Server> {
  const pageOf = (title: string, text: string) =>
    `<!doctype html><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main>`;
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    const pages: Record<string, [type: string, text: string]> = {
      "/sitemap.xml": [
        "application/xml",
        `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${origin}/keyboards</loc></url><url><loc>${origin}/webcams</loc></url></urlset>`,
      ],
      "/keyboards": ["text/html", pageOf("Keyboards of the shop", "A keyboard costs $39.")],
      "/webcams": ["text/html", pageOf("Webcams of the shop", "A webcam costs $29.")],
    };
    const [type, text] = pages[request.url ?? ""] ?? ["text/plain", ""];
    response.writeHead(text === "" ? 404 : 200, { "content-type": type }).end(text);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

test(
  "files and pages are dropped in, watched while they are read, and say why where they can't be",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge/add");
    const files = page.getByTestId("file");
    await page.getByLabel("Files to read").setInputFiles([
      {
        name: "mice.md",
        mimeType: "text/markdown",
        buffer: Buffer.from("# Mice\n\nA wireless mouse costs $25."),
      },
      {
        name: "virus.exe",
        mimeType: "application/octet-stream",
        buffer: Buffer.from([77, 90, 0, 1]),
      },
    ]);
    await files.filter({ hasText: "mice.md" }).getByText("Answering", { exact: true }).waitFor();
    await files
      .filter({ hasText: "virus.exe" })
      .getByText(/can be read/)
      .waitFor();
    const dropped = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(["Cables cost $9."], "cables.txt", { type: "text/plain" }));
      return data;
    });
    await page.getByTestId("drop-files").dispatchEvent("drop", { dataTransfer: dropped });
    await files.filter({ hasText: "cables.txt" }).getByText("Answering", { exact: true }).waitFor();
    await look(page, "add");

    const server = await serveShop();
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    await page.getByLabel("Address").fill(`http://127.0.0.1:${port}/keyboards`);
    await button(page, "Add this page").click();
    const readings = page.getByTestId("reading");
    await page.locator("[data-testid=reading][data-state=done]").nth(2).waitFor();
    await page.getByLabel("Address").fill(`http://127.0.0.1:${port}/`);
    await button(page, "Add the whole site").click();
    const read = readings.filter({ hasText: "A site" });
    await read.and(page.locator("[data-state=done]")).waitFor();
    await screenshot(page, "knowledge-site");
    await page.goto(`${site.url}/knowledge`);
    const list = page.getByRole("list", { name: "Documents" });
    await list.getByTestId("document").filter({ hasText: "Webcams of the shop" }).waitFor();
    await list.getByTestId("document").filter({ hasText: "Keyboards of the shop" }).click();
    await button(page, "Original and removal").click();
    await page.getByRole("link", { name: /127\.0\.0\.1:\d+\/keyboards/ }).waitFor();
    await button(page, "Look at the page now").click();
    await page.getByText("It is being looked at.").waitFor();
  },
);

test(
  "who writes over a colleague's text is told, and what was typed is there after a look elsewhere",
  PATIENCE,
  async () => {
    const page = await openAt("/knowledge/new");
    await writeDocument(page, "Dock repair", "A dock costs $59.");
    await body(page).fill("A dock costs $69.");
    await page.getByRole("link", { name: "Knowledge" }).first().click();
    await page.getByTestId("document").filter({ hasText: "Dock repair" }).click();
    expect(await body(page).inputValue()).toBe("A dock costs $69.");

    const colleague = await page.context().newPage();
    await colleague.goto(page.url());
    await body(colleague).fill("A dock costs $61.");
    await button(colleague, "Save and publish").click();
    await colleague.getByText(/version 2, changed/).waitFor();
    await page.getByText("This document got another text while you wrote.").waitFor();
    await button(page, "Save and publish").click();
    await page
      .getByRole("alert")
      .getByText(/has changed since you read it/)
      .waitFor();
    expect(await body(page).inputValue()).toBe("A dock costs $69.");
    await button(page, "Keep mine").click();
    await button(page, "Save and publish").click();
    await page.getByText(/version 3, changed/).waitFor();
    await colleague.close();
  },
);

test("a technician is refused, and finds no way there", PATIENCE, async () => {
  const dana = await site.visit("/knowledge");
  await signIn(site, dana, "dana@computerguys.example");
  await dana.getByTestId("shop-refusal").waitFor();
  expect(await dana.getByTestId("document").count()).toBe(0);
  expect(await findAxeViolations(dana)).toEqual([]);
  await dana.goto(`${site.url}/insights`);
  await screenshot(dana, "knowledge-technician");
  await dana.getByRole("navigation", { name: "Shop" }).waitFor();
  expect(await dana.getByRole("link", { name: "Knowledge" }).count()).toBe(0);
});
