"use node";
/**
 * What somebody wrote in an answer to a mail, without the mail that it quotes and without their signature. The parser is
 * Crisp's; it needs Node, so only actions that run there import this file.
 */
import EmailReplyParser from "email-reply-parser";

/** Read of a mail: a message has less. */
const MAX_CHARS = 12_000;
/**
 * The parser's patterns take time with the square of a line and worse, and what they look for (the line above a
 * quotation, a signature) is short: longer lines are put aside for it.
 */
const MAX_LINE = 200;
/** Below a greeting or a phone's line, which the parser takes to be the end. */
const POSTSCRIPT = /^[ \t]*(?:P\.? ?(?:P\.? ?)?S\b|P\.? ?D\.? ?:)/im;
const ASIDE = /\uE000(\d+)\uE001/g;

export function cutReply(text: string): string {
  const aside: string[] = [];
  const lines = text
    .slice(0, MAX_CHARS)
    .replace(/\r\n?/g, "\n")
    .replace(/[\uE000\uE001]/g, "");
  const short = lines
    .split("\n")
    .map((line) => {
      if (line.length <= MAX_LINE) return line;
      // Quoted lines go anyway, and are known by how they begin.
      if (line.startsWith(">")) return ">";
      return `\uE000${aside.push(line) - 1}\uE001`;
    })
    .join("\n");
  const email = new EmailReplyParser().read(short);
  const visible = [email.getVisibleText().trim(), ...postscriptsOf(email)].join("\n\n");
  return visible.replace(ASIDE, (_, index: string) => aside[Number(index)] ?? "").trim();
}

function postscriptsOf(email: ReturnType<EmailReplyParser["read"]>): string[] {
  return email.getFragments().flatMap((fragment) => {
    const text = fragment.getContent();
    const at = fragment.isSignature() ? text.search(POSTSCRIPT) : -1;
    return at === -1 ? [] : [text.slice(at).trim()];
  });
}
