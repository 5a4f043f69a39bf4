/** Closing with a word about what came of it. An open promise isn't dropped by the way: it is asked for. */
import { useState } from "react";
import { Button, TextArea } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";

export function ResolveDialog({ desk, onClose }: { desk: DeskConversation; onClose: () => void }) {
  const [summary, setSummary] = useState("");
  const promises = desk.conversation?.promises ?? [];
  const task = useTask(async () => {
    await desk.resolve({ summary: summary.trim(), dropPromises: promises.length > 0 });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title="Resolve" testId="resolve-dialog">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        {promises.length > 0 && (
          <div className="rounded-xl bg-note px-3.5 py-2.5 text-sm text-on-note">
            <p className="font-medium">The customer was promised, and hasn't got yet:</p>
            <ul className="mt-1 list-disc pl-5">
              {promises.map(({ workflowId, text }) => (
                <li key={workflowId}>{text}</li>
              ))}
            </ul>
          </div>
        )}
        <TextArea
          id="resolve-summary"
          label="What came of it? (optional)"
          placeholder="Replaced the battery, tested overnight…"
          maxLength={1000}
          value={summary}
          onChange={(event) => setSummary(event.target.value)}
        />
        <p className="text-[0.8125rem] text-soft">
          Your colleagues and the assistant read it if the customer comes back.
        </p>
        <ProblemNotice problem={task.problem} />
        <Button
          type="submit"
          look={promises.length > 0 ? "destroy" : "primary"}
          wide
          busy={task.busy}
        >
          {promises.length > 0 ? "Drop the promise and resolve" : "Resolve"}
        </Button>
      </form>
    </Dialog>
  );
}
