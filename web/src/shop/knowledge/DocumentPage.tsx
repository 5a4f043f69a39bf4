/** One document: its text to correct, and what there is to know and to do about it. */
import { useMutation, useQuery } from "convex/react";
import { useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { api, type Id } from "../../api";
import { Tag } from "../../desk/Tag";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { fullTime } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import { ActBar, PageHead, Picks } from "./parts";
import { Origin } from "./Origin";
import { Recall } from "./Recall";
import { TextEditor } from "./TextEditor";
import { Times } from "./Times";
import { TryQuestion } from "./TryQuestion";
import { useTyped, type Text } from "./useTyped";
import { Versions } from "./Versions";
import { errorWords, stateWords, type DocumentSummary } from "./words";

type Document = DocumentSummary & { body: string; draftId?: Id<"knowledge"> | undefined };
type Panel = "try" | "told" | "versions" | "times" | "origin";
const PANELS: Record<Panel, string> = {
  try: "Try a question",
  told: "Who was told",
  versions: "Versions",
  times: "When it answers",
  origin: "Original and removal",
};

export function DocumentPage({ documentId }: { documentId: Id<"knowledge"> }) {
  const [, navigate] = useLocation();
  // One that is being removed is not asked for any more: there is none.
  const [leaving, setLeaving] = useState(false);
  const document = useQuery(api.knowledge.get, leaving ? "skip" : { documentId });
  if (document === undefined) return <main aria-busy className="h-40" />;
  return (
    <Loaded
      document={document}
      onLeaving={setLeaving}
      onGone={() => navigate("/knowledge", { replace: true })}
    />
  );
}

function Loaded({
  document,
  onLeaving,
  onGone,
}: {
  document: Document;
  onLeaving: (leaving: boolean) => void;
  onGone: () => void;
}) {
  const { _id: documentId, title, category, format, body, state, version } = document;
  const isReading = state === "ingesting";
  // What is being read in is the next one's text.
  const typed = useTyped(
    documentId,
    { title, category, format, body },
    isReading ? version + 1 : version,
  );
  const [panel, setPanel] = useState<Panel>("try");
  const about = useRef<HTMLDivElement>(null);
  const sought = useSought();
  return (
    <main className="flex flex-col gap-5">
      <PageHead title={title}>
        <StateLine document={document} />
      </PageHead>
      <Notices document={document} />
      <SaveForm
        document={document}
        typed={typed}
        sought={sought}
        onPublished={() => {
          setPanel("told");
          about.current?.scrollIntoView({ block: "nearest" });
        }}
      />
      <Picks label="About this document" names={PANELS} picked={panel} onPick={setPanel} />
      <div ref={about} className="min-h-60 scroll-mb-24 border-t border-line pt-4">
        {panel === "try" && (
          <TryQuestion text={typed.isChanged ? { documentId, ...typed.text } : undefined} />
        )}
        {panel === "told" && <Recall document={document} />}
        {panel === "versions" && <Versions documentId={documentId} />}
        {panel === "times" && <Times document={document} />}
        {panel === "origin" && <Origin document={document} onLeaving={onLeaving} onGone={onGone} />}
      </div>
    </main>
  );
}

function useSought() {
  const search = new URLSearchParams(useSearch());
  return { words: search.get("words") ?? "", heading: search.get("heading") ?? "" };
}

function StateLine({ document }: { document: Document }) {
  const [now] = useState(() => Date.now());
  const { words, look } = stateWords(document, now);
  const { version, embedded, state, expiresAt, updatedAt } = document;
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.8125rem] text-faint">
      <span role="status" data-testid="document-state">
        <Tag look={look}>{words}</Tag>
      </span>
      {version > 0 && `version ${version}, `}changed {fullTime(updatedAt)}
      {state === "published" && !embedded && " · found by its words only for now"}
      {expiresAt !== undefined && expiresAt > now && ` · valid until ${fullTime(expiresAt)}`}
    </p>
  );
}

/** Written from a setting: edits of these lines would not stay. */
const HOURS_SLUG = "hours-and-location";

function Notices({ document }: { document: Document }) {
  const problem = errorWords(document);
  const { draftId, slug } = document;
  return (
    <>
      {problem !== null && (
        <p role="alert" className="rounded-xl bg-danger-wash px-3.5 py-2.5 text-sm text-danger">
          {problem}
        </p>
      )}
      {draftId !== undefined && (
        <p className="rounded-xl bg-note px-3.5 py-2.5 text-sm text-on-note">
          Another text of this document waits as a draft.{" "}
          <Link
            href={`/knowledge/drafts/${draftId}`}
            className="font-medium underline underline-offset-4"
          >
            See what it changes
          </Link>
        </p>
      )}
      {slug === HOURS_SLUG && (
        <p className="text-sm text-soft">
          The opening hours in this text are written from the settings. The rest is yours.
        </p>
      )}
    </>
  );
}

function SaveForm({
  document,
  typed,
  sought,
  onPublished,
}: {
  document: Document;
  typed: ReturnType<typeof useTyped>;
  sought: { words: string; heading: string };
  onPublished: () => void;
}) {
  const { _id: documentId, draftId, state } = document;
  const [, navigate] = useLocation();
  const announce = useAnnounce();
  const replace = useMutation(api.knowledge.replaceDocument);
  const saveDraft = useMutation(api.drafts.save);
  const publishing = useTask(async () => {
    await replace({ documentId, was: typed.was, ...typed.text });
    typed.drop();
    announce("Saved. It answers once it is read in.");
    onPublished();
  });
  const drafting = useTask(async (text: Text) => {
    const saved = await saveDraft({ documentId, ...text });
    typed.drop();
    navigate(`/knowledge/drafts/${saved}`);
  });
  const isReading = state === "ingesting";
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void publishing.run();
      }}
    >
      <TextEditor text={typed.text} onChange={typed.type} sought={sought} />
      {typed.isOvertaken && (
        <p
          role="alert"
          className="flex flex-wrap items-center gap-3 rounded-xl bg-note px-3.5 py-2.5 text-sm text-on-note"
        >
          <span className="min-w-0 flex-1">
            This document got another text while you wrote. Its versions below say what changed.
          </span>
          <Button size="small" onClick={typed.accept}>
            Keep mine
          </Button>
        </p>
      )}
      <ProblemNotice problem={publishing.problem ?? drafting.problem} />
      <ActBar>
        <Button
          type="submit"
          look="primary"
          busy={publishing.busy}
          disabled={!typed.isChanged || isReading}
        >
          {isReading ? "Being read in…" : "Save and publish"}
        </Button>
        {draftId === undefined && (
          <Button
            disabled={!typed.isChanged}
            busy={drafting.busy}
            onClick={() => void drafting.run(typed.text)}
          >
            Keep as a draft
          </Button>
        )}
        {typed.isChanged && (
          <Button look="quiet" onClick={typed.drop}>
            Undo changes
          </Button>
        )}
      </ActBar>
    </form>
  );
}
