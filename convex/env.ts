/**
 * The only reader of `process.env`. One typed reader per provider: a missing variable is a
 * `not_configured` error that prints the command which sets it. Only `JWT_SECRET` is required. Without zod: every call
 * of every function evaluates this file, and what it imports.
 */
import { appError } from "./lib/errors";
import { describeShortSecret, MAKE_SECRET, readSecret, splitSecrets } from "./lib/keys";
import { isOrigin } from "./lib/origins";

const INVALID = Symbol("invalid");
/** What a variable's value stands for; `undefined` is one that is not set. */
type Parse<T> = (value: string | undefined) => T | typeof INVALID;
type Parsed<S> = { [N in keyof S]: S[N] extends Parse<infer T> ? T : never };

const passing =
  (test: (value: string) => boolean): Parse<string> =>
  (value) =>
    value !== undefined && test(value) ? value : INVALID;
const matching = (pattern: RegExp) => passing((value) => pattern.test(value));
const optional =
  <T>(parse: Parse<T>): Parse<T | undefined> =>
  (value) =>
    value === undefined ? undefined : parse(value);
const withDefault =
  <T>(parse: Parse<T>, standard: string): Parse<T> =>
  (value) =>
    parse(value ?? standard);
/** Words between commas or white space. */
const listOf =
  (item: Parse<string>, { atLeast }: { atLeast: number }): Parse<string[]> =>
  (value = "") => {
    const items = value.split(/[\s,]+/).filter((part) => part !== "");
    const good = items.length >= atLeast && items.every((part) => item(part) !== INVALID);
    return good ? items : INVALID;
  };
const numberBetween =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const number = Number(value);
    return number >= min && number <= max ? number : INVALID;
  };

const secret = passing((value) => value !== "");
const url = passing((value) => URL.canParse(value));

function read<S extends Record<string, Parse<unknown>>>(what: string, shape: S): Parsed<S> {
  const parsed: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(shape)) {
    const value = process.env[name];
    const given = value === "" ? undefined : value;
    parsed[name] = parse(given);
    if (parsed[name] === INVALID) throw notConfigured(what, name, given === undefined);
  }
  return parsed as Parsed<S>;
}

function notConfigured(what: string, name: string, missing: boolean) {
  const command = `npx convex env set ${name} <value>`;
  return appError(
    "not_configured",
    `${what}: ${name} is ${missing ? "not set" : "not valid"} on this deployment. Set it with: ${command}`,
    { variable: name, command },
  );
}

type Secrets = [string, ...string[]];
let checkedSecrets: { value: string; stored: Secrets; secrets: Secrets } | undefined;

/** `JWT_SECRET`: one secret of 32 or more bytes, or the new and the old one, separated by white space. */
export const jwtSecrets = (): Secrets => readSecrets().secrets;

/** The same as they are stored, which may be with their public points: what makes key pairs. */
export const signingSecrets = (): Secrets => readSecrets().stored;

function readSecrets(): { stored: Secrets; secrets: Secrets } {
  // Asked for with every hash: an unchanged value is not checked again.
  const value = process.env.JWT_SECRET;
  if (value !== undefined && checkedSecrets?.value === value) return checkedSecrets;
  const { JWT_SECRET } = read("Sign-in", { JWT_SECRET: secret });
  const problem = describeShortSecret(JWT_SECRET);
  if (problem !== null) {
    const details = { variable: "JWT_SECRET", command: MAKE_SECRET };
    throw appError("not_configured", `Sign-in: ${problem}`, details);
  }
  const stored = splitSecrets(JWT_SECRET);
  const [first, ...rest] = stored.map((one) => readSecret(one).secret);
  checkedSecrets = { value: JWT_SECRET, stored, secrets: [first!, ...rest] };
  return checkedSecrets;
}

const identitySecret = matching(/^\S{32,}$/);

/**
 * `WIDGET_IDENTITY_SECRET`: what the servers of pages with the widget sign their visitors' names with. Never
 * `JWT_SECRET`, which would make sessions.
 */
export function widgetIdentitySecret(): string {
  const what = "The widget's visitors";
  const { WIDGET_IDENTITY_SECRET } = read(what, { WIDGET_IDENTITY_SECRET: identitySecret });
  if (!jwtSecrets().includes(WIDGET_IDENTITY_SECRET)) return WIDGET_IDENTITY_SECRET;
  throw notConfigured(what, "WIDGET_IDENTITY_SECRET", false);
}

