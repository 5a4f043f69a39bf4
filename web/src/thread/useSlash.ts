/** A "/" or "@" at the beginning of a word, and what stands behind it: a list of texts is offered that go in its place. */
import { useEffect, useRef, useState, type RefObject } from "react";

const WORD = {
  "/": /(?:^|\s)\/([\p{L}\p{M}\p{N}-]*)$/u,
  "@": /(?:^|\s)@([\p{L}\p{M}\p{N}'’.-]*)$/u,
} as const;
export type Trigger = keyof typeof WORD;

/** Where the word stands in the text. */
type Found = { start: number; end: number; query: string };

/** What takes the keys while the list is there: true for one that was taken. */
export type TakeKey = (key: string) => boolean;

/** What goes in the place of the word, and which part of it is selected then; without one the caret is at its end. */
export type Picked = { text: string; select: { start: number; end: number } | null };

export function useSlash(
  box: RefObject<HTMLTextAreaElement | null>,
  text: string,
  setText: (text: string) => void,
  trigger: Trigger = "/",
) {
  const [found, setFound] = useState<Found | null>(null);
  const [active, setActive] = useState<string | undefined>();
  const takeKey = useRef<TakeKey | null>(null);
  const selection = useRef<{ start: number; end: number } | null>(null);
  // After the new text is in the box.
  useEffect(() => {
    if (selection.current === null) return;
    box.current?.setSelectionRange(selection.current.start, selection.current.end);
    selection.current = null;
  }, [box, text]);
  const close = () => setFound(null);
  return {
    found,
    active,
    setActive,
    takeKey,
    close,
    /** With each change: is there a word before the caret? */
    look: ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) => {
      const query =
        selectionStart === selectionEnd
          ? WORD[trigger].exec(value.slice(0, selectionStart))?.[1]
          : undefined;
      setFound(
        query === undefined
          ? null
          : { start: selectionStart - query.length - 1, end: selectionStart, query },
      );
    },
    pick: (picked: Picked) => {
      if (found === null) return;
      const { start, end } = found;
      const caret = start + picked.text.length;
      selection.current =
        picked.select === null
          ? { start: caret, end: caret }
          : { start: start + picked.select.start, end: start + picked.select.end };
      setText(text.slice(0, start) + picked.text + text.slice(end));
      close();
      box.current?.focus();
    },
  };
}

export type Slash = ReturnType<typeof useSlash>;
