/** Thumbs on an answer; a thumb down asks what was wrong. */
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import type { MessageId, PublicMessage } from "../api";
import { Button, IconButton } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { RowActions } from "./rowActions";

export function Feedback({
  messageId,
  given,
  rateMessage,
}: {
  messageId: MessageId;
  given: PublicMessage["feedback"];
  rateMessage: NonNullable<RowActions["rateMessage"]>;
}) {
  const [asking, setAsking] = useState(false);
  const [comment, setComment] = useState("");
  const [thanked, setThanked] = useState(false);
  const rate = useTask((score: "up" | "down", words?: string) =>
    rateMessage(messageId, score, words),
  );

  const choose = (score: "up" | "down") => {
    setAsking(score === "down");
    setThanked(score === "up");
    void rate.run(score);
  };
  return (
    <>
      <IconButton
        label="Good answer"
        small
        pressed={given?.score === "up"}
        onClick={() => choose("up")}
      >
        <ThumbsUp size={15} aria-hidden />
      </IconButton>
      <IconButton
        label="Bad answer"
        small
        pressed={given?.score === "down"}
        onClick={() => choose("down")}
      >
        <ThumbsDown size={15} aria-hidden />
      </IconButton>
      {thanked && rate.problem === null && (
        <span role="status" className="ml-1 text-xs text-faint">
          Thank you.
        </span>
      )}
      {asking && (
        <form
          className="mt-1 flex w-full animate-rise flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void rate.run("down", comment.trim()).then((worked) => {
              if (!worked) return;
              setAsking(false);
              setThanked(true);
            });
          }}
        >
          <input
            autoFocus
            value={comment}
            maxLength={1000}
            onChange={(event) => setComment(event.target.value)}
            aria-label="What was wrong with this answer?"
            placeholder="What was wrong? (optional)"
            className="h-9 min-w-0 flex-1 rounded-full border border-line-strong bg-surface px-3.5 text-base placeholder:text-faint sm:text-sm"
          />
          <Button type="submit" size="small" busy={rate.busy}>
            Send
          </Button>
          <Button look="quiet" size="small" onClick={() => setAsking(false)}>
            Skip
          </Button>
        </form>
      )}
      <ProblemNotice problem={rate.problem} />
    </>
  );
}
