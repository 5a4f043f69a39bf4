/**
 * `pnpm bench:sources`: 500 documents of mixed kinds read in with the limits of the free class: files of four kinds
 * through the door, pages of a site by its sitemap. What it takes, what it costs, and what customers who ask meanwhile
 * notice of it.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import type { FunctionEvent } from "@computer-guys/convex-local";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { startSystem } from "../local/system";
import { docx, paragraph, pdf } from "./originals";
import { askAlong, guest } from "./customers";

const { positionals } = parseArgs({ allowPositionals: true });
const DOCUMENTS = Number(positionals[0] ?? 500);
const PAGES = Math.round(DOCUMENTS * 0.4);
const QUESTIONS = 30;
const PAUSE_MS = 500;
/** As late as this may what customers wait for be, beside what it is when nothing is read in. */
const MAX_TIMES = 2;
const TIME_LIMIT_MS = 40 * 60_000;

const about = (i: number) =>
  `Part number ${i} of kind ${i % 7} costs $${20 + i}.50 with the work, and takes ${1 + (i % 5)} days. `;
const sections = (i: number) =>
  Array.from({ length: 8 }, (_, n) => ({
    title: `Kind ${n} of ${i}`,
    text: about(i + n).repeat(4),
  }));

/** Eight sections each, as a PDF, a Word file, a page or Markdown. */
function fileOf(i: number): { name: string; body: Uint8Array<ArrayBuffer> } {
  const parts = sections(i);
  const bytes = (text: string) => new TextEncoder().encode(text);
  switch (i % 4) {
    case 0:
      return {
        name: `list-${i}.pdf`,
        body: pdf(
          parts.map(({ title, text }) => [
            [title, 50, 60, 18],
            ...(text.match(/.{1,80}\s/g) ?? []).map((line, n): [string, number, number] => [
              line,
              50,
              100 + 12 * n,
            ]),
          ]),
        ),
      };
    case 1:
      return {
        name: `list-${i}.docx`,
        body: docx(
          parts.map(({ title, text }) => paragraph(title, "Heading2") + paragraph(text)).join(""),
        ),
      };
    case 2:
      return { name: `list-${i}.html`, body: bytes(pageOf(i)) };
    default:
      return {
        name: `list-${i}.md`,
        body: bytes(
          `# List ${i}\n\n${parts.map(({ title, text }) => `## ${title}\n\n${text}`).join("\n\n")}`,
        ),
      };
  }
}

const pageOf = (i: number) =>
  `<!doctype html><html><head><title>List ${i}</title></head><body><nav><a href="/">Home</a></nav><main><h1>List ${i}</h1>${sections(
    i,
  )
    .map(({ title, text }, n) => `<h2 id="s${n}">${title}</h2><p>${text}</p>`)
    .join("")}</main></body></html>`;

