/** The customer's page: one conversation, and the dialogs around it. */
import { useState } from "react";
import { DeleteDialog } from "../account/DeleteDialog";
import { DevicesDialog } from "../account/DevicesDialog";
import { ExportDialog } from "../account/ExportDialog";
import { PhoneDialog } from "../account/PhoneDialog";
import type { ConversationId } from "../api";
import { ErrorBoundary, isSessionOver, problemOf, SessionBoundary, useSession } from "../auth";
import { SHOP_NAME } from "../config";
import { useConversation } from "../conversation/useConversation";
import { useOpenConversation } from "../conversation/useOpenConversation";
import { SignInForm } from "../signin/SignInForm";
import { Composer } from "../thread/Composer";
import { MessageList } from "../thread/MessageList";
import { ConnectionBanner } from "../ui/ConnectionBanner";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { errorPage, MessagePage } from "../ui/ErrorPage";
import { ProblemNotice } from "../ui/Notice";
import { useOpenings } from "../ui/useOpenings";
import { useTask } from "../ui/useTask";
import { ByTextDialog } from "./ByTextDialog";
import { ByTextNotice } from "./ByTextNotice";
import { ChatHeader } from "./ChatHeader";
import { EscalateDialog } from "./EscalateDialog";
import { MenuPanel } from "./MenuPanel";
import { OfferPrompt } from "./OfferPrompt";
import { PromiseNotice } from "./PromiseNotice";
import { QueueNotice } from "./QueueNotice";
import { RatingPrompt } from "./RatingPrompt";
import { usePagePresence } from "./usePagePresence";
import { useTitleBadge } from "./useTitleBadge";
import { Welcome } from "./Welcome";

type Panel =
  "menu" | "sign-in" | "by-text" | "person" | "devices" | "phone" | "export" | "delete" | null;

export function ChatPage() {
  const { view, open, onCreated } = useOpenConversation();
  const [panel, setPanel] = useState<Panel>(null);
  const close = () => setPanel(null);
  const openAndClose = (conversationId: ConversationId | null) => {
    open(conversationId);
    close();
  };
  return (
    <div className="flex h-page flex-col">
      {/* Inside the page: what is open stays open when a guest signs in and the old session ends. */}
      <SessionBoundary fallback={errorPage}>
        <ErrorBoundary
          key={view.key}
          fallback={(error, reset) => (
            <Unavailable error={error} onRetry={reset} onNew={() => openAndClose(null)} />
          )}
        >
          <ConversationView
            conversationId={view.conversationId}
            restoring={view.restoring}
            onCreated={onCreated}
            onNew={() => openAndClose(null)}
            panel={panel}
            setPanel={setPanel}
          />
        </ErrorBoundary>
      </SessionBoundary>
      <MenuPanel
        open={panel === "menu"}
        current={view.conversationId}
        onClose={close}
        onOpen={openAndClose}
        onNew={() => openAndClose(null)}
        onSignIn={() => setPanel("sign-in")}
        onByText={() => setPanel("by-text")}
        onDevices={() => setPanel("devices")}
        onPhone={() => setPanel("phone")}
        onExport={() => setPanel("export")}
        onDelete={() => setPanel("delete")}
      />
      <ByTextDialog
        open={panel === "by-text"}
        conversationId={view.conversationId}
        onClose={close}
      />
      <DevicesDialog open={panel === "devices"} onClose={close} />
      <PhoneDialog open={panel === "phone"} onClose={close} />
      <ExportDialog open={panel === "export"} onClose={close} />
      <DeleteDialog open={panel === "delete"} onClose={close} onDeleted={() => open(null)} />
      <Dialog open={panel === "sign-in"} onClose={close} title="Sign in" testId="sign-in-dialog">
        <SignInForm
          onDone={close}
          hint="We'll send you a code. Your conversations then follow you to every device."
        />
      </Dialog>
    </div>
  );
}

/** One conversation that can't be shown is no reason to lose the others. */
function Unavailable({
  error,
  onRetry,
  onNew,
}: {
  error: unknown;
  onRetry: () => void;
  onNew: () => void;
}) {
  // Not this view's to handle: the session boundary around it finds out what is true.
  if (isSessionOver(error)) throw error;
  return (
    <MessagePage title="This conversation can't be shown">
      <p role="alert" className="text-soft">
        {problemOf(error).message}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={onNew}>
          Start a new conversation
        </Button>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    </MessagePage>
  );
}

type ViewProps = {
  conversationId: ConversationId | null;
  restoring: boolean;
  onCreated: (conversationId: ConversationId) => void;
  onNew: () => void;
  panel: Panel;
  setPanel: (panel: Panel) => void;
};

