/** An answer drawn word by word as it comes, and what ends it: in real Chromium, over real connections. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { owner } from "../../bench/customers";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { ask, signIn, startSite, type Site } from "./harness";

let site: Site;
let staff: Awaited<ReturnType<typeof owner>>;
beforeAll(async () => {
  site = await startSite();
  staff = await owner(site);
});
afterAll(async () => {
  await site.stop();
});
afterEach(() => {
  site.providers.control.clearScripts();
  expect(site.errors.splice(0)).toEqual([]);
});

const ANSWER = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
const script = (match: string, overMs = 6_000) =>
  site.providers.control.script({ match, text: ANSWER, chunks: 60, overMs });

/** The conversation in which that was said, and what the AI has answered there. */
async function stored(text: string) {
  const rows: Doc<"messages">[] = [];
  await site.engine.system("", ({ db }) => {
    db._iterateDocs("messages", (row) => rows.push(row as unknown as Doc<"messages">));
  });
  const asked = rows.filter((row) => row.text === text);
  const conversationId = asked[0]!.conversationId;
  const reply = rows.find(
    (row) => row.conversationId === conversationId && row.author.kind === "agent",
  );
  return { asked, conversationId, reply };
}

/** When the page drew which answer, by the clock that the deployment has, too. */
async function watchDrawing(page: Page): Promise<void> {
  await page.evaluate(() => {
    const drawn: { at: number; text: string }[] = [];
    Object.assign(window, { drawn });
    const look = () => {
      const text = document.querySelector(".prose-answer")?.textContent ?? "";
      if (text !== drawn.at(-1)?.text) drawn.push({ at: Date.now(), text });
      requestAnimationFrame(look);
    };
    look();
  });
}

type Drawn = { at: number; text: string }[];
const drawnBy = (page: Page) => page.evaluate(() => (window as unknown as { drawn: Drawn }).drawn);

/** When the last word appeared that had not been there before. */
function lastWordAt(drawn: Drawn): number {
  let longest = 0;
  let at = 0;
  for (const one of drawn) {
    if (one.text.length > longest) [longest, at] = [one.text.length, one.at];
  }
  return at;
}

/** The connections over which answers come, from now on: a network that goes away takes them with it. */
function watchStreams() {
  const open = new Set<Socket>();
  const note = (message: unknown) => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    if (request.method === "POST" && request.url === "/reply") open.add(socket);
  };
  subscribe("http.server.request.start", note);
  return {
    cut: () => {
      unsubscribe("http.server.request.start", note);
      for (const socket of open) socket.destroy();
      return open.size;
    },
  };
}

const streaming = (page: Page, word: string) =>
  page.getByTestId("streaming-message").getByText(word).waitFor();

async function asks(question: string): Promise<Page> {
  const page = await site.visit();
  script(question);
  await watchDrawing(page);
  await ask(page, question);
  return page;
}

test("the words come straight to the page: nothing is scheduled, and the database is told the whole", async () => {
  const calls: string[] = [];
  const off = site.engine.onEvent(({ path, nested }) => nested || calls.push(path));
  const page = await asks("Straight to the page?");
  await streaming(page, "word9 ");
  await page.getByTestId("answer").getByText("word59").waitFor();
  off();
  const count = (path: string) => calls.filter((one) => one === path).length;
  expect(count("replies:ask")).toBe(1);
  expect(count("messages:sendMessage") + count("replies:generate")).toBe(0);
  expect(count("replies:checkpoint") + count("replies:flush")).toBeLessThanOrEqual(1);
  expect(count("messages:live")).toBeLessThanOrEqual(4);
  expect((await stored("Straight to the page?")).reply).toMatchObject({ text: ANSWER });
});

test("after a claim hardly another word is drawn, and what stays is what was heard before it", async () => {
  const late: number[] = [];
  for (const word of [1, 4, 11, 18, 27]) {
    const question = `Claimed at ${word}?`;
    const page = await asks(question);
    await streaming(page, `word${word}`);
    const { conversationId } = await stored(question);
    await staff.mutation(api.conversations.claim, { conversationId });
    const claimedAt = (await stored(question)).reply!.settledAt!;
    await page.getByTestId("reply-ending").waitFor();
    await expect.poll(async () => (await stored(question)).reply?.readAlong).toBeUndefined();
    const { reply } = await stored(question);
    expect(reply).toMatchObject({ status: "stopped" });
    expect(ANSWER.startsWith(reply!.text)).toBe(true);
    expect(reply!.text).toContain(`word${Math.max(0, word - 8)}`);
    await expect.poll(() => page.locator(".prose-answer").textContent()).toBe(reply!.text.trim());
    late.push(lastWordAt(await drawnBy(page)) - claimedAt);
    await page.context().close();
  }
  console.info(`from a claim's commit to the last word drawn, in ms: ${late.join(", ")}`);
  expect(Math.max(...late)).toBeLessThan(1_500);
});

