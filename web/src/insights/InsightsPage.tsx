/** How the shop's support is doing, by day, week or month of its own zone: each number beside the period before. */
import { useQuery } from "convex/react";
import { ChevronLeft, ChevronRight, Download, Printer } from "lucide-react";
import { useRef, useState, type ReactNode, type RefObject } from "react";
import { useLocation, useSearch } from "wouter";
import { api } from "../api";
import { Button, IconButton } from "../ui/controls";
import { fullTime } from "../ui/time";
import { Behind } from "./Behind";
import { periodsBack, printChosen, readChosen, type Chosen } from "./chosen";
import { downloadCsv } from "./csv";
import { Details } from "./Details";
import { FigureCard } from "./FigureCard";
import { figureGroups, type Figure } from "./figures";
import { Plots } from "./Plots";
import { reportTable } from "./reportTable";
import { WeeklyMail } from "./WeeklyMail";
import {
  BEFORE_WORDS,
  COUNTS,
  periodName,
  PERIODS_BACK,
  type Opens,
  type Period,
  type Report,
  type Unit,
} from "./report";

const UNITS: [unit: Unit, name: string][] = [
  ["day", "Day"],
  ["week", "Week"],
  ["month", "Month"],
];

function useChosen(): [Chosen, (next: Chosen) => void] {
  const chosen = readChosen(useSearch());
  const [path, navigate] = useLocation();
  // In place of the one before: Back leaves the page, and comes to it as it was left.
  return [chosen, (next) => navigate(`${path}?${printChosen(next)}`, { replace: true })];
}

