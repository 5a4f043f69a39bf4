/** How the shop's support is doing, from the roll-ups: what came in, who settled it, what it cost. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api";
import { SHOP_NAME } from "../config";
import { DeskGate } from "../desk/DeskGate";
import { Logo } from "../ui/Logo";
import { figures } from "./figures";

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
  const overview = useQuery(api.analytics.overview, {
    from: Math.floor(openedAt / DAY) * DAY - (days - 1) * DAY,
  });
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
          <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {figures(overview?.counts ?? {}).map(({ name, value, note }) => (
              <div key={name} className="rounded-2xl border border-line bg-surface px-5 py-4">
                <dt className="text-sm text-soft">{name}</dt>
                <dd className="mt-1 text-3xl font-semibold tracking-tight tabular-nums">
                  {overview === undefined ? "…" : value}
                </dd>
                <dd className="mt-1 text-[13px] text-faint">{note}</dd>
              </div>
            ))}
          </dl>
          <p className="mt-4 text-[13px] text-faint">Renewed every five minutes. Days are UTC.</p>
        </main>
      </div>
    </div>
  );
}
