/**
 * One day to draw in: a drag over what is empty draws a shift, one on a shift moves it, one at an end moves that end.
 * Each end is a slider for the keyboard. Up and down still scroll the page on a phone.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import {
  addSpan,
  moveSpan,
  nightOf,
  sayMinutes,
  spanOf,
  STEP,
  TRACK,
  type Grip,
  type Shift,
  type Span,
} from "./week";

type Props = {
  name: string;
  shifts: Shift[];
  /** Of the day before: what runs past midnight is shown here, too. */
  before: Shift[];
  onChange: (shifts: Shift[]) => void;
};
type Drag =
  | { kind: "draw"; start: number; end: number }
  | { kind: "move"; index: number; grip: Grip; start: number; by: number };

const percent = (minutes: number) => `${(Math.min(minutes, TRACK) / TRACK) * 100}%`;
const round = (minutes: number) => Math.round(minutes / STEP) * STEP;

export function DayTrack({ name, shifts, before, onChange }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const minutesAt = ({ clientX }: PointerEvent) => {
    const { left, width } = ref.current!.getBoundingClientRect();
    return Math.min(Math.max(((clientX - left) / width) * TRACK, 0), TRACK);
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const at = minutesAt(event);
    const grip = event.target instanceof Element ? event.target.closest("[data-grip]") : null;
    ref.current!.setPointerCapture(event.pointerId);
    if (!(grip instanceof HTMLElement)) {
      setDrag({ kind: "draw", start: round(at), end: round(at) });
      return;
    }
    const moved = { index: Number(grip.dataset.index), grip: grip.dataset.grip as Grip };
    setDrag({ kind: "move", ...moved, start: at, by: 0 });
  };
  const go = (event: PointerEvent) => {
    const at = minutesAt(event);
    if (drag?.kind === "draw") setDrag({ ...drag, end: round(at) });
    if (drag?.kind === "move") setDrag({ ...drag, by: round(at - drag.start) });
  };
  const drawn: Span | null =
    drag?.kind === "draw" && drag.start !== drag.end
      ? { from: Math.min(drag.start, drag.end), to: Math.max(drag.start, drag.end) }
      : null;
  const shown =
    drag?.kind === "move" && drag.by !== 0
      ? moveSpan(shifts, drag.index, drag.grip, drag.by)
      : shifts;
  const end = () => {
    if (drawn !== null) onChange(addSpan(shifts, drawn));
    else if (shown !== shifts) onChange(shown);
    setDrag(null);
  };
  return (
    <div
      ref={ref}
      role="group"
      aria-label={`${name}, to draw in`}
      data-testid={`track-${name}`}
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={() => setDrag(null)}
      className="relative h-10 cursor-crosshair touch-pan-y rounded-lg bg-sunken select-none"
      style={{ backgroundImage: LINES }}
    >
      {shown.map((shift, index) => (
        <ShiftBar
          key={index}
          name={name}
          index={index}
          span={spanOf(shift)}
          onMove={(grip, by) => onChange(moveSpan(shifts, index, grip, by))}
          onRemove={() => onChange(shifts.filter((_, i) => i !== index))}
        />
      ))}
      {nightOf(before).map(({ from, to }) => (
        <div
          key={to}
          className="pointer-events-none absolute inset-y-1 rounded-md border border-dashed border-accent bg-accent-wash"
          style={{ left: percent(from), width: percent(to) }}
        />
      ))}
      {drawn !== null && (
        <div
          className="pointer-events-none absolute inset-y-1 rounded-md border border-accent bg-accent-wash"
          style={{ left: percent(drawn.from), width: percent(drawn.to - drawn.from) }}
        />
      )}
    </div>
  );
}

/** A line every six hours; midnight is the fifth. */
const LINES = `repeating-linear-gradient(to right, transparent 0 calc(20% - 1px), var(--line-strong) calc(20% - 1px) 20%)`;

type BarProps = {
  name: string;
  index: number;
  span: Span;
  onMove: (grip: Grip, by: number) => void;
  onRemove: () => void;
};

function ShiftBar({ name, index, span, onMove, onRemove }: BarProps) {
  return (
    <div
      data-grip="both"
      data-index={index}
      className="absolute inset-y-1 cursor-grab rounded-md bg-accent"
      style={{ left: percent(span.from), width: percent(Math.min(span.to, TRACK) - span.from) }}
    >
      {(["from", "to"] as const).map((grip) => (
        <div
          key={grip}
          role="slider"
          tabIndex={0}
          data-grip={grip}
          data-index={index}
          aria-label={`${name}, ${grip === "from" ? "opens" : "closes"}${index > 0 ? `, hours ${index + 1}` : ""}`}
          aria-valuemin={0}
          aria-valuemax={TRACK}
          aria-valuenow={span[grip]}
          aria-valuetext={sayMinutes(span[grip])}
          onKeyDown={(event) => takeKey(event, (by) => onMove(grip, by), onRemove)}
          className={`absolute inset-y-0 w-3 cursor-ew-resize rounded-md bg-accent-strong ${grip === "from" ? "left-0" : "right-0"}`}
        />
      ))}
    </div>
  );
}

const KEYS: Record<string, number> = {
  ArrowRight: STEP,
  ArrowUp: STEP,
  ArrowLeft: -STEP,
  ArrowDown: -STEP,
  PageUp: 60,
  PageDown: -60,
  Home: -TRACK,
  End: TRACK,
};

function takeKey(event: KeyboardEvent, move: (by: number) => void, remove: () => void): void {
  const by = KEYS[event.key];
  if (by !== undefined) move(by);
  else if (event.key === "Delete" || event.key === "Backspace") remove();
  else return;
  event.preventDefault();
}

/** What the lines stand for. */
export function TrackScale() {
  return (
    <div aria-hidden className="relative h-4 text-[0.6875rem] text-faint">
      {[0, 6, 12, 18, 24].map((hour) => (
        <span
          key={hour}
          className={`absolute whitespace-nowrap ${hour > 0 ? "-translate-x-1/2" : ""}`}
          style={{ left: percent(hour * 60) }}
        >
          {new Date(Date.UTC(2026, 0, 1, hour)).toLocaleTimeString(undefined, {
            hour: "numeric",
            timeZone: "UTC",
          })}
        </span>
      ))}
    </div>
  );
}