test("a second question ends the first answer, keeps its words, and is answered", async () => {
  const page = await asks("First of two?");
  await streaming(page, "word12");
  site.providers.control.script({ match: "Second of two", text: "The second answer.", chunks: 3 });
  await ask(page, "Second of two");
  await page.getByText("The second answer.").first().waitFor();
  const { reply, asked } = await stored("First of two?");
  expect(asked).toHaveLength(1);
  expect(reply).toMatchObject({ status: "stopped" });
  expect(reply!.text).toMatch(/word\d+/);
  expect(await page.getByTestId("reply-ending").count()).toBe(1);
});

test("a tab that is closed stops nothing: the answer is there on return", async () => {
  const page = await asks("Closed tab?");
  await streaming(page, "word5");
  const context = page.context();
  await page.close();
  await expect.poll(async () => (await stored("Closed tab?")).reply?.status).toBe("complete");
  const again = await context.newPage();
  await again.goto(site.url);
  await again.getByTestId("answer").getByText("word59").waitFor();
});

test("a session that ends takes its words off the page, and draws no other", async () => {
  const page = await asks("Session over?");
  await streaming(page, "word5");
  // From elsewhere: this page is not told by its own hand.
  const kept = await page.evaluate(() => localStorage.getItem("cg.chat.session"));
  const http = new ConvexHttpClient(site.deployment.url, { logger: false });
  http.setAuth((JSON.parse(kept!) as { accessToken: string }).accessToken);
  await http.mutation(api.auth.logout, {});
  const endedAt = Date.now();
  await page.getByText("Your session has ended").waitFor();
  await expect.poll(async () => (await stored("Session over?")).reply?.status).toBe("complete");
  expect(lastWordAt(await drawnBy(page)) - endedAt).toBeLessThan(2_500);
  expect(await page.getByText("word59").count()).toBe(0);
});

test("where the request can't be made, the question goes the other way", async () => {
  const page = await site.visit();
  await page.route("**/reply", (route) => route.abort());
  site.providers.control.script({ match: "The other way", text: "Heard all the same.", chunks: 3 });
  await ask(page, "The other way");
  await page.getByTestId("answer").getByText("Heard all the same.").waitFor();
  expect((await stored("The other way")).asked).toHaveLength(1);
});

test("a request that breaks after it has arrived says nothing twice", async () => {
  const page = await site.visit();
  await page.route("**/reply", async (route) => {
    if (route.request().method() === "POST") await route.fetch();
    await route.abort();
  });
  site.providers.control.script({ match: "Said once", text: "Answered once.", chunks: 3 });
  await ask(page, "Said once");
  await page.getByTestId("answer").getByText("Answered once.").waitFor();
  expect((await stored("Said once")).asked).toHaveLength(1);
  expect(await page.getByText("Said once").count()).toBe(1);
  expect(await page.getByTestId("answer").count()).toBe(1);
});

test("a connection that breaks in the middle of an answer: the rest comes the other way, and nothing twice", async () => {
  const streams = watchStreams();
  const page = await asks("Broken off?");
  await streaming(page, "word9 ");
  const cutAt = Date.now();
  expect(streams.cut()).toBe(1);
  // Not only once it is settled: the words go on.
  await streaming(page, "word35");
  await page.getByTestId("answer").getByText("word59").waitFor();
  const drawn = await drawnBy(page);
  for (const { text } of drawn) expect(ANSWER.startsWith(text.trim()), text).toBe(true);
  const pauses = drawn.slice(1).map(({ at }, i) => at - Math.max(cutAt, drawn[i]!.at));
  expect(Math.max(...pauses)).toBeLessThan(3_000);
  expect(await page.locator(".prose-answer").allTextContents()).toEqual([ANSWER]);
  expect(await page.getByText("Broken off?").count()).toBe(1);
  const { asked, reply } = await stored("Broken off?");
  expect(asked).toHaveLength(1);
  expect(reply).toMatchObject({ status: "complete", text: ANSWER });
});

test("whoever looks on sees words within two seconds and then steadily, and the sender goes on", async () => {
  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("desk-list").waitFor();
  const page = await site.visit();
  script("Watched?", 12_000);
  await ask(page, "Watched?");
  await streaming(page, "word5");
  const { conversationId } = await stored("Watched?");
  await desk.goto(`${site.url}/desk/${conversationId}`);
  const start = Date.now();
  await desk.getByTestId("streaming-message").getByText("word5").waitFor();
  expect(Date.now() - start).toBeLessThan(4_000);
  await watchDrawing(desk);
  await page.getByTestId("answer").getByText("word59").waitFor();
  await desk.getByTestId("answer").getByText("word59").waitFor();
  const steps = await drawnBy(desk);
  expect(steps.length).toBeGreaterThan(10);
  const pauses = steps.slice(1).map(({ at }, i) => at - steps[i]!.at);
  expect(Math.max(...pauses)).toBeLessThan(2_500);
});
