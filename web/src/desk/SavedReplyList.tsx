/** The saved replies that begin with what was typed after a "/". */
import { fillReply, findGap } from "@computer-guys/support-backend/texts";
import { useQuery } from "convex/react";
import { api, type StaffConversation } from "../api";
import { useSession } from "../auth";
import type { Slash } from "../thread/useSlash";
import { useOpenings } from "../ui/useOpenings";
import { useShopName } from "../ui/useShopName";
import { replyValues } from "./replyValues";
import { SuggestList } from "./SuggestList";

type Props = { slash: Slash; listId: string; conversation: StaffConversation };

export function SavedReplyList({ slash, listId, conversation }: Props) {
  const replies = useQuery(api.savedReplies.list);
  const shop = useOpenings();
  const shopName = useShopName();
  const { user } = useSession();
  const query = slash.found?.query.toLowerCase() ?? "";
  const technician = user?.name ?? undefined;
  const known = { conversation, technician, shopName, shop };
  const fill = (text: string) => fillReply(text, replyValues({ ...known, now: Date.now() }));
  const found = replies
    ?.filter(({ shortcut }) => shortcut.includes(query))
    // What begins like it first; the order of the list otherwise.
    .sort((a, b) => Number(b.shortcut.startsWith(query)) - Number(a.shortcut.startsWith(query)))
    .map(({ shortcut, text: written }) => {
      const text = fill(written);
      return {
        key: shortcut,
        picked: { text, select: findGap(text) },
        content: (
          <>
            <span className="font-medium">/{shortcut}</span>
            <span className="line-clamp-2 text-[0.8125rem] text-soft">{text}</span>
          </>
        ),
      };
    });
  return (
    <SuggestList
      slash={slash}
      listId={listId}
      name="Saved replies"
      testId="saved-replies"
      found={found}
      words={wordsOf(found?.length)}
    />
  );
}

function wordsOf(count: number | undefined): string {
  if (count === undefined) return "Loading saved replies…";
  if (count === 0) return "No saved reply is called like that.";
  return count === 1 ? "1 saved reply" : `${count} saved replies`;
}
