/**
 * The deployment's variables: what each is for, where it comes from, what a plausible value looks like.
 * Messages name variables, never their values.
 */
import { randomBytes } from "node:crypto";
import {
  describeBadSecret,
  describeShortSecret,
  MIN_SECRET_CHARS,
  readSecret,
  splitSecrets,
} from "../../convex/lib/keys";
import { withPublicPoint } from "../../convex/lib/signingKeys";
import { isOrigin } from "../../convex/lib/origins";
import { normalizeEmail } from "../../convex/lib/text";

export interface Variable {
  name: string;
  /** What it is for, as the question for it. */
  purpose: string;
  /** What doesn't work without it. */
  without: string;
  /** Where to get one. */
  from?: string;
  secret: boolean;
  /** Read from a `--from-file` only: a shell may have these for other programs. */
  fileOnly?: boolean;
  /** Of no use without this one: neither asked for nor missed until it is there. */
  after?: string;
  /** Not needed where this one is. */
  instead?: string;
  /** What is wrong with a value, or null. `given` are the names that are, or will be, set. */
  problem(value: string, given: ReadonlySet<string>): string | null;
}

export interface Given {
  name: string;
  value: string;
  /** For people: where the value is from. */
  source: string;
}

const MAX_VALUE_CHARS = 8 * 1024;

