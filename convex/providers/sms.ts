"use node";
/**
 * Texts over Twilio. Its SDK needs Node; only actions that run there import this file. The SDK has no option
 * for another server, but each of its domains has a public `baseUrl`.
 */
import twilio from "twilio";
import { twilioEnv, twilioWebhookEnv } from "../env";
import { ProviderError, withDeadline } from "./errors";
import {
  classifySendError,
  faultOfSend,
  MAX_MEDIA,
  type NotedOutcome,
  type Stretch,
} from "./smsOutcome";
import { refuseUnset } from "./unset";
import { isAppError } from "../lib/errors";
import { logError } from "../lib/log";

/** A quarter of a text's lease: whoever looks for it afterwards sees its effect. */
const TIMEOUT_MS = 15_000;
/** Texts to one number that a look-up reads: far more than are sent to it in the time in question. */
const LISTED = 200;
/** Of lists that are read whole. */
const PAGE_SIZE = 1_000;
/** How much the provider's clock may be behind ours. */
const SKEW_MS = 60_000;

type Client = ReturnType<typeof client>;

function client(signal: AbortSignal) {
  const env = twilioEnv();
  // It would retry a send by itself: what may have been accepted must not be sent again.
  const sdk = twilio(env.accountSid, env.authToken, { timeout: TIMEOUT_MS, autoRetry: false });
  sdk.api.baseUrl = env.baseUrl;
  // Its calls take none: an answer without an end would come in for as long as the process lives.
  sdk.httpClient.axios.defaults.signal = signal;
  return { sdk, from: env.from };
}

/** `of`: whose text it is. Without, nobody follows what becomes of it. */
type Outgoing = { to: string; body: string; of?: { messageId: string; conversationId: string } };

/** Sends one text. Never throws for what the provider does: that is an outcome. */
export async function sendSms({ to, body, of }: Outgoing): Promise<NotedOutcome> {
  try {
    const followed = of !== undefined && {
      statusCallback: `${twilioWebhookEnv().baseUrl}/twilio/status?message=${of.messageId}&conversation=${of.conversationId}`,
    };
    const { sid } = await inTime(({ sdk, from }) =>
      sdk.messages.create({ to, body, ...followed, ...from }),
    );
    return { outcome: { kind: "accepted", sid }, fault: null };
  } catch (error) {
    if (isAppError(error)) return refuseUnset(error);
    const facts = factsOf(error);
    return { outcome: classifySendError(facts), fault: faultOfSend(facts) };
  }
}

/** The SDK's own time-out begins anew with each byte that comes. */
const inTime = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
  withDeadline(TIMEOUT_MS, "SMS", async (signal) => await work(client(signal)));

/** Status and code of whatever the SDK threw; its message may quote the number and stays here. */
function factsOf(error: unknown): { status?: number; code?: number | string } {
  if (error instanceof ProviderError) return { code: error.fault };
  if (typeof error !== "object" || error === null) return {};
  const { status, code } = error as { status?: unknown; code?: unknown };
  return {
    status: typeof status === "number" ? status : undefined,
    code: typeof code === "number" || typeof code === "string" ? code : undefined,
  };
}

/** Ids of texts with these words to this number, the oldest first; none, and why, when the provider can't be asked. */
export async function findSentSms(wanted: {
  to: string;
  body: string;
  since: number;
}): Promise<{ sids: string[]; fault: null } | { sids: null; fault: string }> {
  try {
    const texts = await inTime(({ sdk }) => sdk.messages.list({ to: wanted.to, limit: LISTED }));
    const after = wanted.since - SKEW_MS;
    const sids = texts
      .filter(({ body, dateCreated }) => body === wanted.body && dateCreated.getTime() >= after)
      .map(({ sid }) => sid)
      .reverse();
    return { sids, fault: null };
  } catch (error) {
    logRefusal("a look-up failed", error);
    return { sids: null, fault: isAppError(error) ? error.data.code : faultOfSend(factsOf(error)) };
  }
}

/**
 * Texts to our number or messaging service in a stretch of time, the oldest first, with how many pictures each
 * has; null when the provider can't be asked.
 */
export async function listReceivedSms({
  from,
  to,
}: Stretch): Promise<{ sid: string; from: string; body: string; pictures: number }[] | null> {
  try {
    const ours = twilioEnv().from;
    const number = "from" in ours ? { to: ours.from } : {};
    // Its filter includes the whole second that a bound names.
    const stretch = { dateSentAfter: new Date(from), dateSentBefore: new Date(to) };
    const texts = await inTime(({ sdk }) =>
      sdk.messages.list({ ...number, ...stretch, pageSize: PAGE_SIZE }),
    );
    return texts
      .filter(
        ({ direction, messagingServiceSid }) =>
          direction === "inbound" &&
          ("from" in ours || messagingServiceSid === ours.messagingServiceSid),
      )
      .map(({ sid, from: sender, body, numMedia }) => ({
        sid,
        from: sender,
        body,
        pictures: Number(numMedia),
      }))
      .reverse();
  } catch (error) {
    logRefusal("the list of texts could not be read", error);
    return null;
  }
}

/**
 * Where the pictures of a text are, as the webhook would have said; null when the provider can't be asked. Of a
 * text that is gone there are none.
 */
export async function picturesOf(
  sid: string,
): Promise<{ url: string; contentType: string }[] | null> {
  try {
    const pictures = await inTime(({ sdk }) => sdk.messages(sid).media.list({ limit: MAX_MEDIA }));
    return pictures.map(({ uri, contentType }) => ({
      url: `${twilioEnv().baseUrl}${uri.replace(/\.json$/, "")}`,
      contentType,
    }));
  } catch (error) {
    if (factsOf(error).status === 404) return [];
    logRefusal("the pictures of a text could not be listed", error);
    return null;
  }
}

/** By class: what the SDK says may quote the number. */
function logRefusal(what: string, error: unknown): void {
  if (isAppError(error)) return logError(error.data.message);
  const { status, code } = factsOf(error);
  logError(`SMS: ${what}`, `status ${status ?? "none"}, code ${code ?? "none"}`);
}
