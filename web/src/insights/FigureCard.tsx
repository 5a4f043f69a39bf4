/** One number beside that of the period before; it opens the conversations behind it. */
import { useId } from "react";
import type { Figure } from "./figures";
import type { Opens } from "./report";

type Props = {
  figure: Figure;
  /** The same of the period before, and what that is called. */
  before: { value: string | null; words: string } | undefined;
  onOpen: (opens: Opens) => void;
};

export function FigureCard({ figure, before, onOpen }: Props) {
  const { name, value, note, definition, opens } = figure;
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col rounded-2xl border border-line bg-surface px-5 py-4 break-inside-avoid"
    >
      <h3 id={id} className="text-sm text-soft">
        {name}
      </h3>
      <button
        type="button"
        onClick={() => onOpen({ figure: opens, title: name })}
        aria-label={`${name}: ${value}. Show the conversations`}
        className="mt-1 w-fit rounded text-3xl font-semibold tracking-tight tabular-nums underline-offset-4 hover:underline"
      >
        {value}
      </button>
      {before && (
        <p className="text-[0.8125rem] text-soft">
          {before.words}: {before.value ?? "none"}
        </p>
      )}
      <p className="mt-1 text-[0.8125rem] text-faint">{note}</p>
      <details className="mt-2 text-[0.8125rem] text-soft print:hidden">
        <summary className="w-fit cursor-pointer rounded text-faint underline-offset-4 hover:text-ink hover:underline">
          What is this?
          <span className="sr-only"> ({name})</span>
        </summary>
        <p className="mt-1 leading-relaxed">{definition}</p>
      </details>
    </section>
  );
}
