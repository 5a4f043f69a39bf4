/** Holidays that are imported: seen before they are set, counted once, and the hours that count from then on. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { isOpen } from "../../convex/model/hours/hours";
import { loadHours } from "../../convex/model/hours/stored";
import { findOnlyRow } from "../../convex/model/knowledge/onlyRow";
import { seedOpeningHours } from "../../convex/model/hours/example";
import {
  admin,
  clockedDeployment,
  finishIngests,
  hush,
  refusal,
  snapshot,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());
const NOW = Date.parse("2026-11-28T15:00Z");
const OHIO = { kind: "region" as const, region: "US-OH" };
/** Closed on the 24th, and open on Christmas morning: both by hand. */
const hours = {
  ...seedOpeningHours,
  holidays: [
    { date: "2026-12-24", name: "Stocktaking" },
    { date: "2026-12-25", name: "Christmas", open: [["09:00", "11:00"]] },
  ],
};

async function openShop() {
  const t = clockedDeployment();
  vi.setSystemTime(NOW);
  await t.mutation(internal.knowledge.setShopHours, { hours });
  await finishIngests(t);
  return { t, sam: await admin(t) };
}
const file = (...days: string[]) => ({
  kind: "ical" as const,
  text: [
    "BEGIN:VCALENDAR",
    ...days.flatMap((day) => [
      "BEGIN:VEVENT",
      `DTSTART;VALUE=DATE:${day.replaceAll("-", "")}`,
      "SUMMARY:Day off",
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
  ].join("\r\n"),
});
const holidays = async (t: Deployment) => (await t.run((ctx) => loadHours(ctx))).holidays;
const changes = async (t: Deployment) =>
  ((await snapshot(t)).analytics as Doc<"analytics">[]).filter(
    (row) => row.kind === "event" && row.type === "hours_changed",
  );

test("the holidays of the shop's state are seen first, and nothing is stored", async () => {
  const { t, sam } = await openShop();
  const before = await snapshot(t);
  const { days } = await sam.t.action(api.holidays.previewHolidays, { source: OHIO });
  expect(days).toContainEqual({
    date: "2026-12-25",
    name: "Christmas Day",
    verdict: "set_already",
  });
  expect(days).toContainEqual({
    date: "2027-11-25",
    name: "Thanksgiving Day",
    verdict: "closes",
  });
  // A Sunday: the shop is closed, so the Monday for it is one that closes.
  expect(days).toContainEqual({
    date: "2027-07-04",
    name: "Independence Day",
    verdict: "closed_anyway",
  });
  expect(days).toContainEqual({ date: "2027-07-05", name: "Independence Day", verdict: "closes" });
  // A Saturday, on which the shop opens.
  expect(days).toContainEqual({ date: "2027-06-19", name: "Juneteenth", verdict: "closes" });
  expect(days).toContainEqual({
    date: "2027-06-18",
    name: "Juneteenth",
    verdict: "observed_on_the_day",
  });
  expect(days.every(({ date }) => date >= "2026-11-28" && date <= "2027-12-31")).toBe(true);
  expect((await snapshot(t)).knowledge).toEqual(before.knowledge);
});

test("what was seen is what is set; it counts at once, and the AI quotes it", async () => {
  const { t, sam } = await openShop();
  const args = { source: OHIO, except: ["2027-10-11"] };
  const seen = await sam.t.action(api.holidays.previewHolidays, args);
  expect(await sam.t.action(api.holidays.importHolidays, args)).toEqual(seen);
  const closed = seen.days.filter(({ verdict }) => verdict === "closes").map(({ date }) => date);
  expect((await holidays(t)).map(({ date }) => date)).toEqual(
    ["2026-12-24", "2026-12-25", ...closed].sort(),
  );
  expect(closed).not.toContain("2027-10-11");
  const now = await t.run((ctx) => loadHours(ctx));
  expect(isOpen(now, Date.parse("2027-11-25T12:00-05:00"))).toBe(false);
  expect(isOpen(now, Date.parse("2026-12-25T10:00-05:00"))).toBe(true);
  await finishIngests(t);
  const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
  const live = rows.filter((row) => row.kind === "passage").filter((row) => row.live);
  expect(live.map(({ text }) => text).join("\n")).toContain(
    "| Thanksgiving Day | Thursday, November 25, 2027 | closed |",
  );
});

test("the same again, and the same dates from a file, change nothing", async () => {
  const { t, sam } = await openShop();
  await sam.t.action(api.holidays.importHolidays, { source: OHIO });
  await finishIngests(t);
  const once = await holidays(t);
  const written = (await changes(t)).length;
  const source = file("2026-12-24", "2026-12-25", "2027-11-25", "2027-11-25");
  for (const again of [OHIO, source]) {
    const { days } = await sam.t.action(api.holidays.importHolidays, { source: again });
    expect(days.map(({ verdict }) => verdict)).not.toContain("closes");
  }
  expect(await holidays(t)).toEqual(once);
  expect(await changes(t)).toHaveLength(written);
});

test("two who import the same at once close each day once", async () => {
  const { t, sam } = await openShop();
  const source = file("2026-12-28");
  const args = { source };
  await Promise.allSettled([1, 2].map(() => sam.t.action(api.holidays.importHolidays, args)));
  const dates = (await holidays(t)).map(({ date }) => date);
  expect(dates).toEqual(["2026-12-24", "2026-12-25", "2026-12-28"]);
});

test("a file's past days, and those after next year, are left where they are", async () => {
  const { sam } = await openShop();
  const source = file("2026-11-27", "2026-11-28", "2027-12-31", "2028-01-01");
  const { days } = await sam.t.action(api.holidays.previewHolidays, { source });
  expect(days.map(({ date }) => date)).toEqual(["2026-11-28", "2027-12-31"]);
});

test("from the CLI too, as an event without an actor", async () => {
  const { t } = await openShop();
  const args = { source: file("2026-12-28") };
  const seen = await t.action(internal.holidays.previewShopHolidays, args);
  expect(await t.action(internal.holidays.importShopHolidays, args)).toEqual(seen);
  expect((await changes(t)).at(-1)).toMatchObject({
    data: { reason: "holidays: 1, by the CLI" },
  });
});

test("what can't be imported says why, and changes nothing", async () => {
  const { t, sam } = await openShop();
  const row = await t.run((ctx) => findOnlyRow(ctx, "hours"));
  const said = (source: typeof OHIO | ReturnType<typeof file>, except?: string[]) =>
    refusal(sam.t.action(api.holidays.importHolidays, { source, except }));
  expect(await said({ ...file(), text: "x".repeat(300_001) })).toMatchObject({ code: "too_large" });
  expect(await said({ ...file(), text: "hello" })).toMatchObject({ code: "invalid_input" });
  expect(await said({ ...OHIO, region: "US" })).toMatchObject({ code: "invalid_input" });
  const year = Array.from({ length: 130 }, (_, i) =>
    new Date(Date.UTC(2027, 0, 1 + i)).toISOString().slice(0, 10),
  );
  expect(await said(file(...year))).toMatchObject({ code: "too_large" });
  expect(await said(OHIO, new Array<string>(101).fill("2027-01-01"))).toMatchObject({
    code: "too_large",
  });
  expect(await t.run((ctx) => findOnlyRow(ctx, "hours"))).toEqual(row);
});

test("a shop that has set no hours sets them first", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  for (const act of [api.holidays.previewHolidays, api.holidays.importHolidays]) {
    expect(await refusal(sam.t.action(act, { source: OHIO }))).toMatchObject({ code: "conflict" });
  }
});
