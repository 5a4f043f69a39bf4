/** When the shop is open: a week to draw in, the days with hours of their own, and what customers are told by them. */
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../../../api";
import { Button } from "../../../ui/controls";
import { useUnsaved } from "../../../ui/useUnsaved";
import { ActNotice, useAct } from "../act";
import { HolidayImport } from "./HolidayImport";
import { Holidays } from "./Holidays";
import { Told } from "./Told";
import { inOrder, type Hours } from "./week";
import { Week, ZoneField } from "./WeekEditor";

export default function HoursPage() {
  const [from] = useState(() => Date.now());
  const answer = useQuery(api.knowledge.hours, { from });
  if (answer === undefined) return <div className="h-40" aria-busy="true" />;
  return <HoursForm stored={answer.hours} />;
}

/** `base`: what the hours were when the change began. */
type Draft = { hours: Hours; base: string };

/** What was changed and not saved, while the page lives: it outlives a look at another page. */
let kept: Draft | null = null;

function HoursForm({ stored }: { stored: Hours }) {
  /** Null: as they are set. */
  const [draft, setState] = useState(kept);
  const setDraft = (next: Draft | null) => {
    kept = next;
    setState(next);
  };
  useUnsaved(draft !== null);
  const hours = draft?.hours ?? stored;
  const current = JSON.stringify(stored);
  const change = (changes: Partial<Hours>) =>
    setDraft({ hours: { ...hours, ...changes }, base: draft?.base ?? current });
  const set = useMutation(api.knowledge.setHours);
  const save = useAct(async () => {
    const { note } = await set({ hours: inOrder(hours) });
    setDraft(null);
    return note;
  });
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-soft">
        Hand-offs, alerts, promises and targets count by these hours, and the AI quotes them. Draw
        in a day, or type the times beside it.
      </p>
      <ZoneField zone={hours.timeZone} onChange={(timeZone) => change({ timeZone })} />
      <Week hours={hours} onChange={(weekly) => change({ weekly })} />
      <Holidays
        hours={hours}
        stored={stored}
        onChange={(holidays) => change({ holidays })}
        byCalendar={<HolidayImport unsaved={draft !== null} />}
      />
      <Told hours={inOrder(hours)} isDraft={draft !== null} />
      <div className="sticky bottom-0 z-10 -mx-1 flex flex-col gap-2 border-t border-line bg-bg px-1 py-3">
        <ActNotice acts={[save]} />
        {draft !== null && draft.base !== current && (
          <p role="alert" className="text-sm text-danger">
            Somebody else has changed the hours meanwhile. Saving puts yours in their place.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            busy={save.busy}
            disabled={draft === null}
            onClick={() => void save.run()}
          >
            Save the hours
          </Button>
          {draft !== null && (
            <Button look="quiet" onClick={() => setDraft(null)}>
              Undo all changes
            </Button>
          )}
          <span className="text-[0.8125rem] text-soft">
            {draft === null ? "Nothing is changed." : "Changed, and not saved yet."}
          </span>
        </div>
      </div>
    </div>
  );
}
