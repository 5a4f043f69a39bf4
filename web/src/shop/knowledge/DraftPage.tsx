/** A text beside what is live: what it changes, and an admin's word that it may answer, now or at a time. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { api, type Id } from "../../api";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { fullTime } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import { Changes } from "./Changes";
import { ActBar, Card, PageHead } from "./parts";
import { TextEditor } from "./TextEditor";
import { DraftTime } from "./Times";
import { TryQuestion } from "./TryQuestion";
import { useTyped } from "./useTyped";
import { originWords } from "./words";

type Draft = FunctionReturnType<typeof api.drafts.get>;

export function DraftPage({ draftId }: { draftId: Id<"knowledge"> }) {
  // Once it is a document, or discarded, there is no such draft.
  const [leaving, setLeaving] = useState(false);
  const draft = useQuery(api.drafts.get, leaving ? "skip" : { draftId });
  const [last, setLast] = useState<Draft | null>(null);
  if (draft !== undefined && draft !== last) setLast(draft);
  const shown = draft ?? last;
  if (shown === null) return <main aria-busy className="h-40" />;
  return <Loaded draft={shown} onLeaving={setLeaving} />;
}

function Loaded({ draft, onLeaving }: { draft: Draft; onLeaving: (leaving: boolean) => void }) {
  const { _id: draftId, documentId, title, category, format, body, updatedAt } = draft;
  const typed = useTyped(draftId, { title, category, format, body }, updatedAt);
  return (
    <main className="flex flex-col gap-5">
      <PageHead title={title}>
        <p className="text-[0.8125rem] text-faint">
          Draft. {originWords(draft)}, saved {fullTime(updatedAt)}.{" "}
          {documentId !== undefined && (
            <Link
              href={`/knowledge/${documentId}`}
              className="text-accent underline underline-offset-4"
            >
              The document as it is
            </Link>
          )}
        </p>
      </PageHead>
      {documentId !== undefined && <WhatChanges documentId={documentId} />}
      <DraftForm draft={draft} typed={typed} onLeaving={onLeaving} />
      <TryQuestion text={{ ...(documentId && { documentId }), ...typed.text }} />
      {!typed.isChanged && <DraftTime key={updatedAt} draft={draft} />}
    </main>
  );
}

function WhatChanges({ documentId }: { documentId: Id<"knowledge"> }) {
  const changes = useQuery(api.sources.changes, { documentId });
  return (
    <Card title="What it changes">
      {changes === undefined ? (
        <p aria-busy className="text-sm text-faint">
          Comparing…
        </p>
      ) : (
        <Changes changes={changes} />
      )}
    </Card>
  );
}

function DraftForm({
  draft,
  typed,
  onLeaving,
}: {
  draft: Draft;
  typed: ReturnType<typeof useTyped>;
  onLeaving: (leaving: boolean) => void;
}) {
  const { _id: draftId, updatedAt } = draft;
  const [, navigate] = useLocation();
  const [sure, setSure] = useState(false);
  const announce = useAnnounce();
  const save = useMutation(api.drafts.save);
  const approve = useMutation(api.drafts.approve);
  const discard = useMutation(api.drafts.discard);
  const saving = useTask(async () => {
    await save({ draftId, ...typed.text });
    typed.drop();
    announce("The draft is saved.");
  });
  const ending = useTask(async (act: "approve" | "discard") => {
    onLeaving(true);
    try {
      if (act === "approve") {
        const documentId = await approve({ draftId, updatedAt });
        announce("Approved. It answers once it is read in.");
        navigate(`/knowledge/${documentId}`, { replace: true });
      } else {
        await discard({ draftId });
        announce("The draft is discarded.");
        navigate("/knowledge?show=drafts", { replace: true });
      }
      typed.drop();
    } catch (error) {
      onLeaving(false);
      throw error;
    }
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void saving.run();
      }}
    >
      <TextEditor text={typed.text} onChange={typed.type} />
      <ProblemNotice problem={saving.problem ?? ending.problem} />
      <ActBar>
        {typed.isChanged ? (
          <Button type="submit" look="primary" busy={saving.busy}>
            Save the draft
          </Button>
        ) : (
          <Button look="primary" busy={ending.busy} onClick={() => void ending.run("approve")}>
            Approve and publish
          </Button>
        )}
        {typed.isChanged && (
          <Button look="quiet" onClick={typed.drop}>
            Undo changes
          </Button>
        )}
        {sure ? (
          <>
            <Button look="destroy" busy={ending.busy} onClick={() => void ending.run("discard")}>
              Discard for good
            </Button>
            <Button onClick={() => setSure(false)}>Keep it</Button>
          </>
        ) : (
          <Button look="danger" onClick={() => setSure(true)}>
            Discard the draft…
          </Button>
        )}
      </ActBar>
    </form>
  );
}
