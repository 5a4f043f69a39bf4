/**
 * `/resend/events`: what the mail provider tells. Its signature is checked over the raw payload, then it is one
 * idempotent mutation. A mail that came in is told of without its words: those are fetched later.
 */
import * as z from "zod/mini";
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { resendWebhookEnv } from "../../env";
import { appError } from "../../lib/errors";
import { isSignedBySvix } from "../../providers/svixSignature";
import type { MailEvent } from "./mailEvents";

/** One of a mail has the names of its files. */
export const MAX_EVENT_BYTES = 256 * 1024;

const id = z.string().check(z.minLength(1), z.maxLength(200));
const address = z.string().check(z.maxLength(1_000));
const vTags = z.union([
  z.record(z.string(), z.string()),
  z.array(z.object({ name: z.string(), value: z.string() })),
]);
const vEvent = z.object({
  type: z.string().check(z.maxLength(100)),
  data: z.object({
    email_id: z.optional(id),
    from: z.optional(address),
    to: z._default(z.array(address).check(z.maxLength(100)), []),
    received_for: z.optional(z.array(address).check(z.maxLength(100))),
    message_id: z.optional(z.string().check(z.maxLength(1_000))),
    tags: z.optional(vTags),
    bounce: z.optional(z.object({ type: z.optional(z.string()) })),
  }),
});
type Event = z.infer<typeof vEvent>;

export async function handleMailEvent(ctx: ActionCtx, request: Request): Promise<Response> {
  const { RESEND_WEBHOOK_SECRET } = resendWebhookEnv();
  const payload = await request.text();
  const { headers } = request;
  if (!(await isSignedBySvix(RESEND_WEBHOOK_SECRET, { headers, payload }, Date.now()))) {
    throw appError("forbidden", "This request is not signed for this address.");
  }
  const { type, data } = parse(payload);
  if (type === "email.received") {
    const { email_id: emailId, from, message_id: messageId } = data;
    if (emailId === undefined || from === undefined || messageId === undefined) throw unread();
    const to = [...data.to, ...(data.received_for ?? [])];
    await ctx.runMutation(internal.mail.received, { mail: { emailId, from, to, messageId } });
  } else {
    const event = eventOf(type, data);
    if (event !== null) await ctx.runMutation(internal.mail.report, { event });
  }
  return new Response(null, { status: 204 });
}

/** Null for what says nothing that we act on: opened, clicked, delayed. */
function eventOf(
  type: string,
  { email_id: emailId, to, tags, bounce }: Event["data"],
): MailEvent | null {
  const kind = KINDS[type];
  if (kind === undefined || emailId === undefined) return null;
  const named = Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ name, value }) => [name, value]))
    : tags;
  // A full mailbox is no address that doesn't exist.
  const passing = kind === "bounced" && /^transient$/i.test(bounce?.type ?? "");
  return { kind: passing ? "failed" : kind, emailId, to, messageId: named?.message };
}

const KINDS: Record<string, MailEvent["kind"]> = {
  "email.delivered": "delivered",
  "email.bounced": "bounced",
  // The provider's own list has it: mail to it bounced, or was complained of, before.
  "email.suppressed": "bounced",
  "email.complained": "complained",
  "email.failed": "failed",
};

const unread = () => appError("invalid_input", "This is not an event of the mail provider's.");

function parse(payload: string): Event {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    throw unread();
  }
  const parsed = vEvent.safeParse(json);
  if (!parsed.success) throw unread();
  return parsed.data;
}
