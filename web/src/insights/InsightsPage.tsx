/** How the shop's support is doing, from the roll-ups: what came in, who settled it, what it cost. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api";
import { SHOP_NAME } from "../config";
import { DeskGate } from "../desk/DeskGate";
import { Logo } from "../ui/Logo";
import { fullTime } from "../ui/time";
import { FigureCard } from "./FigureCard";
import { figureGroups } from "./figures";

const DAY = 24 * 60 * 60 * 1000;
const RANGES = [1, 7, 30] as const;

export default function InsightsPage() {
  return (
    <DeskGate>
      <Insights />
    </DeskGate>
  );
}

function Insights() {
  const [days, setDays] = useState<number>(7);
  // Fixed when the range is chosen: a moving `from` would be a new subscription each time.
  const [openedAt] = useState(() => Date.now());
  const from = Math.floor(openedAt / DAY) * DAY - (days - 1) * DAY;
  const overview = useQuery(api.analytics.overview, { from });
  const series = useQuery(api.analytics.series, { period: "day", from });
  const byDay = series?.map((day) => day.metrics);
  return (
    <div className="scroll-calm h-page">
      <div className="mx-auto flex max-w-4xl flex-col gap-6 px-5 py-6">
        <header className="flex flex-wrap items-center gap-3">
          <Logo />
          <div className="min-w-0 flex-1">
            <h1 className="leading-tight font-semibold tracking-tight">{SHOP_NAME} insights</h1>
            <Link href="/desk" className="text-[13px] text-soft underline-offset-4 hover:underline">
              Back to the desk
            </Link>
          </div>
          <div role="group" aria-label="Period" className="flex gap-1">
            {RANGES.map((range) => (
              <button
                key={range}
                type="button"
                aria-pressed={range === days}
                onClick={() => setDays(range)}
                className={`h-8 rounded-full px-3 text-[13px] font-medium transition-colors ${range === days ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
              >
                {range === 1 ? "Today" : `${range} days`}
              </button>
            ))}
          </div>
        </header>
        <main aria-busy={overview === undefined}>
          {overview === undefined ? (
            <p className="py-10 text-center text-sm text-faint">Adding up…</p>
          ) : (
            <>
              {figureGroups(overview.metrics, overview.counts).map(({ title, figures }) => (
                <section key={title} aria-label={title} className="mb-6">
                  <h2 className="mb-2 text-sm font-semibold">{title}</h2>
                  <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-3">
                    {figures.map((figure) => (
                      <FigureCard key={figure.name} figure={figure} days={byDay} />
                    ))}
                  </div>
                </section>
              ))}
              <Check check={overview.check} />
            </>
          )}
          <p className="mt-1 text-[13px] text-faint">Renewed every five minutes. Days are UTC.</p>
        </main>
      </div>
    </div>
  );
}

/** Whether the last nightly replay of the events came to the same numbers. */
function Check({ check }: { check: { at: number; differ: number } | null }) {
  if (check === null) {
    return (
      <p className="text-[13px] text-faint">
        Every night these numbers are compared with the events. That has not happened yet.
      </p>
    );
  }
  const when = fullTime(check.at);
  return check.differ === 0 ? (
    <p className="text-[13px] text-faint">Compared with the events on {when}: equal.</p>
  ) : (
    <p role="alert" className="text-[13px] font-medium text-danger">
      Compared with the events on {when}:{" "}
      {check.differ === 1 ? "1 number differs" : `${check.differ} numbers differ`}. Your developer
      can repair them: npx convex run analytics:rebuild
    </p>
  );
}
