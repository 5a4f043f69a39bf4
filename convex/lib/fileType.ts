/**
 * What a file is, by its bytes: a name or a header says what somebody wishes it were. Only what a message may carry
 * is known here. Signatures and the rule for text are those of the WHATWG's MIME Sniffing standard, HEIC's is of
 * ISO/IEC 14496-12 (brands of a `ftyp` box).
 */
export const FILE_TYPES = [
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "image/heic",
  "application/pdf",
  "text/plain",
] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** In a word. */
export const FILE_KINDS: Partial<Record<string, string>> = {
  "image/png": "PNG picture",
  "image/jpeg": "JPEG picture",
  "image/webp": "WebP picture",
  "image/gif": "GIF picture",
  "image/heic": "HEIC picture",
  "application/pdf": "PDF document",
  "text/plain": "text file",
} satisfies Record<FileType, string>;

/** Far more than any signature, and than what may stand before the first tag of a page. */
const HEAD_BYTES = 1024;

/** Null for what is empty or may not be sent; HTML, SVG and other markup among it, whatever it is called. */
export function sniffFileType(chunks: readonly Uint8Array[]): FileType | null {
  const head = headOf(chunks);
  const found = SIGNATURES.find(([, matches]) => matches(head));
  if (found !== undefined) return found[0];
  return head !== "" && !isMarkup(head) && isText(chunks, head) ? "text/plain" : null;
}

/** What documents are read from, beside what a message may carry. */
export const DOCUMENT_TYPES = [
  "application/pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "text/html",
  "text/plain",
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
/** The same in words, for whoever gave something else. */
export const READABLE_TYPES = "PDF, Word (.docx), HTML, Markdown and plain text";

/** Null for what no document is read from. For staff's uploads: a page among them is never served as one. */
export function sniffDocumentType(chunks: readonly Uint8Array[]): DocumentType | null {
  const type = sniffFileType(chunks);
  if (type === "application/pdf" || type === "text/plain") return type;
  if (type !== null) return null;
  const head = headOf(chunks);
  if (head.startsWith("PK\x03\x04")) return hasWordText(chunks) ? DOCUMENT_TYPES[1] : null;
  return isPage(head) && isText(chunks, head) ? "text/html" : null;
}

const PAGE =
  /<(?:!doctype\s+html|html|head|body|title|main|article|section|div|p|h[1-6]|table|ul|ol|dl|a|b|br|img|center|picture|details)[\s/>]/i;
const isPage = (head: string) => {
  const plain = head.replace(/\0/g, "");
  return isMarkup(head) && PAGE.test(plain) && !/^\W*<svg/i.test(plain);
};

/** The directory of a ZIP file stands at its end, and names what is in it. */
const DIRECTORY_BYTES = 128 * 1024;

function hasWordText(chunks: readonly Uint8Array[]): boolean {
  let tail = "";
  for (const chunk of [...chunks].reverse()) {
    if (tail.length >= DIRECTORY_BYTES) break;
    const part = chunk.subarray(Math.max(0, chunk.length - DIRECTORY_BYTES));
    tail = new TextDecoder("latin1").decode(part) + tail;
  }
  return tail.includes("word/document.xml");
}

const SIGNATURES: readonly [FileType, (head: string) => boolean][] = [
  ["image/png", (head) => head.startsWith("\x89PNG\r\n\x1a\n")],
  ["image/jpeg", (head) => head.startsWith("\xff\xd8\xff")],
  ["image/gif", (head) => /^GIF8[79]a/.test(head)],
  ["image/webp", (head) => /^RIFF[^]{4}WEBPVP/.test(head)],
  ["image/heic", isHeic],
  ["application/pdf", (head) => head.startsWith("%PDF-")],
];

/** The first bytes, each as the character of its number. */
function headOf(chunks: readonly Uint8Array[]): string {
  let head = "";
  for (const chunk of chunks) {
    if (head.length >= HEAD_BYTES) break;
    head += String.fromCharCode(...chunk.subarray(0, HEAD_BYTES - head.length));
  }
  return head;
}

/** The main brand or one that it is compatible with: phones write `mif1` first, as AVIF files do. */
function isHeic(head: string): boolean {
  if (head.slice(4, 8) !== "ftyp") return false;
  const size = [...head.slice(0, 4)].reduce((sum, byte) => sum * 256 + byte.charCodeAt(0), 0);
  const brands = head.slice(8, size).match(/[^]{4}/g) ?? [];
  return brands.some((brand) => /^he[iv][cxms]$/.test(brand));
}

const UTF16 = /^(?:\xff\xfe|\xfe\xff)/;

/** Begins with a tag, a comment or a declaration: what a browser could take for a page. In UTF-16, too. */
const isMarkup = (head: string) =>
  /^<[a-z!?/]/i.test(
    head.replace(/^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)/, "").replace(/[\s\0]/g, ""),
  );

/** No control characters but those of text: of bytes, or of units of two after a mark of UTF-16. */
function isText(chunks: readonly Uint8Array[], head: string): boolean {
  if (!UTF16.test(head)) return chunks.every((chunk) => !chunk.some(isControl));
  const littleEndian = head.startsWith("\xff");
  let low = 0;
  let count = 0;
  for (const chunk of chunks) {
    for (const byte of chunk) {
      const isSecond = count++ % 2 === 1;
      if (!isSecond) {
        low = byte;
        continue;
      }
      if (isControl(littleEndian ? byte * 256 + low : low * 256 + byte)) return false;
    }
  }
  return count % 2 === 0;
}

/** The standard's "binary data bytes". */
const isControl = (unit: number) =>
  unit < 0x20 && !(unit >= 0x09 && unit <= 0x0d && unit !== 0x0b) && unit !== 0x1b;
