// @vitest-environment node
/** Files of every kind as Markdown that the splitter knows, and those that can't be read, in words. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ReadFault } from "../../convex/lib/readFault";
import { splitDocument } from "../../convex/model/knowledge/split";
import { MAX_PDF_PAGES, readPdf } from "../../convex/providers/documents/pdf";
import { readOriginal } from "../../convex/providers/documents/read";
import { MAX_UNPACKED_BYTES } from "../../convex/providers/documents/unpacked";
import { docx, LOCKED, paragraph, pdf, zip } from "../../bench/originals";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array<ArrayBuffer>, name = "file", address?: string) =>
  readOriginal({ bytes, name, ...(address === undefined ? {} : { address }) });
const bodyOf = async (...args: Parameters<typeof read>) => (await read(...args)).body;
const faultOf = (reading: Promise<unknown>) =>
  reading.then(
    () => "read",
    (error: unknown) => (error instanceof ReadFault ? error.code : String(error)),
  );

const FILLER =
  "Every repair begins with a check of the whole machine, and you hear from us first. ";

const page = (body: string) => `<!doctype html>
<html><head><title>Prices | Shop</title><style>p { color: red }</style></head><body>
<nav><a href="/">Home</a> <a href="/blog">Our blog</a></nav>
<div id="cookie-note">We use cookies. <button>Accept all</button></div>
<main><h1>Prices</h1><p>${FILLER.repeat(3)}</p>${body}</main>
<footer><p>12 Main Street, call 555 010 2030, Monday to Friday 9:00-17:00</p><p>All rights reserved</p></footer>
<script>alert("no")</script></body></html>`;

describe("a page", () => {
  test("keeps its text, its tables and the shop's contact, and loses menus and cookie notes", async () => {
    const table = `<h2 id="screens">Screens</h2><table><tr><th>Model</th><th>Price</th></tr>
      <tr><td>T480s</td><td><s>$149</s> $129</td></tr><tr><td>A_b|c</td><td>9:00-12:00<br>13:00-17:00</td></tr></table>`;
    const { title, format, body } = await read(utf8(page(table)));
    expect([title, format]).toEqual(["Prices | Shop", "markdown"]);
    expect(body).toContain(FILLER.trim());
    expect(body).toContain("| Model | Price |\n| --- | --- |\n| T480s | ~~$149~~ $129 |");
    expect(body).toContain("| A_b\\|c | 9:00-12:00, 13:00-17:00 |");
    expect(body).toContain("12 Main Street, call 555 010 2030, Monday to Friday 9:00-17:00");
    expect(body).not.toMatch(/blog|cookies|Accept|alert|color: red|rights/);
  });

  test("is taken whole where the reader finds next to nothing", async () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `<tr><td>Part ${i}</td><td>$${i}.50</td></tr>`,
    );
    const article =
      "<article><h1>Prices</h1><p>In dollars, and with the work they need.</p></article>";
    const html = `<html><body>${article}<div><table>${rows.join("")}</table></div></body></html>`;
    const body = await bodyOf(utf8(html));
    expect(body).toContain("| Part 29 | $29.50 |");
  });

  test("says in each row what holds for several", async () => {
    const table = `<table><tr><th>Kind</th><th colspan="2">Price</th></tr>
      <tr><td rowspan="2">Laptop</td><td>basic</td><td>$10</td></tr><tr><td>full</td><td>$20</td></tr></table>`;
    const body = await bodyOf(utf8(page(table)));
    expect(body).toContain("| Kind | Price | Price |");
    expect(body).toContain("| Laptop | full | $20 |");
  });

  test("leads to the section that a passage is from, and its links to where they led", async () => {
    const html = page(`<h2 id="screens">Screens</h2><p>${FILLER}See <a href="/book">booking</a>.</p>
      <h2>Batteries</h2><p>${FILLER}</p><section id="data"><h2>Data</h2><p>${FILLER}</p></section>`);
    const body = await bodyOf(utf8(html), "page", "https://shop.example/prices");
    expect(body).toContain("[booking](https://shop.example/book)");
    const places = splitDocument("markdown", body).map(({ heading, place }) => [heading, place]);
    expect(places).toContainEqual(["Screens", "screens"]);
    expect(places).toContainEqual(["Data", "data"]);
  });

  test("is read in its own encoding", async () => {
    const latin = Uint8Array.from(Buffer.from(page("<p>Geräte für Müller</p>"), "latin1"));
    expect(await bodyOf(latin)).toContain("Geräte für Müller");
  });

  test("that would take its reader minutes is refused before it is parsed", async () => {
    const nested = (depth: number) => `<html><body>${"<div>".repeat(depth)}${FILLER}</body></html>`;
    expect(await faultOf(read(utf8(nested(150))))).toBe("read");
    expect(await faultOf(read(utf8(nested(201))))).toBe("file_too_large");
    expect(await faultOf(read(utf8(`<html>${"<p>a".repeat(20_001)}`)))).toBe("file_too_large");
    expect(await faultOf(read(utf8(`<html>${"a".repeat(2_000_001)}`)))).toBe("file_too_large");
    const endless = (piece: string) => `<html>${piece.repeat(1_990_000 / piece.length)}`;
    expect(await faultOf(read(utf8(endless("<!-- "))))).toBe("file_no_text");
    expect(await faultOf(read(utf8(endless("<svg x=>"))))).toBe("file_too_large");
    expect(await faultOf(read(utf8(endless("<style>"))))).toBe("file_no_text");
    expect(await faultOf(read(utf8(`<html><script>${endless("</script ")}`)))).toBe("file_no_text");
    const hidden = `<script></script x>${"<p>a".repeat(20_001)}`;
    expect(await faultOf(read(utf8(`<html>${hidden}`)))).toBe("file_too_large");
    const table = (row: string, rows: number) =>
      `<html><body><table><tr>${row}</tr>${"<tr><td>b</td></tr>".repeat(rows)}</table></body></html>`;
    const spans = table('<td colspan="50" rowspan="50">a</td>'.repeat(50), 50);
    expect(await faultOf(read(utf8(spans)))).toBe("file_too_large");
    const uneven = table("<td>a</td>".repeat(400), 300);
    expect(await faultOf(read(utf8(uneven)))).toBe("file_too_large");
  });
});

describe("a Word file", () => {
  test("keeps headings, tables, and what is struck out", async () => {
    const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell("Repair")}${cell("Price")}</w:tr><w:tr>${cell("Screen")}${cell("$129.99")}</w:tr></w:tbl>`;
    const struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>$149</w:t></w:r></w:p>";
    const file = docx(
      `${paragraph("Prices", "Heading1")}${paragraph("All in dollars.")}${table}${struck}`,
    );
    expect(await bodyOf(file)).toBe(
      "# Prices\n\nAll in dollars.\n\n| Repair | Price |\n| --- | --- |\n| Screen | $129.99 |\n\n~~$149~~",
    );
  });

  test.each([
    [
      "tables.docx",
      /Above\n\n\| Top left \| Top right \|\n.*\n\| Bottom left \| Bottom right \|\n\nBelow/,
    ],
    ["simple-list.docx", /^-\s+Apple\n-\s+Banana$/],
    ["strikethrough.docx", /^~~Today's Special: Salmon~~ Sold out$/],
    ["footnotes.docx", /A tachyon walks into a bar/],
    ["single-paragraph.docx", /^Walking on imported air$/],
  ])("%s of mammoth's tests, written by Word", async (name, expected) => {
    const mammoth = path.dirname(createRequire(import.meta.url).resolve("mammoth/package.json"));
    const file = await readFile(path.join(mammoth, "test/test-data", name));
    expect(await bodyOf(Uint8Array.from(file))).toMatch(expected);
  });

  test("keeps the words of fields, written as one element or as many", async () => {
    const words = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
    const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
    const field = ` IF 1 > 0 &quot;$89&quot; `;
    const one = `<w:fldSimple w:instr="${field}">${words("$89")}</w:fldSimple>`;
    const many = `${mark("begin")}<w:r><w:instrText>${field}</w:instrText></w:r>${mark("separate")}${words("$149")}${mark("end")}`;
    const file = docx(
      `<w:p>${words("A battery costs ")}${one}${words(", a screen ")}${many}<w:fldSimple w:instr=" DATE "/></w:p>`,
    );
    expect(await bodyOf(file)).toBe("A battery costs $89, a screen $149");
  });

  test("without text, damaged, or of more than fits is refused in words", async () => {
    expect(await faultOf(read(docx("")))).toBe("file_no_text");
    const whole = docx(paragraph("Text"));
    const cut = whole.slice();
    cut.fill(0, 60, 120);
    expect(await faultOf(read(cut))).toBe("file_broken");
    // Says of itself that it holds ten bytes.
    const data = new Uint8Array(MAX_UNPACKED_BYTES + 1);
    expect(await faultOf(read(docx(paragraph("Text"), [{ name: "a.bin", data, said: 10 }])))).toBe(
      "file_too_large",
    );
  });
});

describe("a PDF", () => {
  test("is headings, paragraphs and tables, each with its page", async () => {
    const file = pdf([
      [
        ["Price list", 50, 60, 20],
        ["Our ser-", 50, 100],
        ["vice includes Wi-", 50, 112],
        ["Fi. Ask for e-", 50, 124],
        ["mail.", 50, 136],
        ["Repair", 50, 170],
        ["Price", 300, 170],
        ["Screen", 50, 184],
        ["$129.99", 300, 184],
        ["Battery", 50, 198],
        ["$79", 310, 198],
      ],
      [
        ["Warranty", 50, 60, 20],
        ["Ninety days on every part.", 50, 100],
      ],
    ]);
    const body = await bodyOf(file);
    expect(body).toBe(
      [
        "<!-- place: page=1 -->",
        "# Price list",
        "Our service includes Wi-Fi. Ask for e-mail.",
        "| Repair | Price |\n| --- | --- |\n| Screen | $129.99 |\n| Battery | $79 |",
        "<!-- place: page=2 -->",
        "# Warranty",
        "Ninety days on every part.",
      ].join("\n\n"),
    );
    expect(splitDocument("markdown", body).map(({ heading, place }) => [heading, place])).toEqual([
      ["Price list", "page=1"],
      ["Warranty", "page=2"],
    ]);
  });

  test("in two columns is read down the left one first", async () => {
    const lines = Array.from({ length: 8 }, (_, i) => [
      [`left column line number ${i} goes on`, 50, 100 + 12 * i],
      [`right column line number ${i} goes on`, 320, 100 + 12 * i],
    ]).flat() as [string, number, number][];
    const body = await bodyOf(pdf([lines]));
    expect(body.indexOf("left column line number 7")).toBeLessThan(
      body.indexOf("right column line number 0"),
    );
  });

  test("in two columns, of which a drawing takes a part, is read like its other pages", async () => {
    type Texts = [string, number, number][];
    const prose = (at: number, side: string): Texts =>
      Array.from({ length: 12 }, (_, i) => [
        `${side} column line number ${i} goes on`,
        at,
        100 + 12 * i,
      ]);
    const drawing: Texts = ["start", "loop", "abort", "record", "stop"].flatMap((word, i) => [
      [word, 320, 100 + 24 * i],
      [`${word} again`, 430, 100 + 24 * i],
    ]);
    const both = [...prose(50, "left"), ...prose(320, "right")];
    const body = await bodyOf(pdf([both, both, [...prose(50, "left"), ...drawing]]));
    const last = body.slice(body.indexOf("page=3"));
    expect(last.indexOf("left column line number 11")).toBeLessThan(last.indexOf("abort"));
    expect(last).not.toMatch(/\| left column/);
  });

  test("loses the heads, feet and numbers of its pages, and bold that is printed twice", async () => {
    const pages = ["One", "Two", "Three", "Four"].map((word, i): [string, number, number][] => [
      ["The shop's manual", 50, 20],
      [`${word} is here.`, 50, 100],
      [`${word} is here.`, 50.4, 100],
      [`Page ${i + 1}`, 300, 780],
    ]);
    const body = await bodyOf(pdf(pages));
    expect(body).not.toMatch(/manual|Page \d/);
    expect(body.match(/Two is here\./g)).toHaveLength(1);
  });

  test("of pictures says that it has no text", async () => {
    expect(await faultOf(read(pdf([[], []])))).toBe("file_no_text");
    await expect(read(pdf([[]]))).rejects.toThrow(/scanner/);
  });

  test("that wants a password, is damaged, or has too much is refused in words", async () => {
    const text: [string, number, number][] = [["Some text stands here", 50, 50]];
    expect(await faultOf(read(pdf([text], { encrypt: LOCKED })))).toBe("file_locked");
    expect(await faultOf(read(utf8("%PDF-1.7\nnothing of one")))).toBe("file_broken");
    const pages = Array.from({ length: MAX_PDF_PAGES + 1 }, () => text);
    expect(await faultOf(read(pdf(pages)))).toBe("file_too_large");
    expect(await faultOf(read(pdf([text], { filler: MAX_UNPACKED_BYTES + 1 })))).toBe(
      "file_too_large",
    );
    const letters = Array.from({ length: 20_001 }, (_, i): [string, number, number, number] => [
      "a",
      20 + (i % 50) * 10,
      20 + Math.floor(i / 50) * 1.8,
      1,
    ]);
    expect(await faultOf(read(pdf([letters])))).toBe("file_too_large");
    let clock = 0;
    expect(await faultOf(readPdf(pdf([text, text, text]), () => (clock += 50_000)))).toBe(
      "file_too_slow",
    );
  });
});

test("text is text, and Markdown by its name", async () => {
  const text = "# Hours\r\n\r\nMonday";
  expect(await read(utf8(text), "hours.md")).toEqual({
    title: "Hours",
    format: "markdown",
    body: "# Hours\n\nMonday",
  });
  expect((await read(utf8(text), "hours.txt")).format).toBe("text");
  expect(await faultOf(read(utf8("   "), "a.txt"))).toBe("file_no_text");
});

test("anything else is refused with what can be read", async () => {
  const sheet = zip([{ name: "xl/workbook.xml", data: utf8("<x/>") }]);
  const old = Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  for (const file of [sheet, old, new Uint8Array()]) {
    await expect(read(file)).rejects.toThrow(
      "Only PDF, Word (.docx), HTML, Markdown and plain text",
    );
  }
});
