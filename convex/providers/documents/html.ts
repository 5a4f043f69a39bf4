"use node";
/**
 * A page as Markdown that the splitter knows. `defuddle` takes the menus and cookie notes out; where it leaves next to
 * nothing (a page that is one table), all of the body is taken. Tables are written here: their spans are expanded, and
 * lines within a cell stay apart.
 */
import { markPlace } from "../../lib/places";
import { ReadFault } from "../../lib/readFault";

/** Pages of the web have a tenth of it; a parser's tree is ten times as large as its text. */
const MAX_HTML_CHARS = 2_000_000;
const MAX_TAGS = 20_000;
const MAX_DEPTH = 200;
/** Below this share of the body's letters what was found is not the page's text. */
const LEAST_SHARE = 0.25;
/** No cell of a real table spans more; and what a table comes to once its spans are expanded. */
const MAX_SPAN = 50;
const MAX_CELLS = 100_000;

type Libraries = Awaited<ReturnType<typeof load>>;
type Page = { title: string; markdown: string };

async function load() {
  const [parse5, { parseHTML }, { Defuddle }, { default: Turndown }] = await Promise.all([
    import("parse5"),
    import("linkedom"),
    import("defuddle/node"),
    import("turndown"),
  ]);
  return { parse5, parseHTML, Defuddle, Turndown };
}

/** `address`: where it comes from, if from the web; its links are completed by it. Errors: `file_too_large`, `file_no_text`. */
export async function readHtml(html: string, address?: string): Promise<Page> {
  checkSize(html);
  const libraries = await load();
  const { body, title } = parse(libraries, html);
  removeAside(body);
  const all = lettersOf(body);
  const contact = contactOf(body);
  const article = await findArticle(libraries, html, address);
  const whole = article === null || lettersOf(article) < LEAST_SHARE * all;
  const anchors = anchorsOf(body);
  const markdown = toMarkdown(libraries, whole ? body : article, { address, anchors });
  // What a reader takes for a footer's small print: where the shop is, and when it is open.
  const missing = contact.filter((line) => !markdown.includes(line));
  const text = [markdown, ...missing].join("\n\n").trim();
  if (text === "") throw new ReadFault("file_no_text", "The page has no text to answer from.");
  return { title, markdown: text };
}

/** HTML that is all content, as a converter wrote it. */
export async function convertHtml(html: string): Promise<Page> {
  checkSize(html);
  const libraries = await load();
  const { body, title } = parse(libraries, html);
  return { title, markdown: toMarkdown(libraries, body, {}) };
}

function refuseSize(what: string): never {
  throw new ReadFault("file_too_large", `The page has more than ${what}. Split it.`);
}

/** Readers of pages take minutes for what nests deep or has tags without end, and nothing can stop them. */
function checkSize(html: string): void {
  if (html.length > MAX_HTML_CHARS) refuseSize(`${MAX_HTML_CHARS / 1_000_000} million characters`);
  let tags = 0;
  let depth = 0;
  for (const [, slash, name] of html.replace(SCRIPTS, "$2").matchAll(/<(\/?)([a-z][\w-]*)/gi)) {
    if (++tags > MAX_TAGS) refuseSize(`${MAX_TAGS} tags`);
    if (CLOSES_ITSELF.test(name!)) continue;
    depth = Math.max(0, depth + (slash === "" ? 1 : -1));
    if (depth > MAX_DEPTH) refuseSize(`${MAX_DEPTH} levels of tags in each other`);
  }
}

/** What never ends goes on to the last character, so that nothing is read twice; of a drawing all of it is counted then. */
const SCRIPTS =
  /<!--(?:-?>|[^]*?--!?>|[^]*)|<(script|style)\b(?:[^]*?<\/\1\b[^>]*>?|[^]*)|<svg\b(?:[^]*?<\/svg\b[^>]*>?|([^]*))/gi;
/** Void elements, and those whose end tag may be left out (HTML, 13.1.2.4). */
const CLOSES_ITSELF =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[dt]|t[rdh]|tbody|thead|tfoot|option|optgroup|r[pt]|html|head|body)$/i;

/**
 * By way of the standard's own parser: linkedom's takes the rest of a table into a cell that has a paragraph and no end
 * tag (`findings/table-cells-swallowed.sh`).
 */
