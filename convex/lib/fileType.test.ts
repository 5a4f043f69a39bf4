import { expect, test } from "vitest";
import { sniffFileType } from "./fileType";

/** Each character is a byte. */
const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
const utf16 = (text: string) => bytes([..."\ufeff", ...text].map(littleEndian).join(""));
const littleEndian = (one: string) =>
  String.fromCharCode(one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8);
const box = (...brands: string[]) =>
  `\0\0\0${String.fromCharCode(8 + 4 * brands.length)}ftyp${brands.join("")}avif`;

test.each([
  ["image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"],
  ["image/gif", "GIF89a\x01\0"],
  ["image/gif", "GIF87a\x01\0"],
  ["image/webp", "RIFF\x24\0\0\0WEBPVP8 "],
  ["image/heic", box("heic", "\0\0\0\0", "mif1")],
  ["image/heic", box("mif1", "\0\0\0\0", "mif1", "heic")],
  ["application/pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"],
  ["text/plain", "Error 0x1\r\n\tat line 3\f\x1b[31mred"],
  ["text/plain", "caf\xe9, by an old editor"],
  ["text/plain", "\xef\xbb\xbfWith a mark"],
  ["text/plain", "a < b, and <not a page>"],
])("%s by its content", (type, content) => {
  expect(sniffFileType([bytes(content)])).toBe(type);
  // However it comes.
  expect(sniffFileType([...bytes(content)].map((byte) => Uint8Array.of(byte)))).toBe(type);
});

test.each([
  ["nothing", ""],
  ["a page", "<!DOCTYPE html><script>alert(1)</script>"],
  ["a page after much room", `\n\t ${" ".repeat(900)}<html>`],
  ["a page after a mark", "\xef\xbb\xbf<html>"],
  ["a comment before a page", "<!-- --><html>"],
  ["SVG", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
  ["SVG as XML", '<?xml version="1.0"?><svg/>'],
  ["a program", "MZ\x90\0\x03\0\0\0"],
  ["a film", box("isom", "\0\0\0\0", "mp42")],
  ["AVIF", box("mif1", "\0\0\0\0", "avif")],
  ["half a signature", "\x89PNG\r\n\x1a"],
  ["a sound", "RIFF\x24\0\0\0WAVEfmt "],
  ["text with a null", "text\0"],
])("%s is refused", (_, content) => {
  expect(sniffFileType([bytes(content)])).toBeNull();
});

test("text of two bytes a character is text, its pages are pages", () => {
  expect(sniffFileType([utf16("System information, Größe")])).toBe("text/plain");
  expect(sniffFileType([utf16("System"), bytes("x")])).toBeNull();
  expect(sniffFileType([utf16("with a \x01")])).toBeNull();
  expect(sniffFileType([utf16(" <html>")])).toBeNull();
});

test("the whole of a text is looked at", () => {
  const page = bytes("fine\n".repeat(50_000));
  expect(sniffFileType([page, bytes("end")])).toBe("text/plain");
  expect(sniffFileType([page, bytes("\x07")])).toBeNull();
});
