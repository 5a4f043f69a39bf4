/**
 * Resend's e-mail API: nothing is sent, everything lands in an inbox that a person can open. Error
 * bodies (`statusCode`, `name`, `message`) and idempotency follow Resend's API reference.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { CREDENTIALS } from "../credentials";
import { readBearerKey, type Reply, type Request } from "../http";
import type { Provider } from "../provider";
import { renderInbox } from "./inboxPage";
import type { Mail, Mailbox } from "./mailbox";

const MAX_RECIPIENTS = 50;
const MAX_BATCH = 100;

export const resend: Provider = {
  refuse,
  handle: (request, state) => handle(request, state.mailbox),
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
const schema = z.looseObject({
  from: z.string(),
  to: recipients,
  cc: recipients.optional(),
  bcc: recipients.optional(),
  subject: z.string(),
  text: z.string().nullish(),
  html: z.string().nullish(),
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
  if (!ADDRESS.test(from))
    return makeError(422, "validation_error", `Invalid \`from\` field. ${FORMAT}`);
  if ([...to, ...cc, ...bcc].some((a) => !ADDRESS.test(a)) || to.length === 0) {
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
    at: Date.now(),
  };
}

const isReply = (value: Mail | Reply): value is Reply => "status" in value;

function handle(request: Request, mailbox: Mailbox): Reply {
  const path = request.path.slice("/resend".length);
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
  const reply =
    path === "/emails" ? sendOne(request.body, mailbox) : sendBatch(request.body, mailbox);
  if (key !== undefined && reply.status === 200) mailbox.remember(scoped, payload, reply.body);
  return reply;
}

function sendOne(body: unknown, mailbox: Mailbox): Reply {
  const mail = validate(body);
  if (isReply(mail)) return mail;
  mailbox.add(mail);
  return { status: 200, body: { id: mail.id } };
}

/** All or none, as in Resend's strict mode. */
function sendBatch(body: unknown, mailbox: Mailbox): Reply {
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
  mails.forEach((mail) => mailbox.add(mail));
  return { status: 200, body: { data: mails.map(({ id }) => ({ id })) } };
}

/** The inbox as a page; open, since it serves the person at this machine. */
export function showInbox(request: Request, mailbox: Mailbox): Reply {
  const to = request.query.get("to") ?? undefined;
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    },
    body: renderInbox(mailbox.list(to).slice(0, 50), to),
  };
}
