/** The states of a text: every order of what the carrier says, and every event in every state. */
import { describe, expect, test } from "vitest";
import type { DeliveryState } from "../../validators";
import { classifySendError } from "../../providers/smsOutcome";
import { eventOfStatus, nextDeliveryState, retryDelay, type DeliveryEvent } from "./delivery";

const STATES: DeliveryState[] = [
  "queued",
  "sending",
  "unknown",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "opted_out",
  "cancelled",
];
const run = (from: DeliveryState, events: DeliveryEvent[]) =>
  events.reduce((state, event) => nextDeliveryState(state, event) ?? state, from);

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((one, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [one, ...rest]),
  );
}

describe("what the carrier says, in every order and twice", () => {
  test.each([
    [["queued", "sending", "sent", "delivered"], "delivered"],
    [["queued", "sent", "undelivered"], "undelivered"],
    [["accepted", "queued", "sending", "failed"], "failed"],
    [["queued", "sent"], "sent"],
    [["sent", "delivered", "read"], "delivered"],
  ] as const)("%j is %s", (statuses, outcome) => {
    const events = [...statuses].map((status) => eventOfStatus(status)!);
    for (const order of permutations([...events, "accepted" as const])) {
      expect(run("sending", order)).toBe(outcome);
      expect(run("sending", [...order, ...order])).toBe(outcome);
      expect(run("unknown", order)).toBe(outcome);
    }
  });

  test("a report never takes a text back", () => {
    const reports = ["report_sent", "report_failed", "report_undelivered"] as const;
    for (const report of reports) expect(nextDeliveryState("delivered", report)).toBeNull();
    expect(nextDeliveryState("undelivered", "report_sent")).toBeNull();
    expect(eventOfStatus("something new")).toBeNull();
  });
});

test("only a queued text can be claimed, and only once", () => {
  expect(STATES.filter((state) => nextDeliveryState(state, "claimed") !== null)).toEqual([
    "queued",
  ]);
  expect(STATES.filter((state) => nextDeliveryState(state, "cancelled") !== null)).toEqual([
    "queued",
  ]);
});

test("only a text that may have been accepted goes to unknown, and only a look-up or an answer leads out", () => {
  expect(STATES.filter((state) => nextDeliveryState(state, "lost") !== null)).toEqual(["sending"]);
  expect(nextDeliveryState("unknown", "claimed")).toBeNull();
  expect(nextDeliveryState("unknown", "not_found")).toBe("queued");
  expect(nextDeliveryState("unknown", "found")).toBe("sent");
});

test("a text that waits for its second try, and turns out to have arrived, is not sent again", () => {
  expect(run("sending", ["lost", "not_found", "report_delivered", "claimed"])).toBe("delivered");
});

test("an end stays an end, whatever we do", () => {
  const ours = [
    "claimed",
    "cancelled",
    "busy",
    "refused",
    "opted_out",
    "lost",
    "not_found",
  ] as const;
  for (const state of ["sent", "delivered", "undelivered", "failed", "opted_out"] as const) {
    for (const event of ours) expect(nextDeliveryState(state, event)).toBeNull();
  }
});

describe("errors of the provider", () => {
  test.each([
    [{ status: 429, code: 20429 }, "busy"],
    [{ status: 503, code: 20503 }, "busy"],
    [{ code: "ECONNREFUSED" }, "busy"],
    [{ code: "ENOTFOUND" }, "busy"],
    [{ status: 400, code: 21211 }, "refused"],
    [{ status: 401, code: 20003 }, "refused"],
    [{ status: 400, code: 21610 }, "opted_out"],
    [{ status: 500, code: 20500 }, "lost"],
    [{ status: 502 }, "lost"],
    [{ code: "ECONNRESET" }, "lost"],
    [{ code: "ECONNABORTED" }, "lost"],
    [{}, "lost"],
  ])("%j: %s", (error, kind) => {
    expect(classifySendError(error).kind).toBe(kind);
  });

  test("a wait is as long as the provider asks for, at least", () => {
    expect([1, 2, 3].map((attempt) => retryDelay(attempt))).toEqual([5_000, 20_000, 80_000]);
    expect(retryDelay(1, 60_000)).toBe(60_000);
  });
});
