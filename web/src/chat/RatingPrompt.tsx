/** After a conversation is resolved: how was it? One click rates, words are optional. */
import { Star } from "lucide-react";
import { useState } from "react";
import type { PublicConversation } from "../api";
import { Button } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

const WORDS = ["Bad", "Poor", "Okay", "Good", "Great"];

export default function RatingPrompt({
  given,
  rate,
}: {
  given: PublicConversation["rating"];
  rate: (score: number, comment?: string) => Promise<unknown>;
}) {
  const [comment, setComment] = useState("");
  const [hover, setHover] = useState(0);
  const [finished, setFinished] = useState(false);
  const task = useTask(rate);
  const shown = hover || given?.score || 0;
  return (
    <section
      aria-label="Rate this conversation"
      data-testid="rating"
      className="mx-auto flex w-full max-w-md animate-rise flex-col items-center gap-3 rounded-3xl border border-line bg-surface px-6 py-5 text-center"
    >
      <p className="font-semibold tracking-tight">
        {given ? "Thank you for telling us." : "All settled. How did we do?"}
      </p>
      <div role="radiogroup" aria-label="Rating" className="flex" onMouseLeave={() => setHover(0)}>
        {WORDS.map((word, index) => (
          <button
            key={word}
            type="button"
            role="radio"
            aria-checked={given?.score === index + 1}
            aria-label={`${index + 1} of 5: ${word}`}
            onMouseEnter={() => setHover(index + 1)}
            onClick={() => void task.run(index + 1)}
            className={`rounded-full p-1.5 transition-colors ${index < shown ? "text-star" : "text-line-strong"}`}
          >
            <Star size={28} fill={index < shown ? "currentColor" : "none"} aria-hidden />
          </button>
        ))}
      </div>
      {given && !finished && (
        <form
          className="flex w-full items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void task.run(given.score, comment.trim()).then(setFinished);
          }}
        >
          <input
            value={comment}
            maxLength={1000}
            onChange={(event) => setComment(event.target.value)}
            aria-label="Anything to add?"
            placeholder="Anything to add? (optional)"
            className="h-9 min-w-0 flex-1 rounded-full border border-line-strong bg-surface px-3.5 text-base placeholder:text-faint sm:text-sm"
          />
          <Button type="submit" size="small" busy={task.busy}>
            Send
          </Button>
        </form>
      )}
      <ProblemNotice problem={task.problem} />
    </section>
  );
}
