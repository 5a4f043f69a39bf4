/**
 * Twilio's Messages and Media resources. The SDK has no base URL option, but each of its domains has a
 * public `baseUrl` that every request of that domain starts with. Pointing it here is all it takes, no
 * custom HTTP client needed (leave `edge` and `region` unset, since they rewrite the host):
 *
 *     const client = twilio(accountSid, authToken);
 *     if (process.env.TWILIO_BASE_URL) client.api.baseUrl = process.env.TWILIO_BASE_URL;
 */
import type { Reply, Request } from "../http";
import type { SmsCarrier } from "./carrier";
import { createMessage } from "./create";
import { makeTwilioError } from "./errors";
import { readMessageFilter, buildPage } from "./listing";
import { SETTLED, type Sms } from "./messages";
import { viewMedia, viewMessage } from "./view";

const PATH =
  /^\/twilio\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/([^/.]+)(?:\/(Media)(?:\/([^/.]+))?)?)?(\.json)?$/;

export const MEDIA_PREFIX = "/twilio-media/";

/** The path of a file itself, which needs no credentials where the account is set so. */
export const isMediaContent = (request: Request): boolean => {
  const [, , , , file, json] = PATH.exec(request.path) ?? [];
  return file !== undefined && json === undefined && request.method === "GET";
};

export function handleTwilio(request: Request, accountSid: string, sms: SmsCarrier): Reply {
  const match = PATH.exec(request.path);
  const [, account, sid, media, file, json] = match ?? [];
  const missing = makeTwilioError(
    404,
    20404,
    `The requested resource ${request.path.slice("/twilio".length)} was not found`,
  );
  if (!match || account !== accountSid) return missing;
  const message = sid === undefined ? undefined : sms.messages.get(sid);
  if (sid !== undefined && !message) return missing;
  if (file !== undefined)
    return oneMedia(request, accountSid, message!, file, json, sms) ?? missing;
  if (json === undefined) return missing;
  if (media !== undefined) {
    return request.method === "GET" ? listMedia(request, accountSid, message!) : notAllowed();
  }
  if (message) return oneMessage(request, accountSid, message, sms);
  if (request.method === "POST") return createMessage(request.body, accountSid, sms);
  if (request.method !== "GET") return notAllowed();
  const all = sms.messages.list(readMessageFilter(request.query));
  return { status: 200, body: buildPage("messages", request, all, (m) => viewMessage(m, accountSid)) };
}

const notAllowed = () => makeTwilioError(405, 20004, "Method not allowed");

/** Fetches, redacts (an empty body is the only change that Twilio takes) or deletes a message. */
function oneMessage(request: Request, accountSid: string, message: Sms, sms: SmsCarrier): Reply {
  if (request.method === "GET") return { status: 200, body: viewMessage(message, accountSid) };
  if (request.method !== "POST" && request.method !== "DELETE") return notAllowed();
  if (!SETTLED.has(message.status) && message.status !== "sent") {
    return makeTwilioError(409, 20009, "Cannot change this resource before it is complete.");
  }
  if (request.method === "DELETE") {
    sms.messages.remove(message.sid);
    return { status: 204, body: "" };
  }
  const { Body: body } = (request.body ?? {}) as { Body?: unknown };
  // An empty form has no body at all.
  if (body !== "") return makeTwilioError(400, 20001, "Only an empty Body can be set.");
  message.body = "";
  sms.messages.changed(message);
  return { status: 200, body: viewMessage(message, accountSid) };
}

function listMedia(request: Request, accountSid: string, message: Sms): Reply {
  const view = (file: Sms["media"][number]) => viewMedia(message, file, accountSid);
  return { status: 200, body: buildPage("media_list", request, message.media, view) };
}

function oneMedia(
  request: Request,
  accountSid: string,
  message: Sms,
  sid: string,
  json: string | undefined,
  sms: SmsCarrier,
): Reply | undefined {
  const file = message.media.find((each) => each.sid === sid);
  if (!file) return undefined;
  if (request.method === "DELETE" && json !== undefined) {
    message.media = message.media.filter((each) => each !== file);
    sms.messages.changed(message);
    return { status: 204, body: "" };
  }
  if (request.method !== "GET") return notAllowed();
  if (json !== undefined) return { status: 200, body: viewMedia(message, file, accountSid) };
  // The file itself is elsewhere, under an address that needs no credentials.
  return {
    status: 307,
    headers: { location: `${MEDIA_PREFIX}${message.sid}/${sid}` },
    body: "",
  };
}

/** The file behind the redirect. */
export function serveMedia(request: Request, sms: SmsCarrier): Reply {
  const [sid = "", mediaSid] = request.path.slice(MEDIA_PREFIX.length).split("/");
  const file = sms.messages.get(sid)?.media.find((each) => each.sid === mediaSid);
  if (!file) return { status: 404, body: "" };
  return {
    status: 200,
    headers: {
      "content-type": file.contentType,
      "x-content-type-options": "nosniff",
      // A picture is looked at, anything else is only saved: nothing sent by a phone runs here.
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=3600",
    },
    body: file.bytes,
  };
}
