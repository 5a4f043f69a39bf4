/** What may be done with the conversation now: the acts of every day as buttons, the others in a menu. */
import {
  AlarmClock,
  CalendarCheck,
  CheckCheck,
  CornerUpLeft,
  Ellipsis,
  Hand,
  NotebookPen,
  RotateCcw,
  Sunrise,
  UserRoundPlus,
} from "lucide-react";
import { useState } from "react";
import type { StaffConversation } from "../api";
import { Button } from "../ui/controls";
import { Menu, type MenuItem } from "../ui/Menu";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { PassOnDialog } from "./PassOnDialog";
import { PromiseDialog } from "./PromiseDialog";
import { ResolveDialog } from "./ResolveDialog";
import { SnoozeDialog } from "./SnoozeDialog";
import type { DeskConversation } from "./useDeskConversation";

const DIALOGS = {
  pass: PassOnDialog,
  snooze: SnoozeDialog,
  promise: PromiseDialog,
  resolve: ResolveDialog,
} as const;
type Opened = keyof typeof DIALOGS;

const icon = { size: 15, "aria-hidden": true } as const;

export function PaneActs({
  desk,
  conversation,
}: {
  desk: DeskConversation;
  conversation: StaffConversation;
}) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const act = useTask((work: () => Promise<unknown>) => work());
  const Opened = opened === null ? null : DIALOGS[opened];
  const resolved = conversation.status === "resolved";
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {resolved ? (
          <Button
            size="small"
            busy={act.busy}
            icon={<RotateCcw {...icon} />}
            onClick={() => void act.run(desk.reopen)}
          >
            Reopen
          </Button>
        ) : (
          <>
            <Ownership desk={desk} busy={act.busy} run={(work) => void act.run(work)} />
            <Button
              size="small"
              busy={act.busy}
              icon={<CheckCheck {...icon} />}
              data-testid="resolve"
              onClick={() =>
                conversation.promises ? setOpened("resolve") : void act.run(() => desk.resolve())
              }
            >
              Resolve
            </Button>
            <Menu
              label="More"
              icon={<Ellipsis {...icon} />}
              items={moreActs(desk, conversation, setOpened, (work) => void act.run(work))}
            />
          </>
        )}
      </div>
      {act.problem !== null && (
        <div className="w-full">
          <ProblemNotice problem={act.problem} />
        </div>
      )}
      {Opened !== null && !resolved && <Opened desk={desk} onClose={() => setOpened(null)} />}
    </>
  );
}

type Run = (work: () => Promise<unknown>) => void;

function Ownership({ desk, busy, run }: { desk: DeskConversation; busy: boolean; run: Run }) {
  const { holder } = desk;
  if (holder === "me") {
    return (
      <Button
        size="small"
        busy={busy}
        icon={<CornerUpLeft {...icon} />}
        data-testid="release"
        aria-label="Give back to the assistant"
        onClick={() => run(desk.release)}
      >
        <span className="max-sm:hidden">Give back to the assistant</span>
        <span className="sm:hidden">Give back</span>
      </Button>
    );
  }
  return (
    <Button
      look={holder === "colleague" ? "outline" : "primary"}
      size="small"
      busy={busy}
      icon={<Hand {...icon} />}
      data-testid="claim"
      onClick={() => run(desk.claim)}
    >
      {holder === "queue" ? "Claim" : "Take over"}
    </Button>
  );
}

function moreActs(
  desk: DeskConversation,
  { status, timers }: StaffConversation,
  open: (dialog: Opened) => void,
  run: Run,
): MenuItem[] {
  const snooze = timers?.snooze;
  return [
    { label: "Pass on…", icon: <UserRoundPlus {...icon} />, onSelect: () => open("pass") },
    status === "snoozed" && snooze !== undefined
      ? {
          label: "Bring back now",
          icon: <Sunrise {...icon} />,
          onSelect: () => run(() => desk.cancelProcess(snooze)),
        }
      : { label: "Set aside…", icon: <AlarmClock {...icon} />, onSelect: () => open("snooze") },
    {
      label: "Promise something…",
      icon: <CalendarCheck {...icon} />,
      onSelect: () => open("promise"),
    },
    {
      label: "Resolve with a summary…",
      icon: <NotebookPen {...icon} />,
      onSelect: () => open("resolve"),
    },
  ];
}
