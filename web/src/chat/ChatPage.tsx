/** The customer's page: one conversation, and the dialogs around it. */
import { lazy, Suspense, useEffect, useState } from "react";
import type { ConversationId } from "../api";
import { ErrorBoundary, isSessionOver, problemOf, SessionBoundary, useSession } from "../auth";
import { useConversation } from "../conversation/useConversation";
import { useOpenConversation, type Place } from "../conversation/useOpenConversation";
import { useTalk } from "../conversation/useTalk";
import { Composer } from "../thread/Composer";
import { TypingLine } from "../thread/TypingLine";
import { ConnectionBanner } from "../ui/ConnectionBanner";
import { Button } from "../ui/controls";
import { errorPage, MessagePage } from "../ui/ErrorPage";
import { loadPatiently } from "../ui/loadPatiently";
import { ProblemNotice } from "../ui/Notice";
import { useOpenings } from "../ui/useOpenings";
import { useShopName } from "../ui/useShopName";
import { useTask } from "../ui/useTask";
import { ByTextNotice } from "./ByTextNotice";
import { ChatHeader } from "./ChatHeader";
import { OfferPrompt } from "./OfferPrompt";
import type { Panel } from "./panel";
import { useAddress } from "./useAddress";
import { usePagePresence } from "./usePagePresence";
import { useTitleBadge } from "./useTitleBadge";
import { Welcome } from "./Welcome";

/** After the first screen, which waits for neither. */
const loadThread = () => import("../thread/MessageList");
const loadPanels = () => import("./Panels");
const loadQueue = () => import("./QueueNotice");
const loadPromise = () => import("./PromiseNotice");
const MessageList = lazy(() => loadPatiently(loadThread));
const Panels = lazy(() => loadPatiently(loadPanels));
const QueueNotice = lazy(() => loadPatiently(loadQueue));
const PromiseNotice = lazy(() => loadPatiently(loadPromise));
const EscalateDialog = lazy(() => loadPatiently(() => import("./EscalateDialog")));
const RatingPrompt = lazy(() => loadPatiently(() => import("./RatingPrompt")));

/** What can be opened without a connection, too. */
function usePreload(): void {
  useEffect(() => {
    // One that fails is asked for again where it is needed.
    const later = [loadThread, loadPanels, loadQueue, loadPromise];
    for (const load of later) load().catch(() => undefined);
  }, []);
}

export function ChatPage() {
  return <Chat place={useAddress()} />;
}

