/** What an editor does with the packages, asked of the server that editors ask. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILE = path.join(ROOT, "client/consumer/contract.tsx");

type Span = { file: string; start: { line: number } };
type Answer = { type: string; command?: string; success?: boolean; body?: { definitions: Span[] } };

/** Where "go to definition" leads from the first place in the file that reads `after` then `name`. */
export async function definitionsOf(places: { after: string; name: string }[]): Promise<string[]> {
  const tsserver = path.join(ROOT, "node_modules/typescript/lib/tsserver.js");
  const server = spawn(process.execPath, [tsserver, "--disableAutomaticTypingAcquisition"]);
  try {
    const text = readFileSync(FILE, "utf8");
    const command = (name: string, args: object) =>
      server.stdin.write(
        `${JSON.stringify({ seq: 0, type: "request", command: name, arguments: args })}\n`,
      );
    command("open", { file: FILE });
    for (const { after, name } of places) {
      const lines = text.slice(0, text.indexOf(after + name) + after.length + 1).split("\n");
      const place = { file: FILE, line: lines.length, offset: lines.at(-1)!.length };
      command("definitionAndBoundSpan", place);
    }
    const found: string[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      if (!line.startsWith("{")) continue;
      const { command: answered, body } = JSON.parse(line) as Answer;
      if (answered !== "definitionAndBoundSpan") continue;
      const [first] = body?.definitions ?? [];
      const source = first && readFileSync(first.file, "utf8").split("\n")[first.start.line - 1];
      found.push(first ? `${path.relative(ROOT, first.file)}: ${source}` : "nowhere");
      if (found.length === places.length) break;
    }
    return found;
  } finally {
    server.kill();
  }
}
