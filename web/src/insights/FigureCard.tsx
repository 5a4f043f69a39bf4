/** One number: what it is, how it went day by day, and its definition for whoever asks. */
import { useId } from "react";
import { linePoints, type Figure, type Metrics } from "./figures";

const WIDTH = 96;
const HEIGHT = 28;

/** `days`: each day's numbers, oldest first; undefined while they load. */
export function FigureCard({ figure, days }: { figure: Figure; days: Metrics[] | undefined }) {
  const { name, value, note, definition, daily } = figure;
  const id = useId();
  const points = linePoints((days ?? []).map(daily), WIDTH, HEIGHT);
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col rounded-2xl border border-line bg-surface px-5 py-4"
    >
      <h3 id={id} className="text-sm text-soft">
        {name}
      </h3>
      <div className="mt-1 flex items-end justify-between gap-3">
        <p className="text-3xl font-semibold tracking-tight tabular-nums">{value}</p>
        {points !== "" && (
          <svg
            viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
            className="mb-1 h-8 w-24 shrink-0 text-accent"
            aria-hidden
          >
            <polyline
              points={points}
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        )}
      </div>
      <p className="mt-1 text-[13px] text-faint">{note}</p>
      <details className="mt-2 text-[13px] text-soft">
        <summary className="w-fit cursor-pointer rounded text-faint underline-offset-4 hover:text-ink hover:underline">
          What is this?
          <span className="sr-only"> ({name})</span>
        </summary>
        <p className="mt-1 leading-relaxed">{definition}</p>
      </details>
    </section>
  );
}
