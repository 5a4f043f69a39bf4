/**
 * Who does what on the desk: each part says what it can do now (`useAct`), and keys and palette do it. What nobody offers
 * at the moment does nothing.
 */
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { actOf, ACT_NAMES, type Act } from "./keys";

const KEY = "support.deskKeys";
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

type Run = () => void;
type Desk = {
  /** Offers an act until the result is called. */
  offer: (act: Act, run: Run) => () => void;
  run: (act: Act) => void;
  /** Somebody goes through the list by keys: what is opened on the way takes no focus, for it would take the keys. */
  isStepping: () => boolean;
  /** What can be done now. */
  available: () => Act[];
  /** Keys of one character, on this device. */
  singleKeys: boolean;
  setSingleKeys: (on: boolean) => void;
};

const KeysContext = createContext<Desk | null>(null);

export function useDeskKeys(): Desk {
  const desk = useContext(KeysContext);
  if (desk === null) throw new Error("Outside of the desk.");
  return desk;
}

export function DeskKeys({ children }: { children: ReactNode }) {
  const offers = useRef(new Map<Act, Run>());
  const stepping = useRef(false);
  const [singleKeys, setOn] = useState(readSingleKeys);
  const desk = useMemo<Desk>(
    () => ({
      offer: (act, run) => {
        offers.current.set(act, run);
        return () => {
          if (offers.current.get(act) === run) offers.current.delete(act);
        };
      },
      run: (act) => {
        stepping.current = act === "next" || act === "previous";
        offers.current.get(act)?.();
      },
      isStepping: () => stepping.current,
      available: () => ACT_NAMES.filter((act) => offers.current.has(act)),
      singleKeys,
      setSingleKeys: (on) => {
        storeSingleKeys(on);
        setOn(on);
      },
    }),
    [singleKeys],
  );
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      const act = actOf(event, {
        inField: target.closest(FIELDS) !== null,
        covered: document.querySelector("dialog[open], [role=menu]") !== null,
        singleKeys,
      });
      if (act !== null && offers.current.has(act)) {
        event.preventDefault();
        desk.run(act);
      } else if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
        // Out of what one writes in, to where the keys are.
        if (target instanceof HTMLElement && target.matches(FIELDS)) target.blur();
      }
    };
    const onPointerDown = () => {
      stepping.current = false;
    };
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("pointerdown", onPointerDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("pointerdown", onPointerDown);
    };
  }, [desk, singleKeys]);
  return <KeysContext value={desk}>{children}</KeysContext>;
}

/** Offers an act as long as the component is there. Null: not now. */
export function useAct(act: Act, run: Run | null): void {
  const { offer } = useDeskKeys();
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const isOffered = run !== null;
  useEffect(() => {
    if (isOffered) return offer(act, () => latest.current?.());
  }, [offer, act, isOffered]);
}

function readSingleKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function storeSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
