/** The assistant's reply: searching, being written, settled, stopped or failed, in one component. */
import { RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Citation, MessageId } from "../api";
import type { Row } from "../conversation/timeline";
import { useSmoothText } from "../conversation/useSmoothText";
import { useAnnounce } from "../ui/announce";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import { Activity } from "./Activity";
import { CopyButton } from "./CopyButton";
import { Feedback } from "./Feedback";
import { Markdown } from "./Markdown";
import type { Reader, RowActions } from "./rowActions";
import { Time } from "./PersonMessage";
import { SourceMark, Sources } from "./Sources";
import { Texted } from "./Texted";

const NO_CITATIONS: readonly Citation[] = [];

type Props = {
  row: Row;
  reader: Reader;
  actions: RowActions;
  continued: boolean;
  canRetry: boolean;
};

export function Answer({ row, reader, actions, continued, canRetry }: Props) {
  const going = row.status === "streaming" || row.status === "expected";
  const { text, caughtUp } = useSmoothText(row.text, { done: !going, attempt: row.attempt });
  const finished = !going && caughtUp;
  const name = row.author.name ?? "Assistant";
  const body = useRef<HTMLDivElement>(null);
  useAnnounceWhenFinished(finished, name, body);
  const markRead = useMarkOnce(row.id, actions.markSourceRead);

  return (
    <article
      className="flex gap-3"
      aria-label={`${name}, AI assistant`}
      aria-busy={going || undefined}
      data-testid={going ? "streaming-message" : "answer"}
      data-status={row.status}
    >
      <span className={`max-sm:hidden ${continued ? "invisible" : ""}`}>
        <Avatar kind="agent" />
      </span>
      <div className="min-w-0 flex-1">
        <p
          className={
            continued ? "sr-only" : "mb-0.5 flex h-8 items-center gap-2 text-sm font-semibold"
          }
        >
          <span className="sm:hidden">
            <Avatar kind="agent" />
          </span>
          {name}
          <span className="rounded-full bg-accent-wash px-2 py-0.5 text-[0.6875rem] font-medium text-accent">
            AI
          </span>
        </p>
        {text === "" && going && <Activity activity={row.activity ?? "thinking"} since={row.at} />}
        <Sources
          citations={row.message?.citations ?? NO_CITATIONS}
          listed={finished}
          onOpen={markRead}
        >
          <div ref={body}>
            {text !== "" && <Markdown text={text} streaming={!finished} Mark={SourceMark} />}
          </div>
        </Sources>
        {finished && <Ending row={row} reader={reader} actions={actions} canRetry={canRetry} />}
      </div>
    </article>
  );
}

/** Each source is on record once; a reader is not troubled when that fails. */
function useMarkOnce(
  messageId: MessageId | undefined,
  markSourceRead: RowActions["markSourceRead"],
): (n: number) => void {
  const marked = useRef(new Set<number>());
  return (n) => {
    if (messageId === undefined || markSourceRead === undefined || marked.current.has(n)) return;
    marked.current.add(n);
    markSourceRead(messageId, n).catch(() => marked.current.delete(n));
  };
}

/** Below a settled reply: how it ended, when, and what to do. */
function Ending({ row, reader, actions, canRetry }: Omit<Props, "continued">) {
  const { retryReply, rateMessage } = actions;
  const retry = useTask(async () => await retryReply?.());
  const words = {
    stopped: row.text === "" ? "Stopped before the first word." : "Stopped here.",
    failed: row.message?.error?.message ?? "This answer was interrupted.",
  };
  const ended = row.status === "stopped" || row.status === "failed" ? words[row.status] : null;
  return (
    <>
      {ended !== null && (
        <p
          className={`mt-2 text-sm ${row.status === "failed" ? "text-danger" : "text-soft"}`}
          data-testid="reply-ending"
        >
          {ended}
        </p>
      )}
      <div className="mt-1.5 flex min-h-8 flex-wrap items-center gap-1">
        <span className="mr-1.5">
          <Time at={row.at}>{reader === "staff" && <Texted message={row.message} />}</Time>
        </span>
        {row.text !== "" && <CopyButton label="Copy the answer" words={() => wordsToCopy(row)} />}
        {row.id !== undefined && rateMessage && row.text !== "" && (
          <Feedback messageId={row.id} given={row.message?.feedback} rateMessage={rateMessage} />
        )}
        {canRetry && retryReply && (
          <Button
            look="outline"
            size="small"
            busy={retry.busy}
            icon={<RotateCcw size={14} aria-hidden />}
            onClick={() => void retry.run()}
          >
            Answer again
          </Button>
        )}
      </div>
      <ProblemNotice problem={retry.problem} onRetry={() => void retry.run()} />
    </>
  );
}

/** The answer as it was written, without the marks of its sources: elsewhere they lead nowhere. */
function wordsToCopy({ text, message }: Row): string {
  const sources = new Set((message?.citations ?? NO_CITATIONS).map(({ n }) => n));
  return text.replace(/ ?\[(\d+)\]/g, (mark, n: string) => (sources.has(Number(n)) ? "" : mark));
}

/** Only for a reply that was seen going: history is not read out. */
function useAnnounceWhenFinished(
  finished: boolean,
  name: string,
  body: React.RefObject<HTMLDivElement | null>,
): void {
  const announce = useAnnounce();
  const before = useRef(finished);
  useEffect(() => {
    if (finished && !before.current) announce(`${name}: ${spokenText(body.current)}`);
    before.current = finished;
  }, [finished, name, announce, body]);
}

/** The words as they are shown, without the source marks, and with a pause between blocks. */
function spokenText(body: HTMLElement | null): string {
  if (body === null) return "";
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  while (walker.nextNode() !== null) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement?.closest("[data-testid^=source-]") == null) words.push(textContent ?? "");
  }
  return words
    .join(" ")

    .replace(/\s+/g, " ")
    .trim();
}
