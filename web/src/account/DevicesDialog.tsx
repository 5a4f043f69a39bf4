/** Where somebody is signed in, and signing out there: a lost phone, a borrowed computer. */
import { Monitor, Smartphone } from "lucide-react";
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { api } from "../api";
import { useSession } from "../auth";
import { Button, Spinner } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { listTimeInside } from "../ui/time";
import { useTask } from "../ui/useTask";

type Device = FunctionReturnType<typeof api.auth.listSessions>[number];

export function DevicesDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Your devices" testId="devices-dialog">
      <Devices />
    </Dialog>
  );
}

function Devices() {
  const { sessionId } = useSession();
  const sessions = useQuery(api.auth.listSessions, sessionId === null ? "skip" : {});
  const revokeOthers = useMutation(api.auth.revokeOtherSessions);
  const endOthers = useTask(async () => await revokeOthers({}));
  if (sessions === undefined) {
    return (
      <p role="status" className="flex items-center gap-3 text-sm text-soft">
        <Spinner /> Looking up your devices
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-[0.9375rem] leading-relaxed text-soft">
        You are signed in here. Sign out where you don't recognize a device: it is out at once.
      </p>
      <ul className="flex flex-col" aria-live="polite" aria-relevant="removals">
        {inOrder(sessions).map((device) => (
          <DeviceRow key={device.sessionId} device={device} />
        ))}
      </ul>
      <ProblemNotice problem={endOthers.problem} onRetry={() => void endOthers.run()} />
      {sessions.length > 1 && (
        <Button wide busy={endOthers.busy} onClick={() => void endOthers.run()}>
          Sign out everywhere else
        </Button>
      )}
    </div>
  );
}

/** This one first, then as they were used. */
const inOrder = (sessions: Device[]): Device[] =>
  sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastRefreshedAt - a.lastRefreshedAt,
  );

const HANDHELD = /iPhone|iPad|Android/;

function DeviceRow({ device }: { device: Device }) {
  const revoke = useMutation(api.auth.revokeSession);
  const end = useTask(async () => await revoke({ sessionId: device.sessionId }));
  const name = device.device ?? "Unknown device";
  const Icon = HANDHELD.test(name) ? Smartphone : Monitor;
  return (
    <li className="border-b border-line py-3 last:border-b-0" data-testid="device">
      <div className="flex items-center gap-3">
        <span className="grid size-10 shrink-0 place-items-center rounded-full bg-sunken text-soft">
          <Icon size={18} aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <p className="truncate text-[0.9375rem] font-medium">{name}</p>
          <p className="text-[0.8125rem] text-soft">
            {device.current ? "This device" : `Last used ${listTimeInside(device.lastRefreshedAt)}`}
          </p>
          <p className="text-[0.8125rem] text-faint">
            Signed in {listTimeInside(device.createdAt)}
          </p>
        </div>
        {!device.current && (
          <Button
            look="danger"
            size="small"
            busy={end.busy}
            aria-label={`Sign out ${name}`}
            onClick={() => void end.run()}
          >
            Sign out
          </Button>
        )}
      </div>
      <ProblemNotice problem={end.problem} onRetry={() => void end.run()} />
    </li>
  );
}
