/** Opening hours set by the owner: what rules count by and what the AI quotes are the same, always. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { HOURS_SLUG } from "../../convex/validators";
import { loadHours } from "../../convex/model/hours/stored";
import { DAY, HOUR } from "../../convex/lib/time";
import { seedDocuments } from "../../convex/seed/documents";
import { seedOpeningHours } from "../../convex/model/hours/example";
import {
  admin,
  clockedDeployment,
  control,
  finishIngests,
  guest,
  messages,
  outcomeOf,
  snapshot,
  technician,
  hush,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());
const LATE = [["13:00", "20:00"]];
const lateHours = {
  timeZone: "America/Chicago",
  weekly: { mon: LATE, tue: LATE, wed: LATE, thu: LATE, fri: LATE, sat: [], sun: [] },
  holidays: [{ date: "2026-12-25", name: "Christmas Day" }],
};

const seeded = seedDocuments.find(({ slug }) => slug === HOURS_SLUG)!;
type Rows = Doc<"knowledge">[];
const rows = async (t: Deployment) => (await snapshot(t)).knowledge as Rows;
/** What the AI may quote. */
async function quoted(t: Deployment): Promise<string> {
  const live = (await rows(t)).filter((row) => row.kind === "passage").filter((row) => row.live);
  return live.map(({ text }) => text).join("\n");
}

test("until the owner sets hours, the example shop's count", async () => {
  const t = clockedDeployment();
  expect(await t.run((ctx) => loadHours(ctx))).toEqual(seedOpeningHours);
});

test("setting hours changes what counts at once, and what the AI quotes once it is read in", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await sam.t.mutation(api.knowledge.addDocument, { ...seeded, format: "markdown" });
  await finishIngests(t);
  expect(await quoted(t)).toContain("9:00 am – 6:00 pm");

  await sam.t.mutation(api.knowledge.setHours, { hours: lateHours });
  expect(await t.run((ctx) => loadHours(ctx))).toEqual(lateHours);
  await finishIngests(t);
  const text = await quoted(t);
  expect(text).toContain("| Monday to Friday | 1:00 pm – 8:00 pm |");
  expect(text).toContain("Central Time");
  expect(text).toContain("218 Maple Street");
  expect(text).not.toMatch(/9:00 am|Eastern/);
});

test("while embeddings refuse the AI quotes the new hours all the same, and whoever saves them is told", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const set = (timeZone: string) =>
    sam.t.mutation(api.knowledge.setHours, { hours: { ...lateHours, timeZone } });
  expect((await set("America/Denver")).note).toBe("Saved. The AI answers by it within a minute.");
  await finishIngests(t);
  const fault = { provider: "openai", kind: "status", status: 401, match: "Opening hours" };
  await control("/faults", { ...fault, times: "always" });
  const { documentId } = await set("America/Chicago");
  await finishIngests(t);
  expect(await quoted(t)).toContain("Central Time");
  const document = await sam.t.query(api.knowledge.get, { documentId });
  expect(document).toMatchObject({ state: "published", embedded: false });
  expect(document.error?.message).toContain("tried again by itself");
  expect((await set("America/New_York")).note).toContain("found by its words only");
  await finishIngests(t);
  expect(await quoted(t)).toContain("Eastern Time");
});

test("setting them again replaces the one row and the one document", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  for (const timeZone of ["America/Chicago", "America/Denver"]) {
    await sam.t.mutation(api.knowledge.setHours, { hours: { ...lateHours, timeZone } });
    await finishIngests(t);
  }
  const stored = await rows(t);
  expect(stored.filter(({ kind }) => kind === "hours")).toHaveLength(1);
  expect(stored.filter(({ kind }) => kind === "document")).toMatchObject([
    { slug: HOURS_SLUG, version: 2, state: "published" },
  ]);
  expect(await quoted(t)).toContain("Mountain Time");
});

test("editing the document by hand can't make it disagree", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await sam.t.mutation(api.knowledge.setHours, { hours: lateHours });
  await finishIngests(t);
  const document = (await rows(t)).find(({ kind }) => kind === "document")!;
  await sam.t.mutation(api.knowledge.replaceDocument, {
    documentId: document._id,
    title: "Hours and parking",
    category: "hours",
    format: "markdown",
    body: "## Opening hours\n\nWe open at 6:00 am.\n\n## Parking\n\nBehind the house.",
  });
  await finishIngests(t);
  const text = await quoted(t);
  expect(text).toContain("Behind the house.");
  expect(text).toContain("1:00 pm – 8:00 pm");
  expect(text).not.toContain("6:00 am");
});

test("nor can a document of that name that is added later", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await sam.t.mutation(api.knowledge.setHours, { hours: lateHours });
  await finishIngests(t);
  const documentId = (await rows(t)).find(({ kind }) => kind === "document")!._id;
  await sam.t.mutation(api.knowledge.remove, { documentId });
  await sam.t.mutation(api.knowledge.addDocument, {
    title: "Hours and location",
    category: "hours",
    format: "text",
    body: "Find us behind the house.",
  });
  await finishIngests(t);
  expect(await quoted(t)).toContain("1:00 pm – 8:00 pm");
});

