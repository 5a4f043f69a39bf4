"use node";
/** A page of the web, or what became of it since it was last seen. */
import { ReadFault } from "../../lib/readFault";
import { SECOND } from "../../lib/time";
import { followUrl } from "./follow";
import { Unreachable, type Answer, type Network } from "./request";
import { checkRobots } from "./robots";

/** For all of it: robots.txt, redirects, the last byte. */
const MAX_TIME = 30 * SECOND;

/** What a server said of a page: asked again with it, it need not send what hasn't changed. */
export type Seen = { etag?: string; lastModified?: string };
export type Page = Seen & {
  kind: "page";
  /** After its redirects. */
  url: string;
  bytes: Uint8Array<ArrayBuffer>;
  charset?: string;
};
export type Fetched = Page | { kind: "unchanged" } | { kind: "gone" };
export type Fetching = { network: Network; seen?: Seen; withinMs?: number };

/** Errors: a `ReadFault` in words; a plain error for what may go better another time. */
export async function fetchPage(
  address: string,
  { network, seen = {}, withinMs = MAX_TIME }: Fetching,
): Promise<Fetched> {
  const ask = { ...network, signal: AbortSignal.timeout(withinMs), headers: conditionsOf(seen) };
  const url = parseUrl(address);
  const answer = await followUrl(url, ask, (next) =>
    checkRobots(next, { ...network, signal: ask.signal }),
  );
  return describeAnswer(answer);
}

/** Without the part that names a place in it. Errors: `url_invalid`. */
export function parseUrl(address: string): URL {
  if (!URL.canParse(address)) {
    throw new ReadFault("url_invalid", "That is no address of a page: https://… is one.");
  }
  const url = new URL(address);
  url.hash = "";
  return url;
}

function conditionsOf({ etag, lastModified }: Seen): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(lastModified === undefined ? {} : { "if-modified-since": lastModified }),
  };
}

function describeAnswer({ status, headers, body, url }: Answer & { url: URL }): Fetched {
  if (status === 304) return { kind: "unchanged" };
  if (status === 404 || status === 410) return { kind: "gone" };
  if (status === 429 || status >= 500) {
    throw new Unreachable(`The page can't be reached (${status}).`);
  }
  if (status !== 200) {
    throw new ReadFault(
      "url_refused",
      `The page is not for everybody: its server answers ${status}.`,
    );
  }
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1];
  return {
    kind: "page",
    url: url.href,
    bytes: body,
    ...(charset === undefined ? {} : { charset }),
    ...keptOf(headers.etag, "etag"),
    ...keptOf(headers["last-modified"], "lastModified"),
  };
}

/** What goes back as a header, and is stored: a line of a sane length. */
const keptOf = (value: string | undefined, name: keyof Seen): Seen =>
  value !== undefined && /^[\x20-\x7e]{1,300}$/.test(value) ? { [name]: value } : {};
