/** The conversations behind a number, each a link to the desk. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api";
import { REASON_WORDS } from "../desk/words";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { fullTime, listTime } from "../ui/time";
import { count, dollars, time, type Opens } from "./report";

type Range = { from: number; to: number };

export function Behind({
  opens,
  range,
  onClose,
}: {
  opens: Opens | null;
  range: Range;
  onClose: () => void;
}) {
  return (
    <Dialog open={opens !== null} onClose={onClose} title={opens?.title ?? ""} shape="side">
      {opens && <Pages opens={opens} range={range} />}
    </Dialog>
  );
}

/** Pages that were asked for, each from where the one before ended. */
function Pages({ opens, range }: { opens: Opens; range: Range }) {
  const [ends, setEnds] = useState<number[]>([range.to]);
  return (
    <ul className="flex flex-col gap-1 pb-2">
      {ends.map((to, i) => (
        <Page
          key={to}
          opens={opens}
          range={{ ...range, to }}
          isFirst={i === 0}
          onMore={i === ends.length - 1 ? (next) => setEnds([...ends, next]) : undefined}
        />
      ))}
    </ul>
  );
}

type PageProps = {
  opens: Opens;
  range: Range;
  isFirst: boolean;
  onMore: ((next: number) => void) | undefined;
};

function Page({ opens: { figure, of }, range, isFirst, onMore }: PageProps) {
  const page = useQuery(api.analytics.behind, { figure, of, ...range });
  if (page === undefined) return <li className="py-6 text-center text-sm text-faint">Looking…</li>;
  const { conversations, gone, next } = page;
  return (
    <>
      {conversations.map(({ conversationId, at, title, customer, says }) => (
        <li key={`${conversationId}-${at}`}>
          <Link
            href={`/desk/${conversationId}`}
            className="block rounded-xl px-3 py-2 hover:bg-sunken"
          >
            <span className="line-clamp-2 text-sm wrap-anywhere">{title || "Without a word"}</span>
            <span className="mt-0.5 flex flex-wrap justify-between gap-x-3 text-[0.8125rem] text-faint">
              <span>{customer ?? "Guest"}</span>
              <span>{sayOwn(figure, says)}</span>
              <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
                {listTime(at)}
              </time>
            </span>
          </Link>
        </li>
      ))}
      {gone > 0 && (
        <li className="px-3 py-2 text-[0.8125rem] text-faint">
          {count(gone, "conversation has", "conversations have")} been deleted since, or their
          record is too old to name them.
        </li>
      )}
      {isFirst && next === null && conversations.length + gone === 0 && (
        <li className="py-6 text-center text-sm text-faint">None in this time.</li>
      )}
      {next !== null && onMore && (
        <li className="pt-2 text-center">
          <Button size="small" onClick={() => onMore(next)}>
            Look further back
          </Button>
        </li>
      )}
    </>
  );
}

/** A conversation's own value, in the figure's unit. */
function sayOwn(figure: Opens["figure"], says: number | string | undefined): string {
  if (says === undefined) return "";
  if (figure === "cost") return dollars(Number(says));
  if (figure === "rated") return `${says} of 5`;
  if (figure === "thumbs") return Number(says) > 0 ? "thumb up" : "thumb down";
  if (figure === "drafts") return `${says} % kept`;
  if (typeof says === "number") return time(says);
  return (REASON_WORDS as Record<string, string>)[says] ?? says.replaceAll("_", " ");
}
