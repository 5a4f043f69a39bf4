/** Hours as somebody changes them: what is not saved outlives a look at another page, and says what it was made from. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../api";
import { useUnsaved } from "../../../ui/useUnsaved";
import { useAct } from "../act";
import { inOrder, type Hours } from "./week";

/** `base`: what the hours were when the change began. */
type Draft = { hours: Hours; base: string };

/** Of each page that changes them, while the client lives. */
const kept = new Map<string, Draft>();

export function useHoursDraft(page: "settings" | "start", stored: Hours) {
  /** Null: as they are set. */
  const [draft, setState] = useState<Draft | null>(() => kept.get(page) ?? null);
  const setDraft = (next: Draft | null) => {
    if (next === null) kept.delete(page);
    else kept.set(page, next);
    setState(next);
  };
  useUnsaved(draft !== null);
  const hours = draft?.hours ?? stored;
  const current = JSON.stringify(stored);
  const set = useMutation(api.knowledge.setHours);
  const save = useAct(async () => {
    const { note } = await set({ hours: inOrder(hours) });
    setDraft(null);
    return note;
  });
  return {
    hours,
    isChanged: draft !== null,
    /** Somebody else has set others since. */
    isOvertaken: draft !== null && draft.base !== current,
    change: (changes: Partial<Hours>) =>
      setDraft({ hours: { ...hours, ...changes }, base: draft?.base ?? current }),
    drop: () => setDraft(null),
    save,
  };
}
