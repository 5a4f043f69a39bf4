/**
 * What help centres export, as articles. Shapes as documented: Zendesk's Help Center API (`articles`, bodies in HTML,
 * `sections` where they were asked for), Intercom's Articles API (`data`, HTML), Chatwoot's portal articles
 * (`payload`, Markdown); or the same fields as the columns of a CSV file. Pure.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { appError } from "../../lib/errors";
import { readCsv } from "../../lib/csv";
import type { ExportFormat, HelpCentre } from "../../validators";

/** An article as the system has it: one that is not public there is `hidden`. */
export type Article = {
  key: string;
  title: string;
  category: string | null;
  format: "html" | "markdown";
  body: string;
  hidden: boolean;
};
type Row = Record<string, unknown>;

/** Characters of a file, and articles in it. */
export const MAX_EXPORT_CHARS = 4_000_000;
export const MAX_ARTICLES = 2_000;

const LISTS: Record<HelpCentre, string> = {
  zendesk: "articles",
  intercom: "data",
  chatwoot: "payload",
};

/** The rows of a file, whatever each is worth. Errors: `invalid_input` for what is no export, `too_large`. */
export function listRows(system: HelpCentre, format: ExportFormat, text: string): unknown[] {
  if (text.length > MAX_EXPORT_CHARS) {
    const message = `The file has ${text.length} characters; at most ${MAX_EXPORT_CHARS} fit. Split it.`;
    throw appError("too_large", message);
  }
  const rows = format === "csv" ? readCsv(text) : rowsOfJson(system, text);
  if (rows === null) {
    const wanted =
      format === "csv" ? "CSV with a header" : `a list, or an object with "${LISTS[system]}"`;
    throw appError("invalid_input", `The file is no export of ${system}: ${wanted} was expected.`);
  }
  if (rows.length > MAX_ARTICLES) {
    const message = `The file has ${rows.length} articles; at most ${MAX_ARTICLES} fit. Split it.`;
    throw appError("too_large", message);
  }
  return rows;
}

function rowsOfJson(system: HelpCentre, text: string): unknown[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
  if (Array.isArray(parsed)) return parsed as unknown[];
  if (!isRow(parsed)) return null;
  const rows = parsed[LISTS[system]];
  if (!Array.isArray(rows)) return null;
  const names = namesOf(parsed["sections"]);
  return (rows as unknown[]).map((row) => {
    const name = isRow(row) ? names.get(String(row["section_id"])) : undefined;
    return name === undefined ? row : { ...(row as Row), section_name: name };
  });
}

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Zendesk's sections, which `?include=sections` puts beside its articles. */
function namesOf(sections: unknown): Map<string, string> {
  const rows = Array.isArray(sections) ? (sections as unknown[]).filter(isRow) : [];
  return new Map(rows.map((row) => [String(row["id"]), textOf(row, "name")]));
}

/** Errors: a line for people. */
export function readArticle(system: HelpCentre, row: unknown): Article | { error: string } {
  if (!isRow(row)) return { error: "It is no article." };
  const id = textOf(row, "id", "article_id");
  if (id === "")
    return { error: 'It has no "id": a second import could not tell it from a new one.' };
  const title = textOf(row, "title", "name");
  if (title === "") return { error: "It has no title." };
  // One article of Zendesk's has a text for each language.
  const locale = system === "zendesk" ? textOf(row, "locale", "language") : "";
  const { format, body } = bodyOf(system, row);
  if (body === "") return { error: "It has no text." };
  return {
    key: locale === "" ? id : `${id}:${locale}`,
    title,
    category: categoryOf(row),
    format,
    body,
    hidden: isHidden(system, row),
  };
}

/** The first of these fields that says something. */
function textOf(row: Row, ...names: string[]): string {
  for (const name of names) {
    const value = row[name];
    if (typeof value === "number") return String(value);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return "";
}

function bodyOf(system: HelpCentre, row: Row): Pick<Article, "format" | "body"> {
  if (system === "chatwoot") return { format: "markdown", body: textOf(row, "content", "body") };
  const html = textOf(row, "body", "body_html", "html_body", "content");
  if (html !== "") return { format: "html", body: html };
  return { format: "markdown", body: textOf(row, "body_markdown") };
}

function categoryOf(row: Row): string | null {
  const { category } = row;
  const named = isRow(category) ? textOf(category, "name") : "";
  const column = ["section_name", "category_name", "collection_name", "section", "category"];
  return named || textOf(row, ...column, "collection") || null;
}

function isHidden(system: HelpCentre, row: Row): boolean {
  const said = textOf(row, system === "chatwoot" ? "status" : "state").toLowerCase();
  if (system === "zendesk")
    return row["draft"] === true || /^(?:true|1|yes)$/i.test(textOf(row, "draft"));
  // Chatwoot's own numbers: 0 draft, 1 published, 2 archived.
  return said !== "" && said !== "published" && said !== "1";
}

/** Of what the system has, not of what is made of it: a better reader changes no article. 128 bits. */
export const hashOf = ({ title, category, format, body }: Article): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([title, category, format, body]))).slice(0, 16));