/** `place`: where it is written down what is shown. `onClose`: in a frame that can be closed. */
export function Chat({ place, onClose }: { place?: Place; onClose?: () => void }) {
  const { view, open, onCreated } = useOpenConversation(place);
  const [panel, setPanel] = useState<Panel>(null);
  usePreload();
  const close = () => setPanel(null);
  const openAndClose = (conversationId: ConversationId | null) => {
    if (conversationId === null || conversationId !== view.conversationId) open(conversationId);
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
            onOpen={openAndClose}
            panel={panel}
            setPanel={setPanel}
            onClose={onClose}
          />
        </ErrorBoundary>
      </SessionBoundary>
      {panel !== null && (
        <Suspense fallback={null}>
          <Panels
            panel={panel}
            setPanel={setPanel}
            current={view.conversationId}
            onOpen={openAndClose}
          />
        </Suspense>
      )}
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
  onOpen: (conversationId: ConversationId | null) => void;
  panel: Panel;
  setPanel: (panel: Panel) => void;
  onClose: (() => void) | undefined;
};

function ConversationView(props: ViewProps) {
  const { conversationId, restoring, onCreated, onOpen, panel, setPanel, onClose } = props;
  const { sessionId } = useSession();
  const chat = useConversation(conversationId, onCreated);
  const { conversation } = chat;
  const stop = useTask(chat.stop);
  const lastAnswer = chat.rows.findLast(({ author }) => author.kind === "technician");
  const talk = useTalk(conversation, lastAnswer?.at);
  const shows = { shows: chat.lastSettled, answer: lastAnswer?.id, at: lastAnswer?.at };
  usePagePresence(conversation, shows, chat.lastWaits);
  useTitleBadge(`${useShopName()} support`, conversation?.unread ?? 0);

  const waits = conversation?.owner === "queue" && conversation.status === "open";
  const shop = useOpenings(waits || conversation?.promises !== undefined);

  // A link to what only its owner sees.
  const isClosed = conversationId !== null && sessionId === null;
  const isDraft = conversationId === null && chat.rows.length === 0;
  const loading = restoring || (chat.isLoading && chat.rows.length === 0);
  return (
    <>
      <ChatHeader
        conversation={conversation}
        technician={chat.technician}
        onTalkToPerson={() => setPanel("person")}
        onNew={isDraft ? null : () => onOpen(null)}
        onMenu={() => setPanel("menu")}
        onClose={onClose}
      />
      <main className="flex min-h-0 flex-1 flex-col">
        <ConnectionBanner
          // Never beside a message that won't go by itself.
          promise={
            chat.rows.some(({ status }) => status === "unsent")
              ? undefined
              : "What you write is kept and sent when you're back."
          }
        />
        <SessionEnded onSignIn={() => setPanel("sign-in")} />
        {isClosed ? (
          <SignInFirst onSignIn={() => setPanel("sign-in")} onNew={() => onOpen(null)} />
        ) : (
          <>
            {loading ? (
              <LoadingRows />
            ) : isDraft ? (
              <Welcome onAsk={chat.send} onOpen={onOpen} />
            ) : (
              <Suspense fallback={<LoadingRows />}>
                <MessageList
                  thread={chat}
                  reader="customer"
                  seen={talk.seen}
                  printing={panel === "print"}
                  onPrinted={() => setPanel(null)}
                  actions={{
                    retrySend: chat.retrySend,
                    discard: chat.discard,
                    rateMessage: chat.rateMessage,
                    markSourceRead: chat.markSourceRead,
                    ...(conversation?.owner === "ai" && { retryReply: chat.retryReply }),
                  }}
                  footer={
                    conversation?.status === "resolved" && (
                      <Suspense fallback={null}>
                        <RatingPrompt
                          key={conversation.episode}
                          given={conversation.rating}
                          rate={chat.rate}
                        />
                      </Suspense>
                    )
                  }
                />
              </Suspense>
            )}
            <div className="mx-auto w-full max-w-3xl px-3 pt-1 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-6 print:hidden">
              {conversation?.promises && (
                <Suspense fallback={null}>
                  <PromiseNotice promises={conversation.promises} shop={shop} />
                </Suspense>
              )}
              {waits && (
                <Suspense fallback={null}>
                  <QueueNotice
                    conversation={conversation}
                    position={chat.position}
                    shop={shop}
                    save={chat.saveContact}
                    onByText={() => setPanel("by-text")}
                  />
                </Suspense>
              )}
              {conversation && (
                <ByTextNotice conversation={conversation} onOpen={() => setPanel("by-text")} />
              )}
              {conversation?.offer && conversation.owner === "ai" && (
                <OfferPrompt key={conversation.offer.at} answer={chat.answerOffer} />
              )}
              <ProblemNotice problem={stop.problem} />
              {conversation?.owner === "human" && (
                <TypingLine
                  typing={talk.typing && `${talk.typing.name ?? "The technician"} is typing`}
                  spell={lastAnswer?.key}
                />
              )}
              <Composer
                onType={talk.onType}
                label="Your message"
                placeholder={placeholderOf(conversation, isDraft)}
                draft={chat.draft}
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
          </>
        )}
      </main>
      <Suspense fallback={null}>
        <EscalateDialog
          open={panel === "person"}
          onClose={() => setPanel(null)}
          escalate={chat.escalate}
        />
      </Suspense>
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

/** Nothing is said about whether there is such a conversation. */
function SignInFirst({ onSignIn, onNew }: { onSignIn: () => void; onNew: () => void }) {
  return (
    <div className="grid min-h-0 flex-1 place-items-center p-6">
      <div className="flex max-w-sm flex-col items-center gap-4 text-center">
        <h2 className="text-xl font-semibold tracking-tight text-balance">
          Sign in to see this conversation
        </h2>
        <p className="text-soft">It is shown to whoever had it, and to nobody else.</p>
        <div className="flex flex-wrap justify-center gap-2">
          <Button look="primary" onClick={onSignIn}>
            Sign in
          </Button>
          <Button onClick={onNew}>Start a new conversation</Button>
        </div>
      </div>
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
