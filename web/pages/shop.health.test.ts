/** The health page: what fails and what to do, jobs retried and cancelled, who did what, people's data, backups. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { guest } from "../../bench/customers";
import { api } from "../../convex/_generated/api";
import { findAxeViolations, holdSite, screenshot, signIn, type Site } from "./harness";

let site: Site;
let page: Page;
holdSite((started) => (site = started));
beforeAll(async () => {
  page = await site.visit("/health");
  await signIn(site, page, "owner@computerguys.example");
  await page.getByRole("heading", { name: "Health", exact: true }).waitFor();
});

const DAY = 24 * 60 * 60 * 1000;
const part = (name: string) => page.getByRole("region", { name, exact: true });
const figure = (name: string) =>
  part("Jobs")
    .locator("div")
    .filter({ has: page.locator("dt", { hasText: name }) });
const go = (name: string) =>
  page.getByRole("navigation", { name: "Health" }).getByRole("link", { name }).click();

test("a provider that refuses is said to fail, with what to do; it works once it answers again", async () => {
  const search = page.getByTestId("provider-embeddings");
  await search.getByText("Works").waitFor();
  const { http } = await guest(site.deployment.url);
  const ask = async () => {
    const message = { text: "How much is a screen replacement?" };
    await http.mutation(api.conversations.createConversation, { message });
  };
  site.providers.control.fault({
    provider: "openrouter",
    kind: "status",
    status: 401,
    times: "always",
  });
  await ask();
  const model = page.getByTestId("provider-model");
  await model.getByText("Fails").waitFor();
  await model.getByText(/it refused our key \(401\)/).waitFor();
  await model.getByText(/Set it: npx convex env set OPENROUTER_API_KEY/).waitFor();
  await screenshot(page, "health-fails");
  site.providers.control.clearFaults();
  await ask();
  await model.getByText("Works").waitFor();
  await page.getByTestId("provider-email").getByText("Works").waitFor();
});

/** A document of the seed whose reading in has failed, and an alert that is not due for a day. */
const storeProcesses = () =>
  site.engine.system("", ({ db }) => {
    let documentId = "";
    db._iterateDocs("knowledge", (row) => {
      if (row.kind === "document" && row.slug === "printer-repair") documentId = row._id;
    });
    if (documentId === "") {
      db._iterateDocs("knowledge", (row) => {
        if (row.kind === "document") documentId = row._id;
      });
    }
    const ingest = { kind: "ingest", state: "failed", step: "reading in", attempt: 2, documentId };
    const error = { code: "ingest_failed", message: "The file could not be read." };
    db.insert("workflows", { ...ingest, error, finishedAt: Date.now() });
    const alert = { kind: "alert", state: "running", step: "waiting to mail", attempt: 1 };
    db.insert("workflows", { ...alert, dueAt: Date.now() + DAY });
    db.insert("workflows", { kind: "purge", state: "failed", step: "erasing", attempt: 5 });
  });

test("a failed process is started again, a live one cancelled; what nobody may do says why", async () => {
  // The answer that found no model is one already.
  await figure("Failed").getByText("1", { exact: true }).waitFor();
  await storeProcesses();
  await figure("Failed").getByText("3", { exact: true }).waitFor();
  await go("Processes");
  const failed = page.getByRole("region", { name: "Documents being read in, failed" });
  await failed.getByText("The file could not be read.").waitFor();
  await page.getByText("A deletion goes on by itself within ten minutes.").waitFor();
  const purge = page.getByRole("region", { name: "Deletions of people's data, failed" });
  expect(await purge.getByRole("button").count()).toBe(0);
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "health-processes");

  await failed.getByRole("button", { name: /Retry/ }).click();
  await page
    .getByTestId("process-done")
    .getByText(/Started again: Documents/)
    .waitFor();
  await failed.waitFor({ state: "detached" });
  const alerts = page.getByRole("region", { name: "Alerts to technicians, running" });
  await alerts.getByRole("button", { name: /Cancel/ }).click();
  await page
    .getByTestId("process-done")
    .getByText(/Cancelled: Alerts/)
    .waitFor();
  await alerts.waitFor({ state: "detached" });
});

