"use node";
/** Redirects, each looked at as if somebody had asked for its address. */
import { ReadFault } from "../../lib/readFault";
import { checkUrl, requestUrl, type Answer, type Ask } from "./request";

/** Of browsers it is 20; of pages that people link to one or two (RFC 9309 asks for five). */
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** `before` is asked of each address. Errors: a `ReadFault`; a plain error for what may go better another time. */
export async function followUrl(
  address: URL,
  ask: Ask,
  before: (url: URL) => Promise<void> = () => Promise.resolve(),
): Promise<Answer & { url: URL }> {
  let url = address;
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    checkUrl(url, ask);
    await before(url);
    const answer = await requestUrl(url, ask);
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.status) || location === undefined) return { ...answer, url };
    if (!URL.canParse(location, url)) break;
    url = new URL(location, url);
  }
  throw new ReadFault(
    "url_redirects",
    `The page leads from address to address, and to no page within ${MAX_REDIRECTS}.`,
  );
}
