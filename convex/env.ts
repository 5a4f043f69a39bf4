/**
 * The only reader of `process.env`. One typed reader per provider: a missing variable is a
 * `not_configured` error that prints the command which sets it. Only `JWT_SECRET` is required.
 */
import { z } from "zod";
import { appError } from "./lib/errors";
import { describeShortSecret, MAKE_SECRET, splitSecrets } from "./lib/keys";

const secret = z.string().min(1);
const url = z.url();

function read<T extends z.ZodRawShape>(what: string, shape: T): z.infer<z.ZodObject<T>> {
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(shape)) {
    const value = process.env[name];
    values[name] = value === "" ? undefined : value;
  }
  const parsed = z.object(shape).safeParse(values);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0] ?? Object.keys(shape)[0]);
  const missing = values[name] === undefined;
  const command = `npx convex env set ${name} <value>`;
  throw appError(
    "not_configured",
    `${what}: ${name} is ${missing ? "not set" : "not valid"} on this deployment. Set it with: ${command}`,
    { variable: name, command },
  );
}

let checkedSecrets: { value: string; secrets: [string, ...string[]] } | undefined;

/** `JWT_SECRET`: one secret of 32 or more bytes, or the new and the old one, separated by white space. */
export function jwtSecrets(): [string, ...string[]] {
  // Asked for with every hash: an unchanged value is not checked again.
  const value = process.env.JWT_SECRET;
  if (value !== undefined && checkedSecrets?.value === value) return checkedSecrets.secrets;
  const { JWT_SECRET } = read("Sign-in", { JWT_SECRET: secret });
  const problem = describeShortSecret(JWT_SECRET);
  if (problem !== null) {
    const details = { variable: "JWT_SECRET", command: MAKE_SECRET };
    throw appError("not_configured", `Sign-in: ${problem}`, details);
  }
  checkedSecrets = { value: JWT_SECRET, secrets: splitSecrets(JWT_SECRET) };
  return checkedSecrets.secrets;
}

export function siteUrl(): string {
  return read("Sign-in", { CONVEX_SITE_URL: url }).CONVEX_SITE_URL;
}

/** Where clients of this deployment connect. */
export function cloudUrl(): string {
  return read("The deployment", { CONVEX_CLOUD_URL: url }).CONVEX_CLOUD_URL;
}

/** A page's origin as browsers write it: no path, no wildcard; plain HTTP on this machine only. */
const origin = z
  .string()
  .regex(/^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d+)?$/)
  .refine((value) => URL.canParse(value) && new URL(value).origin === value);

/** `ALLOWED_ORIGINS`: pages that may read HTTP actions' answers, separated by commas or spaces; none if unset. */
export function allowedOrigins(): string[] {
  const list = z
    .string()
    .default("")
    .transform((value) => value.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(origin));
  return read("HTTP actions", { ALLOWED_ORIGINS: list }).ALLOWED_ORIGINS;
}

export function openRouterEnv() {
  return read("The AI agent", {
    OPENROUTER_API_KEY: secret,
    OPENROUTER_BASE_URL: url.default("https://openrouter.ai/api/v1"),
  });
}

/** `null` without a key: knowledge search then uses text search only. */
export function openAiEnv() {
  const env = read("Embeddings", {
    OPENAI_API_KEY: secret.optional(),
    OPENAI_BASE_URL: url.default("https://api.openai.com/v1"),
  });
  return env.OPENAI_API_KEY === undefined ? null : { ...env, OPENAI_API_KEY: env.OPENAI_API_KEY };
}