test("the audit log says who did what, and its filters and its address narrow it", async () => {
  await go("Audit log");
  const events = page.getByTestId("event");
  const cancelled = events.filter({ hasText: "Process cancelled" });
  await cancelled.getByText(/alert/).waitFor();
  expect(await cancelled.innerText()).toMatch(/^.+\n.+ · Process cancelled · alert/);
  // What customers' chats come to is not among it, until it is asked for.
  expect(await events.filter({ hasText: "Message received" }).count()).toBe(0);
  await screenshot(page, "health-audit");
  expect(await findAxeViolations(page)).toEqual([]);
  await page.getByLabel("With what the chats do by themselves").check();
  await events.filter({ hasText: "Message received" }).first().waitFor();
  await page.getByLabel("With what the chats do by themselves").uncheck();

  await page.getByLabel("What", { exact: true }).selectOption("process_retried");
  await events.filter({ hasText: "Process retried" }).waitFor();
  await events.filter({ hasText: "Process cancelled" }).waitFor({ state: "detached" });
  await page.reload();
  await events.filter({ hasText: "Process retried" }).waitFor();
  expect(await events.count()).toBe(1);
  await page.getByLabel("Who").selectOption({ label: "Dana Whitfield" });
  await page.getByText("There is nothing of that kind.").waitFor();
});

test("copies and deletions of people's data are listed with how far they are", async () => {
  const asker = await guest(site.deployment.url);
  await asker.http.mutation(api.users.exportMyData, {});
  const leaver = await guest(site.deployment.url);
  await leaver.http.mutation(api.conversations.createConversation, {});
  await leaver.http.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
  await go("Data requests");
  const rows = page.getByTestId("data-request");
  const copy = rows.filter({ hasText: "A copy of the data" });
  await copy.getByText("Done").waitFor();
  const deletion = rows.filter({ hasText: "No receipt was mailed" });
  await deletion.getByText("Done").waitFor();
  await deletion.getByText(/Removed so far: .*1 conversation/).waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "health-requests");
});

test("the age of the last export is from the record, and without one that is said", async () => {
  await go("Overview");
  const backup = page.getByTestId("backup");
  await backup.getByText("No export is on record.").waitFor();
  await site.engine.call("mutation", "cli:noteBackup", { withFiles: true });
  await backup.getByText(/The last export on record is from < 1 min ago, with files/).waitFor();
  await go("Audit log");
  await page.getByTestId("event").filter({ hasText: "The command line · Exported" }).waitFor();
  await go("Overview");
  await backup.waitFor();
});

test("it fits a phone in both appearances, and axe finds nothing", async () => {
  expect(await findAxeViolations(page)).toEqual([]);
  await screenshot(page, "health");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ["Overview", "Processes", "Audit log", "Data requests"]) {
    await go(name);
    await page
      .getByRole("link", { name, exact: true })
      .and(page.locator("[aria-current]"))
      .waitFor();
    await page.getByRole("main").getByRole("region").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
    expect(await findAxeViolations(page)).toEqual([]);
    await screenshot(page, `health-phone-${name.toLowerCase().replace(" ", "-")}`);
  }
});

test("a technician is refused, by the page and by the functions", async () => {
  const desk = await site.visit("/health/audit");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("shop-refusal").waitFor();
  await screenshot(desk, "health-refused");
  await desk.getByRole("link", { name: "Back to the desk" }).click();
  await desk.getByTestId("desk-list").waitFor();
  await desk.getByRole("link", { name: "Insights" }).click();
  const shop = desk.getByRole("navigation", { name: "Shop" });
  await shop.getByRole("link", { name: "Insights" }).waitFor();
  expect(await shop.getByRole("link", { name: "Health" }).count()).toBe(0);
});
