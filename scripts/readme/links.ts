/** What the papers point at: files and headings by link, files by their path in backticks. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { marked, type Token, type Tokens } from "marked";

/** Every Markdown page that git has or would take, by its path from the root. */
export function allPages(root: string): string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"];
  const pages = execFileSync("git", list, { cwd: root, encoding: "utf8" }).trim().split("\n");
  return [...new Set(pages)].filter((page) => existsSync(path.join(root, page)));
}

const tokensOf = (markdown: string): Token[] => {
  const tokens: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
};

const isOfType = <T extends Tokens.Generic>(tokens: Token[], ...types: string[]): T[] =>
  tokens.filter((token) => types.includes(token.type)) as T[];

/** A heading's anchor as GitHub makes it; the second of the same name gets `-1`. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of isOfType<Tokens.Heading>(tokensOf(markdown), "heading")) {
    const words = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = words;
    for (let nth = 1; anchors.has(anchor); nth += 1) anchor = `${words}-${nth}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Links of a page, by its path from the root, that lead to no file or to no heading. */
export function brokenLinks(root: string, page: string): string[] {
  const markdown = readFileSync(path.join(root, page), "utf8");
  const links = isOfType<Tokens.Link>(tokensOf(markdown), "link", "image");
  return links.flatMap(({ href }) => {
    if (/^[a-z]+:/.test(href)) return [];
    const [file = "", anchor] = decodeURI(href).split("#");
    const target = file === "" ? page : path.join(path.dirname(page), file);
    const found = path.join(root, target);
    if (target.startsWith("..") || !existsSync(found)) return [`${page}: ${href} is not there`];
    if (anchor === undefined || statSync(found).isDirectory()) return [];
    return anchorsOf(readFileSync(found, "utf8")).has(anchor)
      ? []
      : [`${page}: ${href} has no such heading`];
  });
}

/** Paths in backticks may leave out where everybody looks anyway. */
const BASES = ["", "convex", "convex/model"];

/** Paths in backticks, from one of `BASES` or from beside the page, that name no file. */
export function lostPaths(root: string, page: string): string[] {
  const bases = [...BASES, path.dirname(page)];
  const code = isOfType<Tokens.Codespan>(
    tokensOf(readFileSync(path.join(root, page), "utf8")),
    "codespan",
  );
  return code
    .map(({ text }) => text)
    .filter((text) => /^[\w@.-]+(\/[\w@.-]+)+\.(tsx?|mjs|md|json)$/.test(text))
    .filter((text) => !bases.some((base) => existsSync(path.join(root, base, text))))
    .map((text) => `${page}: ${text} is not there`);
}
