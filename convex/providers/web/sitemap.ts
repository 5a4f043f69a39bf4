"use node";
/** The pages that a site lists (sitemaps.org): of one host, so many at most, none that robots.txt closes. */
import { gunzipSync } from "node:zlib";
import { ReadFault } from "../../lib/readFault";
import { MINUTE } from "../../lib/time";
import { parseUrl } from "./fetchPage";
import { followUrl } from "./follow";
import { checkUrl, MAX_WEB_BYTES, type Ask, type Network } from "./request";
import { checkRobots, readRobots, type Robots } from "./robots";

/** An index may name 50,000 sitemaps of 50,000 pages each. */
const MAX_SITEMAPS = 50;
const MAX_TIME = 2 * MINUTE;
const MAX_URL_CHARS = 2_000;
/** Listed for searches for pictures, mostly: nothing that a document is read from. */
const NO_DOCUMENT = /\.(?:jpe?g|png|gif|svg|webp|avif|ico|mp[34]|webm|zip|gz|css|js|json|xml)$/i;

export type Listing = {
  pages: string[];
  /** Pages beyond `most`; there may be more that nobody looked for. */
  left: number;
};
type Listed = { pages: string[]; sitemaps: string[] };

/** `address`: a sitemap, or any page of the site. Errors: a `ReadFault`; a plain error for what may go better later. */
export async function listSitePages(
  address: string,
  { network, most, withinMs = MAX_TIME }: { network: Network; most: number; withinMs?: number },
): Promise<Listing> {
  const ask = { ...network, signal: AbortSignal.timeout(withinMs) };
  const start = parseUrl(address);
  checkUrl(start, network);
  const robots = await readRobots(start, ask);
  const waiting = sitemapsOf(start, robots);
  const seen = new Set(waiting);
  const pages = new Set<string>();
  while (waiting.length > 0 && pages.size <= most) {
    const listed = await readSitemap(new URL(waiting.shift()!), ask);
    for (const page of listed.pages.filter(isPageOf(start, robots))) pages.add(page);
    for (const next of listed.sitemaps) {
      if (seen.has(next) || seen.size >= MAX_SITEMAPS || !isOf(start, next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  if (pages.size === 0) {
    throw new ReadFault(
      "url_no_pages",
      "The site has no sitemap with pages in it. Add its pages one by one.",
    );
  }
  const all = [...pages];
  return { pages: all.slice(0, most), left: Math.max(0, all.length - most) };
}

function sitemapsOf(start: URL, robots: Robots): string[] {
  if (/\.(?:xml|txt)(?:\.gz)?$/i.test(start.pathname)) return [start.href];
  const named = robots.sitemaps.filter((one) => isOf(start, one)).slice(0, MAX_SITEMAPS);
  return named.length > 0 ? named : [new URL("/sitemap.xml", start).href];
}

/** Another host is another site: whoever runs this one doesn't speak for it. */
const isOf = (start: URL, address: string) =>
  address.length <= MAX_URL_CHARS &&
  URL.canParse(address) &&
  new URL(address).origin === start.origin;

const isPageOf = (start: URL, robots: Robots) => (address: string) => {
  if (!isOf(start, address)) return false;
  const url = new URL(address);
  return !NO_DOCUMENT.test(url.pathname) && robots.isAllowed(url);
};

async function readSitemap(url: URL, ask: Ask): Promise<Listed> {
  const answer = await followUrl(url, ask, (next) => checkRobots(next, ask));
  if (answer.status >= 500) throw new Error(`The sitemap can't be read (${answer.status}).`);
  if (answer.status !== 200) return { pages: [], sitemaps: [] };
  return parseSitemap(new TextDecoder().decode(unzip(answer.body)));
}

function unzip(body: Uint8Array): Uint8Array {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAX_WEB_BYTES });
  } catch {
    throw new ReadFault("url_too_large", "The sitemap can't be unpacked, or is too large.");
  }
}

/** XML as the protocol has it: a list of `loc`. Or text, an address a line. */
export function parseSitemap(text: string): Listed {
  const found = text.trimStart().startsWith("<")
    ? [
        ...text
          .replace(/<!--[^]*?-->/g, "")
          .matchAll(/<loc>([^<]*|\s*<!\[CDATA\[[^<]*?\]\]>\s*)<\/loc>/g),
      ]
        .map(([, loc]) => loc!.replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, ""))
        .map((loc) => decodeEntities(loc).trim())
    : text.split(/\r?\n/).map((line) => line.trim());
  const addresses = found.filter((one) => URL.canParse(one)).map((one) => parseUrl(one).href);
  return /<sitemapindex[\s>]/.test(text)
    ? { pages: [], sitemaps: addresses }
    : { pages: addresses, sitemaps: [] };
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const decodeEntities = (text: string) =>
  text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,6})|#x([\da-f]{1,5}));/gi,
    (all, name, ten, hex) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? all;
      return String.fromCodePoint(parseInt(String(ten ?? hex), ten === undefined ? 16 : 10));
    },
  );
