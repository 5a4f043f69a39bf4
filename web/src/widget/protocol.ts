/**
 * What the page around the widget and the chat in its frame tell each other. Each side takes only what the other one's
 * window sends from the other one's origin, in these shapes; neither ever sends to "*". Nothing of a conversation
 * is in it: the page learns how many answers are unread, the chat is opened, closed and told who is there.
 */
import { readColour, type Colour } from "./colours";

export type Theme = {
  accent?: Colour | undefined;
  /** Of a dark page; absent: made of `accent`. */
  accentDark?: Colour | undefined;
  /** Absent: as the system says. */
  scheme?: "light" | "dark" | undefined;
};

/** From the page to the chat. */
export type Order =
  | { computerGuys: "hello"; theme: Theme; open: boolean }
  | { computerGuys: "show" }
  | { computerGuys: "hide" }
  | { computerGuys: "identify"; id: number; token: string }
  | { computerGuys: "forget"; id: number };

/** From the chat to the page. */
export type Report =
  | { computerGuys: "ready"; hasSession: boolean }
  | { computerGuys: "state"; hasSession: boolean; unread: number }
  | { computerGuys: "close" }
  | { computerGuys: "done"; id: number; error?: { code: string; message: string } };

export const MAX_UNREAD = 99;
/** Longer than any token that the server takes. */
const MAX_TOKEN = 4096;

type Fields = Record<string, unknown>;
const fieldsOf = (data: unknown): Fields =>
  typeof data === "object" && data !== null ? (data as Fields) : {};
const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
const isText = (value: unknown, max: number): value is string =>
  typeof value === "string" && value.length <= max;

/** What the page has said, or null. */
export function readOrder(data: unknown): Order | null {
  const { computerGuys: kind, theme, open, id, token } = fieldsOf(data);
  if (kind === "show" || kind === "hide") return { computerGuys: kind };
  if (kind === "hello" && typeof open === "boolean") {
    return { computerGuys: kind, theme: readTheme(theme), open };
  }
  if (!isCount(id, Number.MAX_SAFE_INTEGER)) return null;
  if (kind === "forget") return { computerGuys: kind, id };
  return kind === "identify" && isText(token, MAX_TOKEN) ? { computerGuys: kind, id, token } : null;
}

function readTheme(data: unknown): Theme {
  const { accent, accentDark, scheme } = fieldsOf(data);
  const colour = (value: unknown) => (isText(value, 40) && readColour(value)) || undefined;
  return {
    accent: colour(accent),
    accentDark: colour(accentDark),
    scheme: scheme === "light" || scheme === "dark" ? scheme : undefined,
  };
}

/** What the chat has said, or null. */
export function readReport(data: unknown): Report | null {
  const { computerGuys: kind, hasSession, unread, id, error } = fieldsOf(data);
  if (kind === "close") return { computerGuys: kind };
  if (kind === "ready" && typeof hasSession === "boolean")
    return { computerGuys: kind, hasSession };
  if (kind === "state" && typeof hasSession === "boolean" && isCount(unread, MAX_UNREAD)) {
    return { computerGuys: kind, hasSession, unread };
  }
  if (kind !== "done" || !isCount(id, Number.MAX_SAFE_INTEGER)) return null;
  if (error === undefined) return { computerGuys: kind, id };
  const { code, message } = fieldsOf(error);
  if (!isText(code, 100) || !isText(message, 1000)) return null;
  return { computerGuys: kind, id, error: { code, message } };
}