export function siteUrl(): string {
  return read("Sign-in", { CONVEX_SITE_URL: url }).CONVEX_SITE_URL;
}

/** Where clients of this deployment connect. */
export function cloudUrl(): string {
  return read("The deployment", { CONVEX_CLOUD_URL: url }).CONVEX_CLOUD_URL;
}

/** `ALLOWED_ORIGINS`: pages that may read HTTP actions' answers, separated by commas or spaces; none if unset. */
export function allowedOrigins(): string[] {
  const list = listOf(passing(isOrigin), { atLeast: 0 });
  return read("HTTP actions", { ALLOWED_ORIGINS: list }).ALLOWED_ORIGINS;
}

export function openRouterEnv() {
  return read("The AI agent", {
    OPENROUTER_API_KEY: secret,
    OPENROUTER_BASE_URL: withDefault(url, "https://openrouter.ai/api/v1"),
  });
}

/** `null` without a key: knowledge search then uses text search only. */
export function openAiEnv() {
  const env = read("Embeddings", {
    OPENAI_API_KEY: optional(secret),
    OPENAI_BASE_URL: withDefault(url, "https://api.openai.com/v1"),
  });
  return env.OPENAI_API_KEY === undefined ? null : { ...env, OPENAI_API_KEY: env.OPENAI_API_KEY };
}

/** An account's or a messaging service's id. */
const sid = (prefix: "AC" | "MG") => matching(new RegExp(`^${prefix}[0-9a-f]{32}$`));

/** What checks a webhook: the account's token, and the URL by which the provider knows this deployment. */
export function twilioWebhookEnv() {
  const env = read("SMS", {
    TWILIO_ACCOUNT_SID: sid("AC"),
    TWILIO_AUTH_TOKEN: secret,
    TWILIO_WEBHOOK_URL: optional(url),
    TWILIO_ANSWERS_STOP: withDefault(matching(/^(true|false)$/), "false"),
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
    SMS_COUNTRIES: withDefault(listOf(matching(/^[A-Za-z]{2}$/), { atLeast: 1 }), "US,CA"),
  });
  const countries = env.SMS_COUNTRIES.map((one) => one.toUpperCase());
  return { countries, home: countries[0]! };
}

/** `not_configured`, with the command, unless texts can be sent. */
export function requireTwilio(): void {
  twilioEnv();
}

const phoneNumber = matching(/^\+[1-9]\d{6,14}$/);

/** What sends: the account, and a number of ours or a messaging service. */
export function twilioEnv() {
  const { TWILIO_MESSAGING_SERVICE_SID: service, ...env } = read("SMS", {
    TWILIO_ACCOUNT_SID: sid("AC"),
    TWILIO_AUTH_TOKEN: secret,
    TWILIO_BASE_URL: withDefault(url, "https://api.twilio.com"),
    TWILIO_MESSAGING_SERVICE_SID: optional(sid("MG")),
  });
  const from =
    service === undefined
      ? { from: read("SMS", { TWILIO_FROM: phoneNumber }).TWILIO_FROM }
      : { messagingServiceSid: service };
  return {
    accountSid: env.TWILIO_ACCOUNT_SID,
    authToken: env.TWILIO_AUTH_TOKEN,
    baseUrl: env.TWILIO_BASE_URL,
    from,
  };
}

const sender = withDefault(secret, "Computer Guys <support@computerguys.example>");

/** Whom our mails come from. */
export const emailSender = (): string => read("E-mail", { EMAIL_FROM: sender }).EMAIL_FROM;

export function resendEnv() {
  return read("Sign-in by e-mail", {
    RESEND_API_KEY: secret,
    RESEND_BASE_URL: withDefault(url, "https://api.resend.com"),
    EMAIL_FROM: sender,
  });
}

const domain = matching(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/);

/** `EMAIL_REPLY_DOMAIN`: where answers to our mails are received; without, there is nobody to answer. */
export function replyDomain(): string | undefined {
  return read("Answers by e-mail", { EMAIL_REPLY_DOMAIN: optional(domain) }).EMAIL_REPLY_DOMAIN;
}

const webhookSecret = matching(/^whsec_[A-Za-z0-9+/]{24,}={0,2}$/);

/** What signs the provider's events (`whsec_…`). */
export function resendWebhookEnv() {
  return read("E-mail", { RESEND_WEBHOOK_SECRET: webhookSecret });
}

