/**
 * What stands in a person's plain text: web and e-mail addresses, phone numbers, simple lists. Pure. A link goes where
 * its words say, by http or https; what could be read as another place than it is stays text.
 */
import { LinkifyIt } from "linkify-it";

/** Some of the text as it was written; with `href` a link, with `named` a colleague's name. */
export type Part = { text: string; href?: string; named?: true };
export type Found = { start: number; end: number } & ({ href: string } | { named: true });
/** `start`: the number of the first item, of a list that counts. */
export type Block =
  { kind: "text"; text: string } | { kind: "list"; start: number | null; items: string[] };

/** Without "https://" only these: the name of a file ("notes.md", "setup.sh") is no address. */
const ENDINGS = ["com", "org", "net", "edu", "gov", "info", "shop", "example"];
const MAX_LINK = 2_000;
const linkify = new LinkifyIt({ fuzzyLink: true, tlds: ENDINGS, maxLength: MAX_LINK });

/** Letters that turn the direction of what follows, or that nobody sees: an address with them is not what it seems. */
const DECEIVING = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

export function findAddresses(text: string): Found[] {
  if (DECEIVING.test(text)) return [];
  return (linkify.match(text) ?? []).flatMap(({ index: start, lastIndex: end, schema, url }) => {
    const isWeb = WEB.has(schema) && !/^\S*@/.test(text.slice(end));
    const href =
      schema === "mailto:" ? mailHref(url) : isWeb ? webHref(text.slice(start, end)) : null;
    // "bank.example@evil.example": neither half is the address that is meant.
    return href === null || text[start - 1] === "@" ? [] : [{ start, end, href }];
  });
}

/** Where a note names these colleagues. */
export const findNames = (text: string, names: readonly string[]): Found[] =>
  names.flatMap((name) =>
    [...text.matchAll(RegExp(`@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "g"))].map(
      ({ index: start }) => ({ start, end: start + name.length + 1, named: true as const }),
    ),
  );

/** As it was written; "" is without one. */
const WEB = new Set(["", "http:", "https:"]);

const mailHref = (url: string): string | null =>
  /^mailto:[^\s?&#%]+@[a-z0-9.-]+$/i.test(url) ? url : null;

/** Only where the host is the one that stands there, letter by letter: "аpple.com" in Cyrillic is another. */
function webHref(written: string): string | null {
  const address = /^https?:\/\//i.test(written) ? written : `https://${written}`;
  if (!URL.canParse(address)) return null;
  const target = new URL(address);
  if (target.username !== "" || target.password !== "") return null;
  if (!written.toLowerCase().includes(target.hostname)) return null;
  return target.href;
}

/** Could hold a number that one calls: what looks for them is loaded then. */
export const mayHavePhone = (text: string): boolean =>
  text.replace(/[^\d+]/g, "").length >= 7 && /\+?\d[\d ().\-/]{5,}\d/.test(text);

/** The text in parts, none of it lost; of what overlaps the earlier counts. */
export function splitParts(text: string, found: readonly Found[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { start, end, ...kind } of found.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    if (start > at) parts.push({ text: text.slice(at, start) });
    parts.push({ text: text.slice(start, end), ...kind });
    at = end;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at) });
  return parts;
}

const BULLET = /^[ \t]{0,3}[-*•–][ \t]+(?=\S)/;
const NUMBER = /^[ \t]{0,3}(\d{1,3})[.)][ \t]+(?=\S)/;

/** Two lines or more that begin alike are a list; one alone is what somebody wrote. */
export function splitBlocks(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) blocks.push({ kind: "text", text: words.join("\n") });
    words = [];
  };
  for (let at = 0; at < lines.length;) {
    const list = listAt(lines, at);
    if (list === null) {
      words.push(lines[at]!);
      at += 1;
      continue;
    }
    flush();
    blocks.push(list);
    at += list.items.length;
  }
  flush();
  return blocks;
}

function listAt(lines: readonly string[], from: number): (Block & { kind: "list" }) | null {
  const first = NUMBER.exec(lines[from]!);
  const start = first === null ? null : Number(first[1]);
  const items: string[] = [];
  for (const line of lines.slice(from)) {
    const mark = (start === null ? BULLET : NUMBER).exec(line);
    const counts = start === null || Number(mark?.[1]) === start + items.length;
    if (mark === null || !counts) break;
    items.push(line.slice(mark[0].length));
  }
  return items.length < 2 ? null : { kind: "list", start, items };
}
