/** Sets a conversation aside until a time. The customer's next word brings it back at once. */
import { useState } from "react";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { clockTime, dayName } from "../ui/time";
import { useOpenings } from "../ui/useOpenings";
import { useTask } from "../ui/useTask";
import { fromLocalInput, snoozeChoices } from "./snoozeTimes";
import { TimeField } from "./TimeField";

export function SnoozeDialog({
  desk,
  onClose,
}: {
  desk: { snooze: (until: number) => Promise<unknown> };
  onClose: () => void;
}) {
  const shop = useOpenings();
  const [now] = useState(() => Date.now());
  const [other, setOther] = useState("");
  const task = useTask(async (until: number) => {
    await desk.snooze(until);
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title="Set aside" testId="snooze-dialog">
      <div className="flex flex-col gap-4">
        <p className="text-[0.9375rem] leading-relaxed text-soft">
          It leaves the lists until then, and takes none of your room. If the customer writes, it is
          back at once.
        </p>
        <div className="flex flex-col gap-2">
          {snoozeChoices(now, shop?.openings ?? []).map(({ label, until }) => (
            <Button key={label} wide onClick={() => void task.run(until)}>
              {label}
              <span className="font-normal text-soft">{shortTime(until, now)}</span>
            </Button>
          ))}
        </div>
        <form
          className="flex flex-col gap-3 border-t border-line pt-4"
          onSubmit={(event) => {
            event.preventDefault();
            void task.run(fromLocalInput(other));
          }}
        >
          <TimeField id="snooze-until" label="Another time" value={other} onChange={setOther} />
          <Button type="submit" wide busy={task.busy}>
            Set aside until then
          </Button>
        </form>
        <ProblemNotice problem={task.problem} />
      </div>
    </Dialog>
  );
}

const shortTime = (at: number, now: number) =>
  dayName(at, now) === "Today"
    ? clockTime(at)
    : `${new Date(at).toLocaleDateString(undefined, { weekday: "long" })} ${clockTime(at)}`;
