/** A promise to the customer, by a time: both sides see it until it is kept. */
import { useState } from "react";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useOpenings } from "../ui/useOpenings";
import { useTask } from "../ui/useTask";
import { useSession } from "../auth";
import { fromLocalInput, promiseTime, toLocalInput } from "./snoozeTimes";
import { TimeField } from "./TimeField";
import type { DeskConversation } from "./useDeskConversation";

export function PromiseDialog({ desk, onClose }: { desk: DeskConversation; onClose: () => void }) {
  const { user } = useSession();
  const [text, setText] = useState(`${user?.name?.split(" ")[0] ?? "A technician"} calls you`);
  const shop = useOpenings();
  const [now] = useState(() => Date.now());
  const [chosen, setDue] = useState<string | null>(null);
  const due = chosen ?? toLocalInput(promiseTime(now, shop?.openings ?? []));
  const task = useTask(async () => {
    await desk.makePromise(text.trim(), fromLocalInput(due));
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title="Promise something" testId="promise-dialog">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <Field
          id="promise-text"
          label="What, as the customer reads it"
          required
          maxLength={300}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <TimeField id="promise-due" label="By when" value={due} onChange={setDue} />
        <p className="text-[0.8125rem] text-soft">
          The customer sees it at once. If it is late, they are told so and the team is alerted.
        </p>
        <ProblemNotice problem={task.problem} />
        <Button type="submit" look="primary" wide busy={task.busy}>
          Promise it
        </Button>
      </form>
    </Dialog>
  );
}
