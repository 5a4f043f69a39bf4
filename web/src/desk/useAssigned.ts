/** Says when the queue, or a colleague, gave this technician a customer or took one, whatever is on the screen. */
import { useConvex, useQuery } from "convex/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ConversationId, type StaffConversation } from "../api";
import { useSession } from "../auth";
import { useAnnounce } from "../ui/announce";
import { deskQueries } from "./subscriptions";
import type { Listed } from "./useList";
import { customerName } from "./words";

type Assigned = {
  mine: Listed[] | undefined;
  /** To be told before the technician takes one: that is no news. */
  taking: (conversationId: ConversationId) => void;
  /** Which colleague took over what was one's own, until it is dismissed. */
  lost: string | null;
  dismissLost: () => void;
};

/** `onAssigned` is called for whatever came since the desk was opened. */
export function useAssigned(onAssigned: () => void): Assigned {
  const convex = useConvex();
  const { user } = useSession();
  const { query, args } = deskQueries.list("mine");
  const mine = useQuery(query, args);
  const [lost, setLost] = useState<string | null>(null);
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
    const gone = [...(before ?? [])].filter((id) => known.current?.has(id) === false);
    for (const conversationId of gone) {
      // Deleted with its customer: nobody took it.
      void convex.query(api.conversations.getForStaff, { conversationId }).then(
        (row) => {
          const words = takenWords(row, user?._id);
          if (words === null) return;
          announce(words);
          setLost(words);
        },
        () => undefined,
      );
    }
    const given = mine.filter(
      ({ _id }) => !taken.current.delete(_id) && before?.has(_id) === false,
    );
    if (given.length === 0) return;
    const conversationIds = given.map(({ _id }) => _id);
    // A session that is over shows by the desk itself.
    void convex.query(api.desk.lines, { conversationIds }).then(
      (rows) => announce(`You were given ${rows.map(customerName).join(", ")}.`),
      () => undefined,
    );
    latest.current();
  }, [mine, announce, convex, user?._id]);
  const taking = useCallback((conversationId: ConversationId) => {
    taken.current.add(conversationId);
  }, []);
  return { mine, taking, lost, dismissLost: useCallback(() => setLost(null), []) };
}

/** Null where no colleague has it: it was resolved, set aside or given back. */
function takenWords(row: StaffConversation, me: string | undefined): string | null {
  const { owner, status, holder } = row;
  if (status !== "open" || owner.kind !== "human" || owner.userId === me) return null;
  return `${holder ?? "A colleague"} has the conversation with ${customerName(row)} now.`;
}
