/** When technicians are alerted and the customer told: by day, by night, before closing, and for ever. */
import { expect, test } from "vitest";
import { planWaitingAct, FREQUENT_ALERTS, UNCLAIMED_AFTER, type Wait } from "./schedule";
import { isOpen, type OpeningHours } from "../hours/hours";
import { DAY, HOUR, MINUTE } from "../../lib/time";

const weekday: [string, string][] = [["09:00", "18:00"]];
const hours: OpeningHours = {
  timeZone: "America/New_York",
  weekly: {
    mon: weekday,
    tue: weekday,
    wed: weekday,
    thu: weekday,
    fri: weekday,
    sat: [],
    sun: [],
  },
  holidays: [{ date: "2026-11-26", name: "Thanksgiving" }],
};
const never: OpeningHours = {
  ...hours,
  weekly: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
};
/** Eastern standard time. */
const at = (day: number, time: string) =>
  Date.parse(`2026-11-${String(day).padStart(2, "0")}T${time}:00-05:00`);

/** Runs a wait that nobody claims. Times relative to nothing: what happened when. */
function run(since: number, { urgent = false, days = 3, of = hours } = {}) {
  const log: { at: number; alert: boolean; tell: boolean }[] = [];
  let wait: Wait = { since, urgent, alerts: 0, told: false };
  for (let now = since; now < since + days * DAY;) {
    const { alert, tell, nextAt } = planWaitingAct(of, wait, now);
    expect(nextAt).toBeGreaterThan(now);
    log.push({ at: now, alert, tell });
    wait = { ...wait, alerts: wait.alerts + (alert ? 1 : 0), told: wait.told || tell };
    now = nextAt;
  }
  return {
    log,
    alerts: log.filter(({ alert }) => alert).map((one) => one.at),
    told: log.filter(({ tell }) => tell).map((one) => one.at),
  };
}

test("by day: at once, told after five minutes, then at growing intervals of opening time", () => {
  const since = at(24, "10:00");
  const { alerts, told } = run(since, { days: 1 });
  const after = [0, 5, 20, 65, 185, 425].map((minutes) => since + minutes * MINUTE);
  expect(alerts.slice(0, FREQUENT_ALERTS)).toEqual(after);
  expect(told).toEqual([since + UNCLAIMED_AFTER]);
});

test("the intervals count opening time only", () => {
  const { alerts } = run(at(24, "17:50"));
  // Of the fifteen minutes to the third, five pass before closing.
  expect(alerts.slice(0, 3)).toEqual([at(24, "17:50"), at(24, "17:55"), at(25, "09:10")]);
});

test("after the frequent alerts, once a day at opening, for as long as it takes", () => {
  const { alerts } = run(at(9, "09:00"), { days: 20 });
  const daily = alerts.slice(FREQUENT_ALERTS);
  expect(daily.slice(0, 3)).toEqual([at(10, "09:00"), at(11, "09:00"), at(12, "09:00")]);
  // Weekends and Thanksgiving apart.
  expect(daily).toContain(at(27, "09:00"));
  expect(daily).not.toContain(at(26, "09:00"));
});

test("at night nobody is alerted before the shop opens, and the customer not told before five minutes of it", () => {
  const { alerts, told } = run(at(24, "22:00"), { days: 1 });
  expect(alerts.slice(0, 2)).toEqual([at(25, "09:00"), at(25, "09:05")]);
  expect(told).toEqual([at(25, "09:05")]);
});

test("what is urgent is alerted at night too, once", () => {
  const { alerts } = run(at(24, "22:00"), { urgent: true, days: 1 });
  expect(alerts.slice(0, 2)).toEqual([at(24, "22:00"), at(25, "09:00")]);
});

test("who came just before closing is told at once after it, and on top in the morning", () => {
  const { alerts, told } = run(at(24, "17:58"), { days: 1 });
  expect(told).toEqual([at(24, "18:03")]);
  expect(alerts.slice(0, 2)).toEqual([at(24, "17:58"), at(25, "09:00")]);
});

test("over a holiday and a weekend it is looked at again on the next day that opens", () => {
  const { alerts } = run(at(25, "19:00"), { days: 3 });
  expect(alerts[0]).toBe(at(27, "09:00"));
});

test("a shop that never opens still looks once a day", () => {
  const { log, told } = run(at(24, "10:00"), { of: never, days: 3 });
  expect(log).toHaveLength(3);
  expect(told).toEqual([]);
});

test("no instant of two weeks leaves anybody without a next look, or an alert outside of hours", () => {
  for (let since = at(16, "00:00"); since < at(30, "00:00"); since += 307 * MINUTE) {
    const { alerts, told, log } = run(since, { days: 9 });
    expect(alerts.every((one) => isOpen(hours, one))).toBe(true);
    expect(told).toHaveLength(1);
    for (let i = 1; i < log.length; i++) {
      expect(log[i]!.at - log[i - 1]!.at).toBeLessThanOrEqual(4 * DAY + HOUR);
    }
  }
});
