/**
 * Twilio's Messages resource. Error bodies (`code`, `message`, `more_info`, `status`) and the magic
 * test numbers follow Twilio's API reference.
 *
 * The SDK has no base URL option, but each of its domains has a public `baseUrl` that every request
 * of that domain starts with. Pointing it here is all it takes, no custom HTTP client needed (leave
 * `edge` and `region` unset, since they rewrite the host):
 *
 *     const client = twilio(accountSid, authToken);
 *     if (process.env.TWILIO_BASE_URL) client.api.baseUrl = process.env.TWILIO_BASE_URL;
 */
import { z } from "zod";
import type { Reply, Request } from "./http.ts";
import type { Sms, SmsCarrier } from "./smsCarrier.ts";

const MAX_BODY_CHARACTERS = 1_600;

/** Twilio's test numbers and the error each one causes. */
const MAGIC: Record<string, [number, string]> = {
  "+15005550001": [21211, "The 'To' number +15005550001 is not a valid phone number."],
  "+15005550002": [
    21612,
    "The 'To' phone number: +15005550002, is not currently reachable using the 'From' phone number.",
  ],
  "+15005550003": [
    21408,
    "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +15005550003.",
  ],
  "+15005550004": [21610, "Attempt to send to unsubscribed recipient"],
  "+15005550009": [21614, "'To' number: +15005550009, is not a valid mobile number"],
};

export function twilioError(status: number, code: number, message: string): Reply {
  return {
    status,
    body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  };
}

export function twilioStatus(status: number): Reply {
  if (status === 429) return twilioError(429, 20429, "Too Many Requests");
  if (status === 503) return twilioError(503, 20503, "Service Unavailable");
  if (status >= 500) return twilioError(status, 20500, "Internal Server Error");
  return twilioError(status, 20001, `The request was refused with status ${status}.`);
}

export const twilioUnauthorized = (): Reply => twilioError(401, 20003, "Authenticate");

const form = z.looseObject({
  To: z.string().optional(),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string().optional(),
  StatusCallback: z.string().optional(),
});

export function handleTwilio(request: Request, accountSid: string, sms: SmsCarrier): Reply {
  const match = /^\/twilio\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/([^/]+))?\.json$/.exec(
    request.path,
  );
  const [, account, sid] = match ?? [];
  const missing = twilioError(
    404,
    20404,
    `The requested resource ${request.path.slice("/twilio".length)} was not found`,
  );
  if (!match || account !== accountSid) return missing;
  if (sid && request.method === "GET") {
    const message = sms.get(sid);
    return message ? { status: 200, body: view(message, accountSid) } : missing;
  }
  if (!sid && request.method === "GET") {
    const messages = sms.list(request.query.get("To") ?? undefined).slice(0, 50);
    return {
      status: 200,
      body: {
        messages: messages.map((m) => view(m, accountSid)),
        page: 0,
        page_size: 50,
        next_page_uri: null,
        uri: request.path.slice("/twilio".length),
      },
    };
  }
  if (sid || request.method !== "POST") return twilioError(405, 20004, "Method not allowed");
  return create(request.body, accountSid, sms);
}

function create(body: unknown, accountSid: string, sms: SmsCarrier): Reply {
  const parsed = form.safeParse(body ?? {});
  if (!parsed.success) return twilioError(400, 20001, "Invalid parameters");
  const { To: to, Body: text, StatusCallback: callback } = parsed.data;
  const from = parsed.data.From ?? parsed.data.MessagingServiceSid;
  if (!to) return twilioError(400, 21604, "A 'To' phone number is required.");
  if (!from) return twilioError(400, 21603, "A 'From' phone number is required.");
  if (!text) return twilioError(400, 21602, "Message body is required.");
  if (text.length > MAX_BODY_CHARACTERS) {
    return twilioError(
      400,
      21617,
      "The concatenated message body exceeds the 1600 character limit",
    );
  }
  if (!/^\+[1-9]\d{6,14}$/.test(to))
    return twilioError(400, 21211, `The 'To' number ${to} is not a valid phone number.`);
  const magic = MAGIC[to];
  if (magic) return twilioError(400, ...magic);
  if (callback !== undefined && !/^https?:\/\//.test(callback)) {
    return twilioError(400, 21609, `The StatusCallback URL ${callback} is not a valid URL.`);
  }
  const message = sms.accept({ to, from, body: text, statusCallback: callback ?? null });
  return { status: 201, body: view(message, accountSid) };
}

/** The GSM 03.38 alphabet with its extension. */
const GSM = /^[\n\r\x20-\x7e£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€]*$/;

/** GSM-7 has 160 characters alone and 153 joined; anything else is UCS-2 with 70 and 67. */
function segments(text: string): number {
  const gsm = GSM.test(text) && !text.includes("`");
  const units = gsm ? text.length + (text.match(/[[\]{}\\^~|€]/g)?.length ?? 0) : text.length;
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  return units <= alone ? 1 : Math.ceil(units / joined);
}

function view(message: Sms, accountSid: string) {
  const date = (at: number) => new Date(at).toUTCString().replace("GMT", "+0000");
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`;
  const serviced = message.from.startsWith("MG");
  return {
    account_sid: accountSid,
    api_version: "2010-04-01",
    body: message.body,
    date_created: date(message.at),
    date_sent: message.status === "queued" ? null : date(message.updatedAt),
    date_updated: date(message.updatedAt),
    direction: "outbound-api",
    error_code: message.errorCode,
    error_message: null,
    from: serviced ? null : message.from,
    messaging_service_sid: serviced ? message.from : null,
    num_media: "0",
    num_segments: String(segments(message.body)),
    price: null,
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: uri.replace(".json", "/Media.json") },
    to: message.to,
    uri,
  };
}
