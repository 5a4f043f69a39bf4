/** The controls of the stand-in for Twilio over HTTP. */
import { z } from "zod";
import { HttpError, type Request } from "../http";
import { readJson, parseInput } from "../control/controlInput";
import type { Sms } from "./messages";
import { MESSAGING_SERVICE_SID, SERVICE_NUMBERS, SHOP_NUMBERS } from "./senders";
import { callbackRuleSchema, inboundSchema, outcomeSchema, settingsSchema } from "./settings";
import type { SmsControl } from "./smsControl";

const number = inboundSchema.shape.from;
const outcome = outcomeSchema.extend({ to: number });
const optOut = z.strictObject({ number, optedOut: z.boolean() });
const again = z.strictObject({
  sid: z.string(),
  copies: z.number().int().min(1).max(100).default(1),
});

/** Files are told about, not sent. */
const viewSms = (sms: Sms) => ({
  ...sms,
  media: sms.media.map(({ sid, contentType, bytes }) => ({
    sid,
    contentType,
    bytes: bytes.length,
  })),
});

type Route = (request: Request, texts: SmsControl) => unknown;

const asked = (request: Request, name: string) => request.query.get(name) ?? undefined;

export const SMS_ROUTES: Record<string, Route> = {
  "GET /sms": (request, texts) => ({ messages: texts.sent(asked(request, "to")).map(viewSms) }),
  "POST /sms": (request, texts) => {
    const { to, ...rest } = parseInput(outcome, readJson(request));
    texts.setOutcome(to, rest);
    return { ok: true };
  },
  "GET /sms/inbound": (request, texts) => ({
    messages: texts.received(asked(request, "from")).map(viewSms),
  }),
  "POST /sms/inbound": async (request, texts) => {
    const { sms, answers } = await texts.text(parseInput(inboundSchema, readJson(request)));
    return { message: viewSms(sms), answers };
  },
  "POST /sms/redeliver": async (request, texts) => {
    const { sid, copies } = parseInput(again, readJson(request));
    if (!texts.received().some((sms) => sms.sid === sid)) {
      throw new HttpError(404, `no received text ${sid}`);
    }
    return { answers: await texts.redeliver(sid, copies) };
  },
  "GET /sms/callbacks": (_, texts) => ({ rules: texts.callbackRules() }),
  "POST /sms/callbacks": (request, texts) =>
    texts.callbackRule(parseInput(callbackRuleSchema, readJson(request))),
  "DELETE /sms/callbacks": (_, texts) => (texts.clearCallbackRules(), { ok: true }),
  "POST /sms/optout": (request, texts) => {
    const { number: person, optedOut } = parseInput(optOut, readJson(request));
    texts.setOptOut(person, optedOut);
    return { ok: true };
  },
  "GET /sms/alerts": (_, texts) => ({ alerts: texts.alerts() }),
  "GET /sms/settings": (_, texts) => settingsView(texts, {}),
  "POST /sms/settings": (request, texts) =>
    settingsView(texts, parseInput(settingsSchema.partial(), readJson(request))),
};

const settingsView = (texts: SmsControl, change: Parameters<SmsControl["configure"]>[0]) => ({
  ...texts.configure(change),
  numbers: SHOP_NUMBERS,
  messagingService: { sid: MESSAGING_SERVICE_SID, numbers: SERVICE_NUMBERS },
});
