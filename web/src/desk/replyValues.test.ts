import { fillReply, findGap } from "@computer-guys/support-backend/texts";
import { expect, test } from "vitest";
import { replyValues } from "./replyValues";

const HOUR = 3_600_000;
/** Monday, noon in the shop. */
const now = Date.UTC(2026, 10, 30, 17);
const shop = {
  timeZone: "America/New_York",
  openings: [
    { opensAt: now - 3 * HOUR, closesAt: now - HOUR },
    { opensAt: now + HOUR, closesAt: now + 5 * HOUR },
    { opensAt: now + 21 * HOUR, closesAt: now + 29 * HOUR },
  ],
};
const shopName = "Joe's Repair";
const guest = {
  customer: { email: "ann@example.com", phone: "+16145550142" },
} as unknown as Parameters<typeof replyValues>[0]["conversation"];

test("the shop's day is told on its own clock, each of its hours", () => {
  const values = replyValues({ conversation: guest, technician: "Dana", shopName, shop, now });
  expect(values["hours today"]).toBe("9:00 AM to 11:00 AM and 1:00 PM to 5:00 PM");
  expect(values["next opening"]).toContain("1:00 PM");
  const sunday = { ...shop, openings: shop.openings.slice(2) };
  const closed = replyValues({
    conversation: guest,
    technician: "Dana",
    shopName,
    shop: sunday,
    now,
  });
  expect(closed["hours today"]).toBe("closed");
});

test("who has told no name has none: an address is not put in its place, nor is what is still loading", () => {
  const values = replyValues({
    conversation: guest,
    technician: undefined,
    shopName,
    shop: undefined,
    now,
  });
  for (const text of ["{customer name}", "{technician}", "{hours today}", "{next opening}"]) {
    expect(findGap(fillReply(`Well, ${text}.`, values))).not.toBeNull();
  }
});
