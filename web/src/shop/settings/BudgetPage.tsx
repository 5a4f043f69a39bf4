/** What the AI may cost in a day, what it has cost today, and the limits that hold besides. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api } from "../../api";
import { Button, Field } from "../../ui/controls";
import { useNow } from "../../ui/useNow";
import { ActNotice, useAct } from "./act";
import { dollars } from "./agentDraft";

type Today = FunctionReturnType<typeof api.budget.today>;

const MINUTE = 60_000;

export default function BudgetPage() {
  const now = useNow(MINUTE);
  // To the ten minutes: so often the day may be another one.
  const today = useQuery(api.budget.today, { now: Math.floor(now / (10 * MINUTE)) * 10 * MINUTE });
  if (today === undefined) return <div className="h-60" aria-busy="true" />;
  const { limits } = today;
  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <Spent today={today} />
      <BudgetForm today={today} />
      <section aria-label="Limits that hold besides" className="text-sm">
        <h3 className="font-semibold">Limits that hold besides</h3>
        <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-soft">
          <li>After {limits.answers} answers of the AI to one matter a person takes over.</li>
          <li>A customer writes at most {limits.messagesPerMinute} messages a minute.</li>
          <li>
            From one network at most {limits.questionsPerDay.toLocaleString("en-US")} questions a
            day are answered.
          </li>
          <li>How long an answer may be is set with its agent.</li>
        </ul>
      </section>
    </div>
  );
}

function Spent({ today: { spentMicroUsd, budgetMicroUsd, renewsAt } }: { today: Today }) {
  const share = budgetMicroUsd === 0 ? 1 : Math.min(1, spentMicroUsd / budgetMicroUsd);
  const percent = Math.round(share * 100);
  const when = new Date(renewsAt).toLocaleString("en-US", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return (
    <section aria-label="Spent today" className="flex flex-col gap-2">
      <p data-testid="spent" className="text-2xl font-semibold tracking-tight">
        {dollars(spentMicroUsd)}
        <span className="text-base font-normal text-soft"> of {dollars(budgetMicroUsd)} today</span>
      </p>
      <div
        role="meter"
        aria-label="Spent of today's budget"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={`h-full rounded-full ${share >= 0.9 ? "bg-danger" : "bg-accent"}`}
          style={{ width: `${percent}%` }}
        />
      </div>
      <p className="text-[0.8125rem] text-soft">
        With what is reserved for answers that are being written. It is whole again on {when}. When
        it is used up, questions go to your technicians.
      </p>
    </section>
  );
}

function BudgetForm({ today: { budgetMicroUsd, mostMicroUsd } }: { today: Today }) {
  /** Null: as it is set, also by another admin meanwhile. */
  const [typed, setTyped] = useState<string | null>(null);
  const set = useMutation(api.budget.set);
  const save = useAct(async (usd: number | null) => {
    await set({ usd });
    setTyped(null);
    return `Saved: ${dollars(usd === null ? mostMicroUsd : usd * 1e6)} a day, from now on.`;
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(Number(typed ?? budgetMicroUsd / 1e6));
      }}
    >
      <div className="max-w-xs">
        <Field
          id="daily-budget"
          label="What the AI may cost in a day ($)"
          hint={`At most ${dollars(mostMicroUsd)}, which whoever runs the deployment has set (AI_DAILY_BUDGET_USD). With 0 it answers nobody.`}
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          required
          value={typed ?? budgetMicroUsd / 1e6}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      <ActNotice acts={[save]} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="primary" busy={save.busy}>
          Set the budget
        </Button>
        {budgetMicroUsd < mostMicroUsd && (
          <Button look="quiet" onClick={() => void save.run(null)}>
            Allow all of {dollars(mostMicroUsd)}
          </Button>
        )}
      </div>
    </form>
  );
}
