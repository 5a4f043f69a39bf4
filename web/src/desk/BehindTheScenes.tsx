/** What goes on by itself in this conversation: each timer with its step, its next act, its error. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { api, type Id, type StaffConversation } from "../api";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { dueTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";
import { PROCESS_WORDS } from "./words";

export function BehindTheScenes({
  desk,
  conversation: { timers, promises },
}: {
  desk: DeskConversation;
  conversation: StaffConversation;
}) {
  const [open, setOpen] = useState(false);
  const ids = [
    ...Object.values(timers ?? {}).filter((id) => id !== undefined),
    ...(promises ?? []).map(({ workflowId }) => workflowId),
  ];
  if (ids.length === 0) return null;
  return (
    <details
      data-testid="behind-the-scenes"
      className="rounded-2xl border border-line px-4 py-2.5 text-sm"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="cursor-pointer font-medium text-soft">Behind the scenes</summary>
      {/* Subscribed to while somebody looks. */}
      {open && (
        <ul className="mt-2 flex flex-col gap-2">
          {ids.map((id) => (
            <ProcessRow key={id} desk={desk} workflowId={id} />
          ))}
        </ul>
      )}
    </details>
  );
}

function ProcessRow({ desk, workflowId }: { desk: DeskConversation; workflowId: Id<"workflows"> }) {
  const now = useNow(20_000);
  const process = useQuery(api.workflows.get, { workflowId });
  const act = useTask((work: () => Promise<unknown>) => work());
  if (process === undefined) return <li aria-busy="true" className="h-8" />;
  const { kind, state, step, attempt, dueAt, error } = process;
  const live = state === "queued" || state === "running";
  return (
    <li data-testid="process" className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <div className="min-w-40 flex-1">
        <p>{PROCESS_WORDS[kind] ?? kind}</p>
        <p className="text-[0.8125rem] text-soft">
          {[
            step ?? state,
            attempt > 1 && `attempt ${attempt}`,
            dueAt !== undefined && `acts ${dueTime(dueAt, now)}`,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {error !== undefined && <p className="text-[0.8125rem] text-danger">{error.message}</p>}
      </div>
      {/* A hand-off ends by claiming or resolving, never by the way. */}
      {live && kind !== "handoff" && (
        <Button
          size="small"
          look="quiet"
          busy={act.busy}
          onClick={() => void act.run(() => desk.cancelProcess(workflowId))}
        >
          Cancel
        </Button>
      )}
      {state === "failed" && (
        <Button
          size="small"
          look="quiet"
          busy={act.busy}
          onClick={() => void act.run(() => desk.retryProcess(workflowId))}
        >
          Try again
        </Button>
      )}
      <ProblemNotice problem={act.problem} />
    </li>
  );
}
