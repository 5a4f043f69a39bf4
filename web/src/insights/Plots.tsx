/** The plots of the page: outcomes, times, costs over the periods, and the week by the hour. */
import { BusyHours, PeriodPlot, type Values } from "./PeriodPlot";
import {
  dollars,
  outcomesOf,
  partsOf,
  time,
  timeAxis,
  whole,
  type Period,
  type Report,
  type Unit,
} from "./report";

const OUTCOMES: Values[] = [
  { name: "assistant alone", colour: "text-accent", of: (one) => outcomesOf(one).assistant },
  { name: "with a technician", colour: "text-person", of: (one) => outcomesOf(one).technician },
  { name: "closed unanswered", colour: "text-danger", of: (one) => outcomesOf(one).nobody },
];

type TimesName = "firstResponseAiMs" | "firstResponseHumanOpenMs" | "resolutionOpenMs";
const TIMES: [title: string, key: TimesName][] = [
  ["First response, assistant", "firstResponseAiMs"],
  ["First response, technician, in opening hours", "firstResponseHumanOpenMs"],
  ["Time to resolution, in opening hours", "resolutionOpenMs"],
];
const timesOf = (key: TimesName): Values[] => [
  { name: "median", colour: "text-accent", of: ({ metrics }) => metrics[key].median },
  { name: "nine of ten", colour: "text-person", of: ({ metrics }) => metrics[key].p90 },
  { name: "mean", colour: "text-faint", of: ({ metrics }) => metrics[key].value },
];

const MODEL_COLOURS = ["text-accent", "text-person", "text-danger", "text-star"];
const OTHERS = { name: "others", colour: "text-soft" };

/** The four that cost most have a colour each; the rest is one. */
function modelsOf(periods: readonly Period[]): Values[] {
  const totals = new Map<string, number>();
  for (const { counts } of periods)
    for (const { key, n } of partsOf(counts, "cost.")) totals.set(key, (totals.get(key) ?? 0) + n);
  const models = [...totals].sort(([, a], [, b]) => b - a).map(([model]) => model);
  const costOf = (own: string[]) => (period: Period) =>
    own.reduce((sum, model) => sum + (period.counts[`cost.${model}`] ?? 0), 0);
  const top = models.slice(0, MODEL_COLOURS.length);
  const rest = models.slice(top.length);
  const series = top.map((name, i) => ({ name, colour: MODEL_COLOURS[i]!, of: costOf([name]) }));
  return rest.length === 0 ? series : [...series, { ...OTHERS, of: costOf(rest) }];
}

/** Bars of less than this many are too wide to be one. */
const FEWEST = 6;

/** Not from before the shop had anything to count. */
function sinceTheFirst(periods: readonly Period[]): readonly Period[] {
  const first = periods.findIndex(({ counts }) => Object.keys(counts).length > 0);
  return periods.slice(Math.max(0, Math.min(first, periods.length - FEWEST)));
}

type Props = { report: Report; by: Unit; onChoose: (period: Period) => void };

export function Plots({ report, by, onChoose }: Props) {
  const periods = sinceTheFirst(report.periods);
  const models = modelsOf(periods);
  const common = { by, periods, onChoose };
  const hasAny = (values: readonly Values[]) =>
    periods.some((period) => values.some(({ of }) => (of(period) ?? 0) > 0));
  return (
    <section aria-label="Over time" className="flex flex-col gap-3">
      <h2 className="text-sm font-semibold">Over time</h2>
      {hasAny(OUTCOMES) && (
        <PeriodPlot
          {...common}
          title="Resolved conversations, by outcome"
          series={OUTCOMES}
          format={whole}
          stacked
        />
      )}
      {TIMES.filter(([, key]) => hasAny(timesOf(key))).map(([title, key]) => (
        <PeriodPlot
          key={key}
          {...common}
          title={title}
          series={timesOf(key)}
          format={time}
          axis={timeAxis}
          inFile={{ name: "s", of: 1_000 }}
          stacked={false}
        />
      ))}
      {models.length > 0 && (
        <PeriodPlot
          {...common}
          title="Cost, by model"
          series={models}
          format={dollars}
          inFile={{ name: "USD", of: 1_000_000 }}
          stacked
        />
      )}
      <BusyHours asked={report.asked} open={report.open} />
    </section>
  );
}