function ConversationView(props: ViewProps) {
  const { conversationId, restoring, onCreated, onNew, panel, setPanel } = props;
  const chat = useConversation(conversationId, onCreated);
  const { conversation } = chat;
  const stop = useTask(chat.stop);
  usePagePresence(conversation, chat.lastSettled);
  useTitleBadge(`${SHOP_NAME} support`, conversation?.unread ?? 0);

  const waits = conversation?.owner === "queue" && conversation.status === "open";
  const shop = useOpenings(waits || conversation?.promises !== undefined);

  const isDraft = conversationId === null && chat.rows.length === 0;
  const loading = restoring || (chat.isLoading && chat.rows.length === 0);
  return (
    <>
      <ChatHeader
        conversation={conversation}
        technician={chat.technician}
        onTalkToPerson={() => setPanel("person")}
        onNew={isDraft ? null : onNew}
        onMenu={() => setPanel("menu")}
      />
      <main className="flex min-h-0 flex-1 flex-col">
        <ConnectionBanner />
        <SessionEnded onSignIn={() => setPanel("sign-in")} />
        {loading ? (
          <LoadingRows />
        ) : isDraft ? (
          <Welcome onAsk={chat.send} />
        ) : (
          <MessageList
            thread={chat}
            reader="customer"
            actions={{
              retrySend: chat.retrySend,
              discard: chat.discard,
              rateMessage: chat.rateMessage,
              markSourceRead: chat.markSourceRead,
              ...(conversation?.owner === "ai" && { retryReply: chat.retryReply }),
            }}
            footer={
              conversation?.status === "resolved" && (
                <RatingPrompt
                  key={conversation.episode}
                  given={conversation.rating}
                  rate={chat.rate}
                />
              )
            }
          />
        )}
        <div className="mx-auto w-full max-w-3xl px-3 pt-1 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-6">
          {conversation?.promises && <PromiseNotice promises={conversation.promises} shop={shop} />}
          {waits && (
            <QueueNotice
              position={chat.position}
              shop={shop}
              contact={conversation.contact}
              goesByText={conversation.byTextSince !== undefined}
              save={chat.saveContact}
            />
          )}
          {conversation && (
            <ByTextNotice conversation={conversation} onOpen={() => setPanel("by-text")} />
          )}
          {conversation?.offer && conversation.owner === "ai" && (
            <OfferPrompt key={conversation.offer.at} answer={chat.answerOffer} />
          )}
          <ProblemNotice problem={stop.problem} />
          <Composer
            label="Your message"
            placeholder={placeholderOf(conversation, isDraft)}
            onSend={chat.send}
            onStop={chat.isAnswering ? () => void stop.run() : undefined}
            stopping={stop.busy}
            autoFocus
            uploads={{
              files: chat.uploads,
              onAdd: chat.attach,
              onRemove: chat.detach,
              onRetry: chat.retryUpload,
            }}
            hint={
              (conversation?.owner ?? "ai") === "ai" &&
              "AI can be wrong. Check the source, or ask a person."
            }
          />
        </div>
      </main>
      <EscalateDialog
        open={panel === "person"}
        onClose={() => setPanel(null)}
        escalate={chat.escalate}
      />
    </>
  );
}

function placeholderOf(
  conversation: ReturnType<typeof useConversation>["conversation"],
  isDraft: boolean,
): string {
  if (isDraft) return "What can we help with?";
  if (conversation?.status === "resolved") return "Write to open this conversation again";
  if (conversation?.owner === "human") return "Write to the technician";
  if (conversation?.owner === "queue") return "Add details while you wait";
  return "Write a message";
}

function SessionEnded({ onSignIn }: { onSignIn: () => void }) {
  const { endedByServer } = useSession();
  if (!endedByServer) return null;
  return (
    <div
      role="alert"
      className="flex items-center justify-center gap-3 bg-note px-4 py-2 text-sm text-on-note"
    >
      <p>Your session has ended. Sign in to see the conversations of your account.</p>
      <Button size="small" onClick={onSignIn}>
        Sign in
      </Button>
    </div>
  );
}

/** The shape of a conversation while it loads. */
function LoadingRows() {
  return (
    <div className="min-h-0 flex-1" aria-busy="true" aria-label="Loading the conversation">
      <div className="mx-auto flex max-w-3xl animate-pulse flex-col gap-6 px-4 pt-8 sm:px-6">
        <div className="h-11 w-2/5 self-end rounded-[1.25rem] bg-sunken" />
        <div className="flex flex-col gap-2.5">
          <div className="h-4 w-4/5 rounded-full bg-sunken" />
          <div className="h-4 w-3/5 rounded-full bg-sunken" />
          <div className="h-4 w-2/3 rounded-full bg-sunken" />
        </div>
      </div>
    </div>
  );
}
