// @ts-check
/**
 * Adds a Markdown file to the shop's knowledge base, as a signed-in admin:
 *   CONVEX_URL=https://… node examples/add-document.mjs prices.md "Prices" pricing
 * It asks for the admin's e-mail address and for the code that is mailed there.
 */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { api } from "@computer-guys/support-backend/api";
import { ConvexHttpClient } from "convex/browser";

const [file, title, category = "general"] = process.argv.slice(2);
if (file === undefined || title === undefined) {
  console.error('Usage: node examples/add-document.mjs FILE.md "Title" [category]');
  process.exit(2);
}
const http = new ConvexHttpClient(process.env.CONVEX_URL ?? "http://127.0.0.1:3210");
const body = await readFile(file, "utf8");

const prompt = createInterface({ input: process.stdin, output: process.stdout });
const answers = prompt[Symbol.asyncIterator]();
/** @param {string} question */
const ask = async (question) => {
  process.stdout.write(question);
  /** @type {IteratorResult<string, undefined>} */
  const line = await answers.next();
  return (line.value ?? "").trim();
};
const email = await ask("E-mail address of the admin: ");
const { challenge } = await http.action(api.auth.requestCode, { email });
const code = await ask("Code from the e-mail: ");
prompt.close();
const { accessToken } = await http.action(api.auth.createSession, { challenge, code });
http.setAuth(accessToken);

const documentId = await http.mutation(api.knowledge.addDocument, {
  title,
  category,
  format: "markdown",
  body,
});
console.log(`Added ${documentId}; it answers once it is read in.`);
await http.mutation(api.auth.logout, {});