export default function InsightsPage() {
  const [{ by, from }, setChosen] = useChosen();
  // Fixed when the page opens: a moving time would be a new subscription each time.
  const [openedAt] = useState(() => Date.now());
  const report = useQuery(api.analytics.report, { by, at: openedAt, count: COUNTS[by] });
  return (
    <>
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="min-w-40 flex-1 text-xl font-semibold tracking-tight">Insights</h1>
        <div role="group" aria-label="By" className="flex gap-1 print:hidden">
          {UNITS.map(([unit, name]) => (
            <button
              key={unit}
              type="button"
              aria-pressed={unit === by}
              onClick={() => setChosen({ by: unit })}
              className={`h-8 rounded-full px-3 text-[0.8125rem] font-medium transition-colors ${unit === by ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
            >
              {name}
            </button>
          ))}
        </div>
      </header>
      <main aria-busy={report === undefined} className="flex flex-col gap-6 print:space-y-5">
        {report === undefined ? (
          <p className="py-10 text-center text-sm text-faint">Adding up…</p>
        ) : (
          <Numbers
            key={by}
            {...{ report, by, from, openedAt }}
            onChoose={(date) => setChosen(date === undefined ? { by } : { by, from: date })}
          />
        )}
      </main>
    </>
  );
}

type NumbersProps = {
  report: Report;
  by: Unit;
  from: string | undefined;
  /** The first date of a period; of the newest none, so that it stays the newest. */
  onChoose: (from: string | undefined) => void;
  openedAt: number;
};

function Numbers({ report, by, from, onChoose, openedAt }: NumbersProps) {
  const [opens, setOpens] = useState<Opens | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const { periods } = report;
  const dates = periods.map(({ date }) => date);
  const back = periodsBack(dates, from);
  const setBack = (next: number) =>
    onChoose(next === 0 ? undefined : dates[periods.length - 1 - next]);
  const at = periods.length - 1 - back;
  const period = periods[at]!;
  const range = { from: period.start, to: Math.min(period.end, openedAt) };
  const isEmpty = periods.every(({ counts }) => Object.keys(counts).length === 0);
  return (
    <>
      <Chooser {...{ by, period, back, setBack, title, most: periods.length - 1 }}>
        <Button
          size="small"
          icon={<Download size={15} aria-hidden />}
          onClick={() => downloadCsv(`insights by ${by}`, reportTable(periods))}
        >
          CSV
        </Button>
        <Button size="small" icon={<Printer size={15} aria-hidden />} onClick={() => print()}>
          Print
        </Button>
      </Chooser>
      {report.recounting && (
        <p role="status" className="rounded-xl bg-note px-4 py-2.5 text-sm text-on-note">
          The days are being counted anew, for another time zone or with more figures. Until that is
          done, minutes in all, they are not whole.
        </p>
      )}
      {isEmpty ? (
        <NothingYet />
      ) : (
        <>
          <Cards
            period={period}
            before={periods[at - PERIODS_BACK[by]]}
            words={BEFORE_WORDS[by]}
            onOpen={setOpens}
          />
          <Plots
            report={report}
            by={by}
            onChoose={(chosen) => {
              setBack(periods.length - 1 - periods.indexOf(chosen));
              title.current?.focus();
            }}
          />
          <Details period={period} range={range} onOpen={setOpens} />
        </>
      )}
      <WeeklyMail />
      <Check check={report.check} />
      <p className="text-[0.8125rem] text-faint">
        Renewed every five minutes. Days, weeks and months are those of {report.timeZone}.
      </p>
      <Behind opens={opens} range={range} onClose={() => setOpens(null)} />
    </>
  );
}

type ChooserProps = {
  by: Unit;
  period: Period;
  back: number;
  most: number;
  setBack: (back: number) => void;
  title: RefObject<HTMLHeadingElement | null>;
  children: ReactNode;
};

function Chooser({ by, period, back, most, setBack, title, children }: ChooserProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="flex min-w-0 flex-1 items-center gap-1">
        <span className="print:hidden">
          <IconButton
            small
            label={`Earlier ${by}`}
            disabled={back >= most}
            onClick={() => setBack(back + 1)}
          >
            <ChevronLeft size={18} aria-hidden />
          </IconButton>
        </span>
        <h2 ref={title} tabIndex={-1} aria-live="polite" className="text-sm font-semibold">
          {periodName(by, period.date)}
          {back === 0 && <span className="font-normal text-soft">, so far</span>}
        </h2>
        <span className="print:hidden">
          <IconButton
            small
            label={`Later ${by}`}
            disabled={back === 0}
            onClick={() => setBack(back - 1)}
          >
            <ChevronRight size={18} aria-hidden />
          </IconButton>
        </span>
      </div>
      <div className="flex gap-2 print:hidden">{children}</div>
    </div>
  );
}

type CardsProps = {
  period: Period;
  before: Period | undefined;
  words: string;
  onOpen: (opens: Opens) => void;
};

/** What is known, as cards; what is not, in one list that says from when on. */
function Cards({ period, before, words, onOpen }: CardsProps) {
  const groups = figureGroups(period);
  const earlier = before && figureGroups(before).flatMap(({ figures }) => figures);
  const missing = groups.flatMap(({ figures }) => figures.filter(({ value }) => value === null));
  return (
    <>
      {groups
        .map((group) => ({ ...group, figures: group.figures.filter(isKnown) }))
        .filter(({ figures }) => figures.length > 0)
        .map(({ title, figures }) => (
          <section key={title} aria-label={title}>
            <h2 className="mb-2 text-sm font-semibold">{title}</h2>
            <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-3 print:grid-cols-3">
              {figures.map((figure) => {
                const value = earlier?.find(({ name }) => name === figure.name)?.value ?? null;
                return (
                  <FigureCard
                    key={figure.name}
                    figure={figure}
                    before={before && { value, words }}
                    onOpen={onOpen}
                  />
                );
              })}
            </div>
          </section>
        ))}
      {missing.length > 0 && (
        <section aria-label="Nothing to count in this time" className="text-[0.8125rem] text-soft">
          <h2 className="mb-2 text-sm font-semibold text-ink">Nothing to count in this time</h2>
          <WhenList figures={missing} />
        </section>
      )}
    </>
  );
}

const isKnown = ({ value }: Figure) => value !== null;

function WhenList({ figures }: { figures: Figure[] }) {
  return (
    <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
      {figures.map(({ name, when }) => (
        <li key={name}>
          {name}: <span className="text-faint">{when}</span>
        </li>
      ))}
    </ul>
  );
}

const EMPTY: Period["metrics"]["csat"] = { value: null, of: 0 };
const NO_TIMES: Period["metrics"]["resolutionMs"] = { ...EMPTY, median: null, p90: null };
/** A period in which nothing happened: what there would be to say of one. */
const NO_PERIOD: Period = {
  ...{ date: "2026-01-01", start: 0, end: 0, counts: {} },
  metrics: {
    ...{ episodesBegun: 0, episodesResolved: 0, handoffRateByReason: {} },
    ...{ firstResponseAiMs: NO_TIMES, firstResponseHumanMs: NO_TIMES },
    ...{ firstResponseHumanOpenMs: NO_TIMES, resolutionMs: NO_TIMES, resolutionOpenMs: NO_TIMES },
    ...{ containment: EMPTY, handoffRate: EMPTY, verifiedResolutions: EMPTY, reopenRate: EMPTY },
    ...{ csat: EMPTY, csatResponseRate: EMPTY, ratingMean: EMPTY },
    ...{ costPerResolutionMicroUsd: EMPTY, costPerVerifiedResolutionMicroUsd: EMPTY },
  },
};

/** The first day: no wall of dashes, but what will stand here, and when. */
function NothingYet() {
  return (
    <section aria-label="Nothing yet" className="rounded-2xl border border-line bg-surface p-5">
      <h2 className="font-semibold">Nothing has happened yet</h2>
      <p className="mt-1 mb-3 text-sm text-soft">
        Each number appears within six minutes of what it counts. Here will stand:
      </p>
      <div className="text-[0.8125rem]">
        <WhenList figures={figureGroups(NO_PERIOD).flatMap(({ figures }) => figures)} />
      </div>
    </section>
  );
}

/** Whether the last nightly replay of the events came to the same numbers. */
function Check({ check }: { check: Report["check"] }) {
  if (check === null) {
    return (
      <p className="text-[0.8125rem] text-faint">
        Every night these numbers are compared with the events. That has not happened yet.
      </p>
    );
  }
  const when = fullTime(check.at);
  return check.differ === 0 ? (
    <p className="text-[0.8125rem] text-faint">Compared with the events on {when}: equal.</p>
  ) : (
    <p role="alert" className="text-[0.8125rem] font-medium text-danger">
      Compared with the events on {when}:{" "}
      {check.differ === 1 ? "1 number differs" : `${check.differ} numbers differ`}. Your developer
      can repair them: npx convex run analytics:rebuild
    </p>
  );
}