async function serveSite(): Promise<{ origin: string; close: () => void }> {
  const server = createServer((request, response) => {
    const i = Number(/^\/page-(\d+)$/.exec(request.url ?? "")?.[1] ?? NaN);
    if (Number.isInteger(i))
      return void response.writeHead(200, { "content-type": "text/html" }).end(pageOf(i));
    if (request.url !== "/sitemap.xml") return void response.writeHead(404).end();
    const { port } = server.address() as AddressInfo;
    const locs = Array.from(
      { length: PAGES },
      (_, n) => `<url><loc>http://127.0.0.1:${port}/page-${n}</loc></url>`,
    );
    response.writeHead(200).end(`<urlset>${locs.join("")}</urlset>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => (server.close(), server.closeAllConnections()),
  };
}

const system = await startSystem({ env: { FETCH_LOOPBACK: "true" } });
const { engine, deployment, providers } = system;
const site = await serveSite();

/** Milliseconds to the first word of an answer, for one customer after another, until nobody is to ask any more. */
async function waits(label: string, goesOn: (asked: number) => boolean): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; goesOn(i); i++) {
    const address = `198.51.${100 + ((i >> 8) & 7)}.${i & 255}`;
    const { http, tokens } = await guest(deployment.url, address);
    const { conversationId } = await http.mutation(api.conversations.createConversation, {});
    const text = `${label} ${i}?`;
    const answer = "This is the answer. ".repeat(5);
    providers.control.script({ match: text, text: answer, chunks: 5, overMs: 200 });
    const sentAt = performance.now();
    let first: number | undefined;
    const question = { conversationId, text, accessToken: tokens.accessToken, address };
    await askAlong(system, question, () => (first ??= performance.now() - sentAt));
    found.push(first ?? Infinity);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return found.sort((a, b) => a - b);
}
const middle = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)]!;

const late = (sorted: number[]) => sorted[Math.floor(sorted.length * 0.95)]!;

async function upload(i: number): Promise<void> {
  const { name, body } = fileOf(i);
  const { url, ticket } = await run<{ url: string; ticket: string }>("action", "cli:admitUpload");
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-upload-ticket": ticket },
    body,
  });
  const { storageId } = (await response.json()) as { storageId: Id<"_storage"> };
  await run("mutation", "cli:addFile", { storageId, name, category: "perf" });
}

async function run<T>(
  kind: "action" | "mutation" | "query",
  path: string,
  args: Record<string, unknown> = {},
) {
  return (await engine.call(kind, path, args)) as T;
}

const quiet = await waits("calm", (asked) => asked < QUESTIONS);
const events: FunctionEvent[] = [];
engine.onEvent((event) => events.push(event));
const states = new Map<string, number>();
const startedAt = performance.now();
await run("mutation", "cli:addSite", { url: site.origin, category: "perf", most: PAGES });
for (let i = 0; i < DOCUMENTS - PAGES; i++) await upload(i);
const uploadedAfter = performance.now() - startedAt;
let isOver = false;
const asking = waits("busy", () => !isOver);
for (;;) {
  states.clear();
  await engine.system("", ({ db }) =>
    db._iterateDocs("knowledge", ({ kind, category, state }) => {
      if (kind !== "document" || category !== "perf") return;
      const name = state as string;
      states.set(name, (states.get(name) ?? 0) + 1);
    }),
  );
  const ended = (states.get("published") ?? 0) + (states.get("failed") ?? 0);
  if (ended === DOCUMENTS || performance.now() - startedAt > TIME_LIMIT_MS) break;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
const seconds = (performance.now() - startedAt) / 1000;
isOver = true;
const busy = await asking;
site.close();
const own = events.filter(({ path }) =>
  /^(?:knowledge|sources|documentReader|cli|files|background)/.test(path),
);
const kb = (bytes: number) => bytes / 1000 / DOCUMENTS;
console.table({
  documents: DOCUMENTS,
  published: states.get("published") ?? 0,
  "seconds, all": Math.round(seconds),
  "seconds, uploads": Math.round(uploadedAfter / 1000),
  "calls a document": (own.filter(({ nested }) => !nested).length / DOCUMENTS).toFixed(1),
  "KB read a document": kb(own.reduce((sum, one) => sum + one.bytesRead, 0)).toFixed(0),
  "KB written a document": kb(own.reduce((sum, one) => sum + one.bytesWritten, 0)).toFixed(0),
  "most written in a transaction, KB": Math.round(
    Math.max(...own.map((one) => one.bytesWritten)) / 1000,
  ),
  "first word, ms, before": Math.round(middle(quiet)),
  "first word, ms, meanwhile": Math.round(middle(busy)),
  "95 of 100, before": Math.round(late(quiet)),
  "95 of 100, meanwhile": Math.round(late(busy)),
  "asked meanwhile": busy.length,
});
await system.close();
const checks: [string, boolean][] = [
  ["every document answers", states.get("published") === DOCUMENTS],
  [
    `the first word comes at most ${MAX_TIMES} times as late`,
    middle(busy) <= MAX_TIMES * middle(quiet),
  ],
];
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
