/** A document that is written here: by itself, or as the answer to what customers ask in vain. */
import { useConvex, useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { api, type Id } from "../../api";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { ActBar, PageHead } from "./parts";
import { TextEditor } from "./TextEditor";
import { TryQuestion } from "./TryQuestion";
import { useTyped, type Text } from "./useTyped";

const EMPTY: Text = { title: "", category: "general", format: "markdown", body: "" };

export function NewPage() {
  const gap = new URLSearchParams(useSearch()).get("gap");
  const groups = useQuery(api.gaps.list, gap === null ? "skip" : {});
  if (gap !== null && groups === undefined) return <main aria-busy className="h-40" />;
  const group = groups?.find(({ gaps }) => gaps.some(({ gapId }) => gapId === gap));
  return <NewText key={gap} name={gap ?? "new"} group={group} />;
}

type Group = { question: string; gaps: { gapId: Id<"analytics">; question: string }[] };

const asTitle = (question: string) => question.charAt(0).toUpperCase() + question.slice(1, 200);

function NewText({ name, group }: { name: string; group: Group | undefined }) {
  const begun =
    group === undefined ? EMPTY : { ...EMPTY, title: asTitle(group.question), category: "answers" };
  const typed = useTyped(name, begun, 0);
  const [, navigate] = useLocation();
  const announce = useAnnounce();
  const convex = useConvex();
  const save = useMutation(api.drafts.save);
  const approve = useMutation(api.drafts.approve);
  // What was kept and could not be published is the same draft when it is tried again.
  const [kept, setKept] = useState<Id<"knowledge"> | null>(null);
  const keep = async () => {
    const gapIds = group?.gaps.map(({ gapId }) => gapId);
    const text = { ...typed.text, ...(gapIds && { gapIds }) };
    const draftId = await save({ ...text, ...(kept !== null && { draftId: kept }) });
    setKept(draftId);
    return draftId;
  };
  const leave = (to: string) => {
    typed.drop();
    navigate(to, { replace: true });
  };
  const drafting = useTask(async () => leave(`/knowledge/drafts/${await keep()}`));
  const publishing = useTask(async () => {
    const draftId = await keep();
    const { updatedAt } = await convex.query(api.drafts.get, { draftId });
    const documentId = await approve({ draftId, updatedAt });
    announce("Saved. It answers once it is read in.");
    leave(`/knowledge/${documentId}`);
  });
  const isEmpty = typed.text.title.trim() === "" || typed.text.body.trim() === "";
  return (
    <main className="flex flex-col gap-5">
      <PageHead title={group === undefined ? "Write a document" : "Write the answer"}>
        {group !== undefined && (
          <p className="text-sm text-soft">
            Customers ask: {group.gaps.map(({ question }) => `“${question}”`).join(", ")}. These
            questions are closed once a search for them finds this text.
          </p>
        )}
      </PageHead>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void publishing.run();
        }}
      >
        <TextEditor text={typed.text} onChange={typed.type} autoFocus={group === undefined} />
        <ProblemNotice problem={publishing.problem ?? drafting.problem} />
        <ActBar>
          <Button type="submit" look="primary" disabled={isEmpty} busy={publishing.busy}>
            Save and publish
          </Button>
          <Button disabled={isEmpty} busy={drafting.busy} onClick={() => void drafting.run()}>
            Keep as a draft
          </Button>
        </ActBar>
      </form>
      {!isEmpty && <TryQuestion text={typed.text} question={group?.question ?? ""} />}
    </main>
  );
}
