/** Reads what a webhook for an incoming text answers: TwiML with `<Message>`s, or a plain text. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import type { WebhookAnswer } from "./webhooks";

export interface TwimlMessage {
  to?: string;
  body: string;
  statusCallback?: string;
}

export type Twiml = { messages: TwimlMessage[] } | { code: number; text: string };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === "Message" || name === "Body",
});

const element = z.looseObject({
  "@to": z.string().optional(),
  "@statusCallback": z.string().optional(),
  "@action": z.string().optional(),
  "#text": z.string().optional(),
  Body: z
    .array(z.union([z.string(), z.looseObject({ "#text": z.string().optional() })]))
    .optional(),
});
const message = z.union([z.string().transform((text) => ({ "#text": text })), element]);
const document = z.strictObject({
  "?xml": z.unknown().optional(),
  Response: z.union([z.literal(""), z.looseObject({ Message: z.array(message).optional() })]),
});

/** Twilio's warnings: 12100 for what is no XML, 12200 for other verbs, 12300 for another content type. */
export function readTwiml({ contentType, body }: WebhookAnswer): Twiml {
  if (body.trim() === "") return { messages: [] };
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  if (type === "text/plain") return { messages: [{ body }] };
  if (!/^(?:text|application)\/xml$|^text\/html$/.test(type)) {
    return { code: 12300, text: `invalid content type ${type || "(none)"}` };
  }
  const valid = XMLValidator.validate(body);
  if (valid !== true) return { code: 12100, text: `no TwiML: ${valid.err.msg}` };
  const parsed = document.safeParse(parser.parse(body));
  if (!parsed.success) return { code: 12200, text: "no TwiML: expected <Response> of <Message>s" };
  const { Response: response } = parsed.data;
  const messages = response === "" ? [] : (response.Message ?? []);
  return { messages: messages.map(read) };
}

function read(parsed: z.output<typeof message>): TwimlMessage {
  const fields = parsed as z.output<typeof element>;
  const bodies = fields.Body?.map((each) =>
    typeof each === "string" ? each : (each["#text"] ?? ""),
  );
  const callback = fields["@statusCallback"] ?? fields["@action"];
  return {
    body: bodies?.join("") ?? fields["#text"] ?? "",
    ...(fields["@to"] === undefined ? {} : { to: fields["@to"] }),
    ...(callback === undefined ? {} : { statusCallback: callback }),
  };
}
