/** Dates with hours of their own: closed, or open at other times than their weekday. */
import { CalendarPlus, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button, IconButton } from "../../../ui/controls";
import { ShiftFields } from "./ShiftFields";
import type { Hours } from "./week";

type Holiday = Hours["holidays"][number];
type Props = {
  hours: Hours;
  stored: Hours;
  onChange: (holidays: Holiday[]) => void;
  byCalendar: ReactNode;
};

const DAY = 24 * 60 * 60 * 1000;

const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10);

/** From tomorrow on the first date that has no entry. */
function freeDate(holidays: readonly Holiday[], from: number): string {
  let at = from + DAY;
  while (holidays.some(({ date }) => date === isoDay(at))) at += DAY;
  return isoDay(at);
}

export function Holidays({ hours, stored, onChange, byCalendar }: Props) {
  const [openedAt] = useState(() => Date.now());
  const [showPast, setShowPast] = useState(false);
  const { holidays } = hours;
  // A date that is being typed is no past one, whatever it shows meanwhile.
  const past = stored.holidays.filter(({ date }) => date < isoDay(openedAt - DAY));
  const isPast = ({ date }: Holiday) => past.some((one) => one.date === date);
  const hidden = holidays.filter(isPast).length;
  const set = (index: number, changed: Holiday | null) =>
    onChange(
      changed === null
        ? holidays.filter((_, i) => i !== index)
        : holidays.map((one, i) => (i === index ? changed : one)),
    );
  return (
    <section aria-labelledby="hours-holidays" className="flex flex-col gap-2">
      <h3 id="hours-holidays" className="text-sm font-semibold">
        Holidays and other days
      </h3>
      {holidays.length === 0 && <p className="text-sm text-soft">There are none yet.</p>}
      <ul>
        {holidays.map((holiday, index) =>
          isPast(holiday) && !showPast ? null : (
            <HolidayRow
              key={index}
              holiday={holiday}
              number={index + 1}
              onChange={(changed) => set(index, changed)}
            />
          ),
        )}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          icon={<CalendarPlus size={15} aria-hidden />}
          onClick={() => onChange([...holidays, { date: freeDate(holidays, openedAt) }])}
        >
          Add a day
        </Button>
        {byCalendar}
        {hidden > 0 && (
          <Button size="small" look="quiet" onClick={() => setShowPast(!showPast)}>
            {showPast ? "Hide past days" : `Show ${hidden} past ${hidden === 1 ? "day" : "days"}`}
          </Button>
        )}
      </div>
    </section>
  );
}

const FIELD =
  "h-8 min-w-0 rounded-lg border border-line-strong bg-surface px-2 text-sm text-ink placeholder:text-faint";

function HolidayRow({
  holiday,
  number,
  onChange,
}: {
  holiday: Holiday;
  number: number;
  onChange: (changed: Holiday | null) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const called = holiday.name ?? `Day ${number}`;
  const withOpen = (open: string[][]) => {
    const { open: _, ...rest } = holiday;
    onChange(open.length === 0 ? rest : { ...rest, open });
  };
  const withName = (name: string) => {
    const { name: _, ...rest } = holiday;
    onChange(name === "" ? rest : { ...rest, name });
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line py-2 last:border-0">
      <input
        type="date"
        aria-label={`Date of ${called}`}
        value={typed ?? holiday.date}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value !== "") onChange({ ...holiday, date: target.value });
        }}
        onBlur={() => setTyped(null)}
        className={FIELD}
      />
      <input
        aria-label={`Name of day ${number}`}
        placeholder="Name, as Christmas Eve"
        maxLength={80}
        value={holiday.name ?? ""}
        onChange={({ target }) => withName(target.value)}
        className={`${FIELD} flex-1 basis-44`}
      />
      <ShiftFields name={called} shifts={holiday.open ?? []} onChange={withOpen} />
      <IconButton label={`Take ${called} off the list`} small onClick={() => onChange(null)}>
        <X size={15} aria-hidden />
      </IconButton>
    </li>
  );
}
