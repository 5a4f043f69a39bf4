/**
 * Where an answer comes from: quiet marks in the text, a list below, and the passage itself in a popover.
 * The popover is the platform's: Escape and a click elsewhere close it, focus goes back to the mark.
 */
import { BookOpen, X } from "lucide-react";
import {
  createContext,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { Link } from "wouter";
import type { Citation } from "../api";
import { useSession } from "../auth";
import { IconButton } from "../ui/controls";
import { Markdown, type MarkProps } from "./Markdown";

type Open = { citations: readonly Citation[]; open: (citation: Citation, at: HTMLElement) => void };
const SourcesContext = createContext<Open>({ citations: [], open: () => undefined });

const CHIP =
  "mx-0.5 inline-grid h-[1.15rem] min-w-[1.15rem] place-items-center rounded-full px-1 align-[0.18em] text-[0.68rem] leading-none font-semibold tabular-nums no-underline";

/** `[n]` in the text: plain while the answer is being written, a button once its source is known. */
export function SourceMark({ n }: MarkProps) {
  const { citations, open } = useContext(SourcesContext);
  const citation = citations.find((each) => each.n === n);
  if (citation === undefined) {
    return (
      <span data-testid="source-mark" aria-hidden className={`${CHIP} bg-sunken text-faint`}>
        {n}
      </span>
    );
  }
  return (
    <button
      type="button"
      data-testid="source-chip"
      aria-label={`Source ${n}: ${citation.title}`}
      aria-haspopup="dialog"
      onClick={(event) => open(citation, event.currentTarget)}
      className={`${CHIP} relative bg-accent-wash text-accent transition-colors before:absolute before:-inset-1.5 before:content-[''] hover:bg-accent hover:text-on-accent`}
    >
      {n}
    </button>
  );
}

const GAP = 8;
const WIDTH = 352;

/** Beside the mark on a desk, at the bottom edge on a phone. */
function place(popover: HTMLElement, anchor: HTMLElement): void {
  const { innerWidth, innerHeight } = window;
  if (innerWidth < 640) {
    Object.assign(popover.style, {
      left: "12px",
      right: "12px",
      top: "auto",
      bottom: "12px",
      width: "auto",
    });
    return;
  }
  const box = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(GAP, box.left - 24), innerWidth - WIDTH - GAP);
  const below = innerHeight - box.bottom > popover.offsetHeight + GAP * 2;
  Object.assign(popover.style, {
    left: `${left}px`,
    right: "auto",
    width: `${WIDTH}px`,
    top: below ? `${box.bottom + GAP}px` : "auto",
    bottom: below ? "auto" : `${innerHeight - box.top + GAP}px`,
  });
}

export function Sources({
  citations,
  listed,
  onOpen,
  children,
}: {
  citations: readonly Citation[];
  /** Whether the list is shown yet: after the text has finished appearing. */
  listed: boolean;
  /** The reader opens source `n`. */
  onOpen: (n: number) => void;
  children: ReactNode;
}) {
  const popover = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const [citation, setCitation] = useState<Citation | null>(null);
  const opened = useRef(onOpen);
  useEffect(() => {
    opened.current = onOpen;
  });
  const context = useMemo(
    () => ({
      citations,
      open: (next: Citation, anchor: HTMLElement) => {
        setCitation(next);
        opened.current(next.n);
        // After React has filled it: where it goes depends on its height.
        requestAnimationFrame(() => {
          const element = popover.current;
          if (element === null) return;
          if (!element.matches(":popover-open")) element.showPopover();
          place(element, anchor);
          element.focus();
        });
      },
    }),
    [citations],
  );
  return (
    <SourcesContext value={context}>
      {children}
      {listed && citations.length > 0 && (
        <div
          className="mt-3 flex animate-rise flex-wrap items-center gap-1.5"
          role="group"
          aria-label="Sources"
        >
          <span className="mr-0.5 inline-flex items-center gap-1.5 text-xs text-faint">
            <BookOpen size={13} aria-hidden />
            Sources
          </span>
          {citations.map((each) => (
            <SourceButton
              key={each.n}
              citation={each}
              name={nameOf(each, citations)}
              onOpen={context.open}
            />
          ))}
        </div>
      )}
      <div
        ref={popover}
        popover="auto"
        role="dialog"
        aria-labelledby={titleId}
        tabIndex={-1}
        data-testid="source-popover"
        className="m-0 max-h-[min(24rem,70dvh)] overflow-hidden rounded-2xl border border-line bg-surface p-0 text-ink shadow-float outline-none open:animate-rise"
      >
        {citation && (
          <div className="scroll-calm flex max-h-[inherit] flex-col py-3.5 pr-2.5 pl-4">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1 pt-0.5">
                <p id={titleId} className="leading-snug font-semibold">
                  {citation.title}
                </p>
                {citation.heading !== "" && citation.heading !== citation.title && (
                  <p className="mt-0.5 text-[0.8125rem] text-soft">{citation.heading}</p>
                )}
              </div>
              <IconButton label="Close source" small onClick={() => popover.current?.hidePopover()}>
                <X size={16} aria-hidden />
              </IconButton>
            </div>
            <div className="mt-2.5 pr-2 text-sm text-soft">
              <Markdown text={passageOf(citation)} streaming={false} Mark={NoMark} />
            </div>
            <Correct citation={citation} />
          </div>
        )}
      </div>
    </SourcesContext>
  );
}

const NoMark = () => null;

/** Whoever keeps the documents is a click away from what is wrong in them. */
function Correct({ citation: { documentId, heading } }: { citation: Citation }) {
  if (useSession().user?.role !== "admin") return null;
  return (
    <Link
      href={`/knowledge/${documentId}?heading=${encodeURIComponent(heading)}`}
      className="mt-2 self-start text-sm font-medium text-accent underline underline-offset-4"
    >
      Correct this document
    </Link>
  );
}

/** A passage starts with its title and heading (search finds them so); here they stand above it already. */
function passageOf({ title, heading, excerpt }: Citation): string {
  const [first = "", ...rest] = excerpt.split("\n");
  const repeats = first.startsWith(title) && (heading === "" || first.includes(heading));
  return repeats ? rest.join("\n") : excerpt;
}

/** Several passages of one document differ by their heading only. */
function nameOf(citation: Citation, citations: readonly Citation[]): string {
  const shared = citations.filter(({ title }) => title === citation.title).length > 1;
  return shared && citation.heading !== "" ? citation.heading : citation.title;
}

function SourceButton({
  citation,
  name,
  onOpen,
}: {
  citation: Citation;
  name: string;
  onOpen: Open["open"];
}) {
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={(event) => onOpen(citation, event.currentTarget)}
      className="inline-flex max-w-full items-center gap-1.5 rounded-full border border-line bg-surface py-1 pr-2.5 pl-1.5 text-xs text-soft transition-colors hover:border-line-strong hover:text-ink"
    >
      <span className="grid size-4 place-items-center rounded-full bg-accent-wash text-[0.65rem] font-semibold text-accent tabular-nums">
        {citation.n}
      </span>
      <span className="truncate">{name}</span>
    </button>
  );
}
