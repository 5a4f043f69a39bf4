/** What the page says: numbers, times and the state of a message in words. */
import type { Segments } from "../../twilio/segments";
import type { PhoneMessage } from "../view";

/** A North American number in the groups it is read in. */
export function formatNumber(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area === undefined ? number : `+1 ${area} ${exchange} ${line}`;
}

export const formatTime = (at: number): string =>
  new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const formatSize = ({ count, encoding }: Segments): string =>
  `${count}\u00a0${count === 1 ? "segment" : "segments"}, ${encoding}`;

export function describeState(message: PhoneMessage): string {
  if (message.mine) return stateAtShop(message);
  switch (message.status) {
    case "delivered":
      return "Delivered";
    case "sent":
      return "Arrived, no receipt";
    case "undelivered":
    case "failed":
      return `Not delivered: ${message.error}`;
    default:
      return "On its way";
  }
}

function stateAtShop({ webhookStatus }: PhoneMessage): string {
  if (webhookStatus === undefined) return "Sent";
  if (webhookStatus === null) return "The shop can’t be reached";
  return webhookStatus < 400
    ? "Received by the shop"
    : `Refused by the shop’s webhook (${webhookStatus})`;
}

/** Whether somebody should look at it. */
export const isTrouble = ({ mine, status, webhookStatus }: PhoneMessage): boolean =>
  mine
    ? webhookStatus === null || (webhookStatus ?? 0) >= 400
    : status === "undelivered" || status === "failed";
