"use node";
/** What a site asks machines to leave alone (RFC 9309), and the sitemaps that it names. By robots-parser. */
import { ReadFault } from "../../lib/readFault";
import { HOUR } from "../../lib/time";
import { followUrl } from "./follow";
import { ROBOT, Unreachable, type Ask } from "./request";

/** The standard's own bound: who reads it need not read more. */
const MAX_ROBOTS_BYTES = 500 * 1024;
/** A page after the other of one site doesn't ask for it again. */
const KEPT_FOR = HOUR;
const MAX_KEPT = 100;

export type Robots = {
  isAllowed: (url: URL) => boolean;
  sitemaps: string[];
};

const kept = new Map<string, { until: number; robots: Robots }>();

/** Throws `url_robots` for what a site asks machines not to read, a plain error while it can't be told. */
export async function checkRobots(url: URL, ask: Ask): Promise<void> {
  const robots = await readRobots(url, ask);
  if (robots.isAllowed(url)) return;
  throw new ReadFault(
    "url_robots",
    "The site's robots.txt asks machines not to read this page. Add it as a file, or have that changed.",
  );
}

export async function readRobots({ origin }: URL, ask: Ask): Promise<Robots> {
  const known = kept.get(origin);
  if (known !== undefined && known.until > Date.now()) return known.robots;
  const robots = await fetchRobots(new URL("/robots.txt", origin), ask);
  kept.delete(origin);
  for (const [oldest] of kept) if (kept.size >= MAX_KEPT) kept.delete(oldest);
  kept.set(origin, { until: Date.now() + KEPT_FOR, robots });
  return robots;
}

async function fetchRobots(address: URL, ask: Ask): Promise<Robots> {
  const { status, body } = await followUrl(address, { ...ask, maxBytes: MAX_ROBOTS_BYTES });
  // A server that can't say what it asks for asks for nothing to be read (2.3.1.4).
  if (status >= 500 || status === 429) {
    throw new Unreachable(`The site's robots.txt can't be read (${status}).`);
  }
  const { default: parseRobots } = await import("robots-parser");
  const text = status >= 200 && status < 300 ? new TextDecoder().decode(body) : "";
  const rules = parseRobots(address.href, rulesOf(text));
  return {
    isAllowed: ({ href }) => rules.isAllowed(href, ROBOT) !== false,
    sitemaps: parseRobots(address.href, text).getSitemaps(),
  };
}

/**
 * A `Sitemap` or a line of another kind ends no group (2.2.4), but to the parser it does. A delay does end one: sites
 * give it to some robots and close the site to the next, and count on that.
 */
const rulesOf = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .filter((line) => /^\s*(?:user-agent|allow|disallow|crawl-delay)\s*:/i.test(line))
    .join("\n");
