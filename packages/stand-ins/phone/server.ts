/**
 * The phone on the screen: a page at `/phone`, which texts with the shop through the stand-in for Twilio
 * and follows its thread by server-sent events. Open, since it serves the person at this machine.
 */
import type { ServerResponse } from "node:http";
import { z } from "zod";
import { readJson, parseInput } from "../control/controlInput";
import { waitForAbort, HttpError, sendReply, type Request } from "../http";
import type { SmsCarrier } from "../twilio/carrier";
import type { SmsInbox } from "../twilio/inbox";
import { serveMedia, MEDIA_PREFIX } from "../twilio/api";
import { inboundSchema } from "../twilio/settings";
import { SHOP_NUMBERS } from "../twilio/senders";
import { readAsset } from "./assets";
import { getPerson, viewPhone, SIGNALS, type Signal } from "./view";

/** Twilio's limit for the files of a message. */
const MAX_MEDIA_BYTES = 5_000_000;

const number = inboundSchema.shape.from;
const signal = z.strictObject({
  number,
  signal: z.enum(Object.keys(SIGNALS) as [Signal, ...Signal[]]),
});
const message = inboundSchema.omit({ copies: true }).extend({ to: z.enum(SHOP_NUMBERS) });

export async function handlePhone(
  request: Request,
  res: ServerResponse,
  { sms: carrier, smsInbox: inbox }: { sms: SmsCarrier; smsInbox: SmsInbox },
  gone: AbortSignal,
): Promise<void> {
  const { method, path } = request;
  if (method === "GET" && path === "/phone/events") {
    return follow(parseInput(number, request.query.get("number")), res, carrier, gone);
  }
  if (method === "GET" && path.startsWith("/phone/media/")) {
    const file = { ...request, path: path.replace("/phone/media/", MEDIA_PREFIX) };
    return sendReply(res, serveMedia(file, carrier));
  }
  if (method === "POST" && path === "/phone/messages") {
    return sendReply(res, { status: 202, body: text(request, inbox) });
  }
  if (method === "POST" && path === "/phone/signal") {
    const chosen = parseInput(signal, readJson(request));
    carrier.setOutcome(chosen.number, SIGNALS[chosen.signal]);
    return sendReply(res, { status: 200, body: { ok: true } });
  }
  const file = method === "GET" || method === "HEAD" ? await readAsset(path) : undefined;
  if (!file) throw new HttpError(404, `no ${path} here; the phone is at /phone`);
  sendReply(res, file);
}

/** The page sees in its thread what the shop's webhook answers; nobody waits for it here. */
function text(request: Request, inbox: SmsInbox) {
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
async function follow(
  person: string,
  res: ServerResponse,
  carrier: SmsCarrier,
  gone: AbortSignal,
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
      if (!gone.aborted) show();
    });
  });
  show();
  await waitForAbort(gone);
  stop();
  res.end();
}
