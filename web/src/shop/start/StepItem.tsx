/** One step of the first day: folded with what is there, or unfolded with what does it. */
import { useMutation, useQuery } from "convex/react";
import { Check, CircleDashed, SkipForward } from "lucide-react";
import { useState, type ReactNode } from "react";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { listTime } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import NamePage from "../settings/NamePage";
import { DocumentsStep, HoursStep, QuestionStep, StaffStep, WidgetStep } from "./bodies";
import { STATES, TITLES, type FirstDay, type State, type Step } from "./steps";

type Props = {
  number: number;
  step: Step;
  state: State;
  day: FirstDay;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onGo: () => void;
  /** The open step to turn to after this one. */
  next: Step | null;
  onNext: () => void;
};

const MARKS = {
  done: { Icon: Check, look: "bg-accent text-on-accent" },
  skipped: { Icon: SkipForward, look: "bg-sunken text-soft" },
  open: { Icon: CircleDashed, look: "text-faint" },
};

export function StepItem({ number, step, state, day, isOpen, onToggle, ...rest }: Props) {
  const { Icon, look } = MARKS[state];
  const mark = useMutation(api.firstDay.mark);
  const skip = useTask(async () => {
    await mark({ step, as: "skipped" });
    rest.onNext();
  });
  const takeUp = useTask(async () => {
    await mark({ step, as: "open" });
    rest.onGo();
  });
  const body = `start-${step}-body`;
  return (
    <li data-testid={`step-${step}`} data-state={state} className="border-b border-line py-3">
      <div className="flex items-center gap-3">
        <span
          aria-hidden
          className={`grid size-6 shrink-0 place-items-center rounded-full ${look}`}
        >
          <Icon size={15} />
        </span>
        <h2 className="min-w-0 flex-1">
          <button
            type="button"
            id={`start-${step}`}
            aria-expanded={isOpen}
            aria-controls={isOpen ? body : undefined}
            onClick={() => onToggle(!isOpen)}
            className="flex w-full flex-wrap items-baseline gap-x-2.5 rounded-lg py-1 text-left"
          >
            <span className="font-semibold">
              {number}. {TITLES[step]}
            </span>
            <span className="text-[0.8125rem] text-soft [overflow-wrap:anywhere]">
              {STATES[state]}
              {state === "done" && <Fact step={step} day={day} />}
            </span>
          </button>
        </h2>
        {state === "skipped" && (
          <Button size="small" busy={takeUp.busy} onClick={() => void takeUp.run()}>
            Do it after all
          </Button>
        )}
      </div>
      <ProblemNotice problem={takeUp.problem} />
      {isOpen && (
        <div id={body} className="mt-3 flex flex-col gap-4 pb-2 sm:pl-9">
          {BODIES[step](day)}
          <ProblemNotice problem={skip.problem} />
          <div className="flex flex-wrap gap-2">
            {state === "open" && (
              <Button busy={skip.busy} onClick={() => void skip.run()}>
                Skip this step
              </Button>
            )}
            {state === "done" && (
              <Button look="primary" onClick={rest.onNext}>
                {rest.next === null ? "Done" : `Next: ${TITLES[rest.next]}`}
              </Button>
            )}
          </div>
        </div>
      )}
    </li>
  );
}

const BODIES: Record<Step, (day: FirstDay) => ReactNode> = {
  name: () => <NamePage />,
  hours: ({ steps }) => (
    <HoursStep isSet={steps.some(({ step, state }) => step === "hours" && state === "done")} />
  ),
  documents: () => <DocumentsStep />,
  question: () => <QuestionStep />,
  staff: () => <StaffStep />,
  widget: ({ widgetAt }) => <WidgetStep isThere={widgetAt !== undefined} />,
};

/** What is there, after "Done". */
function Fact({ step, day }: { step: Step; day: FirstDay }) {
  if (step === "name") return <NameFact />;
  if (step === "hours") return <HoursFact />;
  const { document, triedAt, staff, widgetAt } = day;
  const facts: Partial<Record<Step, string | undefined>> = {
    documents: document,
    question: triedAt === undefined ? undefined : `answered with its source, ${listTime(triedAt)}`,
    staff: `${staff} people`,
    widget: widgetAt === undefined ? undefined : `you said so, ${listTime(widgetAt)}`,
  };
  const words = facts[step];
  return words === undefined ? null : `: ${words}`;
}

function NameFact() {
  const shop = useQuery(api.shop.get);
  return shop === undefined ? null : `: ${shop.name}`;
}

function HoursFact() {
  const [from] = useState(() => Date.now());
  const answer = useQuery(api.knowledge.hours, { from });
  if (answer === undefined) return null;
  const days = Object.values(answer.hours.weekly).filter((shifts) => shifts.length > 0).length;
  return `: open on ${days} ${days === 1 ? "day" : "days"} a week, ${answer.hours.timeZone}`;
}
