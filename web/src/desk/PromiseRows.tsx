/** Open promises to one customer: what, by when, kept or taken back. */
import { CalendarCheck } from "lucide-react";
import type { StaffConversation } from "../api";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { dueTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";

type Promised = NonNullable<StaffConversation["promises"]>[number];

export function PromiseRows({
  desk,
  conversation,
}: {
  desk: DeskConversation;
  conversation: StaffConversation;
}) {
  if (conversation.promises === undefined) return null;
  return (
    <ul aria-label="Promises" className="flex flex-col gap-2">
      {conversation.promises.map((promise) => (
        <PromiseRow key={promise.workflowId} desk={desk} promise={promise} />
      ))}
    </ul>
  );
}

function PromiseRow({ desk, promise }: { desk: DeskConversation; promise: Promised }) {
  const now = useNow(20_000);
  const act = useTask((work: () => Promise<unknown>) => work());
  const late = isLate(promise, now);
  const { workflowId, text, dueAt } = promise;
  return (
    <li
      data-testid="promise"
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-2xl px-4 py-2.5 text-sm ${late ? "bg-danger-wash" : "bg-sunken"}`}
    >
      <CalendarCheck size={16} aria-hidden className={late ? "text-danger" : "text-soft"} />
      <p className="min-w-40 flex-1 [overflow-wrap:anywhere]">
        {text}{" "}
        <span className={late ? "font-medium text-danger" : "text-soft"}>
          {late ? `late, was due ${dueTime(dueAt, now)}` : `by ${dueTime(dueAt, now)}`}
        </span>
      </p>
      <div className="flex gap-1">
        <Button
          size="small"
          busy={act.busy}
          onClick={() => void act.run(() => desk.keepPromise(workflowId))}
        >
          Kept
        </Button>
        <Button
          size="small"
          look="quiet"
          busy={act.busy}
          onClick={() => void act.run(() => desk.cancelProcess(workflowId))}
        >
          Take back
        </Button>
      </div>
      <ProblemNotice problem={act.problem} />
    </li>
  );
}

/** Also while the server's timer, which tells the customer, is about to find out. */
export const isLate = (
  { dueAt, lateAt }: { dueAt: number; lateAt?: number | undefined },
  now: number,
) => lateAt !== undefined || dueAt < now;