/** An account's or a messaging service's id. */
const sid = (prefix: "AC" | "MG") => z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`));

/** What checks a webhook: the account's token, and the URL by which the provider knows this deployment. */
export function twilioWebhookEnv() {
  const env = read("SMS", {
    TWILIO_ACCOUNT_SID: sid("AC"),
    TWILIO_AUTH_TOKEN: secret,
    TWILIO_WEBHOOK_URL: url.optional(),
    TWILIO_ANSWERS_STOP: z.enum(["true", "false"]).default("false"),
  });
  return {
    accountSid: env.TWILIO_ACCOUNT_SID,
    authToken: env.TWILIO_AUTH_TOKEN,
    baseUrl: (env.TWILIO_WEBHOOK_URL ?? siteUrl()).replace(/\/+$/, ""),
    answersStop: env.TWILIO_ANSWERS_STOP === "true",
  };
}

/** Whether the shop can be texted at all. */
export const hasTwilio = (): boolean =>
  Boolean(process.env.TWILIO_ACCOUNT_SID && process.env.TWILIO_AUTH_TOKEN);

export const hasModel = (): boolean => Boolean(process.env.OPENROUTER_API_KEY);
export const hasEmbeddings = (): boolean => Boolean(process.env.OPENAI_API_KEY);
export const hasEmail = (): boolean => Boolean(process.env.RESEND_API_KEY);

/** Countries (ISO 3166-1 alpha-2) whose numbers get codes and alerts; the first is home. */
export function smsEnv() {
  const env = read("SMS", {
    SMS_COUNTRIES: z
      .string()
      .default("US,CA")
      .transform((list) => list.toUpperCase().split(/[\s,]+/))
      .refine((list) => list.every((one) => /^[A-Z]{2}$/.test(one)), "is a list such as US,CA"),
  });
  return { countries: env.SMS_COUNTRIES };
}

/** `not_configured`, with the command, unless texts can be sent. */
export function requireTwilio(): void {
  twilioEnv();
}

/** What sends: the account, and a number of ours or a messaging service. */
export function twilioEnv() {
  const { TWILIO_MESSAGING_SERVICE_SID: service, ...env } = read("SMS", {
    TWILIO_ACCOUNT_SID: sid("AC"),
    TWILIO_AUTH_TOKEN: secret,
    TWILIO_BASE_URL: url.default("https://api.twilio.com"),
    TWILIO_MESSAGING_SERVICE_SID: sid("MG").optional(),
  });
  const from =
    service === undefined
      ? { from: read("SMS", { TWILIO_FROM: z.string().regex(/^\+[1-9]\d{6,14}$/) }).TWILIO_FROM }
      : { messagingServiceSid: service };
  return {
    accountSid: env.TWILIO_ACCOUNT_SID,
    authToken: env.TWILIO_AUTH_TOKEN,
    baseUrl: env.TWILIO_BASE_URL,
    from,
  };
}

export function resendEnv() {
  return read("Sign-in by e-mail", {
    RESEND_API_KEY: secret,
    RESEND_BASE_URL: url.default("https://api.resend.com"),
    EMAIL_FROM: secret.default("Computer Guys <support@computerguys.example>"),
  });
}

/**
 * What the AI may cost in one UTC day, in millionths of a US dollar (`AI_DAILY_BUDGET_USD`, default 20). With 0
 * it answers nobody: a switch that needs no deploy.
 */
export function dailyBudgetMicroUsd(): number {
  const { AI_DAILY_BUDGET_USD } = read("The AI's daily budget", {
    AI_DAILY_BUDGET_USD: z.coerce.number().min(0).max(100_000).default(20),
  });
  return Math.round(AI_DAILY_BUDGET_USD * 1_000_000);
}

/** A whole number of days, from a day to ten years. */
const days = (standard: number) => z.coerce.number().int().min(1).max(3650).default(standard);

/** How long what is kept, in days (`docs/privacy.md`). */
export function retentionEnv() {
  const env = read("Retention", {
    RETENTION_CONVERSATION_DAYS: days(730),
    RETENTION_GUEST_DAYS: days(90),
    RETENTION_EVENT_DAYS: days(400),
  });
  return {
    conversationDays: env.RETENTION_CONVERSATION_DAYS,
    guestDays: env.RETENTION_GUEST_DAYS,
    eventDays: env.RETENTION_EVENT_DAYS,
  };
}

/** The shop's name, for e-mails and texts. */
export function shopEnv() {
  return read("The shop", {
    SHOP_NAME: secret.default("Computer Guys"),
  });
}
