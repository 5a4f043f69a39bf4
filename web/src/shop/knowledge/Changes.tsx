/** What a text says otherwise than another: passage by passage, the lines that went and those that came. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../api";

type Change = FunctionReturnType<typeof api.sources.changes>[number];

export function Changes({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p className="text-sm text-soft">Both say the same.</p>;
  return (
    <ul className="flex flex-col gap-3" aria-label="What changes">
      {changes.map((change, i) => (
        <li key={i} className="rounded-xl border border-line bg-surface px-3.5 py-2.5 text-sm">
          <p className="mb-1 font-medium">
            {change.heading || "The beginning"}
            <span className="ml-2 text-[0.8125rem] font-normal text-faint">{kindOf(change)}</span>
          </p>
          <Lines of="before" lines={linesOnlyIn(change.before, change.after)} />
          <Lines of="after" lines={linesOnlyIn(change.after, change.before)} />
        </li>
      ))}
    </ul>
  );
}

function kindOf({ before, after }: Change): string {
  if (before === undefined) return "new";
  return after === undefined ? "gone" : "changed";
}

const linesOf = (text = "") => text.split("\n").filter((line) => line.trim() !== "");

function linesOnlyIn(text: string | undefined, other: string | undefined): string[] {
  const others = new Set(linesOf(other));
  return linesOf(text).filter((line) => !others.has(line));
}

const LOOK = {
  before: { Element: "del", sign: "−", name: "Was:", look: "bg-danger-wash text-danger" },
  after: { Element: "ins", sign: "+", name: "Now:", look: "bg-accent-wash text-accent" },
} as const;

function Lines({ of, lines }: { of: keyof typeof LOOK; lines: string[] }) {
  const { Element, sign, name, look } = LOOK[of];
  if (lines.length === 0) return null;
  return (
    <Element className={`mt-1 block rounded-lg px-2.5 py-1.5 no-underline ${look}`}>
      <span className="sr-only">{name}</span>
      {lines.map((line, i) => (
        <span key={i} className="block whitespace-pre-wrap [overflow-wrap:anywhere]">
          <span aria-hidden>{sign} </span>
          {line}
        </span>
      ))}
    </Element>
  );
}
