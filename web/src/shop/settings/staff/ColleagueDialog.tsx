/** One colleague: role, what they take on, leave, and keeping them out. */
import { useMutation } from "convex/react";
import { useState, type FormEvent, type ReactNode } from "react";
import { api } from "../../../api";
import { Select } from "../../../desk/Labels";
import { TimeField } from "../../../desk/TimeField";
import { WorkFields, type Work } from "../../../desk/WorkFields";
import { Button } from "../../../ui/controls";
import { Dialog } from "../../../ui/Dialog";
import { fullTime } from "../../../ui/time";
import { ActNotice, useAct, type Act } from "../act";
import { nameOf, type Colleague } from "./colleague";

type Props = { colleague: Colleague; onShift: boolean; now: number; onClose: () => void };

export function ColleagueDialog({ colleague, onShift, now, onClose }: Props) {
  return (
    <Dialog open onClose={onClose} title={nameOf(colleague)} testId="colleague-dialog">
      <div className="flex flex-col gap-6">
        <RoleForm colleague={colleague} />
        <WorkForm colleague={colleague} />
        <Leave colleague={colleague} now={now} />
        <Access colleague={colleague} onShift={onShift} />
      </div>
    </Dialog>
  );
}

function Part({ title, acts, children }: { title: string; acts: Act[]; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 border-t border-line pt-4 first:border-0 first:pt-0">
      <h3 className="text-sm font-semibold">{title}</h3>
      {children}
      <ActNotice acts={acts} />
    </section>
  );
}

const submits = (run: () => Promise<unknown>) => (event: FormEvent) => {
  event.preventDefault();
  void run();
};

const ROLES = {
  technician: "Technician: the desk and the numbers",
  admin: "Admin: everything",
  customer: "None: a customer again",
} as const;
type Role = keyof typeof ROLES;

function RoleForm({ colleague }: { colleague: Colleague }) {
  const [role, setRole] = useState<Role>(colleague.role);
  const set = useMutation(api.users.setRole);
  const act = useAct(async () => {
    await set({ userId: colleague._id, role });
    return `Their role: ${ROLES[role]}.`;
  });
  return (
    <Part title="Role" acts={[act]}>
      <form className="flex flex-col gap-3" onSubmit={submits(act.run)}>
        <Select
          id="colleague-role"
          label="What they may do"
          value={role}
          onChange={(chosen) => setRole(chosen as Role)}
        >
          {Object.entries(ROLES).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
        <div>
          <Button type="submit" size="small" busy={act.busy} disabled={role === colleague.role}>
            Save the role
          </Button>
        </div>
      </form>
    </Part>
  );
}

function WorkForm({ colleague: { _id: userId, skills, capacity } }: { colleague: Colleague }) {
  const [work, setWork] = useState<Work>({ skills, capacity: String(capacity) });
  const set = useMutation(api.staff.setWork);
  const act = useAct(async () => {
    await set({ userId, skills: work.skills, capacity: Number(work.capacity) });
    return "Saved: it holds from the next customer on.";
  });
  return (
    <Part title="What they take on" acts={[act]}>
      <form className="flex flex-col gap-4" onSubmit={submits(act.run)}>
        <WorkFields
          id="colleague"
          work={work}
          onChange={setWork}
          hint="Given to them on a shift; they may claim more, and change both themselves."
        />
        <div>
          <Button type="submit" size="small" busy={act.busy}>
            Save what they take on
          </Button>
        </div>
      </form>
    </Part>
  );
}

function Leave({ colleague, now }: { colleague: Colleague; now: number }) {
  const { _id: userId, awayUntil } = colleague;
  const [until, setUntil] = useState("");
  const set = useMutation(api.staff.setAway);
  const away = awayUntil !== undefined && awayUntil > now;
  const go = useAct(async () => {
    const at = new Date(until).getTime();
    await set({ userId, until: at });
    setUntil("");
    return `On leave until ${fullTime(at)}. What they had open is in the queue.`;
  });
  const back = useAct(async () => {
    await set({ userId, until: null });
    return "They are back.";
  });
  return (
    <Part title="Leave" acts={[go, back]}>
      <p className="text-[0.8125rem] text-soft">
        {away
          ? `On leave until ${fullTime(awayUntil)}, or until they begin a shift.`
          : "Nothing is given to them and no alert goes to them; what they have open goes to the others."}
      </p>
      <form className="flex flex-col gap-3" onSubmit={submits(go.run)}>
        <TimeField id="colleague-away" label="Away until" value={until} onChange={setUntil} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" size="small" busy={go.busy}>
            {away ? "Change the leave" : "Send on leave"}
          </Button>
          {away && (
            <Button size="small" busy={back.busy} onClick={() => void back.run()}>
              They are back
            </Button>
          )}
        </div>
      </form>
    </Part>
  );
}

function Access({ colleague, onShift }: { colleague: Colleague; onShift: boolean }) {
  const { _id: userId, blockedAt, email, role } = colleague;
  const endSessions = useMutation(api.staff.endSessions);
  const endShift = useMutation(api.users.endShift);
  const setBlocked = useMutation(api.users.setBlocked);
  const invite = useMutation(api.staff.invite);
  const isBlocked = blockedAt !== undefined;
  const signOut = useAct(async () => {
    const { ended } = await endSessions({ userId });
    return ended === 1 ? "Signed out on 1 device." : `Signed out on ${ended} devices.`;
  });
  const stop = useAct(async () => {
    await endShift({ userId });
    return "Their shift has ended.";
  });
  const block = useAct(async () => {
    await setBlocked({ userId, blocked: !isBlocked });
    return isBlocked ? "They can sign in again." : "They are out, and no code lets them in.";
  });
  const mail = useAct(async () => {
    if (email !== undefined && role !== "customer") await invite({ email, role });
    return "The invitation is mailed again.";
  });
  return (
    <Part title="Access" acts={[signOut, stop, block, mail]}>
      <div className="flex flex-wrap gap-2">
        {!colleague.emailVerified && email !== undefined && !isBlocked && (
          <Button size="small" busy={mail.busy} onClick={() => void mail.run()}>
            Mail the invitation again
          </Button>
        )}
        {onShift && (
          <Button size="small" busy={stop.busy} onClick={() => void stop.run()}>
            End their shift
          </Button>
        )}
        <Button size="small" busy={signOut.busy} onClick={() => void signOut.run()}>
          Sign out everywhere
        </Button>
        <Button
          size="small"
          look={isBlocked ? "outline" : "destroy"}
          busy={block.busy}
          onClick={() => void block.run()}
        >
          {isBlocked ? "Unblock" : "Block"}
        </Button>
      </div>
    </Part>
  );
}
