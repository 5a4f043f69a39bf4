/** Customers who were told what a document says no longer, and one call that tells all of them. */
import { useMutation, usePaginatedQuery, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { api, type Id } from "../../api";
import { Button, TextArea } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { listTimeInside } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import type { DocumentSummary } from "./words";

/** Conversations of a page of the backend; few of them or none are listed. */
const PAGE = 10;
/** Looked through before somebody asks for more. */
const FIRST = 100;
const VIEWS = ["open", "resolved"] as const;

type View = (typeof VIEWS)[number];
type Told = FunctionReturnType<typeof api.recalls.list>["page"][number];

export function Recall({ document }: { document: DocumentSummary }) {
  if (document.state === "ingesting") {
    return (
      <p aria-busy className="text-sm text-soft">
        The new text is being read in. Who was told the old one stands here in a moment.
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-5">
      {VIEWS.map((view) => (
        <ToldList key={view} documentId={document._id} view={view} />
      ))}
      <Tell documentId={document._id} />
    </div>
  );
}

const TITLES: Record<View, string> = { open: "Open conversations", resolved: "Resolved lately" };

function ToldList({ documentId, view }: { documentId: Id<"knowledge">; view: View }) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.recalls.list,
    { documentId, view },
    { initialNumItems: PAGE },
  );
  const [pages, setPages] = useState(1);
  const more = status === "CanLoadMore" && pages * PAGE < FIRST;
  useEffect(() => {
    if (!more) return;
    loadMore(PAGE);
    setPages((before) => before + 1);
  }, [more, loadMore]);
  const isLooking = status === "LoadingFirstPage" || status === "LoadingMore" || more;
  return (
    <section aria-label={TITLES[view]} className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{TITLES[view]}</h2>
      {results.length === 0 && !isLooking && (
        <p className="text-sm text-soft">Nobody was told what it says no longer.</p>
      )}
      <ul className="flex flex-col gap-2">
        {results.map((told) => (
          <ToldItem key={told.conversationId} told={told} />
        ))}
      </ul>
      {isLooking && (
        <p aria-busy className="text-sm text-faint">
          Looking through conversations…
        </p>
      )}
      {status === "CanLoadMore" && !more && (
        <Button size="small" onClick={() => loadMore(PAGE)}>
          Look further back
        </Button>
      )}
    </section>
  );
}

function ToldItem({ told }: { told: Told }) {
  return (
    <li
      className="rounded-xl border border-line bg-surface px-3.5 py-2.5 text-sm"
      data-testid="told"
    >
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Link
          href={`/desk/${told.conversationId}`}
          className="font-medium text-accent underline underline-offset-4"
        >
          {told.customer.name ?? "A guest"}
        </Link>
        <span className="text-faint">
          {told.channel === "sms" ? "by text" : "on the page"}, {listTimeInside(told.at)}
        </span>
        {told.told !== undefined && (
          <span className="font-medium text-accent">Told {listTimeInside(told.told.at)}</span>
        )}
      </p>
      {told.stale.map(({ said, now }, i) => (
        <p key={i} className="mt-1 text-soft wrap-anywhere">
          “{said}” {now === undefined ? "holds no longer." : <>is now: “{now}”</>}
        </p>
      ))}
      {told.told === undefined && (
        <p className="mt-1 text-[0.8125rem] text-faint wrap-anywhere">
          They would read: {told.correction}
        </p>
      )}
    </li>
  );
}

/** The longest that goes as a text, too. */
const MAX_CHARS = 459;

function Tell({ documentId }: { documentId: Id<"knowledge"> }) {
  const [text, setText] = useState("");
  const [processId, setProcessId] = useState<Id<"workflows"> | null>(null);
  const tell = useMutation(api.recalls.tell);
  const task = useTask(async () => {
    const own = text.trim();
    setProcessId(await tell({ documentId, ...(own !== "" && { text: own }) }));
  });
  return (
    <form
      className="flex flex-col gap-3 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <TextArea
        id="recall-text"
        label="In your own words (else each reads what stands beside their name)"
        maxLength={MAX_CHARS}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="text-[0.8125rem] text-faint">
        It goes where their conversation is, by text only within opening hours. Nobody is told
        twice.
      </p>
      <ProblemNotice problem={task.problem} />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" busy={task.busy}>
          Tell all of them
        </Button>
        {processId !== null && <Progress processId={processId} />}
      </div>
    </form>
  );
}

function Progress({ processId }: { processId: Id<"workflows"> }) {
  const process = useQuery(api.workflows.get, { workflowId: processId });
  return (
    <p role="status" className="text-sm text-soft" data-testid="recall-progress">
      {process?.step ?? "…"}
    </p>
  );
}
