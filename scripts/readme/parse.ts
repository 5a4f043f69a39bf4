/**
 * The commands of a Markdown page's command blocks, each with what is expected of it. Expectations stand in
 * `commands.ts`, apart from the text, so that neither readers of the page nor of its source stumble over them. A
 * command without an expectation is an error, and so is an expectation whose command has gone.
 */
import { marked, type Token, type Tokens } from "marked";

/** `ends`: exits with 0. `stays`: runs until the end of all pages. `watches`: is interrupted once it has matched. */
export type Mode = "ends" | "stays" | "watches";

export interface Command {
  text: string;
  mode: Mode;
  expected: RegExp;
}

export type Expectation =
  | { kind: "run"; mode: Mode; expected: RegExp }
  /** It must be a step of `.ci/run`. */
  | { kind: "by-ci" }
  /** The section must give the reader the same reason. */
  | { kind: "not-run"; reason: string };

type Step = { section: string; text: string } & Expectation;

export class ReadmeError extends Error {}

const SHELL = new Set(["sh", "bash", "shell", "console"]);

export function parseSteps(markdown: string, expectations: Record<string, Expectation>): Step[] {
  const steps: Step[] = [];
  for (const { section, told, text } of commandsOf(markdown)) {
    const expectation = Object.hasOwn(expectations, text) ? expectations[text] : undefined;
    const where = `"${section}": ${text}`;
    if (expectation === undefined) throw new ReadmeError(`${where}: no expectation`);
    if (expectation.kind === "run" && expectation.expected.source === "(?:)") {
      throw new ReadmeError(`${where}: expects nothing`);
    }
    if (expectation.kind === "not-run" && !told.includes(expectation.reason)) {
      throw new ReadmeError(`${where}: the section does not say "${expectation.reason}"`);
    }
    steps.push({ section, text, ...expectation });
  }
  for (const text of Object.keys(expectations)) {
    if (!steps.some((step) => step.text === text)) {
      throw new ReadmeError(`${text}: expected, and in no command block`);
    }
  }
  return steps;
}

type Found = { section: string; told: string; text: string };

/** In the order of the page, blocks in lists and quotes included. `told`: the section up to the command's block. */
export function commandsOf(markdown: string): Found[] {
  const commands: Found[] = [];
  let section = "";
  let told = "";
  for (const token of marked.lexer(markdown)) {
    if (token.type === "heading") {
      section = (token as Tokens.Heading).text;
      told = "";
    }
    told += token.raw;
    for (const { text } of blocksIn(token)) {
      commands.push(...splitCommands(text).map((command) => ({ section, told, text: command })));
    }
  }
  return commands;
}

function blocksIn(top: Token): Tokens.Code[] {
  const blocks: Tokens.Code[] = [];
  void marked.walkTokens([top], (token) => {
    if (token.type === "code" && SHELL.has((token as Tokens.Code).lang ?? "")) {
      blocks.push(token as Tokens.Code);
    }
  });
  return blocks;
}

/** One command a line; a backslash at the end goes on. Comments are for readers. */
function splitCommands(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/\s+#\s.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
