"use node";
/** Word's files, by mammoth. Read as HTML: its own Markdown loses struck prices. */
import { ReadFault } from "../../lib/readFault";
import { convertHtml } from "./html";
import { checkZip } from "./unpacked";

export async function readDocx(bytes: Uint8Array): Promise<{ title: string; markdown: string }> {
  checkZip(bytes);
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth
    .convertToHtml(
      { buffer: Buffer.from(bytes) },
      { convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })) },
    )
    .catch(() => {
      throw new ReadFault("file_broken", "The Word file is damaged, or isn't one of Word (.docx).");
    });
  const page = await convertHtml(value);
  if (page.markdown !== "") return page;
  throw new ReadFault("file_no_text", "The Word file has no text: only pictures, or nothing.");
}
