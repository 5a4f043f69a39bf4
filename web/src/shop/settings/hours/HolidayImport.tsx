/** Public holidays of the shop's region, or those of a calendar file: each is looked at before the shop closes on it. */
import { useAction } from "convex/react";
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { CalendarSearch } from "lucide-react";
import { useState } from "react";
import { api } from "../../../api";
import { Button, Field } from "../../../ui/controls";
import { Dialog } from "../../../ui/Dialog";
import { ActNotice, useAct } from "../act";

type Plan = FunctionReturnType<typeof api.holidays.previewHolidays>;
type Source = FunctionArgs<typeof api.holidays.previewHolidays>["source"];
type Verdict = Plan["days"][number]["verdict"];

export function HolidayImport({ unsaved }: { unsaved: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        icon={<CalendarSearch size={15} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        From a calendar
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Holidays from a calendar"
        testId="holiday-import"
      >
        {unsaved ? (
          <p className="text-sm text-soft">
            Save the hours first, or undo your changes: what a holiday would close is told from the
            hours that are set.
          </p>
        ) : (
          <Import />
        )}
      </Dialog>
    </>
  );
}

const sayDay = (date: string) =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });

const WHY_NOT: Record<Exclude<Verdict, "closes" | "left_out">, string> = {
  set_already: "set already",
  closed_anyway: "closed anyway",
  observed_on_the_day: "closed on the holiday itself",
};

function Import() {
  const [region, setRegion] = useState("");
  const [source, setSource] = useState<Source | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [except, setExcept] = useState<string[]>([]);
  const preview = useAction(api.holidays.previewHolidays);
  const importAll = useAction(api.holidays.importHolidays);
  const look = useAct(async (wanted: Source) => {
    setPlan(null);
    const found = await preview({ source: wanted });
    setSource(wanted);
    setExcept([]);
    setPlan(found);
    return `${found.days.length} ${found.days.length === 1 ? "day" : "days"} found up to the end of next year.`;
  });
  const close = useAct(async () => {
    if (source === null) throw new Error("Nothing was looked at yet.");
    const done = await importAll({ source, except });
    const closed = done.days.filter(({ verdict }) => verdict === "closes").length;
    setPlan(null);
    return closed === 1
      ? "The shop closes on 1 more day."
      : `The shop closes on ${closed} more days.`;
  });
  const chosen =
    plan?.days.filter((d) => d.verdict === "closes" && !except.includes(d.date)).length ?? 0;
  return (
    <div className="flex flex-col gap-4">
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void look.run({ kind: "region", region: region.trim().toUpperCase() });
        }}
      >
        <Field
          id="holiday-region"
          label="Public holidays of"
          hint="Country and state, as US-OH or DE-BY; the country alone where states don't differ."
          required
          value={region}
          onChange={({ target }) => setRegion(target.value)}
        />
        <div>
          <Button type="submit" size="small" busy={look.busy}>
            Show its holidays
          </Button>
        </div>
      </form>
      <label className="flex flex-col gap-1.5 text-[0.8125rem] font-medium text-soft">
        Or a calendar file (.ics)
        <input
          type="file"
          accept=".ics,text/calendar"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file === undefined) return;
            void file.text().then((text) => look.run({ kind: "ical", text }));
            target.value = "";
          }}
          className="text-sm text-soft file:mr-3 file:min-h-8 file:rounded-full file:border file:border-line-strong file:px-3 file:text-[0.8125rem] file:font-medium file:text-ink"
        />
      </label>
      {plan !== null && (
        <>
          <ul className="scroll-calm max-h-72 text-sm">
            {plan.days.map(({ date, name, verdict }) => (
              <li key={date}>
                <label className="flex min-h-9 items-center gap-2.5">
                  <input
                    type="checkbox"
                    disabled={verdict !== "closes"}
                    checked={verdict === "closes" && !except.includes(date)}
                    onChange={({ target }) =>
                      setExcept(
                        target.checked ? except.filter((one) => one !== date) : [...except, date],
                      )
                    }
                    className="size-4 accent-accent"
                  />
                  <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                    {name ?? "Closed"}{" "}
                    <span className="text-soft">
                      {sayDay(date)}
                      {verdict !== "closes" && verdict !== "left_out" && `, ${WHY_NOT[verdict]}`}
                    </span>
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {plan.timed > 0 && (
            <p className="text-[0.8125rem] text-soft">
              {plan.timed} {plan.timed === 1 ? "event has" : "events have"} a time of day: left out,
              since a holiday lasts all day.
            </p>
          )}
          <Button
            look="primary"
            busy={close.busy}
            disabled={chosen === 0}
            onClick={() => void close.run()}
          >
            {chosen === 1 ? "Close on this day" : `Close on these ${chosen} days`}
          </Button>
        </>
      )}
      <ActNotice acts={[close, look]} />
    </div>
  );
}
