/** What somebody has typed of a text and not saved: it outlives a look at another page, and says what it was made from. */
import { useState } from "react";
import { useUnsaved } from "../../ui/useUnsaved";

export type Text = { title: string; category: string; format: "markdown" | "text"; body: string };
type Typed = { text: Text; was: number };

/** Of each document, draft or new text, while the page lives. */
const typed = new Map<string, Typed>();

const isSame = (a: Text, b: Text) =>
  a.title === b.title && a.category === b.category && a.body === b.body;

/** `was`: of what is stored, to tell that it has changed since somebody began to type. */
export function useTyped(key: string, stored: Text, was: number) {
  const [mine, setMine] = useState<Typed | null>(() => typed.get(key) ?? null);
  const keep = (next: Typed | null) => {
    if (next === null) typed.delete(key);
    else typed.set(key, next);
    setMine(next);
  };
  const text = mine?.text ?? stored;
  const isChanged = mine !== null && !isSame(mine.text, stored);
  useUnsaved(isChanged);
  return {
    text,
    isChanged,
    /** The stored text is another one than that from which this was made. */
    isOvertaken: isChanged && mine.was !== was,
    was: mine?.was ?? was,
    type: (next: Text) => keep({ text: next, was: mine?.was ?? was }),
    /** It stands on what is stored now: whoever types has seen it. */
    accept: () => mine && keep({ ...mine, was }),
    drop: () => keep(null),
  };
}
