/** Taking what a colleague has: not by one click, since they may be answering. */
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";

export function TakeOverDialog({ desk, onClose }: { desk: DeskConversation; onClose: () => void }) {
  const name = desk.conversation?.holder ?? "A colleague";
  const task = useTask(async () => {
    await desk.claim();
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={`Take over from ${name}`} testId="take-over-dialog">
      <div className="flex flex-col gap-4">
        <p className="text-[0.9375rem] leading-relaxed text-soft">
          {name} is told at once and can no longer answer. A note in the conversation says who took
          it.
        </p>
        <ProblemNotice problem={task.problem} />
        <Button look="primary" wide busy={task.busy} onClick={() => void task.run()}>
          Take over
        </Button>
      </div>
    </Dialog>
  );
}