/** Where customers have the chat: `CHAT_URL`, or the first page of `ALLOWED_ORIGINS`. */
export function chatUrl(): string {
  const { CHAT_URL } = read("Answers by e-mail", { CHAT_URL: optional(url) });
  const [first] = CHAT_URL === undefined ? allowedOrigins() : [CHAT_URL];
  if (first === undefined) throw notConfigured("Answers by e-mail", "CHAT_URL", true);
  return first.replace(/#.*$/, "");
}

/** Whether answers can be mailed: e-mail is set up, and there is a page for the link. */
export const canMailAnswers = (): boolean =>
  hasEmail() && Boolean(process.env.CHAT_URL ?? process.env.ALLOWED_ORIGINS);

/**
 * What the AI may cost in one UTC day, in millionths of a US dollar (`AI_DAILY_BUDGET_USD`, default 20). With 0
 * it answers nobody: a switch that needs no deploy.
 */
export function dailyBudgetMicroUsd(): number {
  const { AI_DAILY_BUDGET_USD } = read("The AI's daily budget", {
    AI_DAILY_BUDGET_USD: withDefault(numberBetween(0, 100_000), "20"),
  });
  return Math.round(AI_DAILY_BUDGET_USD * 1_000_000);
}

/** A whole number of days, from a day to ten years. */
const days =
  (standard: number): Parse<number> =>
  (value = String(standard)) => {
    const number = numberBetween(1, 3650)(value);
    return Number.isInteger(number) ? number : INVALID;
  };

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
    SHOP_NAME: withDefault(secret, "Computer Guys"),
  });
}

/**
 * Whether pages of this machine may be fetched (`FETCH_LOOPBACK`): a switch of tests, which a deployment that is
 * reached from elsewhere doesn't have.
 */
export function mayFetchLoopback(): boolean {
  const { FETCH_LOOPBACK } = read("Fetching pages", {
    FETCH_LOOPBACK: withDefault(matching(/^(true|false)$/), "false"),
  });
  return (
    FETCH_LOOPBACK === "true" && /^(127\.0\.0\.1|localhost)$/.test(new URL(siteUrl()).hostname)
  );
}

type Variable = {
  channel: "texts" | "email" | "widget";
  name: string;
  state: "set" | "missing" | "invalid";
  needed: boolean;
};
type Wanted = Pick<Variable, "channel" | "name" | "needed"> & { check: Parse<unknown> };

const ofChannels: Wanted[] = [
  { channel: "texts", name: "TWILIO_ACCOUNT_SID", needed: true, check: sid("AC") },
  { channel: "texts", name: "TWILIO_AUTH_TOKEN", needed: true, check: secret },
  { channel: "texts", name: "TWILIO_WEBHOOK_URL", needed: false, check: url },
  { channel: "email", name: "RESEND_API_KEY", needed: true, check: secret },
  { channel: "email", name: "EMAIL_FROM", needed: true, check: secret },
  { channel: "email", name: "RESEND_WEBHOOK_SECRET", needed: false, check: webhookSecret },
  { channel: "email", name: "EMAIL_REPLY_DOMAIN", needed: false, check: domain },
  { channel: "email", name: "CHAT_URL", needed: false, check: url },
  {
    channel: "widget",
    name: "ALLOWED_ORIGINS",
    needed: true,
    check: listOf(passing(isOrigin), { atLeast: 1 }),
  },
  { channel: "widget", name: "WIDGET_IDENTITY_SECRET", needed: false, check: identitySecret },
];

const stateOf = ({ name, check }: Pick<Wanted, "name" | "check">): Variable["state"] => {
  const value = process.env[name];
  if (value === undefined || value === "") return "missing";
  return check(value) === INVALID ? "invalid" : "set";
};

/** What the channels are set up by, and whether it is: never a value. */
export function listChannelVariables(): Variable[] {
  const senders = [
    stateOf({ name: "TWILIO_FROM", check: phoneNumber }),
    stateOf({ name: "TWILIO_MESSAGING_SERVICE_SID", check: sid("MG") }),
  ];
  // One of them is enough; one that is wrong is told.
  const sender = (["invalid", "set"] as const).find((state) => senders.includes(state));
  const from: Variable = {
    ...{ channel: "texts", name: "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID", needed: true },
    state: sender ?? "missing",
  };
  const all = ofChannels.map(({ check, ...one }) => ({
    ...one,
    state: stateOf({ ...one, check }),
  }));
  return [...all.slice(0, 2), from, ...all.slice(2)];
}
