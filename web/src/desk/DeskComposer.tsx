/** Answers to the customer, or notes among staff: visibly two things, so that neither is sent as the other. */
import { Lock, MessageSquare } from "lucide-react";
import { useState } from "react";
import { Composer } from "../thread/Composer";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { cannotText, goesByText, measureText } from "./words";
import type { DeskConversation, Holder } from "./useDeskConversation";

type Mode = "answer" | "note";

const WHY_NOT: Record<Exclude<Holder, "me">, string> = {
  ai: "The assistant has this conversation. Take over to answer; it stops at once.",
  queue: "Claim this conversation to answer.",
  colleague: "A colleague has this conversation. You can leave a note for them.",
};

export function DeskComposer({ desk }: { desk: DeskConversation }) {
  const [mode, setMode] = useState<Mode>("answer");
  const [lost, setLost] = useState<string | null>(null);
  const claim = useTask(desk.claim);
  const note = useTask(desk.addNote);
  const { holder, conversation } = desk;
  const resolved = conversation?.status === "resolved";
  const optedOut = conversation !== undefined && cannotText(conversation);
  const mayAnswer = holder === "me" && !resolved && !optedOut;

  const sendNote = async (text: string) => {
    setLost((await note.run(text)) ? null : text);
  };
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pt-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-6">
      <div role="group" aria-label="What to write" className="mb-2 flex gap-1">
        <ModeButton on={mode === "answer"} onClick={() => setMode("answer")}>
          <MessageSquare size={14} aria-hidden /> Answer
        </ModeButton>
        <ModeButton on={mode === "note"} onClick={() => setMode("note")}>
          <Lock size={13} aria-hidden /> Internal note
        </ModeButton>
      </div>
      <div className="flex flex-col gap-2">
        <ProblemNotice problem={claim.problem} />
        <ProblemNotice
          problem={note.problem}
          {...(lost !== null && { onRetry: () => void sendNote(lost) })}
        />
      </div>
      {mode === "note" ? (
        <Composer
          key="note"
          label="Internal note"
          placeholder="Only your team sees this"
          sendLabel="Add note"
          tone="note"
          autoFocus
          onSend={(text) => void sendNote(text)}
        />
      ) : mayAnswer ? (
        <Composer
          key="answer"
          label="Answer to the customer"
          placeholder="Answer as yourself"
          measure={conversation !== undefined && goesByText(conversation) ? measureText : undefined}
          autoFocus
          onSend={desk.send}
        />
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
      className={`inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[13px] font-medium transition-colors ${on ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
    >
      {children}
    </button>
  );
}
