/** The technicians' desk: lists on the left, the conversation on the right; one at a time on a phone. */
import {
  ChartNoAxesColumn,
  CircleUser,
  LogOut,
  MonitorSmartphone,
  Moon,
  MousePointerClick,
  Smartphone,
  Sun,
  X,
} from "lucide-react";
import { useQuery } from "convex/react";
import { useMemo, useState } from "react";
import { Link, useParams } from "wouter";
import { DevicesDialog } from "../account/DevicesDialog";
import { PhoneDialog } from "../account/PhoneDialog";
import type { ConversationId } from "../api";
import { ErrorBoundary, isSessionOver, useSession } from "../auth";
import { IconButton } from "../ui/controls";
import { Logo } from "../ui/Logo";
import { Menu } from "../ui/Menu";
import { useTheme } from "../ui/theme";
import { useShopName } from "../ui/useShopName";
import { Availability } from "./Availability";
import { ConversationList } from "./ConversationList";
import { DeskActsContext } from "./useDeskConversation";
import { DeskActs, KeysButton } from "./DeskActs";
import { DeskGate } from "./DeskGate";
import { DeskPane } from "./DeskPane";
import { FirstDay } from "./FirstDay";
import { countNew, Mentions, useMarkSeen } from "./Mentions";
import { deskQueries, type View } from "./subscriptions";
import { useAlerts } from "./useAlerts";
import { useAssigned } from "./useAssigned";
import type { Listed } from "./useList";
import { DeskKeys } from "./useKeys";
import { useShift } from "./useShift";

export default function DeskPage() {
  const { conversationId } = useParams<{ conversationId?: string }>();
  return (
    <DeskGate>
      <DeskKeys>
        <Desk current={(conversationId as ConversationId | undefined) ?? null} />
      </DeskKeys>
    </DeskGate>
  );
}

function Desk({ current }: { current: ConversationId | null }) {
  const { user } = useSession();
  const [view, setView] = useState<View>("waiting");
  const { query, args } = deskQueries.list("waiting");
  const waiting = useQuery(query, args);
  // What was claimed or given leaves the waiting list: follow it, so that it stays in sight.
  const { mine, taking, lost, dismissLost } = useAssigned(() => {
    if (current === null) setView("mine");
  });
  const mentions = useQuery(deskQueries.mentions.query, deskQueries.mentions.args);
  useMarkSeen(mentions, current);
  const alerts = useAlerts({ waiting, mine, mentions }, current);
  const next = nextOf(current, mine, waiting);
  const acts = useMemo(
    () => ({ onClaiming: taking, onClaimed: () => setView("mine"), next }),
    [taking, next],
  );
  const shift = useShift();
  return (
    <DeskActsContext value={acts}>
      <DeskActs next={next} setView={setView} />
      <main className="flex h-page">
        <nav
          aria-label="Desk"
          className={`min-h-0 w-full flex-col border-r border-line lg:flex lg:w-[23rem] lg:shrink-0 ${current === null ? "flex" : "hidden"}`}
        >
          <DeskHeader />
          <Availability shift={shift} alerts={alerts} />
          {lost !== null && <LostNotice words={lost} onDismiss={dismissLost} />}
          {user?.role === "admin" && <FirstDay isIdle={current === null} />}
          <Mentions mentions={mentions} />
          <ConversationList
            mentioned={countNew(mentions)}
            current={current}
            mine={mine}
            waiting={waiting}
            view={view}
            setView={setView}
          />
        </nav>
        <div
          className={`min-h-0 min-w-0 flex-1 flex-col lg:flex ${current === null ? "hidden" : "flex"}`}
        >
          {current !== null && <h1 className="sr-only lg:hidden">Desk</h1>}
          {current === null ? (
            <NothingOpen />
          ) : (
            <ErrorBoundary key={current} fallback={(error) => <Unavailable error={error} />}>
              <DeskPane conversationId={current} />
            </ErrorBoundary>
          )}
        </div>
      </main>
    </DeskActsContext>
  );
}

/** What to turn to after this one: a customer of one's own who has written, then who waits first. */
function nextOf(
  current: ConversationId | null,
  mine: Listed[] | undefined,
  waiting: Listed[] | undefined,
): ConversationId | undefined {
  const others = [...(mine ?? []).filter(({ unread = 0 }) => unread > 0), ...(waiting ?? [])];
  return others.find(({ _id }) => _id !== current)?._id;
}

function LostNotice({ words, onDismiss }: { words: string; onDismiss: () => void }) {
  return (
    <p
      data-testid="taken-over"
      className="mx-3 mt-2 flex items-center gap-2 rounded-xl bg-note py-1 pr-1 pl-3 text-[0.8125rem] text-on-note"
    >
      <span className="min-w-0 flex-1">{words}</span>
      <IconButton label="Dismiss" small onClick={onDismiss}>
        <X size={15} aria-hidden />
      </IconButton>
    </p>
  );
}

function DeskHeader() {
  const { user, auth } = useSession();
  const shop = useShopName();
  const { theme, toggle } = useTheme();
  const [dialog, setDialog] = useState<"devices" | "phone" | null>(null);
  return (
    <header className="flex items-center gap-2.5 pr-2.5 pl-4 pt-[max(0.9rem,env(safe-area-inset-top))] pb-1">
      <Logo size={34} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate leading-tight font-semibold tracking-tight">{shop}</h1>
        <p className="truncate text-[0.8125rem] text-soft">Desk · {user?.name ?? user?.email}</p>
      </div>
      <div className="flex items-center gap-1">
        <Link
          href="/insights"
          aria-label="Insights"
          title="Insights"
          className="grid size-8 place-items-center rounded-full text-soft transition-colors hover:bg-sunken hover:text-ink"
        >
          <ChartNoAxesColumn size={17} aria-hidden />
        </Link>
        <Menu
          label="You"
          icon={<CircleUser size={16} aria-hidden />}
          items={[
            {
              label: theme === "dark" ? "Light appearance" : "Dark appearance",
              icon:
                theme === "dark" ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />,
              onSelect: toggle,
            },
            {
              label: "Your phone",
              icon: <Smartphone size={16} aria-hidden />,
              onSelect: () => setDialog("phone"),
            },
            {
              label: "Your devices",
              icon: <MonitorSmartphone size={16} aria-hidden />,
              onSelect: () => setDialog("devices"),
            },
            {
              label: "Sign out",
              icon: <LogOut size={16} aria-hidden />,
              onSelect: () => void auth.signOut(),
            },
          ]}
        />
      </div>
      <DevicesDialog open={dialog === "devices"} onClose={() => setDialog(null)} />
      <PhoneDialog open={dialog === "phone"} onClose={() => setDialog(null)} />
    </header>
  );
}

/** An old link, or a conversation whose customer has deleted the account. */
function Unavailable({ error }: { error: unknown }) {
  // Not this pane's to handle: the session boundary above finds out what is true.
  if (isSessionOver(error)) throw error;
  return (
    <div role="alert" className="grid flex-1 place-items-center p-8 text-center text-soft">
      <p>
        This conversation can't be shown: it may have been deleted.{" "}
        <Link href="/desk" className="text-accent underline underline-offset-4">
          Back to the list
        </Link>
      </p>
    </div>
  );
}

function NothingOpen() {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-4 p-8">
      <p className="flex max-w-xs flex-col items-center gap-3 text-center text-balance text-soft">
        <MousePointerClick size={26} aria-hidden className="text-faint" />
        Choose a conversation to read along, take over or answer.
      </p>
      <KeysButton />
    </div>
  );
}
