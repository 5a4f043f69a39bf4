/** What a phone knows: its texts with the shop, as its page shows them. */
import type { SmsCarrier } from "../twilio/carrier";
import { explainEnding } from "../twilio/errors";
import type { Sms, SmsStatus } from "../twilio/messages";
import type { Segments } from "../twilio/segments";
import { SHOP_NUMBERS } from "../twilio/senders";
import type { SmsOutcome } from "../twilio/settings";

/** What the network does with texts to the phone. */
export const SIGNALS = {
  good: { status: "delivered" },
  off: { status: "undelivered", errorCode: 30003 },
  filtered: { status: "undelivered", errorCode: 30007 },
  landline: { status: "undelivered", errorCode: 30006 },
  silent: { status: "sent" },
} as const satisfies Record<string, SmsOutcome>;

export type Signal = keyof typeof SIGNALS;

export interface PhoneMessage {
  sid: string;
  /** From the phone; else from the shop. */
  mine: boolean;
  shop: string;
  body: string;
  media: { url: string; contentType: string }[];
  /** Milliseconds since the epoch. */
  at: number;
  status: SmsStatus;
  /** Why it did not arrive. */
  error: string | null;
  /** From the phone: what the shop's webhook answered, null for nothing, absent while it is asked. */
  webhookStatus?: number | null;
  segments: Segments;
}

export interface PhoneView {
  number: string;
  shops: { number: string; optedOut: boolean }[];
  signal: Signal;
  /** Where the shop's texts go; null when nobody listens. */
  webhook: string | null;
  /** Phones that have texted or been texted, this one included. */
  phones: string[];
  /** Oldest first. */
  messages: PhoneMessage[];
}

const MAX_SHOWN = 200;

export function viewPhone(number: string, carrier: SmsCarrier): PhoneView {
  const all = carrier.messages.list();
  const { errorCode, status } = carrier.outcome(number);
  const signal = (Object.keys(SIGNALS) as Signal[]).find((each) => {
    const wanted: SmsOutcome = SIGNALS[each];
    return wanted.status === status && wanted.errorCode === errorCode;
  });
  return {
    number,
    shops: SHOP_NUMBERS.map((shop) => ({ number: shop, optedOut: carrier.optedOut(number, shop) })),
    signal: signal ?? "good",
    webhook: carrier.settings.smsUrl,
    phones: [...new Set([number, ...all.map(getPerson)])].sort(),
    messages: all
      .filter((sms) => getPerson(sms) === number && sms.from !== null)
      .slice(0, MAX_SHOWN)
      .reverse()
      .map(messageOf),
  };
}

/** The phone's end of a message. */
export const getPerson = (sms: Sms): string => (sms.direction === "inbound" ? sms.from! : sms.to);

function messageOf(sms: Sms): PhoneMessage {
  const mine = sms.direction === "inbound";
  return {
    sid: sms.sid,
    mine,
    shop: mine ? sms.to : sms.from!,
    body: sms.body,
    media: sms.media.map(({ sid, contentType }) => ({
      url: `/phone/media/${sms.sid}/${sid}`,
      contentType,
    })),
    at: sms.at,
    status: sms.status,
    error: sms.errorCode === null ? null : `${sms.errorCode} ${explainEnding(sms.errorCode)}`,
    ...(sms.webhookStatus === undefined ? {} : { webhookStatus: sms.webhookStatus }),
    segments: sms.segments,
  };
}
