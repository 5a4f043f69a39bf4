/** Whose chat this is, who answers now, and the way to a person. */
import { Menu, SquarePen, UserRound, X } from "lucide-react";
import type { PublicConversation } from "../api";
import { Button, IconButton } from "../ui/controls";
import { Logo } from "../ui/Logo";
import { useShopName } from "../ui/useShopName";

type Props = {
  conversation: PublicConversation | null;
  technician: string | undefined;
  onTalkToPerson: () => void;
  onNew: (() => void) | null;
  onMenu: () => void;
  onClose: (() => void) | undefined;
};

export function ChatHeader(props: Props) {
  const { conversation, technician, onTalkToPerson, onNew, onMenu, onClose } = props;
  const shop = useShopName();
  return (
    <header className="border-b border-line bg-bg pt-[env(safe-area-inset-top)]">
      <div className="mx-auto flex min-h-16 max-w-5xl flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 short:min-h-12 short:py-0.5 sm:px-6">
        {/* The room is the name's. */}
        <span className={onClose && "max-sm:hidden"}>
          <Logo />
        </span>
        <div className="min-w-0 flex-1 basis-20">
          <h1 className="leading-tight font-semibold tracking-tight">{shop}</h1>
          <Status conversation={conversation} technician={technician} />
        </div>
        {(conversation === null || conversation.owner === "ai") && (
          <Button
            size="small"
            data-testid="talk-to-a-person"
            aria-label="Talk to a person"
            icon={<UserRound size={15} aria-hidden />}
            onClick={onTalkToPerson}
          >
            <span className="max-sm:hidden">Talk to a person</span>
            <span className="sm:hidden">Person</span>
          </Button>
        )}
        <div className="flex">
          {onNew && (
            <span className="max-sm:hidden">
              <IconButton label="New conversation" onClick={onNew}>
                <SquarePen size={19} aria-hidden />
              </IconButton>
            </span>
          )}
          <IconButton label="Conversations and account" onClick={onMenu}>
            <Menu size={20} aria-hidden />
          </IconButton>
          {onClose && (
            <IconButton label="Close the chat" onClick={onClose}>
              <X size={20} aria-hidden />
            </IconButton>
          )}
        </div>
      </div>
    </header>
  );
}

function Status({ conversation, technician }: Pick<Props, "conversation" | "technician">) {
  const { words, more, dot } = statusOf(conversation, technician);
  return (
    <p
      className="flex items-start gap-1.5 text-[0.8125rem] text-soft"
      role="status"
      data-testid="status"
    >
      <span aria-hidden className={`mt-[0.4em] size-2 shrink-0 rounded-full ${dot}`} />
      <span className="min-w-0">
        {words}
        {more && <span className="max-sm:hidden">{more}</span>}
      </span>
    </p>
  );
}

/** `more` is left out where there is no room. */
function statusOf(
  conversation: PublicConversation | null,
  technician: string | undefined,
): { words: string; more?: string; dot: string } {
  if (conversation?.status === "resolved") return { words: "Resolved", dot: "bg-faint" };
  if (conversation?.owner === "queue") {
    return { words: "Waiting for a technician", dot: "bg-person animate-pulse" };
  }
  if (conversation?.owner === "human") {
    return { words: `${technician ?? "A technician"} is with you`, dot: "bg-person" };
  }
  return { words: "AI assistant", more: ", answers right away", dot: "bg-accent" };
}
