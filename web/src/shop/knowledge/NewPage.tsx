/** A document that is written here: by itself, as the answer to what customers ask in vain, or of what technicians answered. */
import { useConvex, useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState, type ReactNode } from "react";
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
  const asked = new URLSearchParams(useSearch());
  const gap = asked.get("gap");
  const from = asked.get("from") as Id<"conversations"> | null;
  const groups = useQuery(api.gaps.list, gap === null ? "skip" : {});
  const answer = useQuery(api.drafts.propose, from === null ? "skip" : { conversationId: from });
  if ((gap !== null && groups === undefined) || (from !== null && answer === undefined)) {
    return <main aria-busy className="h-40" />;
  }
  if (from !== null && answer !== undefined) return <Answered key={from} {...{ from, answer }} />;
  const group = groups?.find(({ gaps }) => gaps.some(({ gapId }) => gapId === gap));
  if (group === undefined) return <NewText key={gap} name={gap ?? "new"} begun={EMPTY} />;
  const { question, gaps } = group;
  const begun = { ...EMPTY, title: asTitle(question), category: "answers" };
  return (
    <NewText
      key={gap}
      name={gap!}
      begun={begun}
      answers={{ question, gapIds: gaps.map(({ gapId }) => gapId) }}
    >
      Customers ask: {gaps.map((one) => `“${one.question}”`).join(", ")}. These questions are closed
      once a search for them finds this text.
    </NewText>
  );
}

const asTitle = (question: string) => question.charAt(0).toUpperCase() + question.slice(1, 200);

type Proposal = FunctionReturnType<typeof api.drafts.propose>;

/** What technicians said in a conversation, for everybody. */
function Answered({ from, answer }: { from: Id<"conversations">; answer: Proposal }) {
  const { removed, gapIds, ...begun } = answer;
  const taken = removed.map(({ what, count }) => `${what}${count > 1 ? ` (${count} times)` : ""}`);
  return (
    <NewText name={from} begun={begun} answers={{ question: begun.title, gapIds }} from={from}>
      This is what technicians answered.{" "}
      {taken.length === 0 ? "Nothing had to be taken out" : `Taken out: ${taken.join(", ")}`}. Read
      it before others do: nobody else's affairs are to be in it.
    </NewText>
  );
}

type NewTextProps = {
  /** Of what is typed, as long as the page lives. */
  name: string;
  begun: Text;
  answers?: { question: string; gapIds: Id<"analytics">[] };
  from?: Id<"conversations">;
  /** What it is made of. */
  children?: ReactNode;
};

function NewText({ name, begun, answers, from, children }: NewTextProps) {
  const typed = useTyped(name, begun, 0);
  const [, navigate] = useLocation();
  const announce = useAnnounce();
  const convex = useConvex();
  const save = useMutation(api.drafts.save);
  const saveAnswer = useMutation(api.drafts.saveAnswer);
  const approve = useMutation(api.drafts.approve);
  // What was kept and could not be published is the same draft when it is tried again.
  const [kept, setKept] = useState<Id<"knowledge"> | null>(null);
  const keep = async () => {
    const text = { ...typed.text, ...(answers && { gapIds: answers.gapIds }) };
    const draftId =
      kept === null && from !== undefined
        ? await saveAnswer({ ...text, conversationId: from })
        : await save({ ...text, ...(kept !== null && { draftId: kept }) });
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
      <PageHead title={answers === undefined ? "Write a document" : "Write the answer"}>
        {children !== undefined && <p className="text-sm text-soft">{children}</p>}
      </PageHead>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void publishing.run();
        }}
      >
        <TextEditor text={typed.text} onChange={typed.type} autoFocus={answers === undefined} />
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
      {!isEmpty && <TryQuestion text={typed.text} question={answers?.question ?? ""} />}
    </main>
  );
}
