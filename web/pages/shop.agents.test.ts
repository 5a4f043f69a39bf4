/** Settings of an admin about the AI and its channels: each act, as it is done on the page, and what comes of it. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ask, findAxeViolations, holdSite, screenshot, signIn, thread, type Site } from "./harness";

const OWNER = "owner@computerguys.example";
/** Of the seed: what answers about screens. */
const HARDWARE = "Repair Bench";

let site: Site;
holdSite((started) => (site = started));

let signedIn: Page | undefined;
/** The owner's page, signed in once. */
async function openAsOwner(path: string): Promise<Page> {
  if (signedIn === undefined) {
    signedIn = await site.visit("/desk");
    await signIn(site, signedIn, OWNER);
    await signedIn.getByTestId("desk-list").waitFor();
  }
  await signedIn.setViewportSize({ width: 1280, height: 900 });
  await signedIn.goto(`${site.url}${path}`);
  return signedIn;
}

/** Looks right on a desk and on a phone, in both appearances, for everybody. */
async function checkLooks(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findAxeViolations(page)).toEqual([]);
    await screenshot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  await screenshot(page, `${name}-phone`);
  expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  expect(await findAxeViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("what the AI may not say is saved while its examples come out so, and holds in the chat", async () => {
  const page = await openAsOwner("/settings/guardrails");
  await page.getByRole("button", { name: "Add a topic" }).click();
  await page.getByLabel("Topic", { exact: true }).fill("Insurance");
  await page.getByLabel("Its words and phrases, one a line").fill("policy number\ninsur*");
  await page.getByLabel("Words and phrases, one a line", { exact: true }).fill("promise");
  await page.getByLabel("Hosts, one a line").fill("book.example.com");
  for (const [i, label, text] of [
    [1, "Customer: goes to a person", "Is this insured?"],
    [2, "Customer: the AI may answer", "How much is a screen?"],
    [3, "Answer: must not be said", "We promised it."],
    [4, "Answer: may be said", "Book at book.example.com."],
  ] as const) {
    await page.getByRole("button", { name: "Add an example" }).click();
    await page.getByLabel(`What example ${i} is`).selectOption({ label });
    await page.getByLabel(`Example ${i}`, { exact: true }).fill(text);
  }
  const save = page.getByRole("button", { name: "Check the examples and save" });
  await save.click();
  await page.getByRole("alert").getByText('"We promised it." is not caught').waitFor();
  await page.getByLabel("Words and phrases, one a line", { exact: true }).fill("promise*");
  await save.click();
  await page.getByText("Saved: 1 topic, 1 word, 1 host. 4 examples came out as written.").waitFor();
  await checkLooks(page, "settings-guardrails");

  const customer = await site.visit("/");
  const question = "Is a laptop screen repaired for good?";
  site.providers.control.script({ match: question, text: "I promise it is.", times: 2 });
  await ask(customer, question);
  await thread(customer)
    .getByText(/I can't tell you that for certain/)
    .waitFor();
  await ask(customer, "Then is it insured?");
  await thread(customer)
    .getByText(/passed this to our technicians/)
    .waitFor();
  expect(await thread(customer).getByText("promise").count()).toBe(0);

  await page.reload();
  await page.getByRole("button", { name: "Remove the topic Insurance" }).click();
  await page.getByRole("button", { name: "Remove example 1" }).click();
  await save.click();
  await page.getByText("Saved: 0 topics, 1 word").waitFor();
});

test("an agent is changed, tried in a chat and on what was asked, saved, and taken back", async () => {
  // What the trial asks again.
  const customer = await site.visit("/");
  await ask(customer, "How much is a laptop screen?");
  await thread(customer).getByTestId("answer").first().waitFor();
  await thread(customer).getByText("$179").first().waitFor();

  const page = await openAsOwner("/settings/agents");
  await page.getByRole("button", { name: new RegExp(`^${HARDWARE}`) }).click();
  const prompt = page.getByLabel("Prompt: how it answers");
  const live = await prompt.inputValue();
  await page.getByText("$0.15 in, $0.6 out per million tokens").first().waitFor();
  await page.getByText("Nothing is changed.").waitFor();
  await prompt.fill("A draft: answer in rhymes.");
  await page.getByLabel("Model", { exact: true }).fill("anthropic/claude-sonnet-4.5");
  await page.getByText("$3 in, $15 out per million tokens").waitFor();
  await page.getByRole("button", { name: "Add a fallback" }).click();
  const fallback = page.getByLabel(/^Fallback \d$/).last();
  await fallback.fill("qwen/qwen3-32b");
  await page.getByText("$0.1 in, $0.3 out per million tokens").waitFor();
  await page.getByLabel("Tokens of an answer").fill("800");
  await page.getByText("Changed: prompt, model, fallbacks, limits.").waitFor();

  const chat = page.getByRole("region", { name: "Test chat" });
  await chat.getByLabel("Ask as a customer").fill("How much is a laptop screen?");
  await chat.getByRole("button", { name: "Ask", exact: true }).click();
  await chat.getByText(/anthropic\/claude-sonnet-4\.5/).waitFor();
  await chat.getByLabel("Ask as a customer").fill("My battery is swollen");
  await chat.getByRole("button", { name: "Ask", exact: true }).click();
  await chat.getByText("Handed over to a person (swollen_battery)").waitFor();

  const trial = page.getByRole("region", { name: "Trial" });
  await trial.getByLabel("Last answers").fill("5");
  await trial.getByRole("button", { name: "Start the trial" }).click();
  await trial.getByText(/^Done: (\d+) of \1 of the latest trial/).waitFor({ timeout: 60_000 });
  await trial.getByRole("rowheader", { name: "To a person" }).waitFor();
  await checkLooks(page, "settings-agents");

  await page.getByRole("button", { name: "Save what was tried" }).click();
  await page.getByText("Saved: prompt, model, fallbacks, limits.").waitFor();
  const versions = page.getByRole("region", { name: "Versions" });
  await versions.getByText("Otherwise: prompt, model, fallbacks, limits.").waitFor();
  await versions.getByRole("button", { name: /Take back/ }).click();
  await versions.getByText("Taken back: it answers as it did then.").waitFor();
  await page.getByText("Nothing is changed.").waitFor();
  expect(await prompt.inputValue()).toBe(live);

  await page.getByRole("button", { name: "Pause this agent" }).click();
  await page.getByText(/answers no more\./).waitFor();
  await page.getByRole("button", { name: "Make this agent active" }).click();
  await page.getByText(/answers now\./).waitFor();
});

test("a new agent begins paused", async () => {
  const page = await openAsOwner("/settings/agents");
  await page.getByRole("button", { name: "Add an agent" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Pat");
  await dialog.getByLabel("Short name, for commands").fill("printers");
  await dialog.getByRole("button", { name: "Add the agent, paused" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Pat\s*paused/ }).waitFor();
  await page.getByRole("heading", { name: "Pat" }).waitFor();
});

test("the day's budget is set, and holds at once", async () => {
  const page = await openAsOwner("/settings/budget");
  await page.getByTestId("spent").getByText("of $20.00 today").waitFor();
  const budget = page.getByLabel("What the AI may cost in a day ($)");
  await budget.fill("21");
  await page.getByRole("button", { name: "Set the budget" }).click();
  await page.getByRole("alert").getByText("At most $20 a day is allowed here.").waitFor();
  await budget.fill("0");
  await page.getByRole("button", { name: "Set the budget" }).click();
  await page.getByText("Saved: $0.00 a day, from now on.").waitFor();
  await page.getByTestId("spent").getByText("of $0.00 today").waitFor();
  await checkLooks(page, "settings-budget");
  const customer = await site.visit("/");
  await ask(customer, "How much is a keyboard?");
  await thread(customer)
    .getByText(/Our assistant has finished for today/)
    .waitFor();
  await page.getByRole("button", { name: "Allow all of $20.00" }).click();
  await page.getByTestId("spent").getByText("of $20.00 today").waitFor();
});

test("channels say what is set and when they were called, and send a test to the admin alone", async () => {
  const page = await openAsOwner("/settings/channels");
  const mail = page.getByRole("region", { name: "E-mail" });
  await mail.getByText("RESEND_API_KEY: set").waitFor();
  const before = site.providers.control.emails(OWNER).length;
  await mail.getByRole("button", { name: "Send a test e-mail" }).click();
  await mail.getByText(`Sent to ${OWNER}.`).waitFor();
  const mails = site.providers.control.emails(OWNER);
  expect(mails).toHaveLength(before + 1);
  expect(mails[0]!.text).toContain("This is a test message of Computer Guys.");

  // It was delivered, which the provider tells.
  await mail.getByText(/Webhook: Resend called .* ago/).waitFor();

  const texts = page.getByRole("region", { name: "Texts" });
  await texts.getByText(/Twilio has never called/).waitFor();
  await texts.getByText("TWILIO_AUTH_TOKEN: set").waitFor();
  await texts.getByRole("button", { name: "Send a test text" }).click();
  await texts.getByRole("alert").getByText("Your account has no confirmed number.").waitFor();
  const widget = page.getByRole("region", { name: "Widget" });
  await widget.getByText("ALLOWED_ORIGINS: set").waitFor();
  await widget
    .getByText("Pages that may show it:")
    .or(widget.getByText("No page may show it"))
    .waitFor();
  for (const [name, words] of [
    ["See that its address answers", "ComputerGuys"],
    ["Write a test message in the chat", "<div id="],
  ] as const) {
    const href = (await widget.getByRole("link", { name }).getAttribute("href"))!;
    const response = await page.request.get(new URL(href, site.url).href);
    expect(response.ok()).toBe(true);
    expect(await response.text()).toContain(words);
  }
  // No value of a variable is on the page.
  expect(await page.content()).not.toMatch(/AC[0-9a-f]{32}|whsec_|re_[A-Za-z0-9]{8}/);
  await checkLooks(page, "settings-channels");
});

test("a technician is refused", async () => {
  const dana = await site.visit("/desk");
  await signIn(site, dana, "dana@computerguys.example");
  await dana.getByTestId("desk-list").waitFor();
  for (const name of ["guardrails", "agents", "budget", "channels"]) {
    await dana.goto(`${site.url}/settings/${name}`);
    await dana.getByTestId("shop-refusal").waitFor();
  }
});
