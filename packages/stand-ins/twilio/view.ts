/** Messages and media as Twilio's API shows them. */
import { explainEnding } from "./errors";
import type { MediaFile, Sms } from "./messages";

const API_VERSION = "2010-04-01";
/** Dollars for each segment of a text, and for a message with media: what Twilio asks in the US. */
const PRICE = { segment: 0.0083, media: 0.022 };

/** RFC 2822, in UTC. */
const date = (at: number) => new Date(at).toUTCString().replace("GMT", "+0000");

export function viewMessage(sms: Sms, accountSid: string) {
  const uri = `/${API_VERSION}/Accounts/${accountSid}/Messages/${sms.sid}.json`;
  const { count } = sms.segments;
  const price = sms.media.length > 0 ? PRICE.media : PRICE.segment * count;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: sms.body,
    date_created: date(sms.at),
    date_sent: sms.sentAt === null ? null : date(sms.sentAt),
    date_updated: date(sms.updatedAt),
    direction: sms.direction,
    error_code: sms.errorCode,
    error_message: explainEnding(sms.errorCode),
    from: sms.from,
    messaging_service_sid: sms.messagingServiceSid,
    num_media: String(sms.media.length),
    // A Messaging Service counts when it has picked a sender.
    num_segments: String(sms.status === "accepted" ? 0 : count),
    price: sms.sentAt === null ? null : `-${price.toFixed(5)}`,
    price_unit: "USD",
    sid: sms.sid,
    status: sms.status,
    subresource_uris: { media: uri.replace(".json", "/Media.json") },
    to: sms.to,
    uri,
  };
}

export function viewMedia(sms: Sms, file: MediaFile, accountSid: string) {
  return {
    account_sid: accountSid,
    content_type: file.contentType,
    date_created: date(sms.at),
    date_updated: date(sms.at),
    parent_sid: sms.sid,
    sid: file.sid,
    uri: `/${API_VERSION}/Accounts/${accountSid}/Messages/${sms.sid}/Media/${file.sid}.json`,
  };
}
