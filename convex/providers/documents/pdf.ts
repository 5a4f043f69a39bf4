"use node";
/** The text of a PDF by where it stands on its pages (`pdfLayout.ts` makes Markdown of it), by unpdf's pdf.js. */
import type { getDocumentProxy } from "unpdf";
import { ReadFault } from "../../lib/readFault";
import { SECOND } from "../../lib/time";
import { writePages, type PdfText } from "./pdfLayout";
import { checkPdf } from "./unpacked";

export const MAX_PDF_PAGES = 300;
/** Pieces of text on one page: drawings that set each letter of a plan apart have more. */
const MAX_TEXTS = 20_000;
const MAX_READING = 60 * SECOND;

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Pdf["getPage"]>>;

/** Errors: `file_locked`, `file_broken`, `file_no_text`, `file_too_large`, `file_too_slow`. `now` is for tests. */
export async function readPdf(
  bytes: Uint8Array,
  now: () => number = Date.now,
): Promise<{ title: string; markdown: string }> {
  checkPdf(bytes);
  const pdf = await openPdf(bytes);
  try {
    const pages = await readPages(pdf, now);
    checkText(pages);
    const { info } = await pdf.getMetadata();
    const { Title = "" } = info as { Title?: string };
    return {
      title: typeof Title === "string" ? Title.trim().slice(0, 200) : "",
      markdown: writePages(pages),
    };
  } catch (error) {
    if (error instanceof ReadFault) throw error;
    throw brokenPdf();
  } finally {
    await pdf.destroy();
  }
}

const brokenPdf = () =>
  new ReadFault(
    "file_broken",
    "The PDF is damaged: it can't be opened. Save it again, and try that.",
  );

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  const { getDocumentProxy } = await import("unpdf");
  try {
    // A copy: pdf.js takes the buffer that it is given.
    return await getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
  } catch (error) {
    if ((error as Error).name !== "PasswordException") throw brokenPdf();
    throw new ReadFault(
      "file_locked",
      "The PDF is protected by a password. Save it without one, and try that.",
    );
  }
}

async function readPages(pdf: Pdf, now: () => number): Promise<PdfText[][]> {
  if (pdf.numPages > MAX_PDF_PAGES) {
    throw new ReadFault(
      "file_too_large",
      `The PDF has ${pdf.numPages} pages; at most ${MAX_PDF_PAGES} are read. Split it.`,
    );
  }
  const until = now() + MAX_READING;
  const pages: PdfText[][] = [];
  for (let n = 1; n <= pdf.numPages; n++) {
    if (now() > until) {
      throw new ReadFault(
        "file_too_slow",
        `After a minute only ${n - 1} of the PDF's ${pdf.numPages} pages were read. Split it.`,
      );
    }
    const page = await pdf.getPage(n);
    pages.push(await readPage(page));
    page.cleanup();
  }
  return pages;
}

/** Texts that stand upright, with what was typed into its forms; y counts down from the top. */
async function readPage(page: Page): Promise<PdfText[]> {
  const { transform } = page.getViewport({ scale: 1 });
  const place = (x: number, y: number): [number, number] => [
    transform[0]! * x + transform[2]! * y + transform[4]!,
    transform[1]! * x + transform[3]! * y + transform[5]!,
  ];
  const texts: PdfText[] = [];
  const { items } = await page.getTextContent();
  if (items.length > MAX_TEXTS) {
    throw new ReadFault(
      "file_too_large",
      `Page ${page.pageNumber} of the PDF has more than ${MAX_TEXTS} pieces of text: it is a drawing.`,
    );
  }
  for (const item of items) {
    if (!("str" in item) || item.str.trim() === "") continue;
    const [a, b, , , e, f] = item.transform as number[];
    const [x, y] = place(e!, f!);
    const [right, level] = place(e! + a!, f! + b!);
    // On its side, or upside down: a stamp, or the name of an axis.
    if (right <= x || Math.abs(level - y) > (right - x) / 5) continue;
    texts.push({
      text: item.str,
      x,
      y,
      width: item.width,
      height: item.height || right - x,
      font: item.fontName,
    });
  }
  for (const { fieldValue, rect } of (await page.getAnnotations()) as Field[]) {
    if (typeof fieldValue !== "string" || fieldValue.trim() === "") continue;
    const [x, y] = place(rect[0]!, rect[1]! + 3);
    const height = Math.min(11, rect[3]! - rect[1]!);
    texts.push({ text: fieldValue, x, y, width: rect[2]! - rect[0]!, height, font: "" });
  }
  return texts;
}

type Field = { fieldValue?: unknown; rect: number[] };

/** A scan has next to no letters; a font without names for its letters gives signs that are none. */
function checkText(pages: PdfText[][]): void {
  const text = pages.flatMap((page) => page.map((item) => item.text)).join("");
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters < 3 * pages.length) {
    throw new ReadFault(
      "file_no_text",
      "The PDF has no text, only pictures of it, as a scanner makes them. Run text recognition (OCR) on it first.",
    );
  }
  const rubbish = text.match(/[\u0000-\u0008\u000e-\u001f\ufffd\ue000-\uf8ff]/g)?.length ?? 0;
  if (rubbish > letters / 2) {
    throw new ReadFault(
      "file_no_text",
      "The PDF doesn't say which letters its signs are. Save it again from the program that made it.",
    );
  }
}
