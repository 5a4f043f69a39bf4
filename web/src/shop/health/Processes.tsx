/** What is at work, waits or has failed, by kind, with what may be done about it. */
import { useMutation, usePaginatedQuery, useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api, type ProcessForStaff } from "../../api";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { dueTime, fullTime } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { useTask } from "../../ui/useTask";
import { ConversationLink, LIST, Part, Quiet } from "./parts";
import { agoWords, kindWords } from "./words";

type Work = (typeof api.health.work)["_returnType"][number];
type State = "failed" | "queued" | "running";

const STATES: readonly { state: State; title: string; none: string }[] = [
  { state: "failed", title: "Failed", none: "Nothing has failed." },
  { state: "queued", title: "Waiting", none: "Nothing waits." },
  { state: "running", title: "At work", none: "Nothing is at work." },
];
const PAGE = 10;
/** Failed, and going on all the same: late promises, pages with news. */
const GOES_ON: readonly string[] = ["promise", "recheck"];

export function Processes() {
  const work = useQuery(api.health.work, {});
  const [done, setDone] = useState("");
  const announce = useAnnounce();
  const onDone = (words: string) => {
    setDone(words);
    announce(words);
  };
  if (work === undefined) return <Quiet>Counting…</Quiet>;
  return (
    <>
      {done !== "" && (
        <p data-testid="process-done" className="rounded-xl bg-accent-wash px-3.5 py-2 text-sm">
          {done}
        </p>
      )}
      {STATES.map(({ state, title, none }) => {
        const kinds = work.filter((kind) => kind[state] > 0);
        return (
          <Part key={state} title={title}>
            {kinds.length === 0 ? (
              <Quiet>{none}</Quiet>
            ) : (
              <div className="flex flex-col gap-4">
                {kinds.map((kind) => (
                  <KindList key={kind.kind} work={kind} state={state} onDone={onDone} />
                ))}
              </div>
            )}
          </Part>
        );
      })}
    </>
  );
}

type ListProps = { work: Work; state: State; onDone: (words: string) => void };

function KindList({ work, state, onDone }: ListProps) {
  const { kind, refusals } = work;
  const { results, status, loadMore } = usePaginatedQuery(
    api.workflows.list,
    { kind, state },
    { initialNumItems: PAGE },
  );
  const mayRetry = state === "failed" && refusals.retry === null;
  const mayCancel = (state !== "failed" || GOES_ON.includes(kind)) && refusals.cancel === null;
  const why = state === "failed" ? refusals.retry : refusals.cancel;
  return (
    <section aria-label={`${kindWords(kind)}, ${state}`}>
      <h3 className="mb-1 text-[0.8125rem] font-medium text-soft">{kindWords(kind)}</h3>
      {why !== null && <Quiet>{why}</Quiet>}
      <ul className={`mt-1 ${LIST}`}>
        {results.map((process) => (
          <ProcessRow
            key={process._id}
            process={process}
            mayCancel={mayCancel}
            mayRetry={mayRetry}
            onDone={onDone}
          />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button look="quiet" size="small" onClick={() => loadMore(PAGE)}>
          Show more
        </Button>
      )}
    </section>
  );
}

function ProcessRow({
  process,
  mayCancel,
  mayRetry,
  onDone,
}: {
  process: ProcessForStaff;
  mayCancel: boolean;
  mayRetry: boolean;
  onDone: ListProps["onDone"];
}) {
  const {
    _id: workflowId,
    kind,
    step,
    attempt,
    error,
    dueAt,
    conversationId,
    documentId,
  } = process;
  const now = useNow(60_000);
  const cancel = useMutation(api.workflows.cancel);
  const retry = useMutation(api.workflows.retry);
  const act = useTask(async (what: "cancel" | "retry") => {
    await (what === "cancel" ? cancel : retry)({ workflowId });
    onDone(`${what === "cancel" ? "Cancelled" : "Started again"}: ${kindWords(kind)}, ${step}.`);
  });
  const begun = process._creationTime;
  return (
    <li className="px-4 py-2.5" data-testid="process">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="min-w-48 flex-1">
          <p className="wrap-anywhere">{step}</p>
          <Quiet>
            Begun <time title={fullTime(begun)}>{agoWords(begun, now)}</time>
            {attempt > 1 && `, attempt ${attempt}`}
            {dueAt !== undefined && `, due ${dueTime(dueAt, now)}`}
            {conversationId && (
              <>
                , in <ConversationLink id={conversationId} />
              </>
            )}
            {documentId && (
              <>
                , of{" "}
                <Link
                  href={`/knowledge/${documentId}`}
                  className="text-accent underline underline-offset-4"
                >
                  the document
                </Link>
              </>
            )}
          </Quiet>
          {error && <p className="text-[0.8125rem] wrap-anywhere text-danger">{error.message}</p>}
        </div>
        {mayRetry && (
          <Button size="small" busy={act.busy} onClick={() => void act.run("retry")}>
            Retry
            <span className="sr-only">: {step}</span>
          </Button>
        )}
        {mayCancel && (
          <Button size="small" look="danger" busy={act.busy} onClick={() => void act.run("cancel")}>
            Cancel
            <span className="sr-only">: {step}</span>
          </Button>
        )}
      </div>
      <ProblemNotice problem={act.problem} />
    </li>
  );
}
