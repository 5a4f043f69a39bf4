/** One conversation at the desk: who, why, the thread, and what the technician may do now. */
import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import type { ConversationId, StaffConversation } from "../api";
import { MessageList } from "../thread/MessageList";
import { Avatar } from "../ui/Avatar";
import { ConnectionBanner } from "../ui/ConnectionBanner";
import { BehindTheScenes } from "./BehindTheScenes";
import { EarlierEpisodes, HandoffBrief, SnoozedNotice } from "./Brief";
import { DeskComposer } from "./DeskComposer";
import { PaneActs } from "./PaneActs";
import { PromiseRows } from "./PromiseRows";
import { useDeskConversation, type DeskConversation } from "./useDeskConversation";
import { customerName, phoneWords } from "./words";

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
      <div className="scroll-calm mx-4 mt-3 flex max-h-[38%] shrink-0 flex-col gap-2 empty:hidden sm:mx-6">
        <SnoozedNotice conversation={conversation} />
        <HandoffBrief conversation={conversation} />
        <PromiseRows desk={desk} conversation={conversation} />
        <EarlierEpisodes conversation={conversation} />
        <BehindTheScenes desk={desk} conversation={conversation} />
      </div>
      <MessageList
        thread={desk}
        reader="staff"
        actions={{
          retrySend: desk.retrySend,
          discard: desk.discard,
          openOriginal: desk.openOriginal,
        }}
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
    ...phoneWords(conversation),
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
      <PaneActs desk={desk} conversation={conversation} />
    </header>
  );
}
