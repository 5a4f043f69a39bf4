/** A note among staff. "@" offers the colleagues whom it may name. */
import { useConvex, useQuery } from "convex/react";
import { useRef, useState } from "react";
import { api, type ConversationId } from "../api";
import { useDraft } from "../conversation/useKept";
import { Composer } from "../thread/Composer";
import type { Slash } from "../thread/useSlash";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { findColleagues, mentionedIn } from "./mentioned";
import { SuggestList } from "./SuggestList";
import type { DeskConversation } from "./useDeskConversation";

export function NoteComposer({
  desk,
  conversationId,
  onType,
}: {
  desk: DeskConversation;
  conversationId: ConversationId;
  onType: (text: string) => void;
}) {
  const convex = useConvex();
  const picked = useRef(new Set<string>());
  const [lost, setLost] = useState<string | null>(null);
  const task = useTask(async (text: string) => {
    const colleagues = text.includes("@") ? await convex.query(api.mentions.colleagues, {}) : [];
    await desk.addNote(text, mentionedIn(text, colleagues, picked.current));
    picked.current.clear();
  });
  const send = async (text: string) => setLost((await task.run(text)) ? null : text);
  return (
    <>
      <div className="mb-2 empty:hidden">
        <ProblemNotice
          problem={task.problem}
          {...(lost !== null && { onRetry: () => void send(lost) })}
        />
      </div>
      <Composer
        draft={useDraft(`${conversationId}:note`)}
        label="Internal note"
        placeholder="Only your team sees this; @ for a colleague"
        sendLabel="Add note"
        tone="note"
        autoFocus
        trigger="@"
        suggest={(slash, listId) => (
          <ColleagueList
            slash={slash}
            listId={listId}
            onPick={(userId) => picked.current.add(userId)}
          />
        )}
        onSend={(text) => void send(text)}
        onType={onType}
      />
    </>
  );
}

function ColleagueList({
  slash,
  listId,
  onPick,
}: {
  slash: Slash;
  listId: string;
  onPick: (userId: string) => void;
}) {
  const colleagues = useQuery(api.mentions.colleagues);
  const { query } = slash.found ?? { query: "" };
  const found = colleagues && findColleagues(colleagues, query);
  return (
    <SuggestList
      slash={slash}
      onPick={onPick}
      listId={listId}
      name="Colleagues"
      testId="colleagues"
      found={found?.map(({ userId, name }) => ({
        key: userId,
        picked: { text: `@${name} `, select: null },
        content: <span className="font-medium">{name}</span>,
      }))}
      words={wordsOf(found?.length)}
    />
  );
}

function wordsOf(count: number | undefined): string {
  if (count === undefined) return "Loading colleagues…";
  if (count === 0) return "No colleague is called like that.";
  return count === 1 ? "1 colleague" : `${count} colleagues`;
}