function parse({ parse5, parseHTML }: Libraries, html: string) {
  const whole = parse5.serialize(parse5.parse(html, { scriptingEnabled: false }));
  const { document } = parseHTML(whole) as unknown as { document: Document };
  const first = document.querySelector("title")?.textContent ?? "";
  const title = first.trim() || (document.querySelector("h1")?.textContent ?? "").trim();
  return { document, body: document.body, title: title.replace(/\s+/g, " ").slice(0, 200) };
}

/** What a file's own links are completed by: they lead nowhere. */
const NOWHERE = "https://page.invalid/";

async function findArticle(
  libraries: Libraries,
  html: string,
  address = NOWHERE,
): Promise<HTMLElement | null> {
  const { document } = parse(libraries, html);
  const { content } = await libraries.Defuddle(document, address, { useAsync: false });
  return content.trim() === "" ? null : parse(libraries, content).body;
}

const lettersOf = (element: Element) => (element.textContent ?? "").replace(/\s+/g, "").length;

const ASIDE = [
  "script, style, noscript, template, svg, iframe, nav, dialog, form[role=search]",
  "[hidden], [aria-hidden=true], [role=navigation], [role=dialog]",
  "[id*=cookie i], [class*=cookie i], [id*=consent i], [class*=consent i]",
].join(", ");

function removeAside(body: HTMLElement): void {
  for (const element of body.querySelectorAll(ASIDE)) element.remove();
}

/** A number to call, an address to write to, a time of day. */
const CONTACT = /\+?\d[\d ()./-]{6,}\d|\S@\S+\.\S|\b\d{1,2}(?::\d\d| ?[ap]m)\b/i;

function contactOf(body: HTMLElement): string[] {
  const lines = [...body.querySelectorAll("footer p, footer li, footer address, address")]
    .filter((element) => element.querySelector("p, li, address") === null)
    .map((element) => {
      for (const br of element.querySelectorAll("br")) br.replaceWith(", ");
      return (element.textContent ?? "").replace(/\s+/g, " ").replace(/ ,/g, ",").trim();
    });
  return [...new Set(lines)].filter((line) => CONTACT.test(line));
}

type Source = { address?: string; anchors?: ReadonlyMap<string, string> };

