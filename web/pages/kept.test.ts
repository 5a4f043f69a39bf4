/** What customers write is kept until the shop has it: offline, over a closed page, in several tabs; and nobody else's. */
import { readFile } from "node:fs/promises";
import type { BrowserContext, Page, WebSocketRoute } from "playwright-core";
import { expect, test } from "vitest";
import { ask, composer, covered, screenshot, signIn, holdSite, thread, type Site } from "./harness";

let site: Site;
holdSite((started) => (site = started));

/** How often each of these is stored, in the order in which they are. */
function stored(...texts: string[]): Promise<string[]> {
  return site.deployment.engine.system("", (db) =>
    [...db.documents("messages")]
      .map(({ text }) => text as string)
      .filter((text) => texts.includes(text)),
  );
}

/** Everything that the browser keeps of what was written here. */
const kept = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open("cg.chat.words");
        opening.onerror = () => reject(new Error("IndexedDB can't be opened"));
        opening.onsuccess = () => {
          const all = opening.result.transaction("kept").objectStore("kept").getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(JSON.stringify(all.result));
          };
        };
      }),
  );

async function another(page: Page, path = "/"): Promise<Page> {
  const tab = await page.context().newPage();
  tab.on("pageerror", (error) => site.errors.push(error.message));
  await tab.goto(site.url + path);
  return tab;
}

/** Offline, Chromium lets a WebSocket that is open go on: these are cut. */
const sockets = new WeakMap<BrowserContext, { cut: boolean; open: Set<WebSocketRoute> }>();

async function visit(): Promise<Page> {
  const page = await site.visit("/icon.svg");
  const line = { cut: false, open: new Set<WebSocketRoute>() };
  sockets.set(page.context(), line);
  await page.context().routeWebSocket(/\/sync$/, async (socket) => {
    if (line.cut) return await socket.close();
    socket.connectToServer();
    line.open.add(socket);
  });
  // What comes after the first screen has come, too: it is needed without a connection.
  await page.goto(site.url, { waitUntil: "networkidle" });
  return page;
}

async function goOffline(page: Page): Promise<void> {
  const line = sockets.get(page.context())!;
  line.cut = true;
  await page.context().setOffline(true);
  for (const socket of line.open) await socket.close();
  line.open.clear();
  await page.getByTestId("connection-banner").waitFor();
}

async function goOnline(context: BrowserContext): Promise<void> {
  sockets.get(context)!.cut = false;
  await context.setOffline(false);
}

/** As many messages as a customer may send in a moment. */
async function useUpLimit(page: Page): Promise<void> {
  const session = await page.evaluate(() => localStorage.getItem("cg.chat.session"));
  const { accessToken } = JSON.parse(session!) as { accessToken: string };
  const conversationId = new URL(page.url()).pathname.split("/").at(-1)!;
  const send = async (n: number) => {
    const args = { conversationId, text: `Again and again ${n}` };
    const response = await fetch(`${site.deployment.url}/api/mutation`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ path: "messages:sendMessage", args, format: "json" }),
    });
    return (await response.json()) as { status: string };
  };
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => send(n)));
  expect(answers.at(-1)).toMatchObject({ status: "error" });
}

const waiting = (page: Page, text: string) =>
  page.getByTestId("own-message").filter({ hasText: text }).getByText("Waiting for the connection");

test("what a visitor writes offline outlives the page, and is sent once, in order, when they are back", async () => {
  const page = await visit();
  await goOffline(page);
  await ask(page, "Do you fix fans?");
  await ask(page, "Mine rattles");
  await waiting(page, "Do you fix fans?").waitFor();
  await waiting(page, "Mine rattles").waitFor();
  expect(await page.getByText("kept and sent when you're back").count()).toBe(1);
  expect(await page.getByText("Not sent").count()).toBe(0);
  await screenshot(page, "offline-kept");
  await expect.poll(() => kept(page)).toContain("Mine rattles");
  const context = page.context();
  await page.close();
  await goOnline(context);

  const back = await context.newPage();
  await back.goto(site.url);
  await thread(back).getByText("Mine rattles").waitFor();
  await back.getByTestId("answer").first().waitFor();
  await expect
    .poll(() => stored("Do you fix fans?", "Mine rattles"))
    .toEqual(["Do you fix fans?", "Mine rattles"]);
  await expect.poll(() => kept(back)).not.toContain("Mine rattles");
  expect(await thread(back).getByText("Mine rattles").count()).toBe(1);
});

test("files that were chosen offline go with their message, over a closed page, once", async () => {
  const page = await visit();
  await goOffline(page);
  const file = { name: "error.log", mimeType: "text/plain", buffer: Buffer.from("Error 0x1") };
  await page.getByTestId("file-input").setInputFiles([file]);
  await page.getByTestId("upload").getByText("Waits for the connection").waitFor();
  await ask(page, "This is what it says");
  await waiting(page, "This is what it says").waitFor();
  await page.getByTestId("own-message").getByText("error.log").waitFor();
  await expect.poll(() => kept(page)).toContain("error.log");
  const context = page.context();
  await page.close();
  await goOnline(context);

  const back = await context.newPage();
  await back.goto(site.url);
  await back.getByTestId("answer").first().waitFor();
  const messages = await site.deployment.engine.system("", (db) =>
    [...db.documents("messages")].filter(({ text }) => text === "This is what it says"),
  );
  expect(messages).toMatchObject([{ attachments: [{ name: "error.log", size: 9 }] }]);
  const saved = back.waitForEvent("download");
  await back.getByRole("button", { name: "error.log" }).click();
  expect(await readFile(await (await saved).path(), "utf8")).toBe("Error 0x1");
  await expect.poll(() => kept(back)).not.toContain("error.log");
});

