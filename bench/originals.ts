/** Files as people have them, written here: Word's and PDF, small, and as bad as a test wants. */
import { crc32, deflateRawSync, deflateSync } from "node:zlib";

type Entry = {
  name: string;
  data: Uint8Array;
  /** What its directory says of its size. */ said?: number;
};

/** A ZIP file (APPNOTE.TXT 4.3). */
export function zip(entries: Entry[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, said = data.byteLength } of entries) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(said, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const head = Buffer.concat([
      Buffer.from("PK\x01\x02\x14\0", "latin1"),
      common,
      Buffer.alloc(14),
    ]);
    head.writeUInt32LE(offset, 42);
    directory.push(head, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
}

const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/** A Word file with this in its body. */
export function docx(body: string, more: Entry[] = []): Uint8Array<ArrayBuffer> {
  const xml = (text: string) => new TextEncoder().encode(`<?xml version="1.0"?>${text}`);
  return zip([
    {
      name: "_rels/.rels",
      data: xml(
        `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`,
      ),
    },
    {
      name: "word/document.xml",
      data: xml(`<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`),
    },
    ...more,
  ]);
}

export const paragraph = (text: string, style?: string) =>
  `<w:p>${style === undefined ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** Text, how far from the left, from the top, and its size. */
type Placed = [text: string, x: number, y: number, size?: number];

/** A PDF of pages of 600 by 800, with a filler of so many bytes in a stream that nobody shows. */
export function pdf(
  pages: Placed[][],
  { filler, encrypt = "" }: { filler?: number; encrypt?: string } = {},
) {
  const objects: Buffer[] = [];
  const add = (text: string, stream?: Buffer) => {
    const body = stream === undefined ? "" : "\nstream\n";
    objects.push(
      Buffer.concat([
        Buffer.from(`${text}${body}`, "latin1"),
        stream ?? Buffer.alloc(0),
        Buffer.from(stream === undefined ? "" : "\nendstream"),
      ]),
    );
    return objects.length;
  };
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(" ");
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  for (const [i, texts] of pages.entries()) {
    const content = texts
      .map(
        ([text, x, y, size = 10]) =>
          `BT /F1 ${size} Tf 1 0 0 1 ${x} ${800 - y} Tm (${text.replace(/[()\\]/g, "\\$&")}) Tj ET`,
      )
      .join("\n");
    const stream = deflateSync(Buffer.from(content, "latin1"));
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`,
    );
    add(`<< /Length ${stream.length} /Filter /FlateDecode >>`, stream);
  }
  if (filler !== undefined) {
    const stream = deflateSync(Buffer.alloc(filler));
    add(`<< /Length ${stream.length} /Filter /FlateDecode >>`, stream);
  }
  return writeObjects(objects, encrypt);
}

function writeObjects(objects: Buffer[], encrypt: string): Uint8Array<ArrayBuffer> {
  const parts = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  let at = parts[0]!.length;
  for (const [i, object] of objects.entries()) {
    const part = Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`),
      object,
      Buffer.from("\nendobj\n"),
    ]);
    offsets.push(at);
    parts.push(part);
    at += part.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encrypt} >>\nstartxref\n${at}\n%%EOF`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** A password is asked for: a made-up key that the empty one doesn't open (ISO 32000-1, 7.6.3). */
const HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
export const LOCKED = `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <${HEX}> /U <${HEX}> >> /ID [<${HEX}> <${HEX}>]`;
