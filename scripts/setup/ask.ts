/** Questions at a terminal. An empty answer skips; Ctrl-C ends the set-up before it has changed anything. */
import { confirm, isCancel, password, text } from "@clack/prompts";
import { EXIT, SetupError } from "./errors";

/** What is wrong with an answer, or null. */
type Problem = (value: string) => string | null;

export interface Asker {
  yesOrNo(question: string, initial: boolean): Promise<boolean>;
  /** Null for an empty answer. */
  line(question: string, problem: Problem): Promise<string | null>;
  /** As `line`, but what is typed is not shown. */
  hidden(question: string, problem: Problem): Promise<string | null>;
}

export const terminal: Asker = {
  yesOrNo: async (message, initialValue) => answered(await confirm({ message, initialValue })),
  line: async (message, problem) =>
    emptyIsNull(answered(await text({ message, validate: validator(problem) }))),
  hidden: async (message, problem) =>
    emptyIsNull(answered(await password({ message, validate: validator(problem) }))),
};

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new SetupError("Stopped. Nothing was changed.", EXIT.interrupted);
  return answer as Exclude<T, symbol>;
}

const emptyIsNull = (value: string | undefined) => (value?.trim() ? value.trim() : null);

const validator = (problem: Problem) => (value: string | undefined) => {
  const trimmed = value?.trim() ?? "";
  const found = trimmed === "" ? null : problem(trimmed);
  return found === null ? undefined : `That ${found}. Try again, or leave it empty to skip it.`;
};
