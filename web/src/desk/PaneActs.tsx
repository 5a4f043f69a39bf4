/** What may be done with the conversation now: the acts of every day as buttons, the others in a menu. */
import {
  AlarmClock,
  CalendarCheck,
  CheckCheck,
  CornerUpLeft,
  Ellipsis,
  Hand,
  MailOpen,
  NotebookPen,
  RotateCcw,
  Siren,
  Sunrise,
  Tag as TagIcon,
  UserRoundPlus,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { StaffConversation } from "../api";
import { Button } from "../ui/controls";
import { Menu, type MenuItem } from "../ui/Menu";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { LabelsDialog } from "./Labels";
import { PassOnDialog } from "./PassOnDialog";
import { PromiseDialog } from "./PromiseDialog";
import { ResolveDialog } from "./ResolveDialog";
import { SnoozeDialog } from "./SnoozeDialog";
import { TakeOverDialog } from "./TakeOverDialog";
import type { DeskConversation } from "./useDeskConversation";
import { useAct } from "./useKeys";

const DIALOGS = {
  pass: PassOnDialog,
  snooze: SnoozeDialog,
  promise: PromiseDialog,
  resolve: ResolveDialog,
  takeOver: TakeOverDialog,
  labels: LabelsDialog,
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
  const [acting, setActing] = useState<Act | null>(null);
  const task = useTask((work: () => Promise<unknown>) => work());
  const Opened = opened === null ? null : DIALOGS[opened];
  const resolved = conversation.status === "resolved";
  const resolve = useResolve(desk, resolved);
  const run: Run = (act, work) => {
    setActing(act);
    void task.run(work);
  };
  const busy = task.busy ? acting : null;
  const startResolving = () =>
    conversation.promises ? setOpened("resolve") : run("resolve", () => resolve());
  const startClaiming = () =>
    desk.holder === "colleague" ? setOpened("takeOver") : run("claim", desk.claim);
  const [, navigate] = useLocation();
  const markUnread = () => {
    // First away from it: who has it open reads it.
    navigate("/desk");
    run("unread", desk.markUnread);
  };
  useAct("unread", resolved ? null : markUnread);
  useAct("resolve", resolved ? null : startResolving);
  useAct("claim", resolved || desk.holder === "me" ? null : startClaiming);
  useAct("release", !resolved && desk.holder === "me" ? () => run("release", desk.release) : null);
  useAct("pass", resolved ? null : () => setOpened("pass"));
  useAct("snooze", resolved ? null : () => setOpened("snooze"));
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {resolved ? (
          <Button
            size="small"
            busy={busy === "reopen"}
            icon={<RotateCcw {...icon} />}
            onClick={() => run("reopen", desk.reopen)}
          >
            Reopen
          </Button>
        ) : (
          <>
            <Ownership desk={desk} busy={busy} run={run} claim={startClaiming} />
            <Button
              size="small"
              busy={busy === "resolve"}
              icon={<CheckCheck {...icon} />}
              data-testid="resolve"
              onClick={startResolving}
            >
              Resolve
            </Button>
            <Menu
              label="More"
              icon={<Ellipsis {...icon} />}
              items={[
                ...moreActs(desk, conversation, setOpened, run),
                {
                  label: "Mark as unread",
                  icon: <MailOpen {...icon} />,
                  onSelect: markUnread,
                },
              ]}
            />
          </>
        )}
      </div>
      {task.problem !== null && (
        <div className="w-full">
          <ProblemNotice problem={task.problem} />
        </div>
      )}
      {Opened !== null && !resolved && (
        <Opened desk={{ ...desk, resolve }} onClose={() => setOpened(null)} />
      )}
    </>
  );
}

type Act = "unread" | "reopen" | "urgency" | "resolve" | "release" | "claim" | "wake";
type Run = (act: Act, work: () => Promise<unknown>) => void;

/** Resolves; then the focus goes to where one goes on, for the button that had it is gone. */
function useResolve(desk: DeskConversation, resolved: boolean): DeskConversation["resolve"] {
  const own = useRef(false);
  useEffect(() => {
    if (!resolved || !own.current) return;
    own.current = false;
    (
      document.getElementById("next-conversation") ?? document.getElementById("pane-heading")
    )?.focus();
  }, [resolved]);
  return async (ending) => {
    own.current = true;
    try {
      return await desk.resolve(ending);
    } catch (error) {
      own.current = false;
      throw error;
    }
  };
}

function Ownership({
  desk,
  busy,
  run,
  claim,
}: {
  desk: DeskConversation;
  busy: Act | null;
  run: Run;
  claim: () => void;
}) {
  const { holder } = desk;
  if (holder === "me") {
    return (
      <Button
        size="small"
        busy={busy === "release"}
        icon={<CornerUpLeft {...icon} />}
        data-testid="release"
        aria-label="Give back to the assistant"
        onClick={() => run("release", desk.release)}
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
      busy={busy === "claim"}
      icon={<Hand {...icon} />}
      data-testid="claim"
      onClick={claim}
    >
      {holder === "queue" ? "Claim" : "Take over"}
    </Button>
  );
}

function moreActs(
  desk: DeskConversation,
  { status, timers, urgent }: StaffConversation,
  open: (dialog: Opened) => void,
  run: Run,
): MenuItem[] {
  const snooze = timers?.snooze;
  return [
    { label: "Labels…", icon: <TagIcon {...icon} />, onSelect: () => open("labels") },
    {
      label: urgent ? "Not urgent" : "Mark urgent",
      icon: <Siren {...icon} />,
      onSelect: () => run("urgency", () => desk.setUrgent(!urgent)),
    },
    { label: "Pass on…", icon: <UserRoundPlus {...icon} />, onSelect: () => open("pass") },
    status === "snoozed" && snooze !== undefined
      ? {
          label: "Bring back now",
          icon: <Sunrise {...icon} />,
          onSelect: () => run("wake", () => desk.cancelProcess(snooze)),
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
