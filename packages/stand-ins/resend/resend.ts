/**
 * Resend's e-mail API: nothing is sent, everything lands in an inbox that a person can open. Error
 * bodies (`statusCode`, `name`, `message`) and idempotency follow Resend's API reference.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { CREDENTIALS } from "../credentials";
import { readBearerKey, type Reply, type Request } from "../http";
import type { Provider } from "../provider";
import type { StandIns } from "../state";
import { renderAnswer, renderInbox } from "./inboxPage";
import type { Mail } from "./mailbox";
import { fileBody, receivedBody, receivedEvent, sentEvent } from "./received";

const MAX_RECIPIENTS = 50;
const MAX_BATCH = 100;

export const resend: Provider = {
  refuse,
  handle,
  answerStatus,
};

function makeError(statusCode: number, name: string, message: string): Reply {
  return { status: statusCode, body: { statusCode, name, message } };
}

function answerStatus(status: number): Reply {
  if (status === 429) {
    return makeError(
      429,
      "rate_limit_exceeded",
      "Too many requests. You can only make 2 requests per second. See rate limit response headers for more information. Or contact support to increase rate limit.",
    );
  }
  if (status >= 500) {
    return makeError(
      status,
      "application_error",
      "Internal server error. We are unable to process your request right now, please try again later.",
    );
  }
  return makeError(status, "validation_error", `The request was refused with status ${status}.`);
}

function refuse(request: Request): Reply | undefined {
  const key = readBearerKey(request);
  if (key?.startsWith(CREDENTIALS.RESEND_API_KEY)) return undefined;
  return key
    ? makeError(401, "validation_error", "API key is invalid")
    : makeError(401, "missing_api_key", "Missing API Key");
}

const recipients = z.union([z.string(), z.array(z.string())]).transform((v) => [v].flat());
const TAG = z.string().regex(/^[\w-]{1,256}$/);
const schema = z.looseObject({
  from: z.string(),
  to: recipients,
  cc: recipients.optional(),
  bcc: recipients.optional(),
  subject: z.string(),
  text: z.string().nullish(),
  html: z.string().nullish(),
  reply_to: recipients.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** ASCII letters, digits, underscores and dashes, 256 of them at most. */
  tags: z.array(z.object({ name: TAG, value: TAG })).optional(),
  attachments: z.array(z.object({ filename: z.string(), content: z.base64() })).optional(),
});

