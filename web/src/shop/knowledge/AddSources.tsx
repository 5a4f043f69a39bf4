/** Documents that are read from files, pages of the web, and whole sites: given here, and watched while they are read. */
import { useMutation, usePaginatedQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { Button, Field } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { DropFiles } from "./DropFiles";
import { Card, PageHead } from "./parts";

type Process = FunctionReturnType<typeof api.workflows.list>["page"][number];

export function AddSources() {
  return (
    <main className="flex flex-col gap-5">
      <PageHead title="Add files or pages" />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <DropFiles />
        <AddAddress />
      </div>
      <Readings />
    </main>
  );
}

/** `siteFirst`: Enter adds the whole site. */
export function AddAddress({ siteFirst = false }: { siteFirst?: boolean }) {
  const [url, setUrl] = useState("");
  const [category, setCategory] = useState("website");
  const addUrl = useMutation(api.sources.addUrl);
  const addSite = useMutation(api.sources.addSite);
  const task = useTask(async (what: "page" | "site") => {
    const address = /^[a-z]+:\/\//i.test(url.trim()) ? url.trim() : `https://${url.trim()}`;
    await (what === "page" ? addUrl : addSite)({ url: address, category });
    setUrl("");
  });
  const isEmpty = url.trim() === "";
  const ways = (["page", "site"] as const).map((what) => (
    <Button
      key={what}
      {...((what === "site") === siteFirst
        ? { type: "submit", look: "primary" }
        : { onClick: () => void task.run(what) })}
      disabled={isEmpty}
      busy={task.busy}
    >
      {what === "site" ? "Add the whole site" : "Add this page"}
    </Button>
  ));
  return (
    <Card title="A page or a whole site">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmpty) void task.run(siteFirst ? "site" : "page");
        }}
      >
        <Field
          id="source-url"
          label="Address"
          inputMode="url"
          placeholder="https://your-shop.example/prices"
          hint="Of a site, the pages of its sitemap are read: 200 at most."
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Field
          id="source-category"
          label="Category"
          required
          maxLength={60}
          value={category}
          onChange={(event) => setCategory(event.target.value)}
        />
        <ProblemNotice problem={task.problem} />
        <div className="flex flex-wrap gap-2">{siteFirst ? ways.reverse() : ways}</div>
      </form>
    </Card>
  );
}

const LATEST = 20;

/** What is being read and what was read last, whoever gave it. */
export function Readings() {
  const sites = usePaginatedQuery(api.workflows.list, { kind: "site" }, { initialNumItems: 5 });
  const ingests = usePaginatedQuery(
    api.workflows.list,
    { kind: "ingest" },
    { initialNumItems: LATEST },
  );
  // What was read last is what has changed last.
  const documents = usePaginatedQuery(api.knowledge.list, {}, { initialNumItems: LATEST });
  const titles = new Map(documents.results.map(({ _id, title }) => [_id, title]));
  const rows = [...sites.results, ...ingests.results];
  if (rows.length === 0) return null;
  return (
    <section aria-label="Being read">
      <h2 className="mb-2 text-sm font-semibold">Read lately</h2>
      <ul className="flex flex-col">
        {rows.map((process) => (
          <Reading
            key={process._id}
            process={process}
            title={process.documentId && titles.get(process.documentId)}
          />
        ))}
      </ul>
    </section>
  );
}

const STATES: Partial<Record<Process["state"], string>> = {
  running: "running",
  queued: "waiting",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

function Reading({ process, title }: { process: Process; title: string | undefined }) {
  const { _id: workflowId, kind, state, step, documentId, error } = process;
  const cancel = useMutation(api.workflows.cancel);
  const retry = useMutation(api.workflows.retry);
  const task = useTask((act: "cancel" | "retry") =>
    (act === "cancel" ? cancel : retry)({ workflowId }),
  );
  const isLive = state === "running" || state === "queued";
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 text-sm last:border-b-0"
      data-testid="reading"
      data-state={state}
    >
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{kind === "site" ? "A site" : (title ?? "A document")}</span>
        <span className="text-soft">
          {" "}
          · {isLive || kind === "site" ? step : (STATES[state] ?? state)}
        </span>
        {error !== undefined && <span className="block text-danger">{error.message}</span>}
        <ProblemNotice problem={task.problem} />
      </span>
      {documentId !== undefined && (
        <Link
          href={`/knowledge/${documentId}`}
          className="text-[0.8125rem] font-medium text-accent underline underline-offset-4"
        >
          Open
        </Link>
      )}
      {isLive && (
        <Button size="small" busy={task.busy} onClick={() => void task.run("cancel")}>
          Cancel
        </Button>
      )}
      {state === "failed" && (
        <Button size="small" busy={task.busy} onClick={() => void task.run("retry")}>
          Try again
        </Button>
      )}
    </li>
  );
}
