/** One conversation at the desk: who, why, the thread, and what the technician may do now. */
import { ArrowLeft, CheckCheck, CornerUpLeft, Hand, RotateCcw } from "lucide-react";
import { Link } from "wouter";
import type { ConversationId, StaffConversation } from "../api";
import { MessageList } from "../thread/MessageList";
import { Avatar } from "../ui/Avatar";
import { ConnectionBanner } from "../ui/ConnectionBanner";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { duration, listTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";
import { Tag } from "./ConversationList";
import { DeskComposer } from "./DeskComposer";
import { useDeskConversation, type DeskConversation } from "./useDeskConversation";
import { customerName, REASON_WORDS, URGENCY_WORDS } from "./words";

export function DeskPane({ conversationId }: { conversationId: ConversationId }) {
  const desk = useDeskConversation(conversationId);
  const { conversation } = desk;
  if (conversation === undefined) return <div className="flex-1" aria-busy="true" />;
  return (
    <section
      aria-label={`Conversation with ${customerName(conversation)}`}
      className="flex min-h-0 flex-1 flex-col"
    >
      <PaneHeader desk={desk} conversation={conversation} />
      <ConnectionBanner />
      <HandoffBrief conversation={conversation} />
      <MessageList
        thread={desk}
        reader="staff"
        actions={{ retrySend: desk.retrySend, discard: desk.discard }}
      />
      <DeskComposer key={conversationId} desk={desk} />
    </section>
  );
}

function PaneHeader({
  desk,
  conversation,
}: {
  desk: DeskConversation;
  conversation: StaffConversation;
}) {
  const { customer, contact } = conversation;
  const name = customerName(conversation);
  const reach = [
    customer.email ?? contact?.email,
    contact?.phone,
    customer.emailVerified ? "signed in" : "not signed in",
  ].filter((each) => each !== undefined && each !== name);
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-3 sm:px-6">
      <Link
        href="/desk"
        aria-label="Back to the list"
        className="-ml-1 rounded-full p-1.5 text-soft lg:hidden"
      >
        <ArrowLeft size={20} aria-hidden />
      </Link>
      <Avatar kind="customer" name={name} />
      <div className="min-w-[9rem] flex-1">
        <h2 className="truncate leading-tight font-semibold tracking-tight">{name}</h2>
        <p className="truncate text-[13px] text-soft">{reach.join(" · ")}</p>
      </div>
      <Acts desk={desk} conversation={conversation} />
    </header>
  );
}

function Acts({ desk, conversation }: { desk: DeskConversation; conversation: StaffConversation }) {
  const claim = useTask(desk.claim);
  const release = useTask(desk.release);
  const resolve = useTask(desk.resolve);
  const reopen = useTask(desk.reopen);
  const problem = claim.problem ?? release.problem ?? resolve.problem ?? reopen.problem;
  const { holder } = desk;
  const icon = { size: 15, "aria-hidden": true } as const;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {conversation.status === "resolved" ? (
          <Button
            size="small"
            busy={reopen.busy}
            icon={<RotateCcw {...icon} />}
            onClick={() => void reopen.run()}
          >
            Reopen
          </Button>
        ) : (
          <>
            {holder !== "me" && (
              <Button
                look={holder === "colleague" ? "outline" : "primary"}
                size="small"
                busy={claim.busy}
                icon={<Hand {...icon} />}
                data-testid="claim"
                onClick={() => void claim.run()}
              >
                {holder === "queue" ? "Claim" : "Take over"}
              </Button>
            )}
            {holder === "me" && (
              <Button
                size="small"
                busy={release.busy}
                icon={<CornerUpLeft {...icon} />}
                data-testid="release"
                onClick={() => void release.run()}
              >
                Give back to the assistant
              </Button>
            )}
            <Button
              size="small"
              busy={resolve.busy}
              icon={<CheckCheck {...icon} />}
              data-testid="resolve"
              onClick={() => void resolve.run()}
            >
              Resolve
            </Button>
          </>
        )}
      </div>
      {problem !== null && (
        <div className="w-full">
          <ProblemNotice problem={problem} />
        </div>
      )}
    </>
  );
}

function HandoffBrief({
  conversation: { brief, waitingSince },
}: {
  conversation: StaffConversation;
}) {
  const now = useNow(20_000);
  if (brief === undefined) return null;
  const urgent = brief.urgency === "high";
  return (
    <aside
      aria-label="Hand-off brief"
      data-testid="brief"
      className={`mx-4 mt-3 rounded-2xl px-4 py-3 text-sm sm:mx-6 ${urgent ? "bg-danger-wash" : "bg-person-wash"}`}
    >
      <p className="flex flex-wrap items-center gap-2">
        <Tag look={urgent ? "bg-danger text-bg" : "bg-surface text-soft"}>
          {URGENCY_WORDS[brief.urgency]}
        </Tag>
        <span className="font-semibold">{REASON_WORDS[brief.reason]}</span>
        <span className="ml-auto text-xs text-soft tabular-nums">
          handed over {listTime(brief.at, now)}
          {waitingSince !== undefined && `, waits ${duration(now - waitingSince)}`}
        </span>
      </p>
      <p className="scroll-calm mt-1.5 max-h-32 leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">
        {brief.summary}
      </p>
    </aside>
  );
}
