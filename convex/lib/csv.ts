/** Rows of a CSV file (RFC 4180): quotes, doubled quotes, line breaks in fields; Excel's semicolons too. Pure, and linear. */

/** Each row by the names of the first one, in lower case with `_` for spaces. Null: a quote is not closed. */
export function readCsv(text: string): Record<string, string>[] | null {
  const bare = text.replace(/^\uFEFF/, "");
  const header = /^[^\n]*/.exec(bare)![0];
  const separator = header.split(";").length > header.split(",").length ? ";" : ",";
  const rows = splitRows(bare, separator);
  if (rows === null) return null;
  const names = (rows.shift() ?? []).map((name) => name.trim().toLowerCase().replace(/\s+/g, "_"));
  return rows
    .filter((row) => row.some((field) => field.trim() !== ""))
    .map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ""])));
}

function splitRows(text: string, separator: string): string[][] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at <= text.length;) {
    const { field, end } = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    if (end === -1) return null;
    row.push(field);
    // Behind a field stands its separator, a line's end, or nothing.
    if (text[end] !== separator) {
      rows.push(row);
      row = [];
    }
    at = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
  }
  return rows;
}

type Field = { field: string; end: number };

function plain(text: string, from: number, separator: string): Field {
  let end = from;
  while (end < text.length && text[end] !== separator && !/[\r\n]/.test(text[end]!)) end++;
  return { field: text.slice(from, end), end };
}

function quoted(text: string, from: number): Field {
  let field = "";
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return { field, end: -1 };
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { field, end: quote + 1 };
    field += '"';
    at = quote + 2;
  }
}
