// @vitest-environment node
/** A page with its end tags left out is the page with them. */
import { expect, test } from "vitest";
import { convertHtml, readHtml } from "./html";

const readOf = async (body: string) =>
  (await convertHtml(`<!doctype html><html><head></head><body>${body}</body></html>`)).markdown;

/** End tags that may be left out here, in braces. */
const PAGES = {
  "cells with paragraphs":
    "<table><tr><td><p>Battery{</p></td>}<td><p>$49{</p></td></tr>}<tr><td><p>Screen{</p></td>}<td>$129{</td></tr>}</table>",
  "a head, bodies and a foot":
    "<table><thead><tr><th>Part{</th>}<th>Price{</th></tr></thead>}<tbody><tr><td>Battery{</td>}<td>$49{</td></tr></tbody>}<tbody><tr><td>Screen{</td>}<td>$129{</td></tr></tbody>}<tfoot><tr><td>Both{</td>}<td>$159{</td></tr></tfoot>}</table>",
  "a caption and columns":
    "<table><caption>Prices{</caption>}<colgroup><col><col>{</colgroup>}<thead><tr><th>Part{</th>}<th>Price{</th></tr></thead>}</table>",
  "a table in a cell":
    "<table><tr><td><table><tr><td><p>In{</p></td></tr>}</table>{</td>}<td>Out{</td></tr>}</table>",
  "a list in an item, with paragraphs":
    "<ol><li><p>Open it.{</p></li>}<li><p>Take out{</p>}<ul><li><p>the screws{</p></li>}<li>the fan{</li>}</ul>{</li>}<li>Close it.{</li>}</ol>",
  "lists in cells":
    "<table><tr><td><ul><li><p>Mon{</p></li>}<li><p>Tue{</p></li>}</ul>{</td>}<td>9 to 5{</td></tr>}<tr><td>Sun{</td>}<td>closed{</td></tr>}</table>",
  "a table in an item":
    "<ul><li><table><tr><td><p>1{</p></td></tr>}</table>{</li>}<li>2{</li>}</ul>",
  "questions and answers":
    "<dl><dt>When?{</dt>}<dd><p>At nine.{</p>}<p>Or ten.{</p></dd>}<dt>Where?{</dt>}<dd>Here.{</dd>}</dl>",
  "what looks like tags":
    '<ul><li><!-- <li> --><p>a{</p></li>}<li title="<li>\'"><textarea><li></textarea><p>b{</p></li>}</ul>',
};

test.each(Object.entries(PAGES))("%s", async (_, page) => {
  const whole = page.replace(/[{}]/g, "");
  const short = page.replace(/\{[^}]*\}/g, "");
  expect(short).not.toBe(whole);
  expect(await readOf(short)).toBe(await readOf(whole));
});

test("a page made small is read as rows and steps", async () => {
  const { markdown } = await readHtml(
    "<title>Prices</title><h1>Prices</h1><table><thead><tr><th>Part<th>Price<tbody><tr><td><p>Battery<td><p>$49<tr><td><p>Screen<td><p>$129</table><ol><li><p>Turn it off.<li><p>Wait.</ol>",
  );
  expect(markdown).toContain(
    "| Part | Price |\n| --- | --- |\n| Battery | $49 |\n| Screen | $129 |",
  );
  expect(markdown).toMatch(/1\.\s+Turn it off\.\s+2\.\s+Wait\./);
});
