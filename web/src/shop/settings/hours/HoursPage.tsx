/** When the shop is open: a week to draw in, the days with hours of their own, and what customers are told by them. */
import { useMutation, useQuery } from "convex/react";
import { CopyPlus } from "lucide-react";
import { useState } from "react";
import { api } from "../../../api";
import { Button, Field, IconButton } from "../../../ui/controls";
import { useNow } from "../../../ui/useNow";
import { useUnsaved } from "../../../ui/useUnsaved";
import { ActNotice, useAct } from "../act";
import { DayTrack, TrackScale } from "./DayTrack";
import { HolidayImport } from "./HolidayImport";
import { Holidays } from "./Holidays";
import { ShiftFields } from "./ShiftFields";
import { Told } from "./Told";
import { inOrder, WEEK, type Hours } from "./week";

const MINUTE = 60_000;

export default function HoursPage() {
  const [from] = useState(() => Date.now());
  const answer = useQuery(api.knowledge.hours, { from });
  if (answer === undefined) return <div className="h-40" aria-busy="true" />;
  return <HoursForm stored={answer.hours} />;
}

/** `base`: what the hours were when the change began. */
type Draft = { hours: Hours; base: string };

/** What was changed and not saved, while the page lives: it outlives a look at another page. */
let kept: Draft | null = null;

function HoursForm({ stored }: { stored: Hours }) {
  /** Null: as they are set. */
  const [draft, setState] = useState(kept);
  const setDraft = (next: Draft | null) => {
    kept = next;
    setState(next);
  };
  useUnsaved(draft !== null);
  const hours = draft?.hours ?? stored;
  const current = JSON.stringify(stored);
  const change = (changes: Partial<Hours>) =>
    setDraft({ hours: { ...hours, ...changes }, base: draft?.base ?? current });
  const set = useMutation(api.knowledge.setHours);
  const save = useAct(async () => {
    const { note } = await set({ hours: inOrder(hours) });
    setDraft(null);
    return note;
  });
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-soft">
        Hand-offs, alerts, promises and targets count by these hours, and the AI quotes them. Draw
        in a day, or type the times beside it.
      </p>
      <ZoneField zone={hours.timeZone} onChange={(timeZone) => change({ timeZone })} />
      <Week hours={hours} onChange={(weekly) => change({ weekly })} />
      <Holidays
        hours={hours}
        stored={stored}
        onChange={(holidays) => change({ holidays })}
        byCalendar={<HolidayImport unsaved={draft !== null} />}
      />
      <Told hours={inOrder(hours)} isDraft={draft !== null} />
      <div className="sticky bottom-0 z-10 -mx-1 flex flex-col gap-2 border-t border-line bg-bg px-1 py-3">
        <ActNotice acts={[save]} />
        {draft !== null && draft.base !== current && (
          <p role="alert" className="text-sm text-danger">
            Somebody else has changed the hours meanwhile. Saving puts yours in their place.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            busy={save.busy}
            disabled={draft === null}
            onClick={() => void save.run()}
          >
            Save the hours
          </Button>
          {draft !== null && (
            <Button look="quiet" onClick={() => setDraft(null)}>
              Undo all changes
            </Button>
          )}
          <span className="text-[0.8125rem] text-soft">
            {draft === null ? "Nothing is changed." : "Changed, and not saved yet."}
          </span>
        </div>
      </div>
    </div>
  );
}

function ZoneField({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
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

function Week({ hours, onChange }: { hours: Hours; onChange: (weekly: Weekly) => void }) {
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
