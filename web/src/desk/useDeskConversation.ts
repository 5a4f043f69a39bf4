/** One conversation as a technician works on it: the same thread as the customer's, plus the desk's acts. */
import { useConvex, useQuery } from "convex/react";
import { createContext, useContext, useMemo } from "react";
import { api, type ConversationId, type Id, type MessageId, type StaffConversation } from "../api";
import { useSession } from "../auth";
import type { OutboxItem } from "../conversation/outbox";
import { useMarkRead } from "../conversation/useConversation";
import { useOutbox, useThread } from "../conversation/useThread";
import { arriveFiles, useUploads } from "../conversation/useUploads";

/** What the desk around the conversation does when something in it was done. */
type DeskActs = {
  onClaiming: (conversationId: ConversationId) => void;
  onClaimed: () => void;
  /** Whom to turn to when this one is done. */
  next: ConversationId | undefined;
};
export const DeskActsContext = createContext<DeskActs>({
  onClaiming: () => undefined,
  onClaimed: () => undefined,
  next: undefined,
});

export function useDeskConversation(conversationId: ConversationId) {
  const convex = useConvex();
  const { auth, user } = useSession();
  const { onClaiming, onClaimed } = useContext(DeskActsContext);
  const conversation = useQuery(api.conversations.getForStaff, { conversationId });
  const outbox = useOutbox(async ({ text, clientMessageId, files, draftId, original }, acts) => {
    const attachments = await arriveFiles(auth, files, acts);
    await convex.mutation(api.messages.sendStaffMessage, {
      text,
      clientMessageId,
      conversationId,
      draftId,
      original,
      ...(attachments.length > 0 && { attachments }),
    });
  });
  const { uploads, files } = useUploads();
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
    send: (text: string, madeOf: Pick<OutboxItem, "draftId" | "original"> = {}) =>
      outbox.outbox.send(text, uploads.take(), madeOf),
    /** The files of the next answer. */
    uploads: {
      files,
      onAdd: (added: Iterable<File>) => uploads.add(added),
      onRemove: (id: number) => uploads.remove(id),
      onRetry: (id: number) => uploads.retry(id),
    },
    retrySend: (clientMessageId: string) => outbox.outbox.retry(clientMessageId),
    discard: (clientMessageId: string) => outbox.outbox.discard(clientMessageId),
    openOriginal: (messageId: MessageId) =>
      convex.mutation(api.messages.openOriginal, { messageId }),
    editMessage: (messageId: MessageId, text: string) =>
      convex.mutation(api.messages.editStaffMessage, { messageId, text }),
    addNote: (text: string, mentions: Id<"users">[]) =>
      convex.mutation(api.messages.addNote, { ...args, text, mentions }),
    /** From a colleague too: whoever has it is named, so that it is nobody else's by then. */
    claim: async () => {
      onClaiming(conversationId);
      const had = conversation?.owner;
      const from = had?.kind === "human" && having === "colleague" ? had.userId : undefined;
      await convex.mutation(api.conversations.claim, { ...args, from });
      onClaimed();
    },
    markUnread: () => convex.mutation(api.desk.markUnread, args),
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
    putLabel: (key: string, on: boolean) => convex.mutation(api.labels.put, { ...args, key, on }),
    setUrgent: (urgent: boolean) => convex.mutation(api.targets.setUrgent, { ...args, urgent }),
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
