/** A customer and two technicians: who types, who has seen what, who else looks; said once, and to nobody it isn't for. */
import { devices, type Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  ask,
  composer,
  findAxeViolations,
  holdSite,
  listen,
  screenshot,
  signIn,
  thread,
  type Site,
} from "./harness";

let site: Site;
holdSite((started) => (site = started));

const line = (page: Page) => page.getByTestId("typing-line");
const says = (page: Page, words: string | RegExp) => line(page).getByText(words).waitFor();
const silent = (page: Page) => expect.poll(() => line(page).innerText()).toBe("");

/** The calls that a page makes about presence, as they go over its socket. */
async function countCalls(page: Page): Promise<string[]> {
  const calls: string[] = [];
  await page.context().routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const path = /"udfPath":"(presence:\w+|conversations:onPage)"/.exec(String(message));
      if (path && String(message).includes('"Mutation"')) calls.push(path[1]!);
      server.send(message);
    });
  });
  return calls;
}

async function desk(email: string, options = {}): Promise<{ page: Page; calls: string[] }> {
  const page = await site.visit("/", options);
  const calls = await countCalls(page);
  await page.goto(`${site.url}/desk`);
  await signIn(site, page, email);
  await page.getByTestId("desk-list").waitFor();
  return { page, calls };
}

test("typing and seen go both ways, colleagues see each other before they answer, and each is said once", async () => {
  const ann = await site.visit("/", { ...devices["iPhone 12"], colorScheme: "light" });
  const annCalls = await countCalls(ann);
  await ann.goto(site.url);
  await ask(ann, "My hinge squeaks");
  await ann.getByTestId("answer").waitFor();
  await ann.getByTestId("talk-to-a-person").click();
  await ann.getByRole("button", { name: "Ask for a technician" }).click();
  await ann.getByTestId("queue-notice").waitFor();
  // With the assistant, and while one waits, the page says nothing.
  await composer(ann).fill("Hello?");
  expect(annCalls).toEqual([]);
  await composer(ann).fill("");

  const { page: dana, calls } = await desk("dana@computerguys.example");
  const { page: sam } = await desk("owner@computerguys.example", { colorScheme: "dark" });
  await dana.getByTestId("desk-item").first().click();
  await dana.getByTestId("claim").waitFor();
  await silent(dana);
  await sam.getByTestId("desk-item").first().click();
  await says(sam, "Dana Whitfield is looking at this too");
  await says(dana, /Sam .+ is looking at this too/);
  await screenshot(sam, "presence-desk-dark");
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();

  const [atAnn, atDana] = [await listen(ann), await listen(dana)];
  await composer(dana).pressSequentially("Is it", { delay: 20 });
  await says(ann, "Dana Whitfield is typing…");
  await says(sam, "Dana Whitfield is writing an answer");
  await screenshot(ann, "presence-typing-phone");
  expect(await findAxeViolations(ann)).toEqual([]);
  // A word, however many keys; Sam's note is none of Ann's business.
  expect(calls.filter((call) => call === "presence:startWriting")).toHaveLength(1);
  await sam.getByRole("button", { name: "Internal note" }).click();
  await composer(sam).pressSequentially("Ask for the model", { delay: 10 });
  await says(dana, /Sam .+ is writing a note/);
  await screenshot(dana, "presence-desk");
  expect(await findAxeViolations(dana)).toEqual([]);
  expect(await line(ann).innerText()).not.toMatch(/Sam|note/);
  expect(await ann.content()).not.toMatch(/Sam /);

  // What is said ends the typing, by nobody's clock; and it is seen.
  await composer(dana).fill("Is it a notebook?");
  await composer(dana).press("Enter");
  await thread(ann).getByText("Is it a notebook?").waitFor();
  await silent(ann);
  await thread(dana).getByTestId("seen").waitFor();
  await composer(ann).pressSequentially("Yes, it", { delay: 20 });
  await says(dana, "Guest is typing…");
  await ask(ann, "Yes, it is");
  await thread(ann).getByTestId("seen").waitFor();
  expect(await thread(ann).getByTestId("seen").count()).toBe(1);
  await screenshot(ann, "presence-seen-phone");
  await screenshot(dana, "presence-seen-desk");

  const said = (heard: string[]) => heard.filter((words) => words.includes("typing"));
  expect(said(await atAnn())).toEqual(["polite: Dana Whitfield is typing."]);
  expect(said(await atDana())).toEqual(["polite: Guest is typing."]);
  // Sam turns away: Dana's line says so at once, without waiting for a clock.
  await sam.goBack();
  await silent(dana);
});

test("typing that is not gone on with ends by the reader's clock, and nothing is written for it", async () => {
  const bob = await site.visit();
  await ask(bob, "My mouse is stuck");
  await bob.getByTestId("answer").waitFor();
  await bob.getByTestId("talk-to-a-person").click();
  await bob.getByRole("button", { name: "Ask for a technician" }).click();
  await bob.getByTestId("queue-notice").waitFor();
  const { page: dana } = await desk("dana@computerguys.example");
  await dana.getByTestId("desk-item").first().click();
  await dana.getByTestId("claim").click();
  await dana.getByTestId("release").waitFor();
  await bob.clock.install();
  await composer(dana).pressSequentially("Hm", { delay: 20 });
  await says(bob, "Dana Whitfield is typing…");
  const runs: string[] = [];
  const off = site.engine.onEvent(({ path }) => runs.push(path));
  await bob.clock.fastForward(10_500);
  await silent(bob);
  off();
  expect(runs.filter((path) => path.startsWith("presence:"))).toEqual([]);
});
