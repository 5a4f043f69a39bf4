/** The technicians' desk: lists on the left, the conversation on the right; one at a time on a phone. */
import {
  ChartNoAxesColumn,
  LogOut,
  MonitorSmartphone,
  Moon,
  MousePointerClick,
  Smartphone,
  Sun,
} from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useParams } from "wouter";
import { DevicesDialog } from "../account/DevicesDialog";
import { PhoneDialog } from "../account/PhoneDialog";
import type { ConversationId } from "../api";
import { ErrorBoundary, isSessionOver, useSession } from "../auth";
import { SHOP_NAME } from "../config";
import { IconButton } from "../ui/controls";
import { Logo } from "../ui/Logo";
import { useTheme } from "../ui/theme";
import { Availability } from "./Availability";
import { ConversationList, type View } from "./ConversationList";
import { DeskActsContext } from "./useDeskConversation";
import { DeskGate } from "./DeskGate";
import { DeskPane } from "./DeskPane";
import { useAssigned } from "./useAssigned";
import { useShift } from "./useShift";

export default function DeskPage() {
  const { conversationId } = useParams<{ conversationId?: string }>();
  return (
    <DeskGate>
      <Desk current={(conversationId as ConversationId | undefined) ?? null} />
    </DeskGate>
  );
}

function Desk({ current }: { current: ConversationId | null }) {
  const [view, setView] = useState<View>("waiting");
  // What was claimed or given leaves the waiting list: follow it, so that it stays in sight.
  const { mine, taking } = useAssigned(() => {
    if (current === null) setView("mine");
  });
  const acts = useMemo(() => ({ onClaiming: taking, onClaimed: () => setView("mine") }), [taking]);
  const shift = useShift();
  return (
    <DeskActsContext value={acts}>
      <div className="flex h-page">
        <nav
          aria-label="Desk"
          className={`min-h-0 w-full flex-col border-r border-line lg:flex lg:w-[22rem] lg:shrink-0 ${current === null ? "flex" : "hidden"}`}
        >
          <DeskHeader />
          <Availability shift={shift} />
          <ConversationList current={current} mine={mine} view={view} setView={setView} />
        </nav>
        <main
          className={`min-h-0 min-w-0 flex-1 flex-col lg:flex ${current === null ? "hidden" : "flex"}`}
        >
          {current === null ? (
            <NothingOpen />
          ) : (
            <ErrorBoundary key={current} fallback={(error) => <Unavailable error={error} />}>
              <DeskPane conversationId={current} />
            </ErrorBoundary>
          )}
        </main>
      </div>
    </DeskActsContext>
  );
}

function DeskHeader() {
  const { user, auth } = useSession();
  const { theme, toggle } = useTheme();
  const [dialog, setDialog] = useState<"devices" | "phone" | null>(null);
  return (
    <header className="flex items-center gap-2.5 pr-2.5 pl-4 pt-[max(0.9rem,env(safe-area-inset-top))] pb-1">
      <Logo size={34} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate leading-tight font-semibold tracking-tight">{SHOP_NAME}</h1>
        <p className="truncate text-[13px] text-soft">Desk · {user?.name ?? user?.email}</p>
      </div>
      <div className="flex">
        <Link
          href="/insights"
          aria-label="Insights"
          title="Insights"
          className="grid size-8 place-items-center rounded-full text-soft transition-colors hover:bg-sunken hover:text-ink"
        >
          <ChartNoAxesColumn size={17} aria-hidden />
        </Link>
        <IconButton
          label={theme === "dark" ? "Light appearance" : "Dark appearance"}
          small
          onClick={toggle}
        >
          {theme === "dark" ? <Sun size={17} aria-hidden /> : <Moon size={17} aria-hidden />}
        </IconButton>
        <IconButton label="Your phone" small onClick={() => setDialog("phone")}>
          <Smartphone size={17} aria-hidden />
        </IconButton>
        <IconButton label="Your devices" small onClick={() => setDialog("devices")}>
          <MonitorSmartphone size={17} aria-hidden />
        </IconButton>
        <IconButton label="Sign out" small onClick={() => void auth.signOut()}>
          <LogOut size={17} aria-hidden />
        </IconButton>
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
    <div className="grid flex-1 place-items-center p-8">
      <p className="flex max-w-xs flex-col items-center gap-3 text-center text-balance text-soft">
        <MousePointerClick size={26} aria-hidden className="text-faint" />
        Choose a conversation to read along, take over or answer.
      </p>
    </div>
  );
}
