/**
 * Twilio's Messages and Media resources. The SDK has no base URL option, but each of its domains has a
 * public `baseUrl` that every request of that domain starts with. Pointing it here is all it takes, no
 * custom HTTP client needed (leave `edge` and `region` unset, since they rewrite the host):
 *
 *     const client = twilio(accountSid, authToken);
 *     if (process.env.TWILIO_BASE_URL) client.api.baseUrl = process.env.TWILIO_BASE_URL;
 */
import { CREDENTIALS } from "../credentials";
import type { Reply, Request } from "../http";
import type { Provider } from "../provider";
import type { StandIns } from "../state";
import type { SmsCarrier } from "./carrier";
import { createMessage } from "./create";
import { answerTwilioStatus, makeRefusal, makeTwilioError } from "./errors";
import { buildPage, readMessageFilter } from "./listing";
import { SETTLED, type MediaFile, type Sms } from "./messages";
import { viewMedia, viewMessage } from "./view";

export const twilio: Provider = {
  refuse,
  limit: ({ sms }) =>
    sms.rate.take() ? undefined : { ...makeRefusal(20429), headers: { "retry-after": "1" } },
  handle: (request, { sms }) => handle(request, sms),
  answerStatus: answerTwilioStatus,
};

const PATH =
  /^\/twilio\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/([^/.]+)(?:\/(Media)(?:\/([^/.]+))?)?)?(\.json)?$/;

/** Files for the phone's page, which has no credentials. */
export const MEDIA_PREFIX = "/twilio-media/";

const AUTHORIZATION = `Basic ${Buffer.from(
  `${CREDENTIALS.TWILIO_ACCOUNT_SID}:${CREDENTIALS.TWILIO_AUTH_TOKEN}`,
).toString("base64")}`;

function refuse(request: Request, { sms }: StandIns): Reply | undefined {
  if (isMediaContent(request) && !sms.settings.mediaAuth) return undefined;
  return request.headers.authorization === AUTHORIZATION ? undefined : makeRefusal(20003);
}

/** The path of a file itself, which needs no credentials where the account is set so. */
const isMediaContent = (request: Request): boolean => {
  const [, , , , file, json] = PATH.exec(request.path) ?? [];
  return file !== undefined && json === undefined && request.method === "GET";
};

/** A request about one message. */
interface MessageCall {
  request: Request;
  carrier: SmsCarrier;
  message: Sms;
}

function handle(request: Request, carrier: SmsCarrier): Reply {
  const { accountSid } = carrier.account;
  const match = PATH.exec(request.path);
  const [, account, sid, media, file, json] = match ?? [];
  const missing = makeTwilioError(
    404,
    20404,
    `The requested resource ${request.path.slice("/twilio".length)} was not found`,
  );
  if (!match || account !== accountSid) return missing;
  const message = sid === undefined ? undefined : carrier.messages.get(sid);
  if (message) {
    const call = { request, carrier, message };
    if (file !== undefined) return handleFile(call, file, json !== undefined) ?? missing;
    if (json === undefined) return missing;
    return media === undefined ? handleMessage(call) : listMedia(call);
  }
  if (sid !== undefined || json === undefined) return missing;
  if (request.method === "POST") return createMessage(request.body, carrier);
  if (request.method !== "GET") return refuseMethod();
  const all = carrier.messages.list(readMessageFilter(request.query));
  const view = (each: Sms) => viewMessage(each, accountSid);
  return { status: 200, body: buildPage(request, { name: "messages", all, view }) };
}

const refuseMethod = () => makeTwilioError(405, 20004, "Method not allowed");

/** Fetches, redacts (an empty body is the only change that Twilio takes) or deletes a message. */
function handleMessage({ request, carrier, message }: MessageCall): Reply {
  const view = () => ({ status: 200, body: viewMessage(message, carrier.account.accountSid) });
  if (request.method === "GET") return view();
  if (request.method !== "POST" && request.method !== "DELETE") return refuseMethod();
  if (!SETTLED.has(message.status) && message.status !== "sent") {
    return makeTwilioError(409, 20009, "Cannot change this resource before it is complete.");
  }
  if (request.method === "DELETE") {
    carrier.messages.remove(message.sid);
    return { status: 204, body: "" };
  }
  const { Body: body } = (request.body ?? {}) as { Body?: unknown };
  // An empty form has no body at all.
  if (body !== "") return makeTwilioError(400, 20001, "Only an empty Body can be set.");
  message.body = "";
  carrier.messages.changed(message);
  return view();
}

function listMedia({ request, carrier, message }: MessageCall): Reply {
  if (request.method !== "GET") return refuseMethod();
  const view = (file: MediaFile) => viewMedia(message, file, carrier.account.accountSid);
  return {
    status: 200,
    body: buildPage(request, { name: "media_list", all: message.media, view }),
  };
}

/** A file of a message: described where `.json` was asked for, else itself. */
function handleFile(
  { request, carrier, message }: MessageCall,
  sid: string,
  described: boolean,
): Reply | undefined {
  const file = message.media.find((each) => each.sid === sid);
  if (!file) return undefined;
  if (request.method === "DELETE" && described) {
    message.media = message.media.filter((each) => each !== file);
    carrier.messages.changed(message);
    return { status: 204, body: "" };
  }
  if (request.method !== "GET") return refuseMethod();
  if (described) {
    return { status: 200, body: viewMedia(message, file, carrier.account.accountSid) };
  }
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
