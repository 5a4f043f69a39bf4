/** The steps of the first day in words, and which comes next. Pure. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../api";

export type FirstDay = FunctionReturnType<typeof api.firstDay.state>;
type Steps = FirstDay["steps"];
export type Step = Steps[number]["step"];
export type State = Steps[number]["state"];

export const TITLES: Record<Step, string> = {
  name: "Your shop's name",
  hours: "Opening hours",
  documents: "What the AI answers from",
  question: "A test question",
  staff: "Your colleagues",
  widget: "The chat on your site",
};

export const STATES: Record<State, string> = { open: "To do", done: "Done", skipped: "Skipped" };

export const countOf = (steps: Steps, state: State): number =>
  steps.filter((one) => one.state === state).length;

/** "2 of 6" */
export const sayProgress = (steps: Steps): string => `${countOf(steps, "done")} of ${steps.length}`;

/** The next open one after `step`; after the last of them the first that was left. */
export function nextOpen(steps: Steps, step?: Step): Step | null {
  const at = steps.findIndex((one) => one.step === step);
  const others = [...steps.slice(at + 1), ...steps.slice(0, Math.max(at, 0))];
  return others.find(({ state }) => state === "open")?.step ?? null;
}
