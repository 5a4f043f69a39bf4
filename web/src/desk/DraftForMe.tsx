/** "Draft for me": what the AI would answer, with its sources, above the composer. The technician sends it, or doesn't. */
import { Sparkles, X } from "lucide-react";
import { useState } from "react";
import type { Citation } from "../api";
import { Markdown } from "../thread/Markdown";
import { SourceMark, Sources } from "../thread/Sources";
import { Button, IconButton } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import type { DraftActs } from "./useDraftForMe";

/** As the backend's `MAX_INSTRUCTION_CHARS`. */
const MAX_INSTRUCTION_CHARS = 500;
const NO_CITATIONS: readonly Citation[] = [];

export function DraftButton({ draft }: { draft: DraftActs }) {
  return (
    <button
      type="button"
      aria-expanded={draft.isOpen}
      onClick={draft.isOpen ? draft.discard : draft.open}
      className="inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[0.8125rem] font-medium text-accent transition-colors hover:bg-accent-wash"
    >
      <Sparkles size={14} aria-hidden /> <span className="max-sm:sr-only">Draft for me</span>
    </button>
  );
}

type Props = {
  draft: DraftActs;
  /** The conversation's: the draft may be of an earlier one. */
  turn: number | undefined;
  onUse: (words: string) => void;
};

export function DraftForMe({ draft: acts, turn, onUse }: Props) {
  const { problem, isWriting, draft } = acts;
  if (!acts.isOpen) return null;
  const isDone = !isWriting && draft?.state === "done";
  const failed = !isWriting && draft?.state === "failed" ? draft.error : undefined;
  const isOld = isDone && turn !== undefined && turn > draft.turn;
  return (
    <section
      aria-label="Draft by the assistant"
      data-testid="draft-for-me"
      className="mb-2 flex max-h-[40dvh] flex-col gap-2 overflow-y-auto rounded-2xl border border-line bg-accent-wash px-4 py-3 text-sm"
    >
      <div className="flex items-center gap-2">
        <p className="flex-1 font-semibold">Draft by the assistant</p>
        <span className="text-xs text-soft">Only you see it</span>
        <IconButton
          label={isWriting ? "Cancel the draft" : "Discard the draft"}
          small
          onClick={acts.discard}
        >
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      {acts.asks && <Asking acts={acts} />}
      {isWriting && !draft?.text && <p role="status">Looking it up and writing…</p>}
      {draft !== null && draft.text !== "" && (
        <Sources
          citations={draft.citations ?? NO_CITATIONS}
          listed={isDone}
          onOpen={() => undefined}
        >
          <Markdown text={draft.text} streaming={isWriting} Mark={SourceMark} />
        </Sources>
      )}
      {isDone && <TakenOut sentences={draft.takenOut ?? []} nothingLeft={draft.text === ""} />}
      {isOld && (
        <p className="text-soft">Somebody has written since. Read that before you use it.</p>
      )}
      {failed && (
        <p className="text-danger">
          The assistant could not write it ({failed.message}). Draft again, or write it yourself.
        </p>
      )}
      <ProblemNotice problem={problem} onRetry={() => void acts.ask("")} />
      {!isWriting && (draft !== null || problem !== null) && (
        <div className="flex flex-wrap gap-2">
          {isDone && draft.plain !== "" && (
            <Button
              size="small"
              look="primary"
              onClick={() => {
                acts.use();
                onUse(draft.plain);
              }}
            >
              Use this draft
            </Button>
          )}
          {problem === null && !acts.asks && (
            <Button size="small" look="outline" onClick={acts.askAgain}>
              Draft again
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

/** Enter asks, with or without a word of what it is to say. */
function Asking({ acts }: { acts: DraftActs }) {
  const [instruction, setInstruction] = useState("");
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void acts.ask(instruction);
      }}
    >
      <input
        autoFocus
        value={instruction}
        maxLength={MAX_INSTRUCTION_CHARS}
        aria-label="What should it say? (optional)"
        placeholder="What should it say? (optional)"
        onChange={(event) => setInstruction(event.target.value)}
        className="h-9 min-w-[12rem] flex-1 rounded-full border border-line-strong bg-surface px-3.5 text-ink outline-none placeholder:text-faint focus:border-accent"
      />
      <Button size="small" look="primary" type="submit">
        Draft
      </Button>
    </form>
  );
}

function TakenOut({
  sentences,
  nothingLeft,
}: {
  sentences: { sentence: string; words: string }[];
  nothingLeft: boolean;
}) {
  if (sentences.length === 0) return null;
  return (
    <div data-testid="taken-out" className="rounded-xl bg-note px-3 py-2 text-on-note">
      <p>
        {nothingLeft ? "Nothing is left of it" : "Taken out"}: no document and nobody here says
        this.
      </p>
      <ul className="mt-1 list-disc pl-4.5">
        {sentences.map(({ sentence, words }) => (
          <li key={sentence} className="[overflow-wrap:anywhere]">
            “{sentence}” ({words})
          </li>
        ))}
      </ul>
    </div>
  );
}
