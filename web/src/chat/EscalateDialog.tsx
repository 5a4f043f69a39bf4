/** Asking for a technician, with a word about the problem if there is one. */
import { useState } from "react";
import { Button, TextArea } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

export default function EscalateDialog({
  open,
  onClose,
  escalate,
}: {
  open: boolean;
  onClose: () => void;
  escalate: (note: string) => Promise<void>;
}) {
  const [note, setNote] = useState("");
  const task = useTask(async () => {
    await escalate(note.trim());
    setNote("");
    onClose();
  });
  return (
    <Dialog open={open} onClose={onClose} title="Talk to a person" testId="escalate-dialog">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <p className="text-[0.9375rem] leading-relaxed text-soft">
          A technician reads what you've written so far and answers right here. The assistant stays
          quiet from then on.
        </p>
        <TextArea
          id="escalate-note"
          label="Anything they should know first? (optional)"
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          placeholder="I need it back by Friday…"
        />
        <ProblemNotice problem={task.problem} onRetry={() => void task.run()} />
        <Button type="submit" look="primary" wide busy={task.busy}>
          Ask for a technician
        </Button>
      </form>
    </Dialog>
  );
}
