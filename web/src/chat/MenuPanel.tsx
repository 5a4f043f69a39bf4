/** Earlier conversations, the account and the theme. It subscribes to the list only while it is open. */
import {
  Download,
  LogOut,
  MonitorSmartphone,
  Moon,
  Plus,
  Printer,
  Smartphone,
  Sun,
  Trash2,
} from "lucide-react";
import type { ConversationId } from "../api";
import { isAccount, useSession } from "../auth";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { formatPhone } from "../ui/phone";
import { useTheme } from "../ui/theme";
import { History } from "./History";
import { MailTranscript } from "./MailTranscript";
import type { Panel } from "./panel";

const PAGE = 15;

type Props = {
  current: ConversationId | null;
  onClose: () => void;
  /** Null: a new one. */
  onOpen: (conversationId: ConversationId | null) => void;
  onPanel: (panel: Panel) => void;
};

export function MenuPanel({ open, ...props }: Props & { open: boolean }) {
  return (
    <Dialog open={open} onClose={props.onClose} title="Conversations" shape="side" testId="menu">
      <div className="flex min-h-full flex-col gap-6">
        <Button icon={<Plus size={16} aria-hidden />} wide onClick={() => props.onOpen(null)}>
          New conversation
        </Button>
        {props.current !== null && (
          <div className="-mx-3 flex flex-wrap gap-1">
            <Button
              look="quiet"
              size="small"
              icon={<Smartphone size={15} aria-hidden />}
              onClick={() => props.onPanel("by-text")}
            >
              Continue by text
            </Button>
            <Button
              look="quiet"
              size="small"
              icon={<Printer size={15} aria-hidden />}
              onClick={() => props.onPanel("print")}
            >
              Print
            </Button>
            <MailTranscript key={props.current} conversationId={props.current} />
          </div>
        )}
        <History current={props.current} pageSize={PAGE} onOpen={props.onOpen}>
          <p className="text-sm text-soft">Your conversations will be listed here.</p>
        </History>
        <Account {...props} />
      </div>
    </Dialog>
  );
}

function Account({ onPanel }: Pick<Props, "onPanel">) {
  const { user, auth, sessionId } = useSession();
  const { theme, toggle } = useTheme();
  return (
    <section aria-label="Account" className="mt-auto flex flex-col gap-3 border-t border-line pt-5">
      {isAccount(user) ? (
        <div className="flex items-center gap-3">
          <div className="min-w-0 flex-1">
            {user.name && <p className="truncate text-[0.9375rem] font-medium">{user.name}</p>}
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
          <Button wide onClick={() => onPanel("sign-in")}>
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
              onClick={() => onPanel("devices")}
            >
              Your devices
            </Button>
          )}
          {isAccount(user) && (
            <Button
              look="quiet"
              size="small"
              icon={<Smartphone size={15} aria-hidden />}
              onClick={() => onPanel("phone")}
            >
              Your phone
            </Button>
          )}
          <Button
            look="quiet"
            size="small"
            icon={<Download size={15} aria-hidden />}
            onClick={() => onPanel("export")}
          >
            Download my data
          </Button>
          <Button
            look="danger"
            size="small"
            icon={<Trash2 size={15} aria-hidden />}
            onClick={() => onPanel("delete")}
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
