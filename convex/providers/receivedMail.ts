/** Mails that the provider has received for us. Its event has no body: that is fetched, and so is each file. */
import { resendEnv } from "../env";
import { decodeEntities, stripTags } from "../lib/html";
import { EMAIL_TIMEOUT_MS } from "./email";
import { isRetryableStatus, ProviderError, withDeadline } from "./errors";

export type ReceivedMail = {
  from: string;
  messageId: string;
  text: string;
  headers: Record<string, string>;
  files: { id: string; name: string }[];
};

/** More is no message. */
const MAX_HTML = 200_000;
const MAX_FILES = 5;

type Api = Awaited<ReturnType<typeof connect>>;

async function connect() {
  const env = resendEnv();
  const { Resend } = await import("resend");
  return new Resend(env.RESEND_API_KEY, { baseUrl: env.RESEND_BASE_URL }).emails.receiving;
}

/** A mail by the provider's id; null when there is none. Throws when another try may do. */
export async function fetchReceivedMail(emailId: string): Promise<ReceivedMail | null> {
  const mail = await ask((api) => api.get(emailId, { html_format: "cid" }));
  if (mail === null) return null;
  const { from, message_id: messageId, text, html, headers, attachments } = mail;
  return {
    from,
    messageId,
    text: text ?? readHtml(html ?? ""),
    headers: headers ?? {},
    files: attachments.slice(0, MAX_FILES).map(({ id, filename }, i) => ({
      id,
      name: (filename ?? "").slice(0, 200) || `File ${i + 1}`,
    })),
  };
}

const FRAME = /<(?:\/?(?:html|head|body|meta|title|link|base)|!doctype)\b[^<>]{0,500}>/gi;

/** The words of a mail that has no text of its own. What it quotes stands in a block at its end. */
function readHtml(html: string): string {
  const [own = ""] = html.slice(0, MAX_HTML).split(/<blockquote\b/i, 1);
  return decodeEntities(stripTags(own.replace(FRAME, "")));
}

/** Where a file of a mail is, for an hour; null when it is gone. */
export async function findMailFile(emailId: string, id: string): Promise<string | null> {
  const file = await ask((api) => api.attachments.get({ emailId, id }));
  return file?.download_url ?? null;
}

type Answer<T> = {
  data: T | null;
  error: { message: string; statusCode: number | null } | null;
};

async function ask<T>(work: (api: Api) => Promise<Answer<T>>): Promise<T | null> {
  const api = await connect();
  const { data, error } = await withDeadline(EMAIL_TIMEOUT_MS, "E-mail: Resend", () => work(api));
  if (error === null) return data;
  if (error.statusCode === 404) return null;
  throw new ProviderError(
    `E-mail: a mail could not be fetched (${error.statusCode ?? "no answer"}).`,
    isRetryableStatus(error.statusCode ?? undefined),
    { fault: error.statusCode === null ? "unreachable" : String(error.statusCode) },
  );
}
