/** A week to draw in, and the zone whose clock its times are of. */
import { CopyPlus } from "lucide-react";
import { Field, IconButton } from "../../../ui/controls";
import { useNow } from "../../../ui/useNow";
import { DayTrack, TrackScale } from "./DayTrack";
import { ShiftFields } from "./ShiftFields";
import { WEEK, type Hours } from "./week";

const MINUTE = 60_000;

export function ZoneField({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const now = useNow(MINUTE);
  return (
    <div className="max-w-md">
      <Field
        id="hours-zone"
        label="Time zone"
        hint={sayClock(zone, now)}
        list="hours-zones"
        value={zone}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id="hours-zones">
        {Intl.supportedValuesOf("timeZone").map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

function sayClock(timeZone: string, now: number): string {
  try {
    const time = { timeZone, weekday: "long", hour: "numeric", minute: "2-digit" } as const;
    return `There it is ${new Date(now).toLocaleString(undefined, time)}.`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "The zone of the shop's city, as America/New_York.";
  }
}

type Weekly = Hours["weekly"];

export function Week({ hours, onChange }: { hours: Hours; onChange: (weekly: Weekly) => void }) {
  return (
    <section aria-labelledby="hours-week" className="flex flex-col gap-2">
      <h3 id="hours-week" className="text-sm font-semibold">
        Every week
      </h3>
      <p className="text-[0.8125rem] text-faint">
        Drag over a day to open, a bar to move it, its ends to change them. With the keyboard: Tab
        to an end, arrows move it a quarter of an hour, Page Up and Down an hour, Delete closes.
        What runs past midnight belongs to the day on which it began.
      </p>
      <div className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-2 lg:grid-cols-[5.5rem_minmax(0,1fr)_22rem]">
        <div className="col-start-2">
          <TrackScale />
        </div>
        {WEEK.map(({ day, name }, index) => {
          const before = WEEK[(index + WEEK.length - 1) % WEEK.length]!;
          const set = (shifts: string[][]) => onChange({ ...hours.weekly, [day]: shifts });
          return (
            <div
              key={day}
              role="group"
              aria-label={name}
              className="col-span-full grid grid-cols-subgrid items-center gap-y-1.5 border-b border-line py-2 last:border-0"
            >
              <h4 className="text-sm font-medium">
                <span className="max-sm:hidden">{name}</span>
                <span className="sm:hidden">{name.slice(0, 3)}</span>
              </h4>
              <DayTrack
                name={name}
                shifts={hours.weekly[day]}
                before={hours.weekly[before.day]}
                onChange={set}
              />
              <div className="flex items-start justify-between gap-1 max-lg:col-span-full">
                <ShiftFields name={name} shifts={hours.weekly[day]} onChange={set} />
                <IconButton
                  label={`${name} as ${before.name}`}
                  small
                  onClick={() => set(hours.weekly[before.day])}
                >
                  <CopyPlus size={15} aria-hidden />
                </IconButton>
              </div>
            </div>
          );
        })}
      </div>
    </section>
  );
}
