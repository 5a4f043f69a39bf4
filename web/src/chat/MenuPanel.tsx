/** Earlier conversations, the account and the theme. It subscribes to the list only while it is open. */
import {
  Download,
  LogOut,
  MonitorSmartphone,
  Moon,
  Plus,
  Smartphone,
  Sun,
  Trash2,
} from "lucide-react";
import { usePaginatedQuery } from "convex/react";
import { api, type ConversationId, type PublicConversation } from "../api";
import { isAccount, useSession } from "../auth";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { formatPhone } from "../ui/phone";
import { useTheme } from "../ui/theme";
import { listTime } from "../ui/time";

const PAGE = 15;

type Props = {
  current: ConversationId | null;
  onClose: () => void;
  onOpen: (conversationId: ConversationId) => void;
  onNew: () => void;
  onSignIn: () => void;
  onByText: () => void;
  onDevices: () => void;
  onPhone: () => void;
  onExport: () => void;
  onDelete: () => void;
};

export function MenuPanel({ open, ...props }: Props & { open: boolean }) {
  return (
    <Dialog open={open} onClose={props.onClose} title="Conversations" shape="side" testId="menu">
      <div className="flex min-h-full flex-col gap-6">
        <Button icon={<Plus size={16} aria-hidden />} wide onClick={props.onNew}>
          New conversation
        </Button>
        {props.current !== null && (
          <Button
            look="quiet"
            size="small"
            icon={<Smartphone size={15} aria-hidden />}
            onClick={props.onByText}
          >
            Continue by text
          </Button>
        )}
        <History {...props} />
        <Account {...props} />
      </div>
    </Dialog>
  );
}

function History({ current, onOpen }: Props) {
  const { sessionId } = useSession();
  const { results, status, loadMore } = usePaginatedQuery(
    api.conversations.getUserConversations,
    sessionId === null ? "skip" : {},
    { initialNumItems: PAGE },
  );
  if (sessionId === null || (status === "Exhausted" && results.length === 0)) {
    return <p className="text-sm text-soft">Your conversations will be listed here.</p>;
  }
  return (
    <nav aria-label="Earlier conversations">
      <ul className="-mx-3 flex flex-col gap-0.5">
        {results.map((conversation) => (
          <HistoryItem
            key={conversation._id}
            conversation={conversation}
            current={conversation._id === current}
            onOpen={onOpen}
          />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button look="quiet" size="small" onClick={() => loadMore(PAGE)}>
          Show more
        </Button>
      )}
    </nav>
  );
}

const OWNER_WORDS = { ai: null, queue: "Waiting", human: "With a technician" } as const;

function HistoryItem({
  conversation,
  current,
  onOpen,
}: {
  conversation: PublicConversation;
  current: boolean;
  onOpen: Props["onOpen"];
}) {
  const words = conversation.status === "resolved" ? "Resolved" : OWNER_WORDS[conversation.owner];
  return (
    <li>
      <button
        type="button"
        aria-current={current || undefined}
        onClick={() => onOpen(conversation._id)}
        className={`w-full rounded-2xl px-3 py-2.5 text-left transition-colors hover:bg-sunken ${current ? "bg-accent-wash" : ""}`}
      >
        <span className="flex items-baseline gap-3">
          <span className="line-clamp-2 min-w-0 flex-1 text-[15px] leading-snug [overflow-wrap:anywhere]">
            {conversation.preview || "Nothing written yet"}
          </span>
          {conversation.unread > 0 && !current && (
            <span
              className="size-2 shrink-0 self-center rounded-full bg-accent"
              aria-label="New answer"
            />
          )}
        </span>
        <span className="mt-0.5 block text-xs text-faint">
          {listTime(conversation.lastMessageAt)}
          {words !== null && ` · ${words}`}
        </span>
      </button>
    </li>
  );
}

function Account({
  onSignIn,
  onDevices,
  onPhone,
  onExport,
  onDelete,
}: Pick<Props, "onSignIn" | "onDevices" | "onPhone" | "onExport" | "onDelete">) {
  const { user, auth, sessionId } = useSession();
  const { theme, toggle } = useTheme();
  return (
    <section aria-label="Account" className="mt-auto flex flex-col gap-3 border-t border-line pt-5">
      {isAccount(user) ? (
        <div className="flex items-center gap-3">
          <div className="min-w-0 flex-1">
            {user.name && <p className="truncate text-[15px] font-medium">{user.name}</p>}
            <p className="truncate text-sm text-soft">
              {user.emailVerified ? user.email : user.phone && formatPhone(user.phone)}
            </p>
          </div>
          <Button
            look="quiet"
            size="small"
            icon={<LogOut size={15} aria-hidden />}
            onClick={() => void auth.signOut()}
          >
            Sign out
          </Button>
        </div>
      ) : (
        <>
          <p className="text-sm leading-relaxed text-soft">
            Sign in to find your conversations on every device. No password needed.
          </p>
          <Button wide onClick={onSignIn}>
            Sign in with e-mail or phone
          </Button>
        </>
      )}
      {sessionId !== null && (
        <div className="-mx-3 flex flex-wrap gap-1">
          {isAccount(user) && (
            <Button
              look="quiet"
              size="small"
              icon={<MonitorSmartphone size={15} aria-hidden />}
              onClick={onDevices}
            >
              Your devices
            </Button>
          )}
          {isAccount(user) && (
            <Button
              look="quiet"
              size="small"
              icon={<Smartphone size={15} aria-hidden />}
              onClick={onPhone}
            >
              Your phone
            </Button>
          )}
          <Button
            look="quiet"
            size="small"
            icon={<Download size={15} aria-hidden />}
            onClick={onExport}
          >
            Download my data
          </Button>
          <Button
            look="danger"
            size="small"
            icon={<Trash2 size={15} aria-hidden />}
            onClick={onDelete}
          >
            Delete my account
          </Button>
        </div>
      )}
      <Button
        look="quiet"
        size="small"
        icon={theme === "dark" ? <Sun size={15} aria-hidden /> : <Moon size={15} aria-hidden />}
        onClick={toggle}
      >
        {theme === "dark" ? "Light appearance" : "Dark appearance"}
      </Button>
    </section>
  );
}
