/** Prints a whole conversation: what was said before is loaded first. By the menu, and by the browser's own shortcut. */
import { useEffect, useRef, useState } from "react";
import type { Thread } from "../conversation/useThread";

export function usePrintAll(
  { canLoadOlder, isLoadingOlder, isLoading, loadOlder }: Thread,
  { printing = false, onPrinted }: { printing?: boolean; onPrinted?: () => void },
): void {
  const [byKeys, setByKeys] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      setByKeys(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const done = useRef(onPrinted);
  useEffect(() => {
    done.current = onPrinted;
  }, [onPrinted]);
  const wanted = printing || byKeys;
  useEffect(() => {
    if (!wanted || isLoading || isLoadingOlder) return;
    if (canLoadOlder) return loadOlder();
    window.print();
    setByKeys(false);
    done.current?.();
  }, [wanted, isLoading, isLoadingOlder, canLoadOlder, loadOlder]);
}
