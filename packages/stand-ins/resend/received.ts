/**
 * Mails to the shop, and what Resend tells it: events without words, signed as Svix does, to this machine only. Shapes
 * follow Resend's API reference (webhooks, receiving).
 */
import { createHmac, randomUUID } from "node:crypto";
import { z } from "zod";
import { CREDENTIALS } from "../credentials";
import { isLoopbackUrl } from "../http";
import type { Mail } from "./mailbox";

export const receivedSchema = z.strictObject({
  from: z.string().min(3).max(1_000),
  to: z.array(z.string().min(3).max(1_000)).min(1).max(50),
  subject: z.string().max(1_000).default(""),
  text: z.string().max(1_000_000).nullable().default(null),
  html: z.string().max(1_000_000).nullable().default(null),
  headers: z.record(z.string(), z.string()).default({}),
  /** `Message-ID`; one of its own unless told. */
  messageId: z.string().max(1_000).optional(),
  attachments: z
    .array(
      z.strictObject({
        filename: z.string().max(500).nullable(),
        contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/),
        data: z.base64(),
      }),
    )
    .max(20)
    .default([]),
});
export type ReceivedInput = z.input<typeof receivedSchema>;

type File = { id: string; filename: string | null; contentType: string; bytes: Buffer };
export type Received = Omit<z.output<typeof receivedSchema>, "attachments" | "messageId"> & {
  id: string;
  messageId: string;
  files: File[];
  at: number;
};

export const eventSchema = z.strictObject({
  id: z.string(),
  type: z.enum(["delivered", "bounced", "complained", "failed", "suppressed"]),
  /** Of a bounce. */
  bounce: z.enum(["Permanent", "Transient", "Undetermined"]).default("Permanent"),
});

const MAX_RECEIVED = 500;
/** As Resend's: within this time an event is tried again until it is answered with 2xx. */
const TRIES = 3;

export class MailHooks {
  /** Where events go; null tells nobody. */
  url: string | null = null;
  private mails: Received[] = [];
  private closing = new AbortController();

  add(input: ReceivedInput): Received {
    const { attachments, messageId, ...mail } = receivedSchema.parse(input);
    const received: Received = {
      ...mail,
      id: randomUUID(),
      messageId: messageId ?? `<${randomUUID()}@example.com>`,
      files: attachments.map(({ filename, contentType, data }) => ({
        id: randomUUID(),
        filename,
        contentType,
        bytes: Buffer.from(data, "base64"),
      })),
      at: Date.now(),
    };
    this.mails.push(received);
    if (this.mails.length > MAX_RECEIVED) this.mails.shift();
    return received;
  }

  get = (id: string): Received | undefined => this.mails.find((mail) => mail.id === id);

  /** Posts an event; answers the status of the shop's answer, null for none. */
  async tell(event: object): Promise<number | null> {
    const { url, closing } = this;
    if (url === null || !isLoopbackUrl(url)) return null;
    const { payload, headers } = signEvent(event);
    let status: number | null = null;
    for (let tried = 0; tried < TRIES; tried++) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(15_000)]);
      const init = { method: "POST", body: payload, headers, redirect: "error" as const, signal };
      status = await fetch(url, init).then(
        (response) => response.status,
        () => null,
      );
      if (status !== null && status < 300) return status;
    }
    return status;
  }

  clear(): void {
    this.closing.abort();
    this.closing = new AbortController();
    this.mails = [];
  }
}

/** The payload and the headers that it comes with. */
export function signEvent(event: object): { payload: string; headers: Record<string, string> } {
  const payload = JSON.stringify(event);
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(CREDENTIALS.RESEND_WEBHOOK_SECRET.slice("whsec_".length), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${payload}`).digest("base64");
  return {
    payload,
    headers: {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": timestamp,
      "svix-signature": `v1,${mac}`,
    },
  };
}

const describeFile = ({ id, filename, contentType }: File) => ({
  id,
  filename,
  content_type: contentType,
  content_disposition: "attachment",
  content_id: null,
});

/** What is told of a mail that came in. */
export const receivedEvent = (mail: Received) => ({
  type: "email.received",
  created_at: new Date(mail.at).toISOString(),
  data: {
    email_id: mail.id,
    created_at: new Date(mail.at).toISOString(),
    from: mail.from,
    to: mail.to,
    bcc: [],
    cc: [],
    received_for: mail.to,
    message_id: mail.messageId,
    subject: mail.subject,
    attachments: mail.files.map(describeFile),
  },
});

/** What became of one that the shop sent. */
export const sentEvent = (
  mail: Mail,
  { type, bounce }: Omit<z.output<typeof eventSchema>, "id">,
) => ({
  type: `email.${type}`,
  created_at: new Date().toISOString(),
  data: {
    email_id: mail.id,
    created_at: new Date(mail.at).toISOString(),
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    tags: Object.fromEntries(mail.tags.map(({ name, value }) => [name, value])),
    ...(type === "bounced" && {
      bounce: { type: bounce, subType: "General", message: "The address takes no mail." },
    }),
  },
});

/** The answer of the receiving API. */
export const receivedBody = (mail: Received) => ({
  object: "email",
  id: mail.id,
  to: mail.to,
  from: mail.from,
  created_at: new Date(mail.at).toISOString(),
  subject: mail.subject,
  bcc: [],
  cc: [],
  reply_to: [],
  received_for: mail.to,
  html: mail.html,
  text: mail.text,
  headers: mail.headers,
  message_id: mail.messageId,
  attachments: mail.files.map((file) => ({ ...describeFile(file), size: file.bytes.length })),
});

/** The answer about one file: where it is, for an hour. */
export const fileBody = (mail: Received, file: File, origin: string) => ({
  object: "attachment",
  ...describeFile(file),
  size: file.bytes.length,
  download_url: `${origin}/resend/files/${mail.id}/${file.id}`,
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
});
