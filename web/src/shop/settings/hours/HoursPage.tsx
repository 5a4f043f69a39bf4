/** When the shop is open: a week to draw in, the days with hours of their own, and what customers are told by them. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../../../api";
import { Button } from "../../../ui/controls";
import { ActNotice } from "../act";
import { HolidayImport } from "./HolidayImport";
import { Holidays } from "./Holidays";
import { Told } from "./Told";
import { inOrder, type Hours } from "./week";
import { useHoursDraft } from "./useHoursDraft";
import { Week, ZoneField } from "./WeekEditor";

export default function HoursPage() {
  const [from] = useState(() => Date.now());
  const answer = useQuery(api.knowledge.hours, { from });
  if (answer === undefined) return <div className="h-40" aria-busy="true" />;
  return <HoursForm stored={answer.hours} />;
}

function HoursForm({ stored }: { stored: Hours }) {
  const { hours, isChanged, isOvertaken, change, drop, save } = useHoursDraft("settings", stored);
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
        byCalendar={<HolidayImport unsaved={isChanged} />}
      />
      <Told hours={inOrder(hours)} isDraft={isChanged} />
      <div className="sticky bottom-0 z-10 -mx-1 flex flex-col gap-2 border-t border-line bg-bg px-1 py-3">
        <ActNotice acts={[save]} />
        {isOvertaken && (
          <p role="alert" className="text-sm text-danger">
            Somebody else has changed the hours meanwhile. Saving puts yours in their place.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            busy={save.busy}
            disabled={!isChanged}
            onClick={() => void save.run()}
          >
            Save the hours
          </Button>
          {isChanged && (
            <Button look="quiet" onClick={() => drop()}>
              Undo all changes
            </Button>
          )}
          <span className="text-[0.8125rem] text-soft">
            {isChanged ? "Changed, and not saved yet." : "Nothing is changed."}
          </span>
        </div>
      </div>
    </div>
  );
}