const ADDRESS = /^(?:[^<>]*<\s*[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+\s*>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/;
const FORMAT =
  "The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.";

/** The mail, or the error that Resend answers. */
function validate(value: unknown): Mail | Reply {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return makeError(422, "validation_error", "The request body must be an object.");
  }
  for (const field of ["from", "to", "subject"]) {
    if ((value as Record<string, unknown>)[field] === undefined) {
      return makeError(422, "missing_required_field", `Missing \`${field}\` field.`);
    }
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    return makeError(
      422,
      "validation_error",
      `Invalid \`${String(parsed.error.issues[0]?.path[0])}\` field.`,
    );
  }
  const { from, to, cc = [], bcc = [], subject, text, html } = parsed.data;
  const { reply_to: replyTo = [], headers = {}, tags = [], attachments = [] } = parsed.data;
  if (!ADDRESS.test(from))
    return makeError(422, "validation_error", `Invalid \`from\` field. ${FORMAT}`);
  if ([...to, ...cc, ...bcc, ...replyTo].some((a) => !ADDRESS.test(a)) || to.length === 0) {
    return makeError(422, "validation_error", `Invalid \`to\` field. ${FORMAT}`);
  }
  if (to.length > MAX_RECIPIENTS) {
    return makeError(
      422,
      "validation_error",
      `The \`to\` field must not have more than ${MAX_RECIPIENTS} items.`,
    );
  }
  if (!text && !html)
    return makeError(422, "missing_required_field", "Missing `html` or `text` field.");
  return {
    id: randomUUID(),
    from,
    to,
    cc,
    bcc,
    subject,
    text: text ?? null,
    html: html ?? null,
    replyTo,
    headers,
    tags,
    attachments,
    at: Date.now(),
  };
}

const isReply = (value: Mail | Reply): value is Reply => "status" in value;

function handle(request: Request, state: StandIns): Reply {
  const { mailbox } = state;
  const path = request.path.slice("/resend".length);
  if (request.method === "GET" && path.startsWith(RECEIVING)) return answerReceived(path, state);
  if (request.method === "GET" && path.startsWith("/emails/")) {
    const mail = mailbox.get(path.slice("/emails/".length));
    if (!mail) return makeError(404, "not_found", "Email not found");
    const { at, ...rest } = mail;
    return {
      status: 200,
      body: {
        object: "email",
        ...rest,
        created_at: new Date(at).toISOString(),
        last_event: "delivered",
      },
    };
  }
  if (request.method !== "POST" || (path !== "/emails" && path !== "/emails/batch")) {
    return makeError(404, "not_found", "The requested endpoint does not exist");
  }
  const key = [request.headers["idempotency-key"]].flat()[0];
  if (key !== undefined && (key.length < 1 || key.length > 256)) {
    return makeError(400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
  }
  const payload = `${path}\n${request.rawBody}`;
  // Keys are an account's own; an API key with an ending of its own is another account.
  const scoped = `${readBearerKey(request)} ${key}`;
  const before = key === undefined ? undefined : mailbox.recall(scoped);
  if (before) {
    return before.payload === payload
      ? { status: 200, body: before.body }
      : makeError(
          409,
          "invalid_idempotent_request",
          "Same idempotency key used with a different request payload.",
        );
  }
  const reply = path === "/emails" ? sendOne(request.body, state) : sendBatch(request.body, state);
  if (key !== undefined && reply.status === 200) mailbox.remember(scoped, payload, reply.body);
  return reply;
}

const RECEIVING = "/emails/receiving/";

/** A mail that came in, or one file of it. */
function answerReceived(path: string, { mailHooks, origin }: StandIns): Reply {
  const [id = "", attachments, fileId] = path.slice(RECEIVING.length).split("/");
  const mail = mailHooks.get(id);
  if (mail && attachments === undefined) return { status: 200, body: receivedBody(mail) };
  const file = mail?.files.find((one) => one.id === fileId);
  if (!mail || !file) return makeError(404, "not_found", "Email not found");
  return { status: 200, body: fileBody(mail, file, origin) };
}

/** A file of a mail, where the API said that it is. */
export function serveFile(request: Request, { mailHooks }: StandIns): Reply {
  const [id = "", fileId] = request.path.slice(FILES.length).split("/");
  const file = mailHooks.get(id)?.files.find((one) => one.id === fileId);
  if (!file) return makeError(404, "not_found", "File not found");
  return { status: 200, headers: { "content-type": file.contentType }, body: file.bytes };
}
export const FILES = "/resend/files/";

/** What becomes of a mail: Resend's addresses for tries end as they are called (https://resend.com/docs/dashboard/emails/send-test-emails). */
function deliver(mail: Mail, { mailbox, mailHooks }: StandIns): void {
  mailbox.add(mail);
  const [, fate] =
    /(?:^|<)(bounced|complained|suppressed)(?:\+[^@]*)?@resend\.dev>?$/.exec(mail.to[0]!) ?? [];
  const type = (fate ?? "delivered") as "bounced" | "complained" | "suppressed" | "delivered";
  void mailHooks.tell(sentEvent(mail, { type, bounce: "Permanent" }));
}

function sendOne(body: unknown, state: StandIns): Reply {
  const mail = validate(body);
  if (isReply(mail)) return mail;
  deliver(mail, state);
  return { status: 200, body: { id: mail.id } };
}

/** All or none, as in Resend's strict mode. */
function sendBatch(body: unknown, state: StandIns): Reply {
  if (!Array.isArray(body) || body.length === 0 || body.length > MAX_BATCH) {
    return makeError(
      422,
      "validation_error",
      `The batch must have between 1 and ${MAX_BATCH} emails.`,
    );
  }
  const mails: Mail[] = [];
  for (const item of body) {
    const mail = validate(item);
    if (isReply(mail)) return mail;
    mails.push(mail);
  }
  mails.forEach((mail) => deliver(mail, state));
  return { status: 200, body: { data: mails.map(({ id }) => ({ id })) } };
}

const PAGE = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'",
};

/** The inbox as a page, or one mail with a form to answer it; open, since it serves the person at this machine. */
export function showInbox(request: Request, { mailbox }: StandIns): Reply {
  const answered = mailbox.get(request.query.get("answer") ?? "");
  if (answered) return { status: 200, headers: PAGE, body: renderAnswer(answered) };
  const to = request.query.get("to") ?? undefined;
  return { status: 200, headers: PAGE, body: renderInbox(mailbox.list(to).slice(0, 50), to) };
}

/** What was typed beneath a mail goes to the shop, with the mail quoted, as mail programs do. */
export async function takeAnswer(
  request: Request,
  { mailbox, mailHooks }: StandIns,
): Promise<Reply> {
  const { mail: id = "", text = "" } = (request.body ?? {}) as Record<string, string>;
  const mail = mailbox.get(id);
  const [to] = mail?.replyTo ?? [];
  if (!mail || to === undefined) return makeError(404, "not_found", "Email not found");
  const quoted = (mail.text ?? "")
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
  const said = `${text}\n\nOn ${new Date(mail.at).toUTCString()}, ${mail.from} wrote:\n\n${quoted}`;
  const subject = `Re: ${mail.subject}`;
  const received = mailHooks.add({ from: mail.to[0]!, to: [to], subject, text: said });
  await mailHooks.tell(receivedEvent(received));
  const back = `/resend/inbox?to=${encodeURIComponent(mail.to[0]!)}`;
  return { status: 303, headers: { location: back }, body: "" };
}
