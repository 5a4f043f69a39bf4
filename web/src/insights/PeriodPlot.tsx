/** What is drawn: stacked bars and lines over the shop's days, weeks or months, and its week by the hour. */
import { AxisBottom, AxisLeft } from "@visx/axis";
import { scaleBand, scaleLinear } from "@visx/scale";
import { Bar, LinePath } from "@visx/shape";
import type { ReactNode } from "react";
import type { Cell } from "./csv";
import { PlotFigure, type Series } from "./PlotFigure";
import {
  periodName,
  shortDate,
  whole,
  type Axis,
  type Period,
  type Report,
  type Unit,
} from "./report";

const HEIGHT = 220;
const EDGE = { top: 8, right: 8, bottom: 28, left: 56 };

export type Values = Series & { of: (period: Period) => number | null };
type Props = {
  title: string;
  by: Unit;
  periods: readonly Period[];
  series: readonly Values[];
  format: (value: number) => string;
  /** The unit of its values in a file, and how much is one of it. */
  inFile?: { name: string; of: number };
  /** For values whose axis has a unit of its own, by the largest. */
  axis?: (most: number) => Axis;
  /** Whether the series add up, as parts of a whole. */
  stacked: boolean;
  /** A period of the table was chosen, to be looked into. */
  onChoose: (period: Period) => void;
};

export function PeriodPlot(props: Props) {
  const { title, by, periods, series, format, inFile, onChoose } = props;
  const rows = periods.map((period) => series.map(({ of }) => of(period)));
  const table = {
    head: [{ day: "Day", week: "Week of", month: "Month" }[by], ...series.map(({ name }) => name)],
    rows: periods.map(({ date }, i) => [date, ...rows[i]!]),
  };
  const file = inFile && {
    head: table.head.map((name, i) => (i === 0 ? name : `${name}, ${inFile.name}`)),
    rows: table.rows.map((row) =>
      row.map((cell) => (typeof cell === "number" ? cell / inFile.of : cell)),
    ),
  };
  const show = (cell: Cell, column: number) => {
    if (cell === null) return "none";
    return column === 0 ? periodName(by, String(cell)) : format(Number(cell));
  };
  return (
    <PlotFigure
      title={title}
      summary={summaryOf(periods, rows, { by, series, format })}
      series={series}
      table={table}
      file={file}
      format={show}
      height={HEIGHT}
      onRow={(i) => onChoose(periods[i]!)}
      draw={(width) => draw(width, { ...props, rows })}
    />
  );
}

type Rows = (number | null)[][];

/** The last period in words; the rest is in the table. */
function summaryOf(
  periods: readonly Period[],
  rows: Rows,
  { by, series, format }: Pick<Props, "by" | "series" | "format">,
): string {
  const last = periods.at(-1);
  if (last === undefined) return "";
  const values = series.map(({ name }, i) => {
    const value = rows.at(-1)![i] ?? null;
    return `${name}: ${value === null ? "none" : format(value)}`;
  });
  return `${periodName(by, last.date)}: ${values.join(", ")}. All ${periods.length} are in the table below.`;
}

function draw(width: number, props: Props & { rows: Rows }): ReactNode {
  const {
    by,
    periods,
    series,
    stacked,
    rows,
    axis = () => ({ unit: 1, say: props.format }),
  } = props;
  const tops = rows.map((row) =>
    stacked
      ? row.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      : Math.max(...row.map((value) => value ?? 0)),
  );
  const { unit, say } = axis(Math.max(...tops));
  const x = scaleBand({
    domain: periods.map(({ date }) => date),
    range: [EDGE.left, width - EDGE.right],
    padding: 0.25,
  });
  const y = scaleLinear({
    domain: [0, (Math.max(...tops) || 1) / unit],
    range: [HEIGHT - EDGE.bottom, EDGE.top],
    nice: true,
  });
  const heightOf = (value: number) => y(value / unit);
  const every = Math.ceil(periods.length / Math.max(2, Math.floor((width - EDGE.left) / 64)));
  // Counted from the last, which is the one that is looked for.
  const ticks = periods.flatMap(({ date }, i) =>
    (periods.length - 1 - i) % every === 0 ? [date] : [],
  );
  return (
    <>
      {stacked
        ? rows.map((row, i) => stack(row, periods[i]!.date, { x, y: heightOf, series }))
        : series.map((one, i) =>
            line(
              rows.map((row) => row[i] ?? null),
              periods,
              { x, y: heightOf, one },
            ),
          )}
      <Axes {...{ x, y, ticks, by, say }} />
    </>
  );
}

type BandScale = ReturnType<typeof scaleBand<string>>;
type LinearScale = ReturnType<typeof scaleLinear<number>>;
type Scales = { x: BandScale; y: (value: number) => number };

function stack(
  row: (number | null)[],
  date: string,
  { x, y, series }: Scales & { series: readonly Series[] },
): ReactNode[] {
  let base = 0;
  return row.map((value, i) => {
    const from = base;
    base += value ?? 0;
    const height = y(from) - y(base);
    if (height <= 0) return null;
    const { name, colour } = series[i]!;
    return (
      <Bar
        key={`${date} ${name}`}
        x={x(date)}
        y={y(base)}
        width={x.bandwidth()}
        height={height}
        className={colour}
        fill="currentColor"
      />
    );
  });
}

