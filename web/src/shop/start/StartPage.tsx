/** The owner's first day: six steps, each done here. How far it is stands on the server, the same on every device. */
import { useMutation, useQuery } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { StepItem } from "./StepItem";
import * as Steps from "./steps";
import type { FirstDay, Step } from "./steps";

export default function StartPage() {
  const state = useQuery(api.firstDay.state);
  const begin = useMutation(api.firstDay.begin);
  const isNew = state?.isNew === true;
  useEffect(() => {
    // Where this fails the desk leads here once more.
    if (isNew) begin({}).catch(() => undefined);
  }, [isNew, begin]);
  if (state === undefined) return <div className="h-60" aria-busy="true" />;
  return <Day state={state} />;
}

function Day({ state }: { state: FirstDay }) {
  const { steps } = state;
  const { open, go } = useOpenStep(steps);
  useTold(steps);
  return (
    <main className="flex max-w-4xl flex-col gap-4">
      <header className="flex flex-col gap-2">
        <h1 className="text-xl font-semibold tracking-tight">First day</h1>
        <p className="text-sm text-soft">
          What your shop needs before customers come. Skip what you like, and come back when you
          like.
        </p>
        <Progress steps={steps} />
      </header>
      <ol className="flex flex-col border-t border-line">
        {steps.map((one, index) => (
          <StepItem
            key={one.step}
            number={index + 1}
            step={one.step}
            state={one.state}
            day={state}
            isOpen={open === one.step}
            onToggle={(isOpen) => go(isOpen ? one.step : null, false)}
            onGo={() => go(one.step)}
            next={Steps.nextOpen(steps, one.step)}
            onNext={() => go(Steps.nextOpen(steps, one.step))}
          />
        ))}
      </ol>
      <End state={state} />
    </main>
  );
}

/** Stays where somebody works, also when the step is done meanwhile: what they see must not fold away. */
function useOpenStep(steps: FirstDay["steps"]) {
  const [open, setOpen] = useState(() => Steps.nextOpen(steps));
  const moves = useRef(false);
  useEffect(() => {
    if (!moves.current) return;
    moves.current = false;
    document.getElementById(open === null ? "start-end" : `start-${open}`)?.focus();
  }, [open]);
  return {
    open,
    /** The focus goes along, unless somebody has only looked into a step. */
    go: (step: Step | null, withFocus = true) => {
      moves.current = withFocus && step !== open;
      setOpen(step);
    },
  };
}

/** Says what has become of a step, whoever has done it. */
function useTold(steps: FirstDay["steps"]): void {
  const announce = useAnnounce();
  const before = useRef(steps);
  useEffect(() => {
    for (const { step, state } of steps) {
      const was = before.current.find((one) => one.step === step)?.state;
      if (state === was) continue;
      const words = Steps.STATES[state].toLowerCase();
      announce(`${Steps.TITLES[step]}: ${words}. ${Steps.sayProgress(steps)} steps are done.`);
    }
    before.current = steps;
  }, [steps, announce]);
}

function Progress({ steps }: { steps: FirstDay["steps"] }) {
  const skipped = Steps.countOf(steps, "skipped");
  const looks = { done: "bg-accent", skipped: "bg-line-strong", open: "bg-sunken" };
  return (
    <div className="flex items-center gap-3">
      <div aria-hidden className="flex max-w-60 flex-1 gap-1">
        {steps.map(({ step, state }) => (
          <span key={step} className={`h-1.5 flex-1 rounded-full ${looks[state]}`} />
        ))}
      </div>
      <p data-testid="start-progress" className="text-[0.8125rem] text-soft tabular-nums">
        {Steps.sayProgress(steps)} done{skipped > 0 && `, ${skipped} skipped`}
      </p>
    </div>
  );
}

const LINK = "font-medium text-accent underline underline-offset-4";

function End({ state: { steps, hidden } }: { state: FirstDay }) {
  const hide = useMutation(api.firstDay.hide);
  const task = useTask(() => hide({ hidden: !hidden }));
  const isOver = Steps.countOf(steps, "open") === 0;
  return (
    <div className="flex flex-col items-start gap-3 text-sm text-soft">
      {/* Always there: after the last step the focus goes to it. */}
      <p id="start-end" tabIndex={-1}>
        {isOver ? "That was the first day. Customers are answered at " : "Customers write at "}
        <a className={LINK} href="/" target="_blank" rel="noreferrer">
          your chat
        </a>
        , and you see them at{" "}
        <Link className={LINK} href="/desk">
          the desk
        </Link>
        .
      </p>
      {!isOver && (
        <Button size="small" busy={task.busy} onClick={() => void task.run()}>
          {hidden ? "Show it at the desk again" : "Hide it at the desk"}
        </Button>
      )}
      <ProblemNotice problem={task.problem} />
    </div>
  );
}
