/** Twilio's errors: the answers of its API, and the codes with which a message ends. */
import type { Reply } from "../http";

/** What the API answers for a code that the stand-in is told to refuse with, and for its own checks. */
const REFUSALS: Record<number, { status: number; message: (to: string) => string }> = {
  20003: { status: 401, message: () => "Authenticate" },
  20429: { status: 429, message: () => "Too Many Requests" },
  20500: { status: 500, message: () => "Internal Server Error" },
  20503: { status: 503, message: () => "Service Unavailable" },
  21211: {
    status: 400,
    message: (to) => `The 'To' number ${to} is not a valid phone number.`,
  },
  21408: {
    status: 400,
    message: (to) =>
      `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}.`,
  },
  21608: {
    status: 400,
    message: (to) =>
      `The number ${to} is unverified. Trial accounts cannot send messages to unverified numbers.`,
  },
  21610: { status: 400, message: () => "Attempt to send to unsubscribed recipient" },
  21611: {
    status: 429,
    message: () => "This 'From' number has exceeded the maximum number of queued messages",
  },
  21612: {
    status: 400,
    message: (to) =>
      `The 'To' phone number: ${to}, is not currently reachable using the 'From' phone number.`,
  },
  21614: { status: 400, message: (to) => `'To' number: ${to}, is not a valid mobile number` },
  63038: { status: 429, message: () => "Account exceeded the daily messages limit" },
};

/** Twilio's test numbers and the error each one causes. */
export const MAGIC_RECIPIENTS: Readonly<Record<string, number>> = {
  "+15005550001": 21211,
  "+15005550002": 21612,
  "+15005550003": 21408,
  "+15005550004": 21610,
  "+15005550009": 21614,
};

/** The same for senders. */
export const MAGIC_SENDERS: Readonly<Record<string, [number, string]>> = {
  "+15005550001": [
    21212,
    "The 'From' number +15005550001 is not a valid phone number or shortcode.",
  ],
  "+15005550007": [
    21606,
    "The 'From' phone number provided (+15005550007) is not a valid message-capable Twilio phone number for this destination.",
  ],
  "+15005550008": [21611, "This 'From' number has exceeded the maximum number of queued messages"],
};

/** What a message's `error_message` says for the code it ended with. */
const ENDINGS: Record<number, string> = {
  21610: "Attempt to send to unsubscribed recipient",
  30001: "Queue overflow",
  30002: "Account suspended",
  30003: "Unreachable destination handset",
  30004: "Message blocked",
  30005: "Unknown destination handset",
  30006: "Landline or unreachable carrier",
  30007: "Carrier violation",
  30008: "Unknown error",
  30034: "Message from an Unregistered Number",
  30036: "Validity Period Expired",
};

export function makeTwilioError(status: number, code: number, message: string): Reply {
  return {
    status,
    body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  };
}

/** The API's answer for a code, as it would be for a message to this number. */
export function makeRefusal(code: number, to = ""): Reply {
  const known = REFUSALS[code];
  return known
    ? makeTwilioError(known.status, code, known.message(to))
    : makeTwilioError(400, code, ENDINGS[code] ?? `The request was refused with error ${code}.`);
}

/** The API's answer for a status that a fault asks for, and the error code where it names one. */
export function answerTwilioStatus(status: number, code?: number): Reply {
  if (code !== undefined) return { ...makeRefusal(code), status };
  if (status === 429) return makeRefusal(20429);
  if (status === 503) return makeRefusal(20503);
  if (status >= 500) return { ...makeRefusal(20500), status };
  return makeTwilioError(status, 20001, `The request was refused with status ${status}.`);
}

export const explainEnding = (code: number | null): string | null =>
  code === null ? null : (ENDINGS[code] ?? "Unknown error");
