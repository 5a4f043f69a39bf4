/** What technicians solved lately and no document says yet: each a text to begin with. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { listTimeInside } from "../../ui/time";

const FIRST = 3;

export function Solved() {
  const solved = useQuery(api.drafts.solved);
  const [all, setAll] = useState(false);
  if (solved === undefined || solved.length === 0) return null;
  return (
    <section aria-label="Solved by technicians">
      <h2 className="mb-2 text-sm font-semibold">Solved by technicians</h2>
      <ul className="flex flex-col gap-3">
        {solved.slice(0, all ? undefined : FIRST).map(({ conversationId, summary, resolvedAt }) => (
          <li key={conversationId} className="text-[0.8125rem]" data-testid="solved">
            <p className="line-clamp-3 wrap-anywhere">{summary}</p>
            <p className="text-faint">solved {listTimeInside(resolvedAt)}</p>
            <p className="flex gap-4">
              <Link
                href={`/knowledge/new?from=${conversationId}`}
                aria-label={`Write down what was answered to: ${summary}`}
                className="font-medium text-accent underline underline-offset-4"
              >
                Write it down
              </Link>
              <Link
                href={`/desk/${conversationId}`}
                aria-label={`The conversation about: ${summary}`}
                className="text-soft underline underline-offset-4"
              >
                Read it
              </Link>
            </p>
          </li>
        ))}
      </ul>
      {!all && solved.length > FIRST && (
        <Button size="small" look="quiet" onClick={() => setAll(true)}>
          All {solved.length}
        </Button>
      )}
    </section>
  );
}
