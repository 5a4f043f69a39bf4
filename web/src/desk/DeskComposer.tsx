/** Answers to the customer, or notes among staff: visibly two things, so that neither is sent as the other. */
import { useQuery } from "convex/react";
import { ArrowRight, Lock, MessageSquare } from "lucide-react";
import { useContext, useRef, useState, type ComponentProps } from "react";
import { Link } from "wouter";
import { api, type ConversationId } from "../api";
import { useDraft } from "../conversation/useKept";
import { Composer, type ComposerHandle } from "../thread/Composer";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { EditBox, SavingEdit, type EditLast } from "./EditLast";
import { DraftButton, DraftForMe } from "./DraftForMe";
import { TranslateButton, TranslationBar } from "./TranslationBar";
import { useDraftForMe } from "./useDraftForMe";
import { useTranslation } from "./useTranslation";
import { NoteComposer } from "./NoteComposer";
import { SavedRepliesButton } from "./SavedRepliesDialog";
import { SavedReplyList } from "./SavedReplyList";
import { useAct, useDeskKeys } from "./useKeys";
import { cannotText, customerName, goesByText, measureAnswer } from "./words";
import { DeskActsContext, type DeskConversation, type Holder } from "./useDeskConversation";

type Mode = "answer" | "note";

const WHY_NOT: Record<Exclude<Holder, "me">, string> = {
  ai: "The assistant has this conversation. Take over to answer; it stops at once.",
  queue: "Claim this conversation to answer.",
  colleague: "A colleague has this conversation. You can leave a note for them.",
};

export function DeskComposer({
  desk,
  edit,
  conversationId,
  onType,
}: {
  desk: DeskConversation;
  edit: EditLast;
  conversationId: ConversationId;
  onType: (writes: Mode, text: string) => void;
}) {
  const [mode, setMode] = useState<Mode>("answer");
  const root = useRef<HTMLDivElement>(null);
  const claim = useTask(desk.claim);
  const { holder, conversation } = desk;
  const box = useRef<ComposerHandle>(null);
  const draft = useDraftForMe(conversationId, holder === "me");
  const translation = useTranslation(conversationId, desk.rows);
  const resolved = conversation?.status === "resolved";
  const optedOut = conversation !== undefined && cannotText(conversation);
  const byText = conversation !== undefined && goesByText(conversation);
  const hasFiles = desk.uploads.files.length > 0;
  const mayAnswer = holder === "me" && !resolved && !optedOut && conversation !== undefined;

  const { isStepping } = useDeskKeys();
  const choose = (wanted: Mode) => {
    edit.stop();
    setMode(wanted);
  };
  const write = (wanted: Mode) => {
    choose(wanted);
    // Once the other box is there.
    setTimeout(() => root.current?.querySelector("textarea")?.focus());
  };
  useAct("answer", mayAnswer ? () => write("answer") : null);
  useAct("note", () => write("note"));

  return (
    <div
      ref={root}
      className="mx-auto w-full max-w-3xl px-4 pt-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-6"
    >
      <div role="group" aria-label="What to write" className="mb-2 flex flex-wrap gap-1">
        <ModeButton on={mode === "answer"} onClick={() => choose("answer")}>
          <MessageSquare size={14} aria-hidden /> Answer
        </ModeButton>
        <ModeButton on={mode === "note"} onClick={() => choose("note")}>
          <Lock size={13} aria-hidden /> Internal note
        </ModeButton>
        <span className="ml-auto flex justify-end gap-1 max-sm:gap-0">
          <SavedRepliesButton />
          <TranslateButton translation={translation} />
          {mode === "answer" && mayAnswer && <DraftButton draft={draft} />}
        </span>
      </div>
      <div className="flex flex-col gap-2">
        <ProblemNotice problem={claim.problem} />
      </div>
      <TranslationBar
        translation={translation}
        box={box}
        mayAnswer={mode === "answer" && mayAnswer}
      />
      {edit.busy && <SavingEdit />}
      {edit.editing !== null ? (
        <EditBox key={`${edit.editing.messageId} ${edit.editing.tries}`} edit={edit} desk={desk} />
      ) : mode === "note" ? (
        <NoteComposer
          desk={desk}
          conversationId={conversationId}
          onType={(text) => onType("note", text)}
        />
      ) : mayAnswer ? (
        <>
          <DraftForMe
            draft={draft}
            turn={conversation?.turn}
            onUse={(words) => box.current?.insert(words)}
          />
          <KeptComposer
            key="answer"
            handle={box}
            draftOf={conversationId}
            label="Answer to the customer"
            placeholder="Answer as yourself; / for a saved reply"
            measure={(text) => measureAnswer(text, { byText: byText && !hasFiles })}
            hint={byText && hasFiles && "With files it goes by e-mail, not by text."}
            suggest={(slash, listId) => (
              <SavedReplyList slash={slash} listId={listId} conversation={conversation} />
            )}
            autoFocus={!isStepping()}
            takeKey={(key, text) => {
              if (key !== "ArrowUp" || text !== "" || edit.begin === null) return false;
              edit.begin();
              return true;
            }}
            // By text only words go.
            {...(conversation?.channel === "web" && { uploads: desk.uploads })}
            onSend={(text) => {
              const [draftId, original] = [draft.takeUsed(), translation.takeWritten()];
              desk.send(text, { ...(draftId && { draftId }), ...(original && { original }) });
            }}
            onType={(text) => onType("answer", text)}
          />
        </>
      ) : (
        <div
          data-testid="cannot-answer"
          className="mb-3 flex flex-wrap items-center justify-between gap-3 rounded-2xl bg-sunken px-4 py-3 text-sm text-soft"
        >
          <p className="min-w-0 flex-1">
            {resolved
              ? "This conversation is resolved. It opens again when the customer writes."
              : optedOut
                ? "The customer has opted out of texts, and only they can undo it, by texting START. Call them, or leave a note."
                : WHY_NOT[holder === "me" || holder === null ? "queue" : holder]}
          </p>
          {resolved && <NextConversation />}
          {!resolved && holder !== "me" && holder !== "colleague" && (
            <Button size="small" look="primary" busy={claim.busy} onClick={() => void claim.run()}>
              {holder === "ai" ? "Take over" : "Claim"}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** What is written in it waits on this device for whoever looks elsewhere meanwhile. */
function KeptComposer({
  draftOf,
  ...rest
}: { draftOf: string } & Omit<ComponentProps<typeof Composer>, "draft">) {
  return <Composer {...rest} draft={useDraft(draftOf)} />;
}

/** Where a technician goes on; after resolving it has the focus. */
function NextConversation() {
  const { next } = useContext(DeskActsContext);
  const lines = useQuery(api.desk.lines, next === undefined ? "skip" : { conversationIds: [next] });
  if (next === undefined) return null;
  const row = lines?.[0];
  return (
    <Link
      id="next-conversation"
      href={`/desk/${next}`}
      className="inline-flex h-8 items-center gap-1.5 rounded-full bg-accent px-3 text-[0.8125rem] font-medium text-on-accent hover:bg-accent-strong"
    >
      Next{row && `: ${customerName(row)}`} <ArrowRight size={14} aria-hidden />
    </Link>
  );
}

function ModeButton({
  on,
  onClick,
  children,
}: {
  on: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={`inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[0.8125rem] font-medium transition-colors ${on ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
    >
      {children}
    </button>
  );
}
