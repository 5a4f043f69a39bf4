/** The questions that `pnpm eval` asks: one JSON object a line, checked before anything runs. */
import { readFileSync } from "node:fs";
import * as z from "zod";

/** A question, and what answers it. */
const vQuestion = z.strictObject({
  id: z.string(),
  q: z.string().min(1),
  /** Documents that answer it; none: the shop says nothing about it. */
  slugs: z.array(z.string()),
  lang: z.string().default("en"),
  /** A regular expression: what the passage that answers has in it. */
  answer: z.string().optional(),
  /** The customer's question before, without which it can't be understood. */
  after: z.string().optional(),
});
export type Question = z.infer<typeof vQuestion>;

/** A conversation, and what the last message should set off. */
const vDialogue = z.strictObject({
  id: z.string(),
  kind: z.string(),
  expect: z.enum(["handoff", "offer_or_handoff", "none"]),
  turns: z.array(z.string().min(1)).min(1),
});
export type Dialogue = z.infer<typeof vDialogue>;

/** Reads one file; errors name the line. */
export function readCases(file: string): { questions: Question[]; dialogues: Dialogue[] } {
  const questions: Question[] = [];
  const dialogues: Dialogue[] = [];
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((line, i) => {
      if (line.trim() === "") return;
      try {
        const raw: unknown = JSON.parse(line);
        if (typeof raw === "object" && raw !== null && "turns" in raw) {
          dialogues.push(vDialogue.parse(raw));
        } else questions.push(vQuestion.parse(raw));
      } catch (error) {
        throw new Error(`${file}:${i + 1} is no case`, { cause: error });
      }
    });
  return { questions, dialogues };
}

/** Shorter than this, a question is also asked after another one, as customers do. */
const SHORT = 60;

/**
 * Each short question with one about another topic before it: the next in the file that shares no document.
 * "And how long?" needs its own, and is left out.
 */
export function pairWithOthers(questions: Question[]): { question: Question; before: string }[] {
  const asked = questions.filter(({ slugs }) => slugs.length > 0);
  return asked.flatMap((question, i) => {
    if (question.q.length >= SHORT || question.after !== undefined) return [];
    const later = [...asked.slice(i + 1), ...asked.slice(0, i)];
    const other = later.find(
      ({ slugs, after }) => after === undefined && !slugs.some((s) => question.slugs.includes(s)),
    );
    return other === undefined ? [] : [{ question, before: other.q }];
  });
}
