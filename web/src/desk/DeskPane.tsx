/** One conversation at the desk: who, why, the thread, and what the technician may do now. */
import { ArrowLeft, ContactRound } from "lucide-react";
import { Link, useSearch } from "wouter";
import type { ConversationId, StaffConversation } from "../api";
import MessageList from "../thread/MessageList";
import { TypingLine } from "../thread/TypingLine";
import { Avatar } from "../ui/Avatar";
import { ConnectionBanner } from "../ui/ConnectionBanner";
import { IconButton } from "../ui/controls";
import { BehindTheScenes } from "./BehindTheScenes";
import { EarlierEpisodes, HandoffBrief, SnoozedNotice } from "./Brief";
import { CustomerPanel } from "./CustomerPanel";
import { useEditLast } from "./EditLast";
import { DeskComposer } from "./DeskComposer";
import { LabelTags } from "./Labels";
import { UrgentTag } from "./Tag";
import { PaneActs } from "./PaneActs";
import { PromiseRows } from "./PromiseRows";
import { Summary } from "./Summary";
import { useCustomerPanel, type CustomerPanelState } from "./useCustomerPanel";
import { useDeskConversation, type DeskConversation } from "./useDeskConversation";
import { useAct } from "./useKeys";
import { colleagueWords, useHere } from "./useHere";
import { customerName, phoneWords } from "./words";

export function DeskPane({ conversationId }: { conversationId: ConversationId }) {
  const desk = useDeskConversation(conversationId);
  const { conversation, rows } = desk;
  const lastSaid = rows.findLast(({ author }) => author.kind === "customer");
  const here = useHere(conversationId, {
    saw: desk.holder === "me" ? lastSaid?.id : undefined,
    lastSaidAt: lastSaid?.at ?? 0,
  });
  const marked = new URLSearchParams(useSearch()).get("at") ?? undefined;
  const panel = useCustomerPanel();
  const edit = useEditLast(desk);
  useAct("edit", edit.begin);
  useAct("customer", conversation === undefined ? null : panel.toggleByKey);
  if (conversation === undefined) return <PaneSkeleton />;
  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-label={`Conversation with ${customerName(conversation)}`}
        className="flex min-h-0 min-w-0 flex-1 flex-col"
      >
        <PaneHeader desk={desk} conversation={conversation} panel={panel} />
        <ConnectionBanner promise="What you write is sent when you're back, if this page stays open." />
        <div className="scroll-calm mx-4 mt-3 flex max-h-[38%] shrink-0 flex-col gap-2 empty:hidden sm:mx-6">
          <SnoozedNotice conversation={conversation} />
          <HandoffBrief conversation={conversation} mine={desk.holder === "me"} />
          <Summary desk={desk} conversation={conversation} />
          <PromiseRows desk={desk} conversation={conversation} />
          <EarlierEpisodes conversation={conversation} />
          <BehindTheScenes desk={desk} conversation={conversation} />
        </div>
        <MessageList
          thread={desk}
          reader="staff"
          marked={marked}
          seen={here.customerSeen}
          editable={edit.editable}
          actions={{
            retrySend: desk.retrySend,
            discard: desk.discard,
            openOriginal: desk.openOriginal,
            edit: () => edit.begin?.(),
          }}
        />
        <div className="mx-auto w-full max-w-3xl sm:px-2">
          <TypingLine
            typing={here.customerTypes ? `${customerName(conversation)} is typing` : null}
            others={colleagueWords(here.colleagues)}
            spell={lastSaid?.key}
          />
        </div>
        <DeskComposer
          key={conversationId}
          desk={desk}
          edit={edit}
          conversationId={conversationId}
          onType={here.onType}
        />
      </section>
      <CustomerPanel state={panel} conversation={conversation} />
    </div>
  );
}

/** What a slow line shows meanwhile. */
function PaneSkeleton() {
  return (
    <div role="status" className="flex flex-1 flex-col gap-4 p-6">
      <span className="text-sm text-soft">Loading the conversation…</span>
      {["w-2/3", "w-1/2 self-end", "w-3/5"].map((width) => (
        <span
          key={width}
          aria-hidden
          className={`h-16 animate-pulse rounded-2xl bg-sunken ${width}`}
        />
      ))}
    </div>
  );
}

function PaneHeader({
  desk,
  conversation,
  panel,
}: {
  desk: DeskConversation;
  conversation: StaffConversation;
  panel: CustomerPanelState;
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
        <h2
          id="pane-heading"
          tabIndex={-1}
          className="truncate leading-tight font-semibold tracking-tight"
        >
          {name}
        </h2>
        <p className="truncate text-[0.8125rem] text-soft">{reach.join(" · ")}</p>
        <p className="mt-1 flex flex-wrap gap-1 empty:hidden">
          {conversation.urgent && <UrgentTag />}
          <LabelTags keys={conversation.labels} />
        </p>
      </div>
      <IconButton
        label="Customer"
        small
        aria-expanded={panel.open}
        data-testid="customer-toggle"
        onClick={panel.toggle}
      >
        <ContactRound size={18} aria-hidden />
      </IconButton>
      <PaneActs desk={desk} conversation={conversation} />
    </header>
  );
}
