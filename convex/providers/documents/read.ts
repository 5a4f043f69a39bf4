"use node";
/** A document's bytes as Markdown, whatever kind of file it is. Each parser is loaded when a file needs it. */
import { sniffDocumentType, READABLE_TYPES } from "../../lib/fileType";
import { readFrontMatter } from "../../lib/frontMatter";
import { ReadFault } from "../../lib/readFault";
import { readDocx } from "./docx";
import { readHtml } from "./html";
import { readPdf } from "./pdf";

export type ReadDocument = {
  title: string;
  /** As the document says itself, in its front matter. */
  category?: string;
  format: "text" | "markdown";
  body: string;
};
export type Original = {
  bytes: Uint8Array<ArrayBuffer>;
  /** Its name, or the end of its address: plain text of the name `.md` is Markdown. */
  name: string;
  /** Where it was fetched from. */
  address?: string;
  /** As whoever sent it says. */
  charset?: string;
};

/** Errors: a `ReadFault` in words for whoever gave the file. */
export async function readOriginal(original: Original): Promise<ReadDocument> {
  try {
    return await readByType(original);
  } catch (error) {
    if (error instanceof ReadFault) throw error;
    // Nested deeper than its parser can go, for example. What it holds is nobody's business but its owner's.
    const message = `The file can't be read (${(error as Error).name}). Save it in another way, and try that.`;
    throw new ReadFault("file_broken", message, { cause: error });
  }
}

async function readByType({ bytes, name, address, charset }: Original): Promise<ReadDocument> {
  const type = sniffDocumentType([bytes]);
  if (type === "application/pdf") return asMarkdown(await readPdf(bytes));
  if (type === DOCX) return asMarkdown(await readDocx(bytes));
  // Markdown may begin with a tag: a logo, mostly.
  const isMarkdown = /\.(?:md|markdown|mdown|mkd)$/i.test(name);
  if (type === "text/html" && !isMarkdown) {
    return asMarkdown(await readHtml(decode(bytes, charset), address));
  }
  if (type !== "text/plain" && type !== "text/html")
    throw new ReadFault("file_type", `Only ${READABLE_TYPES} can be read.`);
  const body = decode(bytes, charset).replace(/\r\n?/g, "\n").trim();
  if (body === "") throw new ReadFault("file_no_text", "The file is empty.");
  if (!isMarkdown) return { title: "", format: "text", body };
  const named = readFrontMatter(body);
  const title = named.title || (/^# +(.+)$/m.exec(named.text)?.[1]?.trim() ?? "");
  const category = named.category === "" ? {} : { category: named.category };
  return { title, ...category, format: "markdown", body };
}

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const asMarkdown = ({ title, markdown }: { title: string; markdown: string }): ReadDocument => ({
  title,
  format: "markdown",
  body: markdown,
});

/** By its mark, by what it or its sender says, else UTF-8 if it is that, else as old Windows wrote. */
function decode(bytes: Uint8Array, charset?: string): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  const mark = /^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)/.exec(head)?.[0];
  if (mark === "\xfe\xff") return new TextDecoder("utf-16be").decode(bytes);
  if (mark === "\xff\xfe") return new TextDecoder("utf-16le").decode(bytes);
  const said =
    mark !== undefined ? "utf-8" : (charset ?? /<meta[^>]+charset=["']?([\w-]+)/i.exec(head)?.[1]);
  for (const [label, fatal] of [
    [said ?? "utf-8", said === undefined],
    ["utf-8", true],
    ["windows-1252", false],
  ] as const) {
    try {
      return new TextDecoder(label, { fatal }).decode(bytes);
    } catch {
      // An encoding that there isn't, or that it isn't in: the next.
    }
  }
  throw new ReadFault("file_broken", "The text's encoding is not known. Save it as UTF-8.");
}