/** A provider's key: its prefix, unless a base URL says that another service with the same API is used. */
function apiKey(prefix: string, minChars: number, baseUrl: string): Variable["problem"] {
  return (value, given) => {
    if (/\s/.test(value)) return "has white space in it: was it cut, or pasted twice?";
    if (/^["'`]|["'`]$/.test(value)) return "begins or ends with a quotation mark: leave those out";
    if (/[^\x21-\x7e]/.test(value)) return "has characters that no key has (an ellipsis?)";
    if (given.has(baseUrl)) return null;
    if (prefix === "sk-" && value.startsWith("sk-or-")) return "is a key of OpenRouter, not OpenAI";
    if (!value.startsWith(prefix)) return `doesn't begin with ${prefix}`;
    return value.length < minChars ? "is too short: was it cut?" : null;
  };
}

/** One of Twilio's ids or tokens: exactly so many hexadecimal digits. */
function hexadecimal(prefix: string): Variable["problem"] {
  const pattern = new RegExp(`^${prefix}[0-9a-f]{32}$`);
  const form = prefix === "" ? "32 hexadecimal digits" : `${prefix} and 32 hexadecimal digits`;
  return (value, given) =>
    given.has("TWILIO_BASE_URL") || pattern.test(value) ? null : `is not ${form}`;
}

function phone(value: string): string | null {
  return /^\+[1-9]\d{6,14}$/.test(value) ? null : "is no number like +16145550142";
}

function url(value: string): string | null {
  const parsed = URL.canParse(value) ? new URL(value) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? null : "is not an http(s) URL";
}

function origins(value: string): string | null {
  const bad = value.split(/[\s,]+/).filter((part) => part !== "" && !isOrigin(part));
  if (bad.length === 0) return null;
  return "is no origin like https://support.joes.shop: no path, no slash at its end, no *";
}

function line(value: string): string | null {
  return /[\r\n]/.test(value)
    ? "has more than one line"
    : value.length > 100
      ? "is too long"
      : null;
}

function sender(value: string): string | null {
  const address = /^[^<>]*<([^<>]+)>$/.exec(value)?.[1] ?? value;
  return line(value) ?? (isEmail(address) ? null : "is no sender: write Name <name@your-domain>");
}

export function isEmail(value: string): boolean {
  try {
    return normalizeEmail(value) !== "";
  } catch {
    return false;
  }
}

const baseUrl = (name: string): Variable => ({
  name,
  purpose: "another service with the same API",
  without: "the provider's own",
  secret: false,
  fileOnly: true,
  problem: url,
});

export const VARIABLES: readonly Variable[] = [
  {
    name: "OPENROUTER_API_KEY",
    purpose: "the AI's answers",
    without: "the AI doesn't answer: every question goes to the technicians",
    from: "https://openrouter.ai/settings/keys",
    secret: true,
    problem: apiKey("sk-or-", 40, "OPENROUTER_BASE_URL"),
  },
  {
    name: "OPENAI_API_KEY",
    purpose: "finding passages by their meaning (embeddings)",
    without: "the knowledge base is searched by words only",
    from: "https://platform.openai.com/api-keys",
    secret: true,
    problem: apiKey("sk-", 40, "OPENAI_BASE_URL"),
  },
  {
    name: "RESEND_API_KEY",
    purpose: "sign-in codes by e-mail",
    without: "nobody can sign in, the technicians included; guests can still chat",
    from: "https://resend.com/api-keys",
    secret: true,
    problem: apiKey("re_", 20, "RESEND_BASE_URL"),
  },
  {
    name: "EMAIL_FROM",
    purpose: "the sender of the codes, on a domain that Resend has verified",
    without: "codes come from an example address, which Resend refuses to send from",
    from: "https://resend.com/domains",
    secret: false,
    problem: sender,
  },
  {
    name: "SHOP_NAME",
    purpose: "the shop's name, in e-mails",
    without: "e-mails say Computer Guys",
    secret: false,
    problem: line,
  },
  {
    name: "ALLOWED_ORIGINS",
    purpose:
      "where the chat's page is opened, like https://support.joes.shop (http://127.0.0.1:5173 while developing), several with commas between",
    without: "pages neither send nor show files",
    secret: false,
    problem: origins,
  },
  {
    name: "TWILIO_ACCOUNT_SID",
    purpose: "texting with customers",
    without: "customers can't text the shop; codes and alerts go by e-mail",
    from: "https://console.twilio.com",
    secret: false,
    problem: hexadecimal("AC"),
  },
  {
    name: "TWILIO_AUTH_TOKEN",
    purpose: "Twilio's token, which it signs webhooks with, too",
    without: "no text comes in or goes out",
    from: "https://console.twilio.com",
    secret: true,
    after: "TWILIO_ACCOUNT_SID",
    problem: hexadecimal(""),
  },
  {
    name: "TWILIO_FROM",
    purpose: "the shop's number, like +16145550142",
    without: "texts come in and are not answered",
    secret: false,
    after: "TWILIO_ACCOUNT_SID",
    instead: "TWILIO_MESSAGING_SERVICE_SID",
    problem: phone,
  },
  {
    name: "TWILIO_MESSAGING_SERVICE_SID",
    purpose: "the messaging service that texts, in place of one number",
    without: "TWILIO_FROM is used",
    secret: false,
    fileOnly: true,
    problem: hexadecimal("MG"),
  },
  {
    name: "TWILIO_WEBHOOK_URL",
    purpose: "what Twilio calls and signs, behind a domain or a proxy of your own",
    without: "the deployment's own URL",
    secret: false,
    fileOnly: true,
    problem: url,
  },
  baseUrl("TWILIO_BASE_URL"),
  baseUrl("OPENROUTER_BASE_URL"),
  baseUrl("OPENAI_BASE_URL"),
  baseUrl("RESEND_BASE_URL"),
];

/** Whether a variable is worth asking for, and missed, beside those that are there. */
export const isWanted = (
  { fileOnly, after, instead }: Pick<Variable, "fileOnly" | "after" | "instead">,
  there: ReadonlySet<string>,
): boolean =>
  fileOnly !== true &&
  (after === undefined || there.has(after)) &&
  (instead === undefined || !there.has(instead));

/** What is wrong with a value, or null. */
export function problemOf(
  variable: Variable,
  value: string,
  given: ReadonlySet<string>,
): string | null {
  if (value.length > MAX_VALUE_CHARS) return "is longer than the 8 KiB that Convex stores";
  if (/[\p{Cc}]/u.test(value)) return "has control characters or line breaks in it";
  return variable.problem(value, given);
}

/** 384 bits from the system's generator, in characters that need no quotes anywhere, with their public point. */
export const newSecret = () => withPublicPoint(randomBytes(48).toString("base64url"));

/** What is stored in place of a `JWT_SECRET` without public points: the same secrets, with them. */
export const completeSecret = (value: string): string =>
  splitSecrets(value).map(withPublicPoint).join(" ");

/** Sign-in derives the public point each time. */
export const derivesPoint = (value: string): boolean =>
  splitSecrets(value).some((stored) => readSecret(stored).point === null);

export type SecretState = "missing" | "weak" | "one" | "rotating";

/** `weak`: sign-in refuses it. `rotating`: a new one and the one that it replaces. */
export function secretState(value: string | null): SecretState {
  if (value === null) return "missing";
  if (describeShortSecret(value) !== null) return "weak";
  return splitSecrets(value).length === 2 ? "rotating" : "one";
}

export function secretProblem(value: string): string | null {
  if (/\s/.test(value)) return "has white space in it";
  if (describeShortSecret(value) !== null) return `is shorter than ${MIN_SECRET_CHARS} characters`;
  return describeBadSecret(value) === null ? null : "holds a public key that is not its secret's";
}

/**
 * One line of a `.env` file that the CLI reads back as exactly this value, or null if none does: dotenv has
 * no escapes but `\n` and `\r` between double quotes, so a value picks the quotes that it doesn't hold.
 */
export function dotenvLine(name: string, value: string): string | null {
  if (/[\r\n]/.test(value)) return null;
  const plain = /^[\w.:/@+-]+$/.test(value);
  if (plain) return `${name}=${value}`;
  if (!value.includes("'")) return `${name}='${value}'`;
  if (!/["\\]/.test(value)) return `${name}="${value}"`;
  return value.includes("`") ? null : `${name}=\`${value}\``;
}
