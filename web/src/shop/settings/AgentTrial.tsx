/** A trial of what is typed: the agent's last answers once more, both ways, before it goes live. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api, type Id } from "../../api";
import { Button, Field } from "../../ui/controls";
import { ActNotice, useAct } from "./act";
import { dollars, fieldWords, written, type Tried, type triedOf } from "./agentDraft";

type Report = FunctionReturnType<typeof api.trials.get>;

export function AgentTrial({
  agentId,
  change,
  tried,
}: {
  agentId: Id<"agents">;
  change: ReturnType<typeof triedOf>;
  tried: (tried: Tried) => void;
}) {
  const [exchanges, setExchanges] = useState("10");
  const [limit, setLimit] = useState("1");
  const latest = useQuery(api.workflows.list, {
    kind: "trial",
    paginationOpts: { numItems: 1, cursor: null },
  })?.page[0];
  const start = useMutation(api.trials.start);
  const cancel = useMutation(api.workflows.cancel);
  const begin = useAct(async () => {
    const input = { exchanges: Number(exchanges), limitUsd: Number(limit) };
    const trialId = await start({ agentId, change, ...input });
    tried({ trialId, change: written(change) });
    return "The trial runs. You can go on working.";
  });
  const end = useAct(async (workflowId: Id<"workflows">) => {
    await cancel({ workflowId });
    return "The trial is cancelled.";
  });
  const isOff = Object.keys(change).length === 0;
  return (
    <section aria-label="Trial" className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <h4 className="text-sm font-semibold">Try it before it goes live</h4>
      <p className="text-[0.8125rem] text-soft">
        Asks this agent's last questions once more, as it is and as it is typed, and compares. No
        customer sees it.
      </p>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void begin.run();
        }}
      >
        <div className="grid grid-cols-2 gap-3">
          <Field
            id="trial-exchanges"
            label="Last answers"
            type="number"
            min={1}
            max={50}
            required
            value={exchanges}
            onChange={({ target }) => setExchanges(target.value)}
          />
          <Field
            id="trial-limit"
            label="At most ($)"
            type="number"
            min={0.1}
            max={100}
            step="any"
            required
            value={limit}
            onChange={({ target }) => setLimit(target.value)}
          />
        </div>
        <div>
          <Button type="submit" size="small" busy={begin.busy} disabled={isOff}>
            {isOff ? "Change something to try" : "Start the trial"}
          </Button>
        </div>
      </form>
      <ActNotice acts={[begin, end]} />
      {latest && (
        <TrialReport agentId={agentId} trialId={latest._id} end={() => void end.run(latest._id)} />
      )}
    </section>
  );
}

function TrialReport({
  agentId,
  trialId,
  end,
}: {
  agentId: Id<"agents">;
  trialId: Id<"workflows">;
  end: () => void;
}) {
  const report = useQuery(api.trials.get, { trialId });
  if (report === undefined || report.agentId !== agentId) return null;
  const { state, done, of, error, changes, spentMicroUsd } = report;
  const isLive = state === "running" || state === "queued";
  return (
    <div data-testid="trial-report" className="flex flex-col gap-2 text-sm">
      <p className="text-soft">
        {isLive ? "Running" : state === "done" ? "Done" : "Stopped"}: {done} of {of} of the latest
        trial ({fieldWords(changes)}), {dollars(spentMicroUsd)}. {error?.message}
      </p>
      {isLive && (
        <div>
          <Button size="small" look="quiet" onClick={end}>
            Cancel the trial
          </Button>
        </div>
      )}
      {report.totals.compared > 0 && <Totals totals={report.totals} />}
    </div>
  );
}

function Totals({ totals }: { totals: Report["totals"] }) {
  const { compared, otherOutcome, otherCited } = totals;
  const each = (sum: number) => `${(sum / compared / 1000).toFixed(1)} s`;
  const rows: [string, string | number, string | number][] = [
    ["Answered", totals.answered.live, totals.answered.changed],
    ["No source", totals.unsure.live, totals.unsure.changed],
    ["To a person", totals.handoff.live, totals.handoff.changed],
    ["Failed", totals.failed.live, totals.failed.changed],
    ["Sent back by the rules", totals.refused.live, totals.refused.changed],
    ["Time of one", each(totals.totalMs.live), each(totals.totalMs.changed)],
    ["Cost", dollars(totals.costMicroUsd.live), dollars(totals.costMicroUsd.changed)],
  ];
  return (
    <>
      <table className="w-full text-left text-[0.8125rem]">
        <thead>
          <tr className="text-soft">
            <th scope="col" className="py-1 font-medium">
              Of {compared}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              Live
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              Typed
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([words, live, changed]) => (
            <tr key={words} className="border-t border-line">
              <th scope="row" className="py-1 font-normal">
                {words}
              </th>
              <td className="py-1 text-right tabular-nums">{live}</td>
              <td className="py-1 text-right tabular-nums">{changed}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-[0.8125rem] text-soft">
        {otherOutcome} end otherwise, {otherCited} cite other documents.
      </p>
    </>
  );
}