type Point = { at: number; value: number };

/** A gap where nothing was measured, and a dot for each that was. */
function line(
  values: (number | null)[],
  periods: readonly Period[],
  { x, y, one: { name, colour } }: Scales & { one: Series },
): ReactNode {
  const points = values.flatMap<Point>((value, i) => (value === null ? [] : [{ at: i, value }]));
  const left = ({ at }: Point) => x(periods[at]!.date)! + x.bandwidth() / 2;
  return (
    <g key={name} className={colour}>
      <LinePath<number | null>
        data={values}
        defined={(value) => value !== null}
        x={(_, i) => left({ at: i, value: 0 })}
        y={(value) => y(value ?? 0)}
        stroke="currentColor"
        strokeWidth={2}
        fill="none"
      />
      {points.map((point) => (
        <circle key={point.at} cx={left(point)} cy={y(point.value)} r={2.5} fill="currentColor" />
      ))}
    </g>
  );
}

const LABEL = { fill: "currentColor", fontSize: 11, fontFamily: "inherit" } as const;

type AxesProps = {
  x: BandScale;
  y: LinearScale;
  ticks: string[];
  by: Unit;
  say: (units: number) => string;
};

function Axes({ x, y, ticks, by, say }: AxesProps) {
  return (
    <>
      <AxisBottom
        scale={x}
        top={HEIGHT - EDGE.bottom}
        tickValues={ticks}
        tickFormat={(date) => shortDate(by, date)}
        stroke="currentColor"
        tickStroke="currentColor"
        tickLabelProps={{ ...LABEL, textAnchor: "middle" }}
      />
      <AxisLeft
        scale={y}
        left={EDGE.left}
        numTicks={4}
        tickFormat={(value) => say(Number(value))}
        stroke="currentColor"
        tickStroke="currentColor"
        tickLabelProps={{ ...LABEL, textAnchor: "end", dx: -4, dy: 4 }}
      />
    </>
  );
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const ROW = 24;
const TOP = 4;
const BUSY_HEIGHT = TOP + 7 * ROW + 20;
const hourName = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

/** When customers write, by weekday and hour, beside the opening hours: their frame is the opening. */
export function BusyHours({ asked, open }: Pick<Report, "asked" | "open">) {
  const most = Math.max(...asked);
  const all = asked.reduce((sum, n) => sum + n, 0);
  const closed = asked.reduce((sum, n, i) => sum + n * (1 - open[i]!), 0);
  const busiest = asked.indexOf(most);
  const share = all === 0 ? 0 : Math.round((closed / all) * 100);
  const words =
    all === 0
      ? "No messages yet."
      : `Busiest: ${WEEKDAYS[Math.floor(busiest / 24)]} ${hourName(busiest % 24)}, ${whole(most)} messages. About ${share} % came while the shop is closed.`;
  const rows = WEEKDAYS.flatMap((day, d) =>
    HOURS.map((hour) => {
      const i = d * 24 + hour;
      return [`${day} ${hourName(hour)}`, asked[i]!, Math.round(open[i]! * 60)];
    }),
  );
  return (
    <PlotFigure
      title="Busiest hours, against the opening hours"
      summary={words}
      series={[
        { name: "messages of customers", colour: "text-accent" },
        { name: "framed: open", colour: "text-ink" },
      ]}
      table={{ head: ["Hour", "Messages", "Minutes open"], rows }}
      height={BUSY_HEIGHT}
      draw={(width) => drawWeek(width, { asked, open, most })}
    />
  );
}

function drawWeek(
  width: number,
  { asked, open, most }: Pick<Report, "asked" | "open"> & { most: number },
): ReactNode {
  const left = 36;
  const cell = (width - left) / 24;
  return (
    <>
      {WEEKDAYS.map((day, d) => (
        <text key={day} x={0} y={TOP + d * ROW + 15} {...LABEL}>
          {day}
        </text>
      ))}
      {asked.map((n, i) => {
        const isOpen = open[i]! >= 0.5;
        return (
          <rect
            key={i}
            x={left + (i % 24) * cell + 1}
            y={TOP + Math.floor(i / 24) * ROW + 1}
            width={Math.max(1, cell - 2)}
            height={ROW - 3}
            rx={3}
            className={`${n === 0 ? "text-line" : "text-accent"} ${isOpen ? "stroke-ink" : ""}`}
            fill="currentColor"
            fillOpacity={n === 0 ? 0.5 : 0.15 + (0.85 * n) / most}
            strokeWidth={isOpen ? 1 : 0}
          />
        );
      })}
      {[0, 6, 12, 18].map((hour) => (
        <text key={hour} x={left + hour * cell} y={BUSY_HEIGHT - 4} {...LABEL}>
          {hourName(hour)}
        </text>
      ))}
    </>
  );
}
