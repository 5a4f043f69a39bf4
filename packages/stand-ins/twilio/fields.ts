/** The form fields of Twilio's requests to the shop, as its webhook references list them. */
import type { OptOutType } from "./optOuts";
import type { Sms } from "./messages";

const API_VERSION = "2010-04-01";

/** YYMMDDhhmm in UTC, as carriers' delivery receipts have it. */
const receiptDate = (at: number) => new Date(at).toISOString().replace(/\D/g, "").slice(2, 12);

export function buildStatusFields(accountSid: string, sms: Sms): Record<string, string> {
  const receipt = sms.status === "delivered" || sms.status === "undelivered";
  return {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    ...(sms.from === null ? {} : { From: sms.from }),
    To: sms.to,
    MessageSid: sms.sid,
    MessageStatus: sms.status,
    SmsSid: sms.sid,
    SmsStatus: sms.status,
    ...(sms.messagingServiceSid === null ? {} : { MessagingServiceSid: sms.messagingServiceSid }),
    ...(sms.errorCode === null ? {} : { ErrorCode: String(sms.errorCode) }),
    ...(receipt ? { RawDlrDoneDate: receiptDate(sms.updatedAt) } : {}),
  };
}

const place = (whose: "From" | "To", number: string): Record<string, string> =>
  number.startsWith("+1")
    ? {
        [`${whose}Country`]: "US",
        [`${whose}State`]: number.startsWith("+1312") ? "IL" : "NY",
        [`${whose}City`]: number.startsWith("+1312") ? "CHICAGO" : "NEW YORK",
        [`${whose}Zip`]: number.startsWith("+1312") ? "60604" : "10001",
      }
    : { [`${whose}Country`]: "", [`${whose}State`]: "", [`${whose}City`]: "", [`${whose}Zip`]: "" };

interface InboundContext {
  accountSid: string;
  mediaUrl: (mediaSid: string) => string;
  /** Twilio has answered this word itself. */
  optOut: OptOutType | undefined;
}

export function buildInboundFields(
  sms: Sms,
  { accountSid, mediaUrl, optOut }: InboundContext,
): Record<string, string> {
  const from = sms.from ?? "";
  const media = sms.media.flatMap((file, i) => [
    [`MediaContentType${i}`, file.contentType],
    [`MediaUrl${i}`, mediaUrl(file.sid)],
  ]);
  return {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    Body: sms.body,
    From: from,
    To: sms.to,
    ...place("From", from),
    ...place("To", sms.to),
    MessageSid: sms.sid,
    SmsSid: sms.sid,
    SmsMessageSid: sms.sid,
    SmsStatus: "received",
    NumMedia: String(sms.media.length),
    NumSegments: String(sms.segments.count),
    ...(sms.messagingServiceSid === null ? {} : { MessagingServiceSid: sms.messagingServiceSid }),
    ...(Object.fromEntries(media) as Record<string, string>),
    ...(optOut === undefined ? {} : { OptOutType: optOut }),
  };
}
