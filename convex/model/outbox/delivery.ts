/**
 * A text message's states and what moves it from one to the next, without a clock and without a database.
 * What the carrier says only moves a text forward, so callbacks may come twice and in any order: of all
 * that are true of a text the furthest stands.
 */
import type { Delivery, DeliveryState } from "../../validators";

export type DeliveryEvent =
  /** A sender took it, in the transaction that checked that it may go. */
  | "claimed"
  /** Consent, owner, turn or the conversation's end don't allow it any more. */
  | "cancelled"
  /** Whoever was to send it died before claiming it, time and again: its body can't be made. */
  | "not_made"
  /** The provider answered that it has it. */
  | "accepted"
  /** 429, 503, or no connection: the provider does not have it. */
  | "busy"
  /** The provider refuses it for good. */
  | "refused"
  /** 21610: the carrier knows of an opt-out. */
  | "opted_out"
  /** Nobody can say whether the provider has it: the sender died, or its answer was lost. */
  | "lost"
  /** Looked up: the provider has it, or it never came. */
  | "found"
  | "not_found"
  /** What a status callback says. */
  | "report_sent"
  | "report_delivered"
  | "report_undelivered"
  | "report_failed";

/** How far a text is with the carrier. Of two ends that contradict each other the better one stands. */
const RANK: Partial<Record<DeliveryState, number>> = {
  sent: 1,
  failed: 2,
  undelivered: 3,
  delivered: 4,
};

const REPORTED: Partial<Record<DeliveryEvent, DeliveryState>> = {
  accepted: "sent",
  found: "sent",
  report_sent: "sent",
  report_delivered: "delivered",
  report_undelivered: "undelivered",
  report_failed: "failed",
};

const LOCAL: Partial<Record<DeliveryState, Partial<Record<DeliveryEvent, DeliveryState>>>> = {
  queued: { claimed: "sending", cancelled: "cancelled", not_made: "failed" },
  sending: { busy: "queued", refused: "failed", opted_out: "opted_out", lost: "unknown" },
  // What the sender learns after it had been given up on still counts.
  unknown: { not_found: "queued", busy: "queued", refused: "failed", opted_out: "opted_out" },
};

/** The state after an event, or null if the event changes nothing. */
export function nextDeliveryState(
  state: DeliveryState,
  event: DeliveryEvent,
): DeliveryState | null {
  const reported = REPORTED[event];
  if (reported === undefined) return LOCAL[state]?.[event] ?? null;
  // A text that the provider turned out to have is not sent again, wherever ours stands.
  return (RANK[reported] ?? 0) > (RANK[state] ?? 0) ? reported : null;
}

const REPORTS: Record<string, DeliveryEvent> = {
  accepted: "report_sent",
  scheduled: "report_sent",
  queued: "report_sent",
  sending: "report_sent",
  sent: "report_sent",
  delivered: "report_delivered",
  read: "report_delivered",
  undelivered: "report_undelivered",
  failed: "report_failed",
  canceled: "report_failed",
};

/** `MessageStatus` of a callback (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
export const eventOfStatus = (status: string): DeliveryEvent | null => REPORTS[status] ?? null;

/** What stays of a delivery in its next state. */
export const continueDelivery = (
  { channel = "sms", purpose, attempt, triedAt }: Delivery,
  at: number,
) => ({
  channel,
  purpose,
  attempt,
  at,
  ...(triedAt !== undefined && { triedAt }),
});

const MAY_HAVE_ARRIVED = new Set<DeliveryState>(["sending", "unknown", "sent", "delivered"]);
/** The `reason` of a text that needed not go. */
export const SEEN_ON_PAGE = "seen on the page";

/** Whether what it says may be known to the customer. One that was claimed may have arrived before we hear of it. */
export const mayHaveArrived = (delivery: Delivery): boolean =>
  MAY_HAVE_ARRIVED.has(delivery.state) ||
  (delivery.state === "cancelled" && delivery.reason === SEEN_ON_PAGE);

/** Whether it is certain that no word of it has gone: its words may still be changed. */
export const hasStayed = ({ state, attempt, triedAt }: Delivery): boolean =>
  (state === "queued" || state === "cancelled") && attempt === 1 && triedAt === undefined;

/** Tries of one text; after the last it is a task for staff. */
export const MAX_SENDS = 6;

/** Milliseconds until a text is tried again: 5 s, 20 s, 80 s, 5 min, 21 min; or as the provider says. */
export const retryDelay = (attempt: number, retryAfterMs = 0): number =>
  Math.max(5_000 * 4 ** (attempt - 1), retryAfterMs);
