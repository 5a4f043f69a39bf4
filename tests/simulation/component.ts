/**
 * The workflow component, as far as a conversation sees it: it holds what was started, says whether it runs, and
 * forgets what is cancelled. Its handlers' steps are the simulation's: they come on time, late, twice, or never.
 * What a transaction has started or cancelled counts once that has committed.
 */
import { getFunctionName, type FunctionReference } from "convex/server";
import { vi } from "vitest";
import { workflow } from "../../convex/lib/workflow";
import type { TimerRef } from "../../convex/model/conversations/timers";

export type Run = {
  id: string;
  kind: "timer" | "alert";
  ref: TimerRef;
  dueAt: number;
  /** Acts of it that have been done. */
  nth: number;
  state: "inProgress" | "done" | "canceled" | "lost";
  /** Nobody has been told that it has ended. */
  told: boolean;
};

type StartArgs = { ref: TimerRef; dueAt: number; fires?: number };

export class Component {
  readonly runs = new Map<string, Run>();
  #serial = 0;
  #staged: (() => void)[] = [];

  /** From here on it is the one that the package's functions talk to. */
  constructor() {
    const start = (_ctx: unknown, fn: FunctionReference<"mutation">, args: object) =>
      Promise.resolve(this.#start(getFunctionName(fn), args as StartArgs));
    const status = (_ctx: unknown, id: string) => {
      const run = this.runs.get(id);
      if (run === undefined || run.state === "lost") return Promise.reject(new Error("Gone."));
      return Promise.resolve({ type: run.state === "inProgress" ? "inProgress" : "completed" });
    };
    const cancel = (_ctx: unknown, id: string) => {
      this.#staged.push(() => Object.assign(this.runs.get(id)!, { state: "canceled" }));
      return Promise.resolve();
    };
    const stands = { start, status, cancel, cleanup: () => Promise.resolve(true) };
    for (const [name, stand] of Object.entries(stands)) {
      // It notes its calls, with all of the world that made them: those of the world before are let go.
      vi.spyOn(workflow, name as "start")
        .mockClear()
        .mockImplementation(stand as never);
    }
  }

  #start(name: string, { ref, dueAt, fires = 0 }: StartArgs): string {
    const id = `run ${++this.#serial}`;
    const kind = name === "workflows:alert" ? "alert" : "timer";
    const run: Run = { id, kind, ref, dueAt, nth: fires, state: "inProgress", told: false };
    this.#staged.push(() => this.runs.set(id, run));
    return id;
  }

  commit(): void {
    for (const apply of this.#staged.splice(0)) apply();
  }

  rollBack(): void {
    this.#staged.length = 0;
  }

  list(kind: Run["kind"], state: Run["state"]): Run[] {
    return [...this.runs.values()].filter((run) => run.kind === kind && run.state === state);
  }
}
