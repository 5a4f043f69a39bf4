/** For admins of a new shop: led to its first day once, and told quietly how far it is until it is done or hidden. */
import { useMutation, useQuery } from "convex/react";
import { Link, Redirect } from "wouter";
import { api } from "../api";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

/** `isIdle`: no conversation is open that somebody may have come for. */
export function FirstDay({ isIdle }: { isIdle: boolean }) {
  const state = useQuery(api.firstDay.state);
  const hide = useMutation(api.firstDay.hide);
  const task = useTask(() => hide({ hidden: true }));
  if (state === undefined || state.hidden) return null;
  if (state.isNew && isIdle) return <Redirect to="/start" replace />;
  const { steps } = state;
  if (steps.every((one) => one.state !== "open")) return null;
  const done = steps.filter((one) => one.state === "done").length;
  return (
    <div className="mx-3 mt-2 flex flex-col gap-1">
      <p
        data-testid="first-day"
        className="flex items-center gap-2 rounded-xl bg-sunken py-1 pr-1 pl-3 text-[0.8125rem] text-soft"
      >
        <span className="min-w-0 flex-1 tabular-nums">
          First day: {done} of {steps.length}
        </span>
        <Link href="/start" className="font-medium text-accent underline underline-offset-4">
          Continue
        </Link>
        <Button look="quiet" size="small" busy={task.busy} onClick={() => void task.run()}>
          Hide
        </Button>
      </p>
      <ProblemNotice problem={task.problem} />
    </div>
  );
}
