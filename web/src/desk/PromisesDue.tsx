/** Promises of the whole shop that are open, soonest first, late ones in red: nobody has to remember them. */
import { useQuery } from "convex/react";
import { Link } from "wouter";
import { api } from "../api";
import { dueTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { isLate } from "./PromiseRows";

export function PromisesDue() {
  const promises = useQuery(api.conversations.promises);
  const now = useNow(20_000);
  if (promises === undefined || promises.length === 0) return null;
  const late = promises.filter((one) => isLate(one, now)).length;
  return (
    <details
      // Opens by itself when something is late; whoever closes it has seen that.
      key={late > 0 ? "late" : "due"}
      open={late > 0}
      data-testid="promises-due"
      className="mx-3 mt-2 rounded-2xl bg-sunken px-3.5 py-2 text-sm"
    >
      <summary className="cursor-pointer font-medium">
        {promises.length === 1 ? "1 promise" : `${promises.length} promises`}{" "}
        {late > 0 ? (
          <span className="text-danger">· {late} late</span>
        ) : (
          <span className="text-soft">· next {dueTime(promises[0]!.dueAt, now)}</span>
        )}
      </summary>
      <ul className="scroll-calm mt-1 max-h-40">
        {promises.map((one) => (
          <li key={one.workflowId}>
            <Link
              href={`/desk/${one.conversationId}`}
              className="flex items-baseline gap-3 rounded-lg px-1 py-1 hover:text-accent"
            >
              <span className="min-w-0 flex-1 truncate">{one.text}</span>
              <span
                className={`shrink-0 text-xs tabular-nums ${isLate(one, now) ? "font-medium text-danger" : "text-soft"}`}
              >
                {isLate(one, now) ? "late, " : ""}
                {dueTime(one.dueAt, now)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
