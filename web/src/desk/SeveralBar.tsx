/** What can be done with the conversations that were chosen, and the seconds in which it can be undone. */
import { AlarmClock, CheckCheck, Hand, Undo2, UserRoundPlus, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { PassOnDialog } from "./PassOnDialog";
import { SnoozeDialog } from "./SnoozeDialog";
import { useAct } from "./useKeys";
import type { Several } from "./useSeveral";

const icon = { size: 15, "aria-hidden": true } as const;

export function SeveralBar({ several }: { several: Several }) {
  const { chosen, pending, problem } = several;
  const [opened, setOpened] = useState<"snooze" | "pass" | null>(null);
  const close = () => setOpened(null);
  useAct("undo", pending === null ? null : several.undo);
  return (
    <div className="mx-3 mt-2 flex flex-col gap-2 empty:hidden">
      {pending !== null && (
        <p
          data-testid="undo-bar"
          className="flex items-center gap-2 rounded-xl bg-sunken py-1 pr-1 pl-3 text-[0.8125rem]"
        >
          <span className="min-w-0 flex-1">{pending.words}</span>
          <Button size="small" icon={<Undo2 {...icon} />} onClick={several.undo}>
            Undo
          </Button>
        </p>
      )}
      {chosen.size > 0 && (
        <div
          role="group"
          aria-label="With those chosen"
          data-testid="several-bar"
          className="flex flex-wrap items-center gap-1.5 rounded-xl bg-accent-wash py-1 pr-1 pl-3 text-[0.8125rem]"
        >
          <span className="w-full pt-1">{chosen.size} chosen</span>
          <Button size="small" icon={<Hand {...icon} />} onClick={several.claim}>
            Claim
          </Button>
          <Button size="small" icon={<AlarmClock {...icon} />} onClick={() => setOpened("snooze")}>
            Set aside…
          </Button>
          <Button size="small" icon={<UserRoundPlus {...icon} />} onClick={() => setOpened("pass")}>
            Pass on…
          </Button>
          <Button size="small" icon={<CheckCheck {...icon} />} onClick={several.resolve}>
            Resolve
          </Button>
          <IconButton label="Choose none" small onClick={several.clear}>
            <X {...icon} />
          </IconButton>
        </div>
      )}
      <ProblemNotice problem={problem} />
      {opened === "pass" && (
        <PassOnDialog
          desk={{
            conversation: undefined,
            holder: null,
            toQueue: null,
            assign: (userId, note, name) => {
              several.assign({ userId, note, name });
              return Promise.resolve();
            },
          }}
          onClose={close}
        />
      )}
      {opened === "snooze" && (
        <SnoozeDialog
          desk={{
            snooze: (until) => {
              several.snooze(until);
              return Promise.resolve();
            },
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
