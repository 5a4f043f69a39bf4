/** What may go in the place of a word that is being typed: the box keeps the focus, the keys go through the list. */
import { useEffect, useState, type ReactNode } from "react";
import type { Picked, Slash } from "../thread/useSlash";

export type Suggested = { key: string; content: ReactNode; picked: Picked };

export function SuggestList({
  slash,
  listId,
  name,
  testId,
  found,
  words,
  onPick,
}: {
  slash: Slash;
  listId: string;
  name: string;
  testId: string;
  /** Undefined while nobody knows yet. */
  found: readonly Suggested[] | undefined;
  /** What there is, in words. */
  words: string;
  onPick?: (key: string) => void;
}) {
  const [at, setAt] = useState(0);
  const index = Math.min(at, Math.max(0, (found?.length ?? 0) - 1));
  const optionId = (i: number) => `${listId}-${i}`;
  const { setActive, takeKey } = slash;
  const choose = (i: number) => {
    const one = found?.[i];
    if (one === undefined) return false;
    onPick?.(one.key);
    slash.pick(one.picked);
    return true;
  };
  useEffect(() => {
    setActive(found?.[index] === undefined ? undefined : `${listId}-${index}`);
    document.getElementById(`${listId}-${index}`)?.scrollIntoView({ block: "nearest" });
  });
  useEffect(() => () => setActive(undefined), [setActive]);
  useEffect(() => {
    takeKey.current = (key) => {
      const count = found?.length ?? 0;
      if (key === "Escape") slash.close();
      // What is only begun is not sent while nobody knows yet what it may become.
      else if (found === undefined) return key === "Enter" || key === "Tab";
      else if (count === 0) return false;
      else if (key === "ArrowDown") setAt((index + 1) % count);
      else if (key === "ArrowUp") setAt((index + count - 1) % count);
      else if (key === "Enter" || key === "Tab") return choose(index);
      else return false;
      return true;
    };
    return () => {
      takeKey.current = null;
    };
  });
  return (
    <div
      data-testid={testId}
      className="scroll-calm absolute inset-x-0 bottom-full z-10 mb-2 max-h-72 rounded-2xl border border-line bg-surface p-1.5 shadow-float"
    >
      <p role="status" className="px-3 py-1.5 text-xs text-soft">
        {words}
      </p>
      <ul id={listId} role="listbox" aria-label={name}>
        {found?.map(({ key, content }, i) => (
          <li
            key={key}
            id={optionId(i)}
            role="option"
            aria-selected={i === index}
            // Before the box loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(i);
            }}
            className={`cursor-pointer rounded-xl px-3 py-2 text-sm ${i === index ? "bg-sunken" : ""}`}
          >
            {content}
          </li>
        ))}
      </ul>
    </div>
  );
}
