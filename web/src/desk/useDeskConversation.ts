/** One conversation as a technician works on it: the same thread as the customer's, plus the desk's acts. */
import { useConvex, useQuery } from "convex/react";
import { createContext, useContext, useMemo } from "react";
import { api, type ConversationId, type Id, type MessageId, type StaffConversation } from "../api";
import { useSession } from "../auth";
import { useMarkRead } from "../conversation/useConversation";
import { useOutbox, useThread } from "../conversation/useThread";

/** What the desk around the conversation does when something in it was done. */
type DeskActs = {
  onClaiming: (conversationId: ConversationId) => void;
  onClaimed: () => void;
};
export const DeskActsContext = createContext<DeskActs>({
  onClaiming: () => undefined,
  onClaimed: () => undefined,
});

export function useDeskConversation(conversationId: ConversationId) {
  const convex = useConvex();
  const { user } = useSession();
  const { onClaiming, onClaimed } = useContext(DeskActsContext);
  const conversation = useQuery(api.conversations.getForStaff, { conversationId });
  const outbox = useOutbox(async ({ text, clientMessageId }) => {
    const message = { text, clientMessageId, conversationId };
    await convex.mutation(api.messages.sendStaffMessage, message);
  });
  const owner = conversation?.owner.kind;
  const status = conversation?.status;
  const state = useMemo(
    () => (owner === undefined || status === undefined ? null : { owner, status }),
    [owner, status],
  );
  const thread = useThread({ conversationId, conversation: state, outbox, writer: "technician" });
  const having = holderOf(conversation, user?._id);
  // Only whoever answers has read it; a colleague's glance leaves the mark for them.
  useMarkRead(having === "me" ? conversationId : null, conversation?.unread);

  const args = { conversationId };
  return {
    ...thread,
    conversation,
    holder: having,
    send: (text: string) => outbox.outbox.send(text),
    retrySend: (clientMessageId: string) => outbox.outbox.retry(clientMessageId),
    discard: (clientMessageId: string) => outbox.outbox.discard(clientMessageId),
    openOriginal: (messageId: MessageId) =>
      convex.mutation(api.messages.openOriginal, { messageId }),
    addNote: (text: string) => convex.mutation(api.messages.addNote, { ...args, text }),
    claim: async () => {
      onClaiming(conversationId);
      await convex.mutation(api.conversations.claim, args);
      onClaimed();
    },
    release: () => convex.mutation(api.conversations.release, args),
    resolve: (ending: { summary?: string; dropPromises?: boolean } = {}) =>
      convex.mutation(api.conversations.resolve, { ...args, turn: conversation?.turn, ...ending }),
    reopen: () => convex.mutation(api.conversations.reopen, args),
    assign: (userId: Id<"users">, note: string) =>
      convex.mutation(api.conversations.assign, { ...args, userId, note }),
    /** From the assistant it is asked for as by the customer, from people it is given back. */
    toQueue: (note: string) =>
      having === "ai"
        ? convex.mutation(api.conversations.escalateConversation, { ...args, note })
        : convex.mutation(api.conversations.requeue, { ...args, note }),
    snooze: (until: number) =>
      convex.mutation(api.conversations.snooze, { ...args, until, turn: conversation?.turn }),
    makePromise: (text: string, dueAt: number) =>
      convex.mutation(api.conversations.makePromise, { ...args, text, dueAt }),
    keepPromise: (workflowId: Id<"workflows">) =>
      convex.mutation(api.conversations.keepPromise, { workflowId }),
    cancelProcess: (workflowId: Id<"workflows">) =>
      convex.mutation(api.workflows.cancel, { workflowId }),
    retryProcess: (workflowId: Id<"workflows">) =>
      convex.mutation(api.workflows.retry, { workflowId }),
  };
}

export type DeskConversation = ReturnType<typeof useDeskConversation>;
export type Holder = "ai" | "queue" | "me" | "colleague";

function holderOf(
  conversation: StaffConversation | undefined,
  me: string | undefined,
): Holder | null {
  if (conversation === undefined) return null;
  const { owner } = conversation;
  if (owner.kind !== "human") return owner.kind;
  return owner.userId === me ? "me" : "colleague";
}
