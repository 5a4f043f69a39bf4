/** A table as a file that spreadsheets read: RFC 4180, with a mark of UTF-8 before it, which Excel asks for. */
export type Cell = string | number | null;
export type Table = { head: readonly string[]; rows: readonly (readonly Cell[])[] };

/** What a spreadsheet would take for a formula is text here: titles are people's words. */
const guard = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = guard(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const toCsv = ({ head, rows }: Table): string =>
  [head, ...rows].map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";

export function downloadCsv(name: string, table: Table): void {
  const url = URL.createObjectURL(
    new Blob(["\uFEFF", toCsv(table)], { type: "text/csv;charset=utf-8" }),
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  // The browser has taken it over by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
