/** All that can be done now, by name: for who doesn't know the key, and for who has switched the keys off. */
import { useEffect, useId, useState } from "react";
import { onceUncovered } from "../ui/backCloses";
import { Dialog } from "../ui/Dialog";
import { ACTS, keyWords, type Act } from "./keys";
import { isMac, Key } from "./KeysDialog";
import { useDeskKeys } from "./useKeys";

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="What to do" testId="palette">
      <Acts onClose={onClose} />
    </Dialog>
  );
}

function Acts({ onClose }: { onClose: () => void }) {
  const { available, run, singleKeys } = useDeskKeys();
  // As it was when it was opened: what is done under it changes nothing in the list.
  const [acts] = useState(() => available().filter((act) => act !== "palette"));
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const words = typed.toLowerCase().split(/\s+/);
  const found = acts.filter((act) =>
    words.every((word) => ACTS[act].label.toLowerCase().includes(word)),
  );
  const index = Math.min(at, Math.max(0, found.length - 1));
  const choose = (act: Act | undefined) => {
    if (act === undefined) return;
    // First the focus goes back to who had it, and the address: an act may take them on.
    onClose();
    onceUncovered(() => run(act));
  };
  useEffect(() => {
    document.getElementById(`${listId}-${index}`)?.scrollIntoView({ block: "nearest" });
  }, [listId, index]);
  return (
    <div>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found.length === 0 ? undefined : `${listId}-${index}`}
        aria-label="Act"
        // The attribute itself: a dialog that opens gives the focus to who has it, and React sets none.
        ref={(input) => input?.setAttribute("autofocus", "")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (event.key === "Enter") choose(found[index]);
          else if (step !== undefined && found.length > 0) {
            setAt((index + step + found.length) % found.length);
          } else return;
          event.preventDefault();
        }}
        className="h-11 w-full rounded-xl border border-line-strong bg-surface px-3.5 text-base text-ink focus-visible:outline-offset-0"
      />
      <p role="status" className="sr-only">
        {found.length === 1 ? "1 act" : `${found.length} acts`}
      </p>
      {found.length === 0 && (
        <p className="px-3 py-4 text-sm text-soft">Nothing is called like that.</p>
      )}
      <ul id={listId} role="listbox" aria-label="Acts" className="mt-2 flex flex-col">
        {found.map((act, i) => (
          <li
            key={act}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === index}
            onClick={() => choose(act)}
            className={`flex cursor-pointer items-center gap-3 rounded-xl px-3 py-2 text-sm ${i === index ? "bg-sunken" : ""}`}
          >
            <span className="flex-1">{ACTS[act].label}</span>
            {singleKeys && <Key words={keyWords(act, isMac())} />}
          </li>
        ))}
      </ul>
    </div>
  );
}
