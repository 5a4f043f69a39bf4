/** Who works here: invited by mail, and what each may do and takes on. */
import { useQuery } from "convex/react";
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { api } from "../../../api";
import { Tag } from "../../../desk/Tag";
import { SKILL_WORDS } from "../../../desk/words";
import { IconButton } from "../../../ui/controls";
import { useNow } from "../../../ui/useNow";
import { fullTime } from "../../../ui/time";
import { nameOf, type Colleague } from "./colleague";
import { ColleagueDialog } from "./ColleagueDialog";
import { Invite } from "./Invite";

const MINUTE = 60_000;

export default function StaffPage() {
  const staff = useQuery(api.staff.list);
  const onDuty = useQuery(api.users.onDuty);
  const now = useNow(MINUTE);
  /** Who is no colleague any more is shown as they were, until the dialog is closed. */
  const [open, setOpen] = useState<Colleague | null>(null);
  const chosen = staff?.find(({ _id }) => _id === open?._id) ?? open;
  if (staff === undefined) return <div className="h-40" aria-busy="true" />;
  return (
    <div className="flex flex-col gap-6">
      <Invite />
      <ul aria-label="Staff" className="flex flex-col">
        {staff.map((one) => {
          const shift = onDuty?.find(({ userId }) => userId === one._id);
          return (
            <li
              key={one._id}
              className="flex items-start gap-3 border-b border-line py-3 last:border-0"
            >
              <div className="flex min-w-0 flex-1 flex-col gap-1">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
                  <span className="font-medium [overflow-wrap:anywhere]">{nameOf(one)}</span>
                  <Tag look="border border-line-strong text-soft">
                    {one.role === "admin" ? "Admin" : "Technician"}
                  </Tag>
                  <State colleague={one} onShift={shift !== undefined} now={now} />
                </p>
                <p className="text-[0.8125rem] text-soft [overflow-wrap:anywhere]">
                  {[
                    one.name !== undefined && one.email,
                    one.skills.length > 0
                      ? one.skills.map((skill) => SKILL_WORDS[skill]).join(", ")
                      : "All subjects",
                    shift === undefined
                      ? `up to ${one.capacity} conversations`
                      : `${shift.load} of ${one.capacity} conversations`,
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              </div>
              <IconButton label={`Change ${nameOf(one)}`} small onClick={() => setOpen(one)}>
                <SlidersHorizontal size={16} aria-hidden />
              </IconButton>
            </li>
          );
        })}
      </ul>
      {chosen !== null && (
        <ColleagueDialog
          key={chosen._id}
          colleague={chosen}
          onShift={onDuty?.some(({ userId }) => userId === chosen._id) === true}
          now={now}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

/** The one thing that matters most about them now. */
function State({
  colleague: { blockedAt, awayUntil, emailVerified },
  onShift,
  now,
}: {
  colleague: Colleague;
  onShift: boolean;
  now: number;
}) {
  if (blockedAt !== undefined) return <Tag look="bg-danger-wash text-danger">Blocked</Tag>;
  if (awayUntil !== undefined && awayUntil > now) {
    return <Tag look="bg-note text-on-note">On leave until {fullTime(awayUntil)}</Tag>;
  }
  if (onShift) return <Tag look="bg-accent-wash text-accent">On a shift</Tag>;
  if (!emailVerified) return <Tag look="bg-sunken text-soft">Has not signed in yet</Tag>;
  return null;
}
