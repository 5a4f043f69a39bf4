/** The desk's keys, all of them; who needs the letters for something else switches them off. */
import { useId } from "react";
import { Dialog } from "../ui/Dialog";
import { ACT_NAMES, ACTS, keyWords } from "./keys";
import { useDeskKeys } from "./useKeys";

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { singleKeys, setSingleKeys } = useDeskKeys();
  const switchId = useId();
  return (
    <Dialog open={open} onClose={onClose} title="Keys" testId="keys-dialog">
      <label htmlFor={switchId} className="flex items-center gap-2.5 text-sm">
        <input
          id={switchId}
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
          className="size-4 accent-accent"
        />
        Keys of one letter or digit, while nothing is being written
      </label>
      <dl className="mt-4 grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5 text-sm">
        {ACT_NAMES.map((act) => (
          <div key={act} className="contents">
            <dt>
              <Key words={keyWords(act, isMac())} />
            </dt>
            <dd className={singleKeys || act === "palette" ? "" : "text-faint line-through"}>
              {ACTS[act].label}
            </dd>
          </div>
        ))}
        <div className="contents">
          <dt>
            <Key words="Esc" />
          </dt>
          <dd>Leave what you write in</dd>
        </div>
        <div className="contents">
          <dt>
            <Key words="/" />
          </dt>
          <dd>In an answer: a saved reply</dd>
        </div>
      </dl>
    </Dialog>
  );
}

export const Key = ({ words }: { words: string }) => (
  <kbd className="inline-block min-w-7 rounded-lg border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-xs text-ink">
    {words}
  </kbd>
);
