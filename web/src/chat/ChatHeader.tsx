/** Whose chat this is, who answers now, and the way to a person. */
import { Menu, SquarePen, UserRound } from "lucide-react";
import type { PublicConversation } from "../api";
import { SHOP_NAME } from "../config";
import { Button, IconButton } from "../ui/controls";
import { Logo } from "../ui/Logo";

type Props = {
  conversation: PublicConversation | null;
  technician: string | undefined;
  onTalkToPerson: () => void;
  onNew: (() => void) | null;
  onMenu: () => void;
};

export function ChatHeader({ conversation, technician, onTalkToPerson, onNew, onMenu }: Props) {
  return (
    <header className="border-b border-line bg-bg pt-[env(safe-area-inset-top)]">
      <div className="mx-auto flex h-16 max-w-5xl items-center gap-3 px-4 sm:px-6">
        <Logo />
        <div className="min-w-0 flex-1">
          <h1 className="truncate leading-tight font-semibold tracking-tight">{SHOP_NAME}</h1>
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
        </div>
      </div>
    </header>
  );
}

function Status({ conversation, technician }: Pick<Props, "conversation" | "technician">) {
  const { words, more, dot } = statusOf(conversation, technician);
  return (
    <p
      className="flex items-center gap-1.5 text-[13px] text-soft"
      role="status"
      data-testid="status"
    >
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      <span className="truncate">
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
