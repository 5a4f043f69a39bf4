/**
 * Twilio's webhooks: checked, parsed, one idempotent mutation each. Both answer at once; nothing here asks a
 * model or waits for anybody.
 */
import * as z from "zod/mini";
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { twilioWebhookEnv } from "../../env";
import { appError } from "../../lib/errors";
import { MAX_MEDIA } from "../../providers/smsOutcome";
import { isSignedByTwilio } from "../../providers/twilioSignature";

const sid = z.string().check(z.regex(/^(SM|MM)[0-9a-f]{32}$/));
const vText = z.object({
  MessageSid: sid,
  From: z.string().check(z.minLength(1), z.maxLength(40)),
  Body: z._default(z.string(), ""),
  NumMedia: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(MAX_MEDIA)), 0),
  OptOutType: z.optional(z.string().check(z.maxLength(20))),
});
const vStatus = z.object({
  MessageSid: sid,
  MessageStatus: z.string().check(z.maxLength(40)),
  ErrorCode: z.optional(z.string().check(z.regex(/^\d{1,6}$/))),
});

/** `/twilio/sms`: a text came in. The answer has no message: ours go out through the outbox. */
export async function handleInboundMessage(ctx: ActionCtx, request: Request): Promise<Response> {
  const { form } = await checked(request);
  const { MessageSid, From, Body, NumMedia, OptOutType } = parse(vText, form);
  const media = Array.from({ length: NumMedia }, (_, i) => ({
    url: form[`MediaUrl${i}`] ?? "",
    contentType: form[`MediaContentType${i}`] ?? "application/octet-stream",
  }));
  await ctx.runMutation(internal.sms.receive, {
    text: { sid: MessageSid, from: From, body: Body, media, optOutType: OptOutType },
  });
  const headers = { "content-type": "text/xml; charset=utf-8" };
  return new Response('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', { headers });
}

/** `/twilio/status`: how far a text of ours is. */
export async function handleDeliveryStatus(ctx: ActionCtx, request: Request): Promise<Response> {
  const { form, query } = await checked(request);
  const { MessageSid, MessageStatus, ErrorCode } = parse(vStatus, form);
  await ctx.runMutation(internal.sms.report, {
    said: {
      sid: MessageSid,
      status: MessageStatus,
      errorCode: ErrorCode,
      messageId: query.get("message") ?? undefined,
      conversationId: query.get("conversation") ?? undefined,
    },
  });
  return new Response(null, { status: 204 });
}

/** The form of a request that Twilio has signed for our public URL, which a proxy may hide from us. */
async function checked(
  request: Request,
): Promise<{ form: Record<string, string>; query: URLSearchParams }> {
  const { authToken, baseUrl } = twilioWebhookEnv();
  const { pathname, search, searchParams } = new URL(request.url);
  const fields = [...new URLSearchParams(await request.text())];
  const signature = request.headers.get("x-twilio-signature");
  const url = `${baseUrl}${pathname}${search}`;
  if (!(await isSignedByTwilio(authToken, signature, url, fields))) {
    throw appError("forbidden", "This request is not signed for this address.");
  }
  return { form: Object.fromEntries(fields), query: searchParams };
}

function parse<T extends z.ZodMiniType>(schema: T, form: Record<string, string>): z.infer<T> {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? "The form");
  throw appError("invalid_input", `${field} is missing or is not what it should be.`);
}
