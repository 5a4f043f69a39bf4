"use node";
/** Word's files, by mammoth. Read as HTML: its own Markdown loses struck prices. */
import { ReadFault } from "../../lib/readFault";
import { convertHtml } from "./html";
import { checkZip } from "./unpacked";

export async function readDocx(bytes: Uint8Array): Promise<{ title: string; markdown: string }> {
  checkZip(bytes);
  const html = await convertToHtml(bytes).catch(() => {
    throw new ReadFault("file_broken", "The Word file is damaged, or isn't one of Word (.docx).");
  });
  const page = await convertHtml(html);
  if (page.markdown !== "") return page;
  throw new ReadFault("file_no_text", "The Word file has no text: only pictures, or nothing.");
}

async function convertToHtml(bytes: Uint8Array): Promise<string> {
  const { default: mammoth } = await import("mammoth");
  const buffer = await withoutSimpleFields(bytes);
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: "" }));
  return (await mammoth.convertToHtml({ buffer }, { convertImage })).value;
}

/** Their tags, not what stands between them. An attribute may hold `>`, and no `<`. */
const SIMPLE_FIELD = /<\/?w:fldSimple\b(?:"[^"<]*"|'[^'<]*'|[^"'<>])*>/g;

/** mammoth drops the words in a simple field with it (`findings/word-simple-field-dropped.sh`): they stay without one. */
async function withoutSimpleFields(bytes: Uint8Array): Promise<Buffer> {
  const { default: JSZip } = await import("jszip");
  const file = await JSZip.loadAsync(bytes);
  let changed = false;
  for (const { name } of file.file(/^word\/[^/]+\.xml$/)) {
    const xml = await file.file(name)!.async("string");
    if (!xml.includes("<w:fldSimple")) continue;
    file.file(name, xml.replace(SIMPLE_FIELD, ""));
    changed = true;
  }
  return changed ? await file.generateAsync({ type: "nodebuffer" }) : Buffer.from(bytes);
}
