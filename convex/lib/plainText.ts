/** Markdown as plain text, for previews: what it says, without its marks and without citation marks. */
import type { Token } from "marked";
import { writeMarks } from "./citationMarks";
import { parseMarkdown } from "./markdown";

/** Read of a text: far more than a preview shows, and parsed in no time however it is built. */
const MAX_CHARS = 2_000;

/** How a text begins. Never throws. */
export function toPlainText(markdown: string): string {
  const unmarked = writeMarks(markdown.slice(0, MAX_CHARS), () => "");
  return wordsOf(parseMarkdown(unmarked)).replace(/\s+/g, " ").trim();
}

function wordsOf(tokens: Token[]): string {
  return tokens.map(wordOf).join("");
}

function wordOf(token: Token): string {
  switch (token.type) {
    case "list":
      return (token.items as Token[]).map((item) => `${wordOf(item)} `).join("");
    case "table": {
      const { header, rows } = token as unknown as { header: Cell[]; rows: Cell[][] };
      return [header, ...rows]
        .map((row) => row.map((cell) => wordsOf(cell.tokens)).join(" "))
        .join(" ");
    }
    // What is struck out holds no more: an old price above all.
    case "del":
      return "";
    case "space":
    case "br":
    case "hr":
      return " ";
    default: {
      const nested = "tokens" in token ? token.tokens : undefined;
      const text = nested ? wordsOf(nested) : "text" in token ? String(token.text) : "";
      return /^(?:paragraph|heading|blockquote|code)$/.test(token.type) ? `${text} ` : text;
    }
  }
}

type Cell = { tokens: Token[] };
