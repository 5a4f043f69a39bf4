/** The chat in the frame: nothing but a look for unread answers until it is opened; then it stays as it is. */
import { useQuery } from "convex/react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "../api";
import { ErrorBoundary, SessionBoundary, useSession } from "../auth";
import { Chat } from "../chat/ChatPage";
import { Announcer } from "../ui/announce";
import { errorPage } from "../ui/ErrorPage";
import { useVisibleHeight } from "../ui/useVisibleHeight";
import type { Frame } from "./frame";

export function FramedChat({ frame }: { frame: Frame }) {
  useVisibleHeight();
  const open = useSyncExternalStore(frame.subscribe, frame.isOpen);
  const [wasOpened, setWasOpened] = useState(open);
  if (open && !wasOpened) setWasOpened(true);
  useFocus(open);
  useEscape(frame.close);
  return (
    <ErrorBoundary fallback={errorPage}>
      <Announcer>
        {!open && (
          <SessionBoundary fallback={() => null}>
            <Unread onChange={frame.setUnread} />
          </SessionBoundary>
        )}
        {wasOpened && <Chat onClose={frame.close} />}
      </Announcer>
    </ErrorBoundary>
  );
}

/** The latest conversations: answers to older ones are rare, and in the chat's own list. */
const LATEST = { paginationOpts: { numItems: 3, cursor: null } };

function Unread({ onChange }: { onChange: (unread: number) => void }) {
  const { sessionId } = useSession();
  const latest = useQuery(api.conversations.getUserConversations, sessionId ? LATEST : "skip");
  const unread = latest?.page.reduce((sum, one) => sum + one.unread, 0);
  useEffect(() => {
    if (unread !== undefined) onChange(unread);
    return () => onChange(0);
  }, [unread, onChange]);
  return null;
}

/** Where one goes on writing, with every opening; not on phones, where it would open the keyboard over the page. */
function useFocus(open: boolean): void {
  useEffect(() => {
    if (!open || !window.matchMedia("(pointer: fine)").matches) return;
    document.querySelector<HTMLElement>("[data-testid=composer] textarea")?.focus();
  }, [open]);
}

/** What Escape closes otherwise, a dialog or a menu, comes first. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = ({ key, defaultPrevented }: KeyboardEvent) => {
      const covered = document.querySelector("dialog[open], :popover-open, [role=menu]") !== null;
      if (key === "Escape" && !defaultPrevented && !covered) close();
    };
    // Before what it closes has gone.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [close]);
}
