#!/usr/bin/env bash
# mammoth leaves out the words of a simple field in a Word file.
#
# Expected: a field shows its last result until somebody updates it. Written as one element (`w:fldSimple`, ECMA-376 part 1,
#   17.16.19) or as a row of marks (`w:fldChar`, 17.16.18) it is the same field with the same words, and both are read.
# Seen: of the row of marks the words stand in the result; of the one element nothing does, and a warning says that an
#   unrecognised element was ignored. "A screen costs $179, a battery $89." is "A screen costs , a battery $89."
# When: 2026-11-30, mammoth 1.13.0, Node 20.
# Why a support backend cares: who fills a template by a program (a mail merge, a report, a price list of a stock system)
#   gets simple fields, and the values are what they hold. An answer from such a document has the words around the price,
#   and no error says so. Take the tags of the element out before mammoth reads the file; the words in it stay.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mammoth@1.13.0 jszip@3.10.2
cat >check.cjs <<'JS'
const JSZip = require("jszip");
const mammoth = require("mammoth");

const words = (text) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const mark = (type) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const name = ' DOCPROPERTY "Price" ';
const one = `<w:fldSimple w:instr='${name}'>${words("$179")}</w:fldSimple>`;
const many = `${mark("begin")}<w:r><w:instrText xml:space="preserve">${name}</w:instrText></w:r>${mark("separate")}${words("$89")}${mark("end")}`;
const body = `<w:p>${words("A screen costs ")}${one}${words(", a battery ")}${many}${words(".")}</w:p>`;
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const files = {
  "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${MAIN}"/></Types>`,
  "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`,
  "word/document.xml": `<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`,
};

(async () => {
  const file = new JSZip();
  for (const [path, xml] of Object.entries(files)) file.file(path, `<?xml version="1.0"?>${xml}`);
  const buffer = await file.generateAsync({ type: "nodebuffer" });
  const { value, messages } = await mammoth.extractRawText({ buffer });
  console.log(`mammoth ${require("mammoth/package.json").version}`);
  console.log('expected: "A screen costs $179, a battery $89."');
  console.log(`seen:     ${JSON.stringify(value.trim())}, ${JSON.stringify(messages.map(({ message }) => message))}`);
  process.exit(value.trim() === "A screen costs , a battery $89." ? 0 : 1);
})();
JS
node check.cjs
echo "as seen"
