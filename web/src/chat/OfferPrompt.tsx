/** A technician is offered: two ways to go on, and writing on is a third. */
import { Sparkles, UserRound } from "lucide-react";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

export function OfferPrompt({ answer }: { answer: (accept: boolean) => Promise<unknown> }) {
  const task = useTask(answer);
  return (
    <section
      aria-label="A technician is offered"
      data-testid="offer"
      className="mb-2.5 flex animate-rise flex-col gap-2"
    >
      <div className="flex flex-wrap justify-center gap-2">
        <Button
          look="primary"
          busy={task.busy}
          icon={<UserRound size={16} aria-hidden />}
          onClick={() => void task.run(true)}
        >
          Get a technician
        </Button>
        <Button
          busy={task.busy}
          icon={<Sparkles size={16} aria-hidden />}
          onClick={() => void task.run(false)}
        >
          Keep trying
        </Button>
      </div>
      <ProblemNotice problem={task.problem} />
    </section>
  );
}
