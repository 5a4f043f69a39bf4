/** Creating a message: the checks that Twilio makes before it accepts one, each with its error. */
import { z } from "zod";
import type { Reply } from "../http";
import { MAX_VALIDITY_PERIOD, type SmsCarrier } from "./carrier";
import { MAGIC_RECIPIENTS, MAGIC_SENDERS, makeRefusal, makeTwilioError } from "./errors";
import { MESSAGING_SERVICE_SID, SHOP_NUMBERS } from "./senders";
import { viewMessage } from "./view";

const MAX_BODY_CHARACTERS = 1_600;
const MAX_MEDIA = 10;
const E164 = /^\+[1-9]\d{6,14}$/;

const form = z.looseObject({
  To: z.string().optional(),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string().optional(),
  MediaUrl: z.union([z.string(), z.array(z.string())]).optional(),
  StatusCallback: z.string().optional(),
  ValidityPeriod: z.coerce.number().int().optional(),
  ScheduleType: z.string().optional(),
});
type Form = z.output<typeof form>;

const isUrl = (text: string) => /^https?:\/\/[^\s_/?#]+(?:[/?#]\S*)?$/.test(text);
const bad = (code: number, message: string) => makeTwilioError(400, code, message);

export function createMessage(body: unknown, sms: SmsCarrier): Reply {
  const parsed = form.safeParse(body ?? {});
  if (!parsed.success) return bad(20001, "Invalid parameters");
  const { data } = parsed;
  const mediaUrls = [data.MediaUrl ?? []].flat();
  const refused =
    checkAddresses(data) ?? checkContent(data, mediaUrls) ?? checkRecipient(data, sms);
  if (refused) return refused;
  const serviced = data.MessagingServiceSid !== undefined;
  const message = sms.accept(
    {
      direction: "outbound-api",
      to: data.To!,
      // With both, the service sends from the number given.
      from: data.From ?? null,
      messagingServiceSid: serviced ? MESSAGING_SERVICE_SID : null,
      body: data.Body ?? "",
      media: [],
      statusCallback: data.StatusCallback ?? null,
      validityPeriod: data.ValidityPeriod ?? MAX_VALIDITY_PERIOD,
    },
    mediaUrls,
  );
  return { status: 201, body: viewMessage(message, sms.account.accountSid) };
}

function checkAddresses({ To: to, From: from, MessagingServiceSid: service }: Form) {
  if (!to) return bad(21604, "A 'To' phone number is required.");
  if (!from && !service) return bad(21603, "A 'From' phone number is required.");
  if (service !== undefined && service !== MESSAGING_SERVICE_SID) {
    return bad(21701, `The Messaging Service ${service} does not exist.`);
  }
  if (!E164.test(to)) return makeRefusal(21211, to);
  if (from === undefined) return undefined;
  const magic = MAGIC_SENDERS[from];
  if (magic) return bad(...magic);
  if (!E164.test(from)) {
    return bad(21212, `The 'From' number ${from} is not a valid phone number or shortcode.`);
  }
  if (SHOP_NUMBERS.some((number) => number === from)) {
    return from === to ? bad(21266, "'To' and 'From' number cannot be the same") : undefined;
  }
  return bad(
    21606,
    `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
  );
}

function checkContent(data: Form, mediaUrls: string[]) {
  if (!data.Body && mediaUrls.length === 0) return bad(21602, "Message body is required.");
  if (data.Body !== undefined && [...data.Body].length > MAX_BODY_CHARACTERS) {
    return bad(21617, "The concatenated message body exceeds the 1600 character limit");
  }
  if (mediaUrls.length > MAX_MEDIA) {
    return bad(21623, "Number of media files exceeds allowed limit");
  }
  if (!mediaUrls.every(isUrl)) return bad(21620, "Invalid media URL(s)");
  const callback = data.StatusCallback;
  if (callback !== undefined && !isUrl(callback)) {
    return bad(21609, `The StatusCallback URL ${callback} is not a valid URL.`);
  }
  const period = data.ValidityPeriod ?? 1;
  if (period < 1 || period > MAX_VALIDITY_PERIOD) {
    return bad(21626, `ValidityPeriod must be between 1 and ${MAX_VALIDITY_PERIOD} seconds.`);
  }
  if (data.ScheduleType !== undefined)
    return bad(20001, "The stand-in does not schedule messages.");
  return undefined;
}

function checkRecipient(data: Form, sms: SmsCarrier) {
  const to = data.To!;
  const magic = MAGIC_RECIPIENTS[to];
  if (magic !== undefined) return makeRefusal(magic, to);
  const { refuse } = sms.outcome(to);
  if (refuse !== undefined) return makeRefusal(refuse, to);
  if (sms.optedOut(to, data.MessagingServiceSid ?? data.From!)) return makeRefusal(21610, to);
  return undefined;
}
