/** What became of a text or an e-mail, in words for staff. */
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
  "30034": "our number isn't registered with the carriers",
  not_configured: "texting is not set up",
  not_made: "it couldn't be turned into a text",
  opted_out: "opted out of texts",
  overtaken: "something newer was said",
  "never arrived": "the provider never had it",
  gone: "there is no number any more",
  "seen on the page": "seen on the page",
  stopped: "the customer stopped texts for this conversation",
  no_address: "there is no address any more",
  bounced: "the address takes no mail",
  complained: "the customer called our e-mail spam",
  unsubscribed: "the customer wants no answers by e-mail",
};

/** What one that is queued waits for. */
const WAITS: Record<string, string> = {
  opening: "Text waits until we open",
  provider: "Text waits for the provider, and is tried again",
  limit: "Text waits: many went to this number just now",
  page: "Texted if the customer's page doesn't show it",
};

/** How far a text or an e-mail is. */
export function deliveryWords({ state, channel, reason, segments, waitsFor }: Delivery): string {
  const why = reason === undefined ? "" : `: ${REASONS[reason] ?? `error ${reason}`}`;
  if (channel === "email") return mailWords(state, why, waitsFor);
  const parts = segments === undefined || segments < 2 ? "" : ` in ${segments} parts`;
  switch (state) {
    case "queued":
      return WAITS[waitsFor ?? ""] ?? "Text waits to be sent";
    case "sending":
      return "Sending text…";
    case "unknown":
      return reason === undefined
        ? "Text sent? We are looking it up"
        : "Text sent? Nobody could find out";
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

function mailWords(state: string, why: string, waitsFor: string | undefined): string {
  switch (state) {
    case "queued":
      return waitsFor === "page" ? "Mailed if the customer's page doesn't show it" : "E-mail waits";
    case "sending":
      return "Sending e-mail…";
    case "sent":
      return "Mailed";
    case "delivered":
      return "Delivered by e-mail";
    case "cancelled":
      return `Not mailed${why}`;
    default:
      return `E-mail did not arrive${why}`;
  }
}
