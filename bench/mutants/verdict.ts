/** What a process that played a mutant's sequences printed, and what that says. */
import type { Mutant } from "./mutant";

/** `after`: sequences until then. `by`: what caught it, or what went wrong. */
export type Verdict =
  | { kind: "caught"; after: number; by: string }
  /** No sequence has noticed: the invariant isn't checked, or the mutant isn't one. */
  | { kind: "survived"; after: number }
  /** It fell by something that is no property: it wasn't loaded, hung, or can't run at all. */
  | { kind: "broken"; after: number; by: string };

type Process = {
  failed: boolean;
  said: string;
  /** The line that it prints with the mutant in it. */
  loaded: string;
  /** Sequences that others of the same mutant have played before. */
  played: number;
};

const CRASHES = /^(TypeError|ReferenceError|SyntaxError|RangeError)/;

/** Null: none of its sequences has fallen. */
export function readVerdict({ failed, said, loaded, played }: Process): Verdict | null {
  if (!said.includes(loaded)) return { kind: "broken", after: played, by: "it was not loaded" };
  if (!failed) {
    if (/Tests .*\b1 passed/.test(said)) return null;
    return { kind: "broken", after: played, by: "no test was run" };
  }
  const after = /Property failed after (\d+) tests/.exec(said)?.[1];
  if (after === undefined) {
    return { kind: "broken", after: played, by: /(?:Error|timed out).*/.exec(said)?.[0] ?? "?" };
  }
  const by = causeOf(said);
  return { kind: CRASHES.test(by) ? "broken" : "caught", after: played + Number(after), by };
}

/** The error that the property fell by, and where it was looked for. */
function causeOf(said: string): string {
  const [, error = "?", rest = ""] = /Caused by: (.*)([^]*)/.exec(said) ?? [];
  const place = [...rest.matchAll(/ ❯ .*?(tests\/\S+?\.ts:\d+)/g)].find(
    ([, file]) => !file!.includes("/expect.ts"),
  )?.[1];
  return place === undefined ? error : `${error} (${place})`;
}

type Row = { mutant: Mutant; verdicts: Verdict[] };

/** As a table of Markdown, with the median of what was measured. */
export function summarize(rows: Row[]): string {
  const lines = rows.map(({ mutant, verdicts }) => {
    const { invariant, name, world, why } = mutant;
    return `| ${[invariant, name, why, world, resultOf(verdicts)].join(" | ")} |`;
  });
  const head = ["| | mutant | what is wrong | world | sequences |", "| - | - | - | - | - |"];
  return [...head, ...lines].join("\n");
}

function resultOf(verdicts: Verdict[]): string {
  const bad = verdicts.find(({ kind }) => kind !== "caught");
  if (bad !== undefined) return `${bad.kind} (${bad.after})`;
  const sorted = verdicts.map(({ after }) => after).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!.toLocaleString("en-US");
}
