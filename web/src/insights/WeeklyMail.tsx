/** Having the week mailed on Mondays: one's own choice, off unless made. */
import { useMutation, useQuery } from "convex/react";
import { api } from "../api";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { fullTime } from "../ui/time";
import { useTask } from "../ui/useTask";

export function WeeklyMail() {
  const mail = useQuery(api.weekly.get, {});
  const set = useMutation(api.weekly.set);
  const { run, busy, problem } = useTask((wanted: boolean) => set({ wanted }));
  if (mail === undefined) return null;
  const { wanted, dueAt } = mail;
  return (
    <section aria-label="The week by e-mail" className="print:hidden">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p role="status" className="text-sm text-soft">
          {wanted && dueAt !== null
            ? `The week is mailed to you on Mondays, the next time on ${fullTime(dueAt)}.`
            : "You can have the week in figures by e-mail, on Mondays at seven of the shop's clock."}
        </p>
        <Button size="small" busy={busy} onClick={() => void run(!wanted)}>
          {wanted ? "Stop mailing me the week" : "Mail me the week"}
        </Button>
      </div>
      <ProblemNotice problem={problem} onRetry={() => void run(!wanted)} />
    </section>
  );
}