test("hours that are refused change nothing, nor do any while the document is being read in", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await sam.t.mutation(api.knowledge.setHours, { hours: lateHours });
  const before = await rows(t);
  const set = (timeZone: string) =>
    sam.t.mutation(api.knowledge.setHours, { hours: { ...lateHours, timeZone } });
  expect(await outcomeOf(set("Mars/Olympus"))).toBe("invalid_input");
  expect(await outcomeOf(set("America/Denver"))).toBe("conflict");
  expect(await rows(t)).toEqual(before);
});

test("the CLI sets them too, and the event says so", async () => {
  const t = clockedDeployment();
  await t.mutation(internal.knowledge.setShopHours, { hours: lateHours });
  expect(await t.run((ctx) => loadHours(ctx))).toEqual(lateHours);
  const events = (await snapshot(t)).analytics as Doc<"analytics">[];
  expect(events).toMatchObject([{ type: "hours_changed", data: { reason: "by the CLI" } }]);
});

test("guests and staff see the hours, and the exact openings of the fortnight from that hour", async () => {
  const t = clockedDeployment();
  const from = Date.UTC(2026, 10, 25, 15); // Wednesday, 10:00 in New York
  for (const caller of [await guest(t), await technician(t)]) {
    const seen = await caller.t.query(api.knowledge.hours, { from: from + HOUR / 2 });
    expect(seen.hours).toEqual(seedOpeningHours);
    // Today's, which is under way, then Friday's: Thursday is Thanksgiving.
    expect(seen.openings.slice(0, 2)).toEqual([
      { opensAt: from - HOUR, closesAt: from + 8 * HOUR },
      { opensAt: from + 2 * DAY - HOUR, closesAt: from + 2 * DAY + 8 * HOUR },
    ]);
    expect(seen.openings.at(-1)!.opensAt).toBeLessThan(from + 14 * DAY);
    expect(await caller.t.query(api.knowledge.hours, { from })).toEqual(seen);
  }
});

test("shifts that touch at midnight are one opening", async () => {
  const t = clockedDeployment();
  const always = [["00:00", "24:00"]];
  const week = { mon: always, tue: always, wed: always, thu: always, fri: always };
  const hours = { ...lateHours, weekly: { ...week, sat: always, sun: always }, holidays: [] };
  await t.mutation(internal.knowledge.setShopHours, { hours });
  const visitor = await guest(t);
  const from = Date.UTC(2026, 10, 25);
  const { openings } = await visitor.t.query(api.knowledge.hours, { from });
  expect(openings).toHaveLength(1);
  expect(openings[0]!.closesAt).toBeGreaterThanOrEqual(from + 14 * DAY);
});

test.each([-1, NaN, Infinity, 8.64e15])("a time such as %d is refused", async (from) => {
  const visitor = await guest(clockedDeployment());
  expect(await outcomeOf(visitor.t.query(api.knowledge.hours, { from }))).toBe("invalid_input");
});

test("what a customer would be told is what they are told", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  // Noon on a Sunday in the shop's zone: closed.
  vi.setSystemTime(Date.parse("2026-11-29T18:00:00Z"));
  const preview = async (hours: typeof lateHours, moment: { at: number } | { local: string }) => {
    const told = await sam.t.query(api.hours.preview, { hours, moment });
    if (told.kind === "refused") throw new Error(told.problem);
    return told;
  };
  const now = await preview(lateHours, { at: Date.now() });
  expect(now).toMatchObject({
    isOpen: false,
    moment: "Sunday, November 29, 2026 at 12:00 PM CST",
  });
  expect(await preview(lateHours, { local: "2026-11-29T12:00" })).toEqual(now);
  await sam.t.mutation(api.knowledge.setHours, { hours: lateHours });
  await finishIngests(t);
  const ann = await guest(t);
  const handedOver = async () => {
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
      message: { text: "I want to talk to a human" },
    });
    return (await messages(t, conversationId)).map(({ text }) => text).join("\n");
  };
  expect(await handedOver()).toContain(now.nobody);
  expect(now.nobody).toContain("We open tomorrow at 1:00 PM CST");
  const dana = await technician(t);
  await dana.t.mutation(api.users.setAvailability, { available: true, capacity: 1 });
  // She has one now, and no room for another.
  expect(await handedOver()).toContain(now.onDuty);
  expect(await quoted(t)).toContain("| Monday to Friday | 1:00 pm – 8:00 pm |");
  expect(now.quoted).toContain("| Monday to Friday | 1:00 pm – 8:00 pm |");
});

test("hours that can't be saved, and no moment, are answered with why", async () => {
  const sam = await admin(clockedDeployment());
  const overlap = [
    ["09:00", "13:00"],
    ["12:00", "18:00"],
  ];
  const preview = (hours: typeof lateHours, moment: { at: number } | { local: string }) =>
    sam.t.query(api.hours.preview, { hours, moment });
  const weekly = { ...lateHours.weekly, mon: overlap };
  const drawn = await preview({ ...lateHours, weekly }, { at: 0 });
  expect(drawn).toMatchObject({ kind: "refused" });
  expect(drawn.kind === "refused" && drawn.problem).toMatch(/begins before/);
  for (const moment of [{ local: "2026-02-30T10:00" }, { local: "tomorrow" }, { at: Infinity }]) {
    expect((await preview(lateHours, moment)).kind).toBe("refused");
  }
});
