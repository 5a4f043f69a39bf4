/** What a long conversation comes to, in the AI's words: on ask, the same for all staff until somebody has written since. */
import { Sparkles } from "lucide-react";
import { useConvex, useQuery } from "convex/react";
import { api, type StaffConversation } from "../api";
import { Markdown } from "../thread/Markdown";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { listTimeInside } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";

/** Shorter ones are read as fast as their summary. */
const LONG = 8;

type Props = { desk: DeskConversation; conversation: StaffConversation };

export function Summary(props: Props) {
  const { rows, canLoadOlder } = props.desk;
  return rows.length >= LONG || canLoadOlder ? <LongSummary {...props} /> : null;
}

function LongSummary({ conversation: { _id: conversationId, lastMessageAt } }: Props) {
  const convex = useConvex();
  const now = useNow(20_000);
  const summary = useQuery(api.assists.summary, { conversationId });
  const ask = useTask(() => convex.action(api.assists.summarize, { conversationId }));
  if (summary === undefined) return null;
  const isWriting = ask.busy || summary?.state === "running";
  const isDone = summary?.state === "done";
  const isOld = isDone && summary.upTo !== undefined && summary.upTo < lastMessageAt;
  const again = (
    <Button
      size="small"
      busy={isWriting}
      icon={<Sparkles size={14} aria-hidden />}
      onClick={() => void ask.run()}
    >
      {isWriting ? "Summing up…" : isDone ? "Sum up again" : "Sum up"}
    </Button>
  );
  return (
    <section
      aria-label="Summary"
      data-testid="summary"
      className={`shrink-0 text-sm ${isDone ? "rounded-2xl bg-accent-wash px-4 py-3" : ""}`}
    >
      {isDone && (
        <>
          <p className="mb-1 flex flex-wrap items-center gap-2">
            <span className="font-semibold">Summary</span>
            <span className="rounded-full bg-surface px-2 py-0.5 text-[0.6875rem] font-medium text-accent">
              AI
            </span>
            <span className="ml-auto text-xs text-soft tabular-nums">
              up to {listTimeInside(summary.upTo ?? now, now)}
            </span>
          </p>
          <Markdown text={summary.text} streaming={false} Mark={NoMark} />
        </>
      )}
      {(!isDone || isOld || isWriting) && <div className={isDone ? "mt-2" : ""}>{again}</div>}
      {summary?.state === "failed" && !isWriting && (
        <p className="mt-1 text-danger">
          The assistant could not sum it up ({summary.error?.message}). Try again in a moment.
        </p>
      )}
      <ProblemNotice problem={ask.problem} onRetry={() => void ask.run()} />
    </section>
  );
}

const NoMark = () => null;
