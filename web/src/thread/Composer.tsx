/**
 * Where people write. Enter sends, Shift+Enter breaks the line, the box grows with the text. It stays
 * usable while an answer is being written, and without a connection: the message waits in the list.
 */
import { ArrowUp, Paperclip, Square } from "lucide-react";
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { MAX_MESSAGE_CHARS } from "../api";
import { FILE_TYPES } from "../conversation/files";
import { UploadList, type UploadActs } from "./UploadList";

/** From here on the room that is left is shown. */
const NEAR_LIMIT = MAX_MESSAGE_CHARS - 500;
const MAX_HEIGHT = 200;

type Props = {
  onSend: (text: string) => void;
  label: string;
  placeholder: string;
  /** An answer is being written and may be stopped. */
  onStop?: (() => void) | undefined;
  stopping?: boolean;
  autoFocus?: boolean;
  /** What Send does, for its name. */
  sendLabel?: string;
  tone?: "normal" | "note";
  hint?: ReactNode;
  /** What there is to say about the text so far, for where it goes. */
  measure?: ((text: string) => Measured) | undefined;
  /** Files can be sent along. */
  uploads?: UploadActs;
};

/** Why a message doesn't go yet. */
const WAITING = {
  uploading: "One moment: a file is still on its way.",
  failed: "A file didn't arrive. Try it again, or remove it.",
};

/** `problem`: why it can't be sent like this. */
export type Measured = { hint: string | null; problem: string | null };
const NOTHING: Measured = { hint: null, problem: null };

export function Composer({
  onSend,
  label,
  placeholder,
  onStop,
  stopping = false,
  autoFocus = false,
  sendLabel = "Send",
  tone = "normal",
  hint,
  measure,
  uploads,
}: Props) {
  const [text, setText] = useState("");
  const [nudge, setNudge] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const statusId = useId();
  const left = MAX_MESSAGE_CHARS - text.length;
  const files = uploads?.files ?? [];
  const ready = files.some(({ state }) => state === "ready");
  const empty = text.trim() === "" && !ready;
  const unfinished = files.find(({ state }) => state !== "ready");
  const measured = text.trim() === "" || measure === undefined ? NOTHING : measure(text);
  const tooLong = left < 0 || measured.problem !== null;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
  }, [text]);
  // Not on phones, where focus would open the keyboard over the page.
  useEffect(() => {
    if (autoFocus && window.matchMedia("(pointer: fine)").matches) box.current?.focus();
  }, [autoFocus]);

  const send = () => {
    box.current?.focus();
    setNudge(empty || unfinished !== undefined);
    if (empty || tooLong || unfinished !== undefined) return;
    onSend(text.trim());
    setText("");
  };
  const status =
    left < 0
      ? `${-left} characters too long. Please shorten it, or send it in two messages.`
      : text.length > NEAR_LIMIT
        ? `${left} characters left`
        : nudge && unfinished !== undefined
          ? WAITING[unfinished.state === "failed" ? "failed" : "uploading"]
          : nudge && empty
            ? "Write something first."
            : measured.problem;
  return (
    <form
      data-testid="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {uploads && <UploadList {...uploads} />}
      <div
        className={`flex items-end gap-1.5 rounded-[1.6rem] border p-1.5 pl-4 shadow-raised transition-colors focus-within:border-accent ${tone === "note" ? "border-dashed border-note-line bg-note" : "border-line-strong bg-surface"}`}
      >
        <textarea
          ref={box}
          rows={1}
          value={text}
          aria-label={label}
          aria-describedby={status === null ? undefined : statusId}
          aria-invalid={tooLong || undefined}
          placeholder={placeholder}
          enterKeyHint="send"
          onChange={(event) => {
            setText(event.target.value);
            setNudge(false);
          }}
          onKeyDown={(event) => {
            // While an input method composes a character, Enter belongs to it.
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
          className="scroll-calm min-h-10 flex-1 resize-none bg-transparent py-2 text-base leading-6 text-ink outline-none placeholder:text-faint"
        />
        {uploads && <FilePicker onAdd={uploads.onAdd} />}
        {onStop && (
          <button
            type="button"
            onClick={onStop}
            aria-busy={stopping || undefined}
            aria-label="Stop the answer"
            title="Stop the answer"
            data-testid="stop"
            className="grid size-10 shrink-0 place-items-center rounded-full border border-line-strong bg-surface text-ink transition-colors hover:bg-sunken"
          >
            <Square size={13} fill="currentColor" aria-hidden />
          </button>
        )}
        {(!onStop || !empty) && (
          <button
            type="submit"
            aria-label={sendLabel}
            title={`${sendLabel} (Enter)`}
            data-testid="send"
            aria-disabled={empty || tooLong || unfinished !== undefined || undefined}
            className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-strong aria-disabled:bg-sunken aria-disabled:text-faint"
          >
            <ArrowUp size={20} aria-hidden />
          </button>
        )}
      </div>
      <div className="flex min-h-5 items-center justify-between gap-3 px-4 pt-1.5 text-xs text-faint">
        <span className="min-w-0 tabular-nums">{status === null && (measured.hint ?? hint)}</span>
        {status !== null && (
          <span
            id={statusId}
            role="status"
            className={`ml-auto tabular-nums ${tooLong ? "text-danger" : ""}`}
          >
            {status}
          </span>
        )}
      </div>
    </form>
  );
}

function FilePicker({ onAdd }: Pick<UploadActs, "onAdd">) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={FILE_TYPES}
        hidden
        data-testid="file-input"
        onChange={({ target }) => {
          onAdd([...(target.files ?? [])]);
          // The same file can be chosen again.
          target.value = "";
        }}
      />
      <button
        type="button"
        aria-label="Attach files"
        title="Attach files: images, PDF or plain text of up to 10 MiB"
        onClick={() => input.current?.click()}
        className="grid size-10 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-sunken hover:text-ink"
      >
        <Paperclip size={18} aria-hidden />
      </button>
    </>
  );
}
