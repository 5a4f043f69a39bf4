/** The technician's switch: on a shift or away, and what they take on meanwhile. */
import { Bell, BellRing, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { Alerts } from "./useAlerts";
import type { OnDuty, Shift } from "./useShift";
import { WorkFields, type Work } from "./WorkFields";

export function Availability({ shift, alerts }: { shift: Shift; alerts: Alerts }) {
  const { mine, lost } = shift;
  const [editing, setEditing] = useState(false);
  const working = mine !== undefined && mine !== null;
  const toggle = useTask(async () => {
    await (working ? shift.end() : shift.begin());
  });
  return (
    <div className="flex flex-col gap-2 px-4 pt-2 pb-1">
      <div className="flex items-center gap-2.5">
        <button
          type="button"
          role="switch"
          aria-checked={working}
          aria-label="Available for customers"
          aria-busy={toggle.busy || undefined}
          disabled={mine === undefined}
          data-testid="availability"
          onClick={() => void toggle.run()}
          className="flex items-center gap-2.5 rounded-full text-sm font-medium"
        >
          <span
            aria-hidden
            className={`flex h-6 w-10 items-center rounded-full p-0.5 transition-colors ${working ? "bg-accent" : "bg-line-strong"}`}
          >
            <span
              className={`size-5 rounded-full bg-surface shadow-raised transition-transform ${working ? "translate-x-4" : ""}`}
            />
          </span>
          {working ? "Available" : "Away"}
        </button>
        <span className="min-w-0 flex-1 truncate text-right text-[0.8125rem] text-soft tabular-nums">
          {working ? `${mine.load} of ${mine.capacity}` : "You aren't given customers"}
        </span>
        <IconButton
          label="A sound and a notification when customers come or write"
          small
          pressed={alerts.on}
          onClick={() => void alerts.toggle()}
        >
          {alerts.on ? <BellRing size={16} aria-hidden /> : <Bell size={16} aria-hidden />}
        </IconButton>
        {working && (
          <IconButton label="What you take on" small onClick={() => setEditing(true)}>
            <SlidersHorizontal size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      {alerts.silenced && (
        <p className="text-[0.8125rem] text-soft">
          This browser shows no notifications: you will hear a sound only.
        </p>
      )}
      {lost && (
        <p role="status" className="rounded-xl bg-note px-3 py-2 text-[0.8125rem] text-on-note">
          Your shift has ended: this desk wasn't heard of for a while, or an admin ended it.
        </p>
      )}
      <ProblemNotice problem={toggle.problem} />
      <Dialog
        open={editing && working}
        onClose={() => setEditing(false)}
        title="What you take on"
        testId="shift-dialog"
      >
        {working && <ShiftForm mine={mine} save={shift.begin} onDone={() => setEditing(false)} />}
      </Dialog>
    </div>
  );
}

function ShiftForm({
  mine,
  save,
  onDone,
}: {
  mine: OnDuty;
  save: Shift["begin"];
  onDone: () => void;
}) {
  const [work, setWork] = useState<Work>({ skills: mine.skills, capacity: String(mine.capacity) });
  const task = useTask(async () => {
    await save({ skills: work.skills, capacity: Number(work.capacity) });
    onDone();
  });
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <WorkFields
        id="shift"
        work={work}
        onChange={setWork}
        hint="You can still claim more yourself. Both are kept for your next shift."
      />
      <ProblemNotice problem={task.problem} />
      <Button type="submit" look="primary" wide busy={task.busy}>
        Save
      </Button>
    </form>
  );
}
