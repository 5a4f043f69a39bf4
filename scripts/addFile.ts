/**
 * `npx pnpm run add-file FILE --category prices`: a document that is read from a PDF, Word (.docx), HTML, Markdown or
 * text file, on the deployment that the Convex CLI acts on; `--prod`: on production. The file goes through the door that
 * all uploads go through; the command waits until it is read in, and says in words why one can't be.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDeployment, runCommand } from "./deployment";
import { badInput, SetupError } from "./setup/errors";

const PAUSE_MS = 1_000;
const USAGE =
  "npx pnpm run add-file FILE [--category CATEGORY] [--title TITLE] [--slug SLUG] [--replace] [--prod]";

type Document = {
  state: string;
  slug: string;
  title: string;
  passages: number;
  nextVersion?: number;
  error?: { code: string; message: string };
};

const say = (line: string) => process.stdout.write(`${line}\n`);

function readOptions(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { category: text, title: text, slug: text, replace: flag, prod: flag };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [file, ...rest] = positionals;
    if (file !== undefined && rest.length === 0) return { ...values, file };
  } catch (error) {
    throw badInput(`${(error as Error).message} ${USAGE}`);
  }
  throw badInput(`One file: ${USAGE}`);
}

async function addFile(args: string[]): Promise<void> {
  const { file, prod, ...input } = readOptions(args);
  if (input.replace && input.slug === undefined) throw badInput("--replace needs the --slug.");
  const bytes = await readFile(file).catch((error: Error) => {
    throw badInput(`${file} can't be read: ${error.message}`);
  });
  const { label, call } = openDeployment(prod);
  say(`Adding ${path.basename(file)} on ${label}`);
  const { url, ticket } = await call<{ url: string; ticket: string }>("cli:admitUpload");
  const storageId = await upload(url, ticket, bytes);
  const name = path.basename(file);
  const documentId = await call<string>("cli:addFile", { storageId, name, ...input });
  for (;;) {
    const { state, slug, title, passages, error } = await call<Document>("cli:document", {
      documentId,
    });
    if (state !== "ingesting") {
      // What answers by its words only, for now, has an error, too.
      if (error !== undefined && error.code !== "not_embedded") {
        throw new SetupError(`${error.code}: ${error.message}`);
      }
      say(`"${title}" (${slug}) is ${state}: ${passages} passages.`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function upload(url: string, ticket: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-upload-ticket": ticket },
    body: bytes,
  });
  const answer = (await response.json()) as { storageId?: string; message?: string };
  if (answer.storageId !== undefined) return answer.storageId;
  throw new SetupError(`The file was refused: ${answer.message ?? response.statusText}`);
}

await runCommand(addFile);
