/** Keeping a person out: what it does is said before, with a reason for the record. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api, type CustomerPanel } from "../api";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { BLOCK_REASONS, type BlockReason } from "./customerWords";
import { Choices } from "./Choices";

export function BlockDialog({
  userId,
  name,
  onClose,
}: {
  userId: CustomerPanel["_id"];
  name: string;
  onClose: () => void;
}) {
  const block = useMutation(api.users.setBlocked);
  const [reason, setReason] = useState<BlockReason | null>(null);
  const task = useTask(async (why: BlockReason) => {
    await block({ userId, blocked: true, reason: why });
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title={`Block ${name}`} testId="block-dialog">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason !== null) void task.run(reason);
        }}
      >
        <ul className="flex list-disc flex-col gap-1 pl-5 text-[0.9375rem] leading-relaxed text-soft">
          <li>They are signed out everywhere, at once.</li>
          <li>No code signs them in again, and they aren't told why.</li>
          <li>
            What they text or mail still arrives at the desk; the assistant doesn't answer it.
          </li>
          <li>Their conversations stay. Any admin can let them in again.</li>
        </ul>
        <Choices
          legend="Why, for the record"
          name="block-reason"
          choices={BLOCK_REASONS}
          chosen={reason}
          onChoose={setReason}
        />
        <ProblemNotice problem={task.problem} />
        <Button type="submit" look="destroy" wide busy={task.busy} disabled={reason === null}>
          Block
        </Button>
      </form>
    </Dialog>
  );
}