test("what the page has not loaded when the line goes comes with the line, and nothing that was written is lost", async () => {
  const page = await site.visit("/icon.svg");
  const context = page.context();
  let cut = true;
  await context.route(/MessageList/, (route) => (cut ? route.abort() : route.continue()));
  await page.goto(site.url);
  await ask(page, "Do you fix hinges?");
  // The list is being waited for; who waits goes on writing.
  await expect.poll(() => stored("Do you fix hinges?")).toEqual(["Do you fix hinges?"]);
  await composer(page).fill("Mine is loose");
  expect(await page.getByText("can't be shown").count()).toBe(0);
  cut = false;
  await thread(page).getByText("Do you fix hinges?").waitFor();
  expect(await composer(page).inputValue()).toBe("Mine is loose");
});

test("two tabs write offline: both show both, and each goes once", async () => {
  const first = await visit();
  await ask(first, "Where can I park?");
  await first.getByTestId("answer").waitFor();
  const second = await another(first);
  await thread(second).getByText("Where can I park?").waitFor();
  await goOffline(first);
  await ask(first, "From the first");
  await waiting(first, "From the first").waitFor();
  await ask(second, "From the second");
  await waiting(second, "From the first").waitFor();
  await waiting(first, "From the second").waitFor();
  // The tab that would send them goes.
  await first.close();
  await goOnline(second.context());
  await expect
    .poll(() => stored("From the first", "From the second"), { timeout: 30_000 })
    .toEqual(["From the first", "From the second"]);
  await expect.poll(() => thread(second).getByText("From the first").count()).toBe(1);
  await expect.poll(() => kept(second)).not.toContain("From the");
});

test("what the shop refuses says so, also after a reload, and never beside a promise to send it", async () => {
  const page = await visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await useUpLimit(page);
  await ask(page, "One too many");
  const refused = page.getByText("Not sent.").first();
  await refused.waitFor();
  await page.reload();
  await refused.waitFor();
  await goOffline(page);
  expect(await page.getByText("kept and sent").count()).toBe(0);
  await screenshot(page, "offline-refused");
});

test("a draft is there again after a reload, each in its conversation", async () => {
  const page = await visit();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await composer(page).fill("And with a tra");
  await expect.poll(() => kept(page)).toContain("And with a tra");
  await page.reload();
  await expect.poll(() => composer(page).inputValue()).toBe("And with a tra");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect.poll(() => composer(page).inputValue()).toBe("");
  await composer(page).fill("Something else");
  await page.getByRole("button", { name: "Conversations and account" }).click();
  await page.getByTestId("menu").getByRole("navigation").getByRole("button").first().click();
  await expect.poll(() => composer(page).inputValue()).toBe("And with a tra");
  await composer(page).press("Enter");
  await expect.poll(() => stored("And with a tra")).toHaveLength(1);
  await expect.poll(() => kept(page)).not.toContain("And with a tra");
});

test("a first message is sent, also if its view has gone before there is a session", async () => {
  const page = await visit();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/action", async (route) => {
    await answered;
    await route.continue();
  });
  const asked = page.waitForRequest("**/api/action");
  await ask(page, "Do you mend zips?");
  await asked;
  const view = () => page.evaluate(() => (history.state as { view: string }).view);
  const before = await view();
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect.poll(view).not.toBe(before);
  answer();
  await expect.poll(() => stored("Do you mend zips?")).toEqual(["Do you mend zips?"]);
});

test("what is kept goes with the session: signed out, or the account deleted", async () => {
  const page = await visit();
  const openMenu = () => page.getByRole("button", { name: "Conversations and account" }).click();
  await ask(page, "Where can I park?");
  await page.getByTestId("answer").waitFor();
  await composer(page).fill("Written as a guest");
  await openMenu();
  await page.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, page, "kept@example.com");
  await page.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  await covered(page, false);
  await page.reload();
  await expect.poll(() => composer(page).inputValue()).toBe("Written as a guest");
  const second = await another(page);
  await goOffline(page);
  await ask(page, "Never sent");
  await expect.poll(() => kept(page)).toContain("Never sent");
  await openMenu();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => kept(second)).not.toMatch(/Never sent|Written as a guest/);
  expect(await stored("Never sent")).toEqual([]);
  await page.keyboard.press("Escape");
  await goOnline(page.context());
  await page.getByTestId("connection-banner").waitFor({ state: "hidden" });
  await ask(page, "Is there parking?");
  await expect.poll(() => stored("Is there parking?", "Never sent")).toEqual(["Is there parking?"]);

  await page.getByTestId("answer").waitFor();
  await composer(page).fill("Not for long");
  await expect.poll(() => kept(page)).toContain("Not for long");
  await openMenu();
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByTestId("delete-dialog");
  await dialog.getByLabel("Type DELETE to confirm").fill("DELETE");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByText("Your account is closed").waitFor();
  await expect.poll(() => kept(page)).not.toContain("Not for long");
});
