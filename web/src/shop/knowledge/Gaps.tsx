/** What customers ask in vain, those that mean the same together, each a click away from its answer. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../api";
import { Button } from "../../ui/controls";
import { listTimeInside } from "../../ui/time";

const FIRST = 8;

export function Gaps() {
  const groups = useQuery(api.gaps.list);
  const [all, setAll] = useState(false);
  if (groups === undefined) return null;
  return (
    <section aria-label="Unanswered questions">
      <h2 className="mb-2 text-sm font-semibold">Unanswered questions</h2>
      {groups.length === 0 && (
        <p className="text-[0.8125rem] text-soft">
          None. What customers ask and no document answers stands here within five minutes.
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {groups.slice(0, all ? undefined : FIRST).map(({ question, count, lastAt, gaps }) => (
          <li key={gaps[0]!.gapId} className="text-[0.8125rem]" data-testid="gap">
            <p className="font-medium wrap-anywhere">“{question}”</p>
            <p className="text-faint">
              {count === 1 ? "asked once" : `asked ${count} times, last`} {listTimeInside(lastAt)}
            </p>
            {gaps.length > 1 && (
              <details className="text-soft">
                <summary>Also asked as</summary>
                <ul className="list-disc pl-5">
                  {gaps.slice(1).map(({ gapId, question }) => (
                    <li key={gapId} className="wrap-anywhere">
                      {question}
                    </li>
                  ))}
                </ul>
              </details>
            )}
            <Link
              href={`/knowledge/new?gap=${gaps[0]!.gapId}`}
              aria-label={`Write the answer to “${question}”`}
              className="font-medium text-accent underline underline-offset-4"
            >
              Write the answer
            </Link>
          </li>
        ))}
      </ul>
      {!all && groups.length > FIRST && (
        <Button size="small" look="quiet" onClick={() => setAll(true)}>
          All {groups.length}
        </Button>
      )}
    </section>
  );
}
