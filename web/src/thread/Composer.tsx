/**
 * Where people write. Enter sends, Shift+Enter breaks the line, the box grows with the text. It stays
 * usable while an answer is being written, and without a connection: the message waits in the list.
 */
import { ArrowUp, Square } from "lucide-react";
import {
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from "react";
import { MAX_MESSAGE_CHARS } from "../api";
import type { Draft } from "../conversation/useKept";
import { FilePicker, pasteFiles, useFileDrop } from "./FilePicker";
import { UploadList, type UploadActs } from "./UploadList";
import { useSlash, type Slash, type Trigger } from "./useSlash";

/** From here on the room that is left is shown. */
const NEAR_LIMIT = MAX_MESSAGE_CHARS - 500;
const MAX_HEIGHT = 200;

type Props = {
  onSend: (text: string) => void;
  /** Somebody types: with each key what stands there. */
  onType?: ((text: string) => void) | undefined;
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
  /** What was being written here before, and where what is written now is kept. */
  draft?: Draft;
  /** Files can be sent along. */
  uploads?: UploadActs;
  /** A list of what can be put in the place of a word that begins with "/", or with the `trigger`. */
  suggest?: ((slash: Slash, listId: string) => ReactNode) | undefined;
  trigger?: Trigger;
  /** A key that is somebody else's, given what is written: true for one that was taken. */
  takeKey?: (key: string, text: string) => boolean;
  /** To put words in from outside. */
  handle?: Ref<ComposerHandle>;
};

/** `insert` puts words behind those that are written, `replace` in their place. */
export type ComposerHandle = {
  read: () => string;
  insert: (words: string) => void;
  replace: (words: string) => void;
};

/** Why a message doesn't go yet. */
const WAITING = {
  uploading: "One moment: a file is still on its way.",
  failed: "A file didn't arrive. Try it again, or remove it.",
};

/** `problem`: why it can't be sent like this; `at`: what is to be changed, selected when it is tried. */
export type Measured = {
  hint: string | null;
  problem: string | null;
  at?: { start: number; end: number };
};
const NOTHING: Measured = { hint: null, problem: null };

export function Composer({
  onSend,
  onType,
  label,
  placeholder,
  onStop,
  stopping = false,
  autoFocus = false,
  sendLabel = "Send",
  tone = "normal",
  hint,
  measure,
  draft,
  uploads,
  handle,
  suggest,
  trigger,
  takeKey,
}: Props) {
  const [written, setWritten] = useState<string | null>(null);
  const text = written ?? draft?.text ?? "";
  const setText = (next: string) => {
    setWritten(next);
    draft?.save(next);
  };
  const [nudge, setNudge] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const statusId = useId();
  const listId = useId();
  const slash = useSlash(box, text, setText, trigger);
  const isOffering = suggest !== undefined && slash.found !== null;
  const left = MAX_MESSAGE_CHARS - text.length;
  const files = uploads?.files ?? [];
  const goes = (state: string) => state === "ready" || state === "waiting";
  const empty = text.trim() === "" && !files.some(({ state }) => goes(state));
  const unfinished = files.find(({ state }) => !goes(state));
  const held = useFileDrop(uploads?.onAdd);
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

  useImperativeHandle(handle, () => {
    const replace = (words: string) => {
      setText(words);
      box.current?.focus();
    };
    const insert = (words: string) =>
      replace(text.trim() === "" ? words : `${text.trimEnd()}\n\n${words}`);
    return { read: () => text, insert, replace };
  });

  const send = () => {
    box.current?.focus();
    setNudge(empty || unfinished !== undefined);
    if (measured.at) box.current?.setSelectionRange(measured.at.start, measured.at.end);
    if (empty || tooLong || unfinished !== undefined) return;
    onSend(text.trim());
    setText("");
    slash.close();
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
      className="relative"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOffering && suggest(slash, listId)}
      {uploads && <UploadList {...uploads} />}
      <div
        data-held={held || undefined}
        className={`relative flex items-end gap-1.5 rounded-[1.6rem] border p-1.5 pl-4 shadow-raised transition-colors focus-within:border-accent ${tone === "note" ? "border-dashed border-note-line bg-note" : "border-line-strong bg-surface"}`}
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
          // A textarea has no other role than "textbox", which has no `aria-expanded`: the list says that it is there.
          aria-autocomplete={suggest && "list"}
          aria-haspopup={suggest && "listbox"}
          aria-controls={isOffering ? listId : undefined}
          aria-activedescendant={isOffering ? slash.active : undefined}
          onBlur={slash.close}
          onChange={(event) => {
            setText(event.target.value);
            setNudge(false);
            onType?.(event.target.value);
            if (suggest) slash.look(event.target);
          }}
          onPaste={(event) => uploads && pasteFiles(event, uploads.onAdd)}
          onKeyDown={(event) => {
            if (
              isOffering &&
              !event.nativeEvent.isComposing &&
              slash.takeKey.current?.(event.key)
            ) {
              event.preventDefault();
              event.stopPropagation();
              return;
            }
            if (isPlain(event) && takeKey?.(event.key, text)) {
              event.preventDefault();
              event.stopPropagation();
              return;
            }
            // While an input method composes a character, Enter belongs to it.
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
          className="scroll-calm min-h-10 flex-1 resize-none bg-transparent py-2 text-base leading-6 text-ink outline-none placeholder:text-faint"
        />
        {uploads && <FilePicker onAdd={uploads.onAdd} />}
        {held && (
          <span className="pointer-events-none absolute inset-0 grid place-items-center rounded-[inherit] bg-accent-wash text-sm font-medium text-accent outline-2 outline-dashed outline-accent">
            Drop to attach
          </span>
        )}
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

const isPlain = ({ nativeEvent, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent) =>
  !nativeEvent.isComposing && !shiftKey && !ctrlKey && !altKey && !metaKey;
