/** The frame of a plot: its title, what is drawn, a legend, and behind it the same as a table and as a file. */
import { Download } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../ui/controls";
import { downloadCsv, type Cell, type Table } from "./csv";

export type Series = { name: string; colour: string };

type Props = {
  title: string;
  /** What the plot says, for who can't see it. */
  summary: string;
  series?: readonly Series[];
  table: Table;
  /** The table as a file, if its numbers have a unit there. */
  file?: Table;
  /** How a cell is shown; files hold plain numbers. */
  format?: (cell: Cell, column: number) => string;
  /** What is behind a row is looked into. */
  onRow?: (row: number) => void;
  draw: (width: number) => ReactNode;
  height: number;
};

export function PlotFigure(props: Props) {
  const { title, summary, series = [], table, file, format, onRow, draw, height } = props;
  const [frame, width] = useWidth();
  const id = useId();
  return (
    <figure
      aria-labelledby={id}
      className="rounded-2xl border border-line bg-surface px-4 py-4 break-inside-avoid sm:px-5"
    >
      <figcaption className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 id={id} className="text-sm font-semibold">
          {title}
        </h3>
        <ul aria-hidden className="flex flex-wrap gap-x-3 text-[0.8125rem] text-soft">
          {series.map(({ name, colour }) => (
            <li key={name} className="flex items-center gap-1.5">
              <svg width={10} height={10} className={colour}>
                <rect width={10} height={10} rx={2} fill="currentColor" />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={frame} className="min-w-0">
        {width > 0 && (
          <svg
            role="img"
            aria-label={summary}
            viewBox={`0 0 ${width} ${height}`}
            className="block h-auto w-full text-faint"
          >
            {draw(width)}
          </svg>
        )}
      </div>
      <TableBehind {...{ title, table, file, format, onRow }} />
    </figure>
  );
}

type TableProps = Pick<Props, "table" | "format" | "onRow">;

function TableBehind({ title, file, ...table }: Pick<Props, "title" | "file"> & TableProps) {
  return (
    <details className="mt-2 text-[0.8125rem] text-soft print:hidden">
      <summary className="w-fit cursor-pointer rounded text-faint underline-offset-4 hover:text-ink hover:underline">
        As a table<span className="sr-only"> ({title})</span>
      </summary>
      <div
        className="scroll-calm mt-2 max-h-80 overflow-auto"
        tabIndex={0}
        role="region"
        aria-label={`${title}, table`}
      >
        <DataTable {...table} />
      </div>
      <div className="mt-2">
        <Button
          size="small"
          icon={<Download size={15} aria-hidden />}
          onClick={() => downloadCsv(title, file ?? table.table)}
        >
          Download as CSV
        </Button>
      </div>
    </details>
  );
}

const plain = (cell: Cell) => (cell === null ? "none" : String(cell));

function DataTable({ table, format = plain, onRow }: TableProps) {
  return (
    <table className="w-full text-left tabular-nums">
      <thead>
        <tr>
          {table.head.map((name) => (
            <th key={name} scope="col" className="py-1 pr-4 font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, r) => (
          <tr key={String(row[0])} className="border-t border-line">
            {row.map((cell, i) =>
              i === 0 ? (
                <th key={i} scope="row" className="py-1 pr-4 font-normal whitespace-nowrap">
                  {onRow === undefined ? (
                    format(cell, i)
                  ) : (
                    <button
                      type="button"
                      onClick={() => onRow(r)}
                      aria-label={`${format(cell, i)}: show its numbers`}
                      className="rounded underline decoration-line-strong underline-offset-4 hover:decoration-current"
                    >
                      {format(cell, i)}
                    </button>
                  )}
                </th>
              ) : (
                <td key={i} className="py-1 pr-4">
                  {format(cell, i)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How wide there is to draw; 0 until it is known. */
function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      // A print is narrower, and scales what is drawn.
      if (entry && !matchMedia("print").matches) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}
