/** What the assistant is doing before its first word: three calm dots and, soon, words. */
import type { LiveReply } from "../api";
import { useNow } from "../ui/useNow";

const WORDS: Record<LiveReply["activity"], string> = {
  thinking: "Thinking",
  searching: "Looking through our guides",
  writing: "Writing",
};
/** After this long a customer should hear that nothing is lost. */
const LONG_WAIT = 12_000;

export function Activity({ activity, since }: { activity: LiveReply["activity"]; since: number }) {
  const long = useNow(1000) - since > LONG_WAIT;
  return (
    <p className="flex h-8 items-center gap-2.5 text-sm text-soft" data-testid="activity">
      <span aria-hidden className="flex gap-1">
        {[0, 160, 320].map((delay) => (
          <span
            key={delay}
            style={{ animationDelay: `${delay}ms` }}
            className="size-1.5 animate-breathe rounded-full bg-accent"
          />
        ))}
      </span>
      {long ? "Still on it. This one takes a little longer" : WORDS[activity]}…
    </p>
  );
}
