/** What became of a text, in words for staff. */
import type { PublicMessage } from "../api";

type Delivery = NonNullable<PublicMessage["delivery"]>;

/** Codes of carriers that say something to people (https://www.twilio.com/docs/api/errors). */
const REASONS: Record<string, string> = {
  "21211": "the number doesn't exist",
  "21614": "the number can't get texts",
  "30003": "the phone is off or out of reach",
  "30004": "the phone blocks our texts",
  "30005": "the number doesn't exist",
  "30006": "a landline, or out of the carrier's reach",
  "30007": "the carrier took it for spam",
  opted_out: "opted out of texts",
  overtaken: "something newer was said",
  gone: "there is no number any more",
  "seen on the page": "seen on the page",
  stopped: "the customer stopped texts for this conversation",
};

/** How far a text is. */
export function deliveryWords({ state, reason, segments }: Delivery): string {
  const why = reason === undefined ? "" : `: ${REASONS[reason] ?? `error ${reason}`}`;
  const parts = segments === undefined || segments < 2 ? "" : ` in ${segments} parts`;
  switch (state) {
    case "queued":
      return "Text waits to be sent";
    case "sending":
      return "Sending text…";
    case "unknown":
      return "Text sent? We are looking it up";
    case "sent":
      return `Texted${parts}`;
    case "delivered":
      return `Delivered by text${parts}`;
    case "cancelled":
      return `Not texted${why}`;
    default:
      return `Text did not arrive${why}`;
  }
}
