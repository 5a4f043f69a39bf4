/** Commands run as in one terminal, and one that does not do what is expected fails. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Mode } from "./parse";
import { Shell } from "./shell";

let folder: string;
let shell: Shell;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "shell-"));
  shell = new Shell(folder, { PATH: process.env.PATH }, folder);
});
afterEach(() => rm(folder, { recursive: true }));

const command = (text: string, expected: RegExp, mode: Mode = "ends") => ({ text, mode, expected });

test("what a command exports, the next one has", async () => {
  await shell.run(command("export GREETING='it''s me'", /^$/));
  await shell.run(command('echo "hello $GREETING"', /hello its me/));
});

test("colours don't hide what is printed", async () => {
  await shell.run(command(String.raw`printf 'http://127.0.0.1:\033[1m5174\033[22m'`, /:5174$/));
});

test("a wrong output, a wrong code and a silent server fail, with what was printed", async () => {
  await expect(shell.run(command("echo no", /yes/))).rejects.toThrow("no");
  await expect(shell.run(command("echo yes; exit 3", /yes/))).rejects.toThrow("code 3");
  await expect(shell.run(command("echo no", /yes/, "stays"))).rejects.toThrow("no");
});

test("a server stays until the end, is stopped by Ctrl-C, and must end well", async () => {
  const server = (code: number) =>
    `node -e "process.on('SIGINT', () => process.exit(${code})); setInterval(() => {}, 1e6); console.log('up')"`;
  await shell.run(command(server(0), /up/, "stays"));
  await shell.run(command("echo while it runs", /runs/));
  await shell.close();
  const other = new Shell(folder, { PATH: process.env.PATH }, folder);
  await other.run(command(server(2), /up/, "stays"));
  await expect(other.close()).rejects.toThrow("code 2");
});
