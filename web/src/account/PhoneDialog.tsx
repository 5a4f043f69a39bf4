/** The number of an account: confirming one, another one, none; and, for staff, alerts by text. */
import { Smartphone } from "lucide-react";
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import type { FunctionReturnType } from "convex/server";
import { api } from "../api";
import { SessionBoundary, useSession } from "../auth";
import { Button, Spinner } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { formatPhone } from "../ui/phone";
import { useTask } from "../ui/useTask";
import { Recently } from "./Recently";
import { VerifyPhone } from "./VerifyPhone";

type Me = FunctionReturnType<typeof api.users.me>;

export function PhoneDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Your phone" testId="phone-dialog">
      {/* A code makes another session: what it proves is asked for again, as that one. */}
      <SessionBoundary fallback={() => null}>
        <Phone />
      </SessionBoundary>
    </Dialog>
  );
}

function Phone() {
  const { sessionId } = useSession();
  const me = useQuery(api.users.me, sessionId === null ? "skip" : {});
  const [changing, setChanging] = useState(false);
  if (me === undefined) {
    return (
      <p role="status" className="flex items-center gap-3 text-sm text-soft">
        <Spinner /> Looking up your number
      </p>
    );
  }
  if (me.phoneVerified && me.phone !== undefined && !changing) {
    return <Confirmed me={me} phone={me.phone} onChange={() => setChanging(true)} />;
  }
  return (
    <Recently>
      <VerifyPhone
        hint={
          me.role === "customer"
            ? "With a confirmed number you can sign in by text, and what you text us is in your conversations."
            : "With a confirmed number you can sign in by text, and have alerts that can't wait on your phone."
        }
        onDone={() => setChanging(false)}
      />
    </Recently>
  );
}

function Confirmed({ me, phone, onChange }: { me: Me; phone: string; onChange: () => void }) {
  const removePhone = useMutation(api.users.removePhone);
  const [removing, setRemoving] = useState(false);
  const remove = useTask(async () => await removePhone({}));
  if (removing) {
    return (
      <Recently>
        <div className="flex flex-col gap-4">
          <p className="text-[0.9375rem] leading-relaxed text-soft">
            Nothing is texted to {formatPhone(phone)} any more, and it no longer opens your account.
          </p>
          <ProblemNotice problem={remove.problem} onRetry={() => void remove.run()} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setRemoving(false)}>Keep it</Button>
            <Button look="destroy" busy={remove.busy} onClick={() => void remove.run()}>
              Remove the number
            </Button>
          </div>
        </div>
      </Recently>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <span className="grid size-10 shrink-0 place-items-center rounded-full bg-sunken text-soft">
          <Smartphone size={18} aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <p className="text-[0.9375rem] font-medium tabular-nums">{formatPhone(phone)}</p>
          <p className="text-[0.8125rem] text-soft">
            {me.smsConsent === "revoked"
              ? "Opted out of our texts. Text START to us to undo it."
              : "Confirmed"}
          </p>
        </div>
      </div>
      {me.role !== "customer" && <AlertsByText me={me} />}
      <div className="-mx-3 flex flex-wrap gap-1">
        <Button look="quiet" size="small" onClick={onChange}>
          Use another number
        </Button>
        {me.emailVerified && (
          <Button look="danger" size="small" onClick={() => setRemoving(true)}>
            Remove it
          </Button>
        )}
      </div>
    </div>
  );
}

function AlertsByText({ me }: { me: Me }) {
  const update = useMutation(api.users.updateUser);
  const task = useTask(async (alertsByText: boolean) => await update({ alertsByText }));
  const on = me.alertsByText === true;
  return (
    <div className="flex flex-col gap-2">
      <label className="flex items-start gap-3 text-[0.9375rem]">
        <input
          type="checkbox"
          checked={on}
          disabled={task.busy}
          aria-describedby="alerts-hint"
          onChange={() => void task.run(!on)}
          className="mt-1 size-4 accent-accent"
        />
        <span>
          Text me alerts that can't wait
          <span id="alerts-hint" className="block text-[0.8125rem] text-soft">
            Something urgent, or somebody whom nobody has taken in time; one in ten minutes at most.
            E-mails come as before.
          </span>
        </span>
      </label>
      <ProblemNotice problem={task.problem} />
    </div>
  );
}
