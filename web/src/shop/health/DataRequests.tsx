/** What people asked for: a copy of their data, or its end; how far each is, and what a deletion came to. */
import { useMutation, useQuery } from "convex/react";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { fullTime } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { useTask } from "../../ui/useTask";
import { LIST, Part, Quiet, Tag, type Tone } from "./parts";
import { agoWords } from "./words";

type Request = (typeof api.health.dataRequests)["_returnType"][number];

export function DataRequests() {
  const requests = useQuery(api.health.dataRequests, {});
  const now = useNow(60_000);
  if (requests === undefined) return <Quiet>Looking…</Quiet>;
  return (
    <Part title="Copies and deletions of people's data">
      {requests.length === 0 ? (
        <Quiet>Nobody has asked for a copy of their data, or for its deletion.</Quiet>
      ) : (
        <ul className={LIST}>
          {requests.map((request) => (
            <RequestRow key={request._id} request={request} now={now} />
          ))}
        </ul>
      )}
    </Part>
  );
}

const STATES: Record<Request["state"], [Tone, string]> = {
  queued: ["none", "Waits"],
  running: ["none", "At work"],
  done: ["good", "Done"],
  failed: ["bad", "Failed"],
  cancelled: ["none", "Cancelled"],
};

function RequestRow({ request, now }: { request: Request; now: number }) {
  const { kind, state, step, person, requestedAt, finishedAt, error, receipt } = request;
  const retry = useMutation(api.workflows.retry);
  const again = useTask(() => retry({ workflowId: request._id }));
  const [tone, words] = STATES[state];
  return (
    <li className="px-4 py-3" data-testid="data-request">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <p className="min-w-48 flex-1 font-medium wrap-anywhere">
          {kind === "export" ? "A copy of the data" : "Deletion"}
          {kind === "export" && ` of ${person ?? "a guest without a name"}`}
        </p>
        <Tag tone={tone}>{words}</Tag>
        {kind === "export" && state === "failed" && (
          <Button size="small" busy={again.busy} onClick={() => void again.run()}>
            Retry
          </Button>
        )}
      </div>
      <Quiet>
        Asked for <time title={fullTime(requestedAt)}>{agoWords(requestedAt, now)}</time>
        {finishedAt === undefined ? `; ${step}` : `; ended ${agoWords(finishedAt, now)}`}.
        {state === "failed" && kind === "purge" && " It goes on by itself within ten minutes."}
      </Quiet>
      {error && <p className="text-[0.8125rem] wrap-anywhere text-danger">{error.message}</p>}
      {kind === "purge" && receipt && <Receipt receipt={receipt} />}
      <ProblemNotice problem={again.problem} />
    </li>
  );
}

function Receipt({ receipt }: { receipt: NonNullable<Request["receipt"]> }) {
  const removed = Object.entries(receipt.removed).map(([what, count]) => `${count} ${what}`);
  return (
    <div className="text-[0.8125rem] text-soft">
      {removed.length > 0 && <p>Removed so far: {removed.join(", ")}.</p>}
      {receipt.kept.map(({ what, why }) => (
        <p key={what}>
          Kept: {what}, because {why}.
        </p>
      ))}
      <p>{receipt.mailed ? "A receipt was mailed." : "No receipt was mailed."}</p>
    </div>
  );
}
