/**
 * The phone on the screen: a page at `/phone`, which texts with the shop through the stand-in for Twilio
 * and follows its thread by server-sent events. Open, since it serves the person at this machine.
 */
import { z } from "zod";
import { parseInput, readJson } from "../control/controlInput";
import { HttpError, sendReply, waitForAbort, type Reply, type Request } from "../http";
import type { Exchange } from "../provider";
import { MEDIA_PREFIX, serveMedia } from "../twilio/api";
import type { SmsCarrier } from "../twilio/carrier";
import type { SmsInbox } from "../twilio/inbox";
import { countSegments } from "../twilio/segments";
import { SHOP_NUMBERS } from "../twilio/senders";
import { inboundSchema } from "../twilio/settings";
import { readAsset } from "./assets";
import { getPerson, SIGNALS, viewPhone, type Signal } from "./view";

/** Twilio's limit for the files of a message. */
const MAX_MEDIA_BYTES = 5_000_000;

const number = inboundSchema.shape.from;
const signalChoice = z.strictObject({
  number,
  signal: z.enum(Object.keys(SIGNALS) as [Signal, ...Signal[]]),
});
const message = inboundSchema.omit({ copies: true }).extend({ to: z.enum(SHOP_NUMBERS) });

const draft = inboundSchema.pick({ body: true });

export async function servePhone({ request, res, state, signal }: Exchange): Promise<void> {
  const { sms: carrier, smsInbox: inbox } = state;
  const { method, path } = request;
  if (method === "GET" && path === "/phone/events") {
    const person = parseInput(number, request.query.get("number"));
    return followThread(person, { res, carrier, signal });
  }
  if (method === "GET" && path.startsWith("/phone/media/")) {
    const file = { ...request, path: path.replace("/phone/media/", MEDIA_PREFIX) };
    return sendReply(res, serveMedia(file, carrier));
  }
  if (method === "POST") return sendReply(res, handlePost(request, carrier, inbox));
  const file = method === "GET" || method === "HEAD" ? await readAsset(path, state.shopName) : null;
  if (!file) throw missing(path);
  sendReply(res, file);
}

const missing = (path: string) => new HttpError(404, `no ${path} here; the phone is at /phone`);

function handlePost(request: Request, carrier: SmsCarrier, inbox: SmsInbox): Reply {
  switch (request.path) {
    case "/phone/messages":
      return { status: 202, body: sendText(request, inbox) };
    case "/phone/segments": {
      const { body } = parseInput(draft, readJson(request));
      return { status: 200, body: countSegments(body) };
    }
    case "/phone/signal": {
      const chosen = parseInput(signalChoice, readJson(request));
      carrier.setOutcome(chosen.number, SIGNALS[chosen.signal]);
      return { status: 200, body: { ok: true } };
    }
    default:
      throw missing(request.path);
  }
}

/** The page sees in its thread what the shop's webhook answers; nobody waits for it here. */
function sendText(request: Request, inbox: SmsInbox) {
  const input = parseInput(message, readJson(request));
  if (input.body.trim() === "" && input.media.length === 0) {
    throw new HttpError(400, "a text needs words or a picture");
  }
  const size = input.media.reduce((sum, { data }) => sum + (data.length * 3) / 4, 0);
  if (size > MAX_MEDIA_BYTES) throw new HttpError(413, "pictures over 5 MB");
  const { sms } = inbox.receive({ ...input, copies: 1 });
  return { sid: sms.sid };
}

/** Sends what the phone shows, now and after each change of its thread. */
async function followThread(
  person: string,
  { res, carrier, signal }: Pick<Exchange, "res" | "signal"> & { carrier: SmsCarrier },
): Promise<void> {
  res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const show = () => res.write(`data: ${JSON.stringify(viewPhone(person, carrier))}\n\n`);
  let due = false;
  const stop = carrier.messages.watch((sms) => {
    if (due || (sms !== null && getPerson(sms) !== person)) return;
    due = true;
    // Several changes at once are shown as one.
    setImmediate(() => {
      due = false;
      if (!signal.aborted) show();
    });
  });
  show();
  await waitForAbort(signal);
  stop();
  res.end();
}
