/** The shifts of one day as times to type, for who can't drag and for minutes that the drawing rounds. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../ui/controls";
import type { Shift } from "./week";

type Props = { name: string; shifts: Shift[]; onChange: (shifts: Shift[]) => void };

/** What a day gets that had none. */
const USUAL: Shift = ["09:00", "17:00"];
const MOST = 6;

/** The first hour after what there is, where there is one. */
function nextShift(shifts: readonly Shift[]): Shift {
  const last = shifts.at(-1)?.[1];
  if (last === undefined) return USUAL;
  const hour = Math.min(Number(last.slice(0, 2)) + 1, 22);
  return [`${String(hour).padStart(2, "0")}:00`, `${String(hour + 1).padStart(2, "0")}:00`];
}

export function ShiftFields({ name, shifts, onChange }: Props) {
  const set = (index: number, shift: Shift) =>
    onChange(shifts.map((one, i) => (i === index ? shift : one)));
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5">
      {shifts.map(([opens = "", closes = ""], index) => {
        const which = index > 0 ? `, hours ${index + 1}` : "";
        return (
          <span key={index} className="flex items-center gap-0.5">
            <TimeInput
              label={`${name} from${which}`}
              value={opens}
              onChange={(time) => set(index, [time, closes])}
            />
            <span aria-hidden className="text-faint">
              –
            </span>
            <TimeInput
              label={`${name} to${which}`}
              // The field knows no 24:00: midnight at the end of the day is its 00:00.
              value={closes === "24:00" ? "00:00" : closes}
              onChange={(time) => set(index, [opens, time === "00:00" ? "24:00" : time])}
            />
            {closes < opens && (
              <span className="text-xs whitespace-nowrap text-soft">next day</span>
            )}
            <IconButton
              label={`Remove ${name}${which}`}
              small
              onClick={() => onChange(shifts.filter((_, i) => i !== index))}
            >
              <X size={15} aria-hidden />
            </IconButton>
          </span>
        );
      })}
      {shifts.length === 0 && <span className="text-sm text-soft">Closed</span>}
      {shifts.length < MOST && (
        <IconButton
          label={`${name}: add hours`}
          small
          onClick={() => onChange([...shifts, nextShift(shifts)])}
        >
          <Plus size={16} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

/** Half-typed times stay in the field until it is left. */
function TimeInput({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (time: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      type="time"
      aria-label={label}
      value={typed ?? value}
      onChange={({ target }) => {
        setTyped(target.value);
        if (target.value !== "") onChange(target.value);
      }}
      onBlur={() => setTyped(null)}
      className="h-8 rounded-lg border border-line-strong bg-surface px-1.5 text-sm text-ink"
    />
  );
}
