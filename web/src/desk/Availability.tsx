/** The technician's switch: on a shift or away, and what they take on meanwhile. */
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { Button, Field, IconButton } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { OnDuty, Shift, Skill } from "./useShift";
import { SKILL_WORDS } from "./words";

export function Availability({ shift }: { shift: Shift }) {
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
        <span className="min-w-0 flex-1 truncate text-right text-[13px] text-soft tabular-nums">
          {working ? `${mine.load} of ${mine.capacity}` : "You aren't given customers"}
        </span>
        {working && (
          <IconButton label="What you take on" small onClick={() => setEditing(true)}>
            <SlidersHorizontal size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      {lost && (
        <p role="status" className="rounded-xl bg-note px-3 py-2 text-[13px] text-on-note">
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

const SKILLS = Object.keys(SKILL_WORDS) as Skill[];
const MAX_CAPACITY = 20;

function ShiftForm({
  mine,
  save,
  onDone,
}: {
  mine: OnDuty;
  save: Shift["begin"];
  onDone: () => void;
}) {
  const [skills, setSkills] = useState(mine.skills);
  const [capacity, setCapacity] = useState(String(mine.capacity));
  const task = useTask(async () => {
    await save({ skills, capacity: Number(capacity) });
    onDone();
  });
  const toggle = (skill: Skill) =>
    setSkills(skills.includes(skill) ? skills.filter((one) => one !== skill) : [...skills, skill]);
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <fieldset>
        <legend className="mb-2 text-[13px] font-medium text-soft">
          Subjects {skills.length === 0 && "(none chosen: everything)"}
        </legend>
        <div className="flex flex-wrap gap-1.5">
          {SKILLS.map((skill) => (
            <label
              key={skill}
              className={`cursor-pointer rounded-full border px-3 py-1.5 text-sm transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${skills.includes(skill) ? "border-accent bg-accent-wash text-accent" : "border-line-strong text-soft hover:bg-sunken"}`}
            >
              <input
                type="checkbox"
                className="sr-only"
                checked={skills.includes(skill)}
                onChange={() => toggle(skill)}
              />
              {SKILL_WORDS[skill]}
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        id="shift-capacity"
        label="Open conversations at a time"
        type="number"
        min={1}
        max={MAX_CAPACITY}
        required
        value={capacity}
        onChange={(event) => setCapacity(event.target.value)}
        hint="You can still claim more yourself. Both are kept for your next shift."
      />
      <ProblemNotice problem={task.problem} />
      <Button type="submit" look="primary" wide busy={task.busy}>
        Save
      </Button>
    </form>
  );
}
