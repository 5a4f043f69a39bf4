import { expect, test } from "vitest";
import { readCsv } from "./csv";

test("fields in quotes hold commas, quotes and lines", () => {
  const text = '\uFEFFID,Title,Body\r\n1,"A, ""b""","<p>one\r\ntwo</p>"\r\n2,c,d\r\n\r\n';
  expect(readCsv(text)).toEqual([
    { id: "1", title: 'A, "b"', body: "<p>one\r\ntwo</p>" },
    { id: "2", title: "c", body: "d" },
  ]);
});

test("Excel's semicolons, short rows, and a last line without an end", () => {
  expect(readCsv("id;article title;body\n7;a, b")).toEqual([
    { id: "7", article_title: "a, b", body: "" },
  ]);
  expect(readCsv("id,title")).toEqual([]);
  expect(readCsv("")).toEqual([]);
});

test("a quote that is not closed is no file", () => {
  expect(readCsv('id,title\n1,"open')).toBeNull();
});
