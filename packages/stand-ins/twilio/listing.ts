/** Lists of the API: Twilio's filters on messages, and its pages, which a token of the last entry continues. */
import type { Request } from "../http";
import type { Sms } from "./messages";

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1_000;
const DAY_MS = 86_400_000;

/** The span that a date of the query means: a day, or a second. Nothing for what is no date. */
function span(text: string): [number, number] | undefined {
  const start = Date.parse(text);
  if (Number.isNaN(start)) return undefined;
  return [start, start + (/^\d{4}-\d{2}-\d{2}$/.test(text) ? DAY_MS : 1000)];
}

/** Bounds on the date of sending include the day or second that they name. */
export function readMessageFilter(query: URLSearchParams): (sms: Sms) => boolean {
  const [to, from] = [query.get("To"), query.get("From")];
  const dates = (["DateSent", "DateSent<", "DateSent>"] as const).flatMap((name) => {
    const range = span(query.get(name) ?? "");
    return range ? [{ name, range }] : [];
  });
  return (sms) => {
    if (to !== null && sms.to !== to) return false;
    if (from !== null && sms.from !== from) return false;
    const at = sms.sentAt ?? sms.at;
    return dates.every(({ name, range: [start, end] }) => {
      if (name === "DateSent<") return at < end;
      if (name === "DateSent>") return at >= start;
      return at >= start && at < end;
    });
  };
}

interface Listing<T> {
  /** The field that the resource puts its items under. */
  name: string;
  /** Newest first. */
  all: T[];
  view: (item: T) => unknown;
}

/** The page of a list that the request asks for. */
export function buildPage<T extends { sid: string }>(
  request: Request,
  { name, all, view }: Listing<T>,
) {
  const path = request.path.slice("/twilio".length);
  const asked = Number(request.query.get("PageSize") ?? DEFAULT_PAGE_SIZE);
  const size = Math.min(Math.max(Math.trunc(asked) || DEFAULT_PAGE_SIZE, 1), MAX_PAGE_SIZE);
  const token = request.query.get("PageToken");
  const start = token === null ? 0 : all.findIndex(({ sid }) => `PA${sid}` === token) + 1;
  const items = all.slice(start, start + size);
  const number = Number(request.query.get("Page") ?? 0) || 0;
  const uri = (to: number, after?: string) => {
    const query = new URLSearchParams(request.query);
    query.set("PageSize", String(size));
    query.set("Page", String(to));
    if (after === undefined) query.delete("PageToken");
    else query.set("PageToken", `PA${after}`);
    return `${path}?${query}`;
  };
  const last = items.at(-1);
  return {
    [name]: items.map(view),
    start,
    end: start + items.length - 1,
    page: number,
    page_size: size,
    first_page_uri: uri(0),
    next_page_uri: last && start + size < all.length ? uri(number + 1, last.sid) : null,
    previous_page_uri: null,
    uri: `${path}${request.query.size > 0 ? `?${request.query}` : ""}`,
  };
}