function toMarkdown(libraries: Libraries, body: HTMLElement, source: Source): string {
  const service = makeService(libraries, source);
  return service
    .turndown(body)
    .replace(/\u00ad/g, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function makeService({ Turndown }: Libraries, { address, anchors = new Map() }: Source) {
  const service = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
    emDelimiter: "*",
  });
  // Not each "_" and "[": names of models and files are looked for as they are.
  service.escape = (text) => text.replace(/^(\s*)(?=[#>|])/, "$1\\");
  service.remove(["script", "style", "noscript", "template"] as never);
  service.addRule("heading", {
    filter: ["h1", "h2", "h3", "h4", "h5", "h6"],
    replacement: (content, node) => {
      const text = content.replace(/\s+/g, " ").trim();
      if (text === "") return "";
      const place = markPlace(anchors.get(wordsOf(node)) ?? "");
      const marks = "#".repeat(Number(node.nodeName[1]));
      return `\n\n${place === "" ? "" : `${place}\n\n`}${marks} ${text}\n\n`;
    },
  });
  service.addRule("table", {
    filter: "table",
    replacement: (content, node) => {
      return writeTable(node as HTMLTableElement, (html) => service.turndown(html)) ?? content;
    },
  });
  // Turndown's own is for `<pre><code>` alone.
  service.addRule("pre", {
    filter: (node) => node.nodeName === "PRE" && node.firstChild?.nodeName !== "CODE",
    replacement: (_, node) => `\n\n\`\`\`\n${(node.textContent ?? "").trim()}\n\`\`\`\n\n`,
  });
  service.addRule("struck", {
    filter: (node) => /^(?:DEL|S|STRIKE)$/.test(node.nodeName),
    replacement: (content) => (content.trim() === "" ? "" : `~~${content.trim()}~~`),
  });
  service.addRule("term", {
    filter: ["dt", "summary", "caption"],
    replacement: (content) => (content.trim() === "" ? "" : `\n\n**${content.trim()}**\n\n`),
  });
  service.addRule("picture", {
    filter: "img",
    replacement: (_, node) => (node.getAttribute("alt") ?? "").trim(),
  });
  service.addRule("checkbox", {
    filter: (node) => node.nodeName === "INPUT" && node.getAttribute("type") === "checkbox",
    replacement: (_, node) => (node.hasAttribute("checked") ? "[x] " : "[ ] "),
  });
  service.addRule("link", {
    filter: "a",
    replacement: (content, node) => {
      const target = completeLink(node.getAttribute("href") ?? "", address);
      const text = content.replace(/\s+/g, " ");
      return target === null || text.trim() === "" ? text : `[${text}](${target})`;
    },
  });
  return service;
}

const wordsOf = (element: Element) => (element.textContent ?? "").replace(/[\s¶#]+/g, " ").trim();

/** Of each heading what an address would end in, by its words: the reader leaves ids out. */
function anchorsOf(body: HTMLElement): Map<string, string> {
  const anchors = new Map<string, string>();
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const words = wordsOf(heading);
    const anchor = anchorOf(heading as HTMLElement);
    if (anchor !== "" && !anchors.has(words)) anchors.set(words, anchor);
  }
  return anchors;
}

/** Its own id, that of an anchor in it, or that of the section that it opens. */
function anchorOf(heading: HTMLElement): string {
  if (heading.id !== "") return heading.id;
  const inside = heading.querySelector("[id], a[name]");
  const anchor = inside?.id || (inside?.getAttribute("name") ?? "");
  if (anchor !== "") return anchor;
  const parent = heading.parentElement;
  return parent?.nodeName === "SECTION" && parent.firstElementChild === heading ? parent.id : "";
}

/** `encodeURIComponent` leaves brackets, and they end a link of Markdown. */
const escapeBracket = (char: string) => `%${char.charCodeAt(0).toString(16)}`;

/** Null for what leads nowhere from here. */
function completeLink(href: string, address: string | undefined): string | null {
  if (/^(?:mailto|tel):/i.test(href)) return href.replace(/[()\s]/g, escapeBracket);
  if (href.startsWith("#") || !URL.canParse(href, address)) return null;
  const url = new URL(href, address);
  return /^https?:$/.test(url.protocol) && !url.href.startsWith(NOWHERE)
    ? url.href.replace(/[()]/g, escapeBracket)
    : null;
}

/** Null for one that lays out a page: it holds tables, or has one column. */
function writeTable(table: HTMLTableElement, convert: (html: string) => string): string | null {
  if (table.querySelector("table") !== null) return null;
  const caption = table.querySelector("caption")?.textContent?.trim() ?? "";
  const rows = expandSpans([...table.querySelectorAll("tr")], convert);
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width < 2) return rows.length === 0 ? "" : null;
  // Short rows are filled up to the longest.
  if (width * rows.length > MAX_CELLS) refuseSize(`${MAX_CELLS} cells in a table`);
  const lines = rows.map((row) => {
    const cells = Array.from({ length: width }, (_, i) => row[i] ?? "");
    return `| ${cells.join(" | ")} |`;
  });
  lines.splice(1, 0, `|${" --- |".repeat(width)}`);
  return `\n\n${caption === "" ? "" : `**${caption}**\n\n`}${lines.join("\n")}\n\n`;
}

/** Rows of cells in words; what spans several stands in each, so that a row says all that holds for it. */
function expandSpans(trs: Element[], convert: (html: string) => string): string[][] {
  const rows: string[][] = trs.map(() => []);
  let cells = 0;
  for (const [y, tr] of trs.entries()) {
    const row = rows[y]!;
    for (const cell of tr.querySelectorAll("td, th")) {
      let x = 0;
      while (row[x] !== undefined) x++;
      const text = cellText(cell, convert);
      const wide = spanOf(cell, "colspan");
      const high = Math.min(spanOf(cell, "rowspan"), trs.length - y);
      cells += wide * high;
      if (cells > MAX_CELLS) refuseSize(`${MAX_CELLS} cells in a table`);
      for (let i = 0; i < wide * high; i++) {
        rows[y + Math.floor(i / wide)]![x + (i % wide)] = text;
      }
    }
  }
  return rows.filter((row) => row.some((cell) => cell !== ""));
}

const spanOf = (cell: Element, name: string) =>
  Math.min(MAX_SPAN, Math.max(1, Math.floor(Number(cell.getAttribute(name))) || 1));

function cellText(cell: Element, convert: (html: string) => string): string {
  for (const br of cell.querySelectorAll("br")) br.replaceWith(", ");
  return convert(cell.innerHTML)
    .replace(/\s*\n+\s*/g, " ")
    .replace(/ ,/g, ",")
    .replace(/(?<!\\)\|/g, "\\|")
    .trim();
}
