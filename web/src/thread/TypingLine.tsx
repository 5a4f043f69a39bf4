/** Who is here and what they do, above the box: a line that keeps its height, so that nothing moves when it changes. */
import { Users } from "lucide-react";
import { useEffect, useRef } from "react";
import { useAnnounce } from "../ui/announce";

type Props = {
  /** "Dana is typing", or null. */
  typing: string | null;
  /** What else there is to say, which is read out as well. */
  others?: string | null;
  /** Changes when they have said something: then typing may be read out again, and not before. */
  spell: string | number | undefined;
};

export function TypingLine({ typing, others = null, spell }: Props) {
  useAnnounceOnce(typing, spell);
  useAnnounceOnce(others, others ?? undefined);
  return (
    <p
      data-testid="typing-line"
      className="flex h-6 items-center gap-2 overflow-hidden px-4 text-[0.8125rem] whitespace-nowrap text-soft"
    >
      {typing !== null && (
        <>
          <span aria-hidden className="flex shrink-0 gap-1">
            {[0, 160, 320].map((delay) => (
              <span
                key={delay}
                style={{ animationDelay: `${delay}ms` }}
                className="size-1.5 animate-breathe rounded-full bg-person"
              />
            ))}
          </span>
          <span className="truncate">{typing}…</span>
        </>
      )}
      {others !== null && (
        <span className="flex min-w-0 items-center gap-1.5 font-medium text-person">
          <Users size={14} aria-hidden className="shrink-0" />
          <span className="truncate">{others}</span>
        </span>
      )}
    </p>
  );
}

/** Once, however often somebody stops to think. */
function useAnnounceOnce(words: string | null, spell: string | number | undefined): void {
  const announce = useAnnounce();
  const said = useRef<string | null>(null);
  useEffect(() => {
    const key = `${words} ${spell}`;
    if (words === null || said.current === key) return;
    said.current = key;
    announce(`${words}.`);
  }, [words, spell, announce]);
}
