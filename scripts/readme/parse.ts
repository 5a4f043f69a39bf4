/**
 * The command blocks of a Markdown file and what each command is expected to do. The expectation is an
 * HTML comment above the block, so that it stands beside the text and readers don't see it:
 *
 *   <!-- run
 *   stays: pnpm demo => Web client
 *   convex env list => SHOP_NAME=
 *   -->
 *
 * One line for each command: a part of the command, `=>`, a regular expression that its output must
 * match. A command must exit with 0. `stays:` starts one that runs until the end of the file, `watches:`
 * one that is interrupted once it has matched. Instead of `run`:
 * `<!-- not run: needs an account -->`, with the same words in the section's text, or
 * `<!-- run by .ci/run -->`, if each command is a step of it.
 */
import { marked, type Token, type Tokens } from "marked";

export type Mode = "ends" | "stays" | "watches";

export interface Command {
  text: string;
  mode: Mode;
  expected: RegExp;
}

export type Block = { section: string; commands: string[] } & (
  { kind: "run"; checks: Command[] } | { kind: "by-ci" } | { kind: "not-run"; reason: string }
);

export class ReadmeError extends Error {}

const SHELL = new Set(["sh", "bash", "shell", "console"]);

export function parseBlocks(markdown: string): Block[] {
  const tokens = marked.lexer(markdown);
  const blocks: Block[] = [];
  let section = "";
  let sectionText = "";
  let comment: string | null = null;
  for (const token of tokens) {
    if (token.type === "heading") {
      section = (token as Tokens.Heading).text;
      sectionText = "";
    }
    if (isShell(token)) {
      blocks.push(readBlock(token as Tokens.Code, comment, section, sectionText));
    }
    if (token.type === "html") comment = token.raw;
    else if (token.type !== "space") comment = null;
    if (token.type !== "html") sectionText += token.raw;
  }
  let all = 0;
  void marked.walkTokens(tokens, (token) => {
    if (isShell(token)) all += 1;
  });
  if (all !== blocks.length) {
    throw new ReadmeError("A command block is inside a list or a quote, where it is not checked.");
  }
  return blocks;
}

function isShell(token: Token): boolean {
  return token.type === "code" && SHELL.has((token as Tokens.Code).lang ?? "");
}

function readBlock(
  { text }: Tokens.Code,
  comment: string | null,
  section: string,
  sectionText: string,
): Block {
  const commands = splitCommands(text);
  const where = `"${section}": ${commands[0] ?? ""}`;
  const body = /^<!--([\s\S]*)-->\s*$/.exec(comment ?? "")?.[1]?.trim();
  if (body === undefined) throw new ReadmeError(`${where}: no comment says what it is to do`);
  if (body === "run by .ci/run") return { kind: "by-ci", section, commands };
  const reason = /^not run: (.+)$/.exec(body)?.[1];
  if (reason !== undefined) {
    if (!sectionText.includes(reason)) {
      throw new ReadmeError(`${where}: the text does not say "${reason}"`);
    }
    return { kind: "not-run", section, commands, reason };
  }
  const lines = /^run\n([\s\S]+)$/.exec(body)?.[1];
  if (lines === undefined) throw new ReadmeError(`${where}: unknown comment "${body}"`);
  return { kind: "run", section, commands, checks: readChecks(where, commands, lines) };
}

function readChecks(where: string, commands: string[], lines: string): Command[] {
  const checks = lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (checks.length !== commands.length) {
    throw new ReadmeError(`${where}: ${commands.length} commands, ${checks.length} expectations`);
  }
  return commands.map((text, i) => {
    const parsed = /^(?:(stays|watches): )?(.+?) => (.+)$/.exec(checks[i] ?? "");
    const [, mode, part, expected] = parsed ?? [];
    if (part === undefined || expected === undefined || !text.includes(part)) {
      throw new ReadmeError(`${where}: "${checks[i]}" is not about "${text}"`);
    }
    return { text, mode: (mode ?? "ends") as Mode, expected: new RegExp(expected) };
  });
}

/** One command a line; a backslash at the end goes on. Comments are for readers. */
function splitCommands(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+#\s.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
