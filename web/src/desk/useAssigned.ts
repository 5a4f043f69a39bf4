/** Says when the queue, or a colleague, gave this technician a customer, whatever is on the screen. */
import { useQuery } from "convex/react";
import { useCallback, useEffect, useRef } from "react";
import { api, type ConversationId, type StaffConversation } from "../api";
import { useAnnounce } from "../ui/announce";
import { customerName } from "./words";

type Assigned = {
  mine: StaffConversation[] | undefined;
  /** To be told before the technician takes one: that is no news. */
  taking: (conversationId: ConversationId) => void;
};

/** `onAssigned` is called for whatever came since the desk was opened. */
export function useAssigned(onAssigned: () => void): Assigned {
  const mine = useQuery(api.conversations.queue, { view: "mine" });
  const announce = useAnnounce();
  const known = useRef<ReadonlySet<ConversationId> | null>(null);
  const taken = useRef(new Set<ConversationId>());
  const latest = useRef(onAssigned);
  useEffect(() => {
    latest.current = onAssigned;
  });
  useEffect(() => {
    if (mine === undefined) return;
    const before = known.current;
    known.current = new Set(mine.map(({ _id }) => _id));
    const given = mine.filter(
      ({ _id }) => !taken.current.delete(_id) && before?.has(_id) === false,
    );
    if (given.length === 0) return;
    announce(`You were given ${given.map(customerName).join(", ")}.`);
    latest.current();
  }, [mine, announce]);
  const taking = useCallback((conversationId: ConversationId) => {
    taken.current.add(conversationId);
  }, []);
  return { mine, taking };
}
