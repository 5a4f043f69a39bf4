/** What a saved reply's variables come to in a conversation. Pure. */
import type { ReplyValues } from "@computer-guys/support-backend/texts";
import type { StaffConversation } from "../api";
import { SHOP_PHONE } from "../config";
import { nextOpening, type Opening } from "../ui/openings";
import { dueTime } from "../ui/time";

type Known = {
  conversation: Pick<StaffConversation, "customer" | "contact">;
  technician: string | undefined;
  shopName: string;
  /** Undefined while it is loading: what needs it is a gap. */
  shop: { timeZone: string; openings: readonly Opening[] } | undefined;
  now: number;
};

/** A name is a name: an address or number is not put in its place. */
export function replyValues({ conversation, technician, shopName, shop, now }: Known): ReplyValues {
  const next = shop && nextOpening(shop.openings, now);
  return {
    "customer name": conversation.customer.name ?? conversation.contact?.name,
    technician,
    "shop name": shopName,
    "shop phone": SHOP_PHONE,
    "hours today": shop && hoursOn(shop, now),
    "next opening": next === undefined ? undefined : dueTime(next, now, shop?.timeZone),
  };
}

/** "9:00 AM to 6:00 PM", on the shop's clock; "closed". */
function hoursOn({ timeZone, openings }: NonNullable<Known["shop"]>, now: number): string {
  const say = (at: number, options: Intl.DateTimeFormatOptions) =>
    new Date(at).toLocaleString(undefined, { timeZone, ...options });
  const day = (at: number) => say(at, { dateStyle: "short" });
  const clock = (at: number) => say(at, { hour: "numeric", minute: "2-digit" });
  const today = openings.filter(({ opensAt }) => day(opensAt) === day(now));
  if (today.length === 0) return "closed";
  return today
    .map(({ opensAt, closesAt }) => `${clock(opensAt)} to ${clock(closesAt)}`)
    .join(" and ");
}
