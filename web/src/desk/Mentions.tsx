/** Notes that name this technician: how many are new, and where each is. Whoever has one's conversation open has seen it. */
import { useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { api, type ConversationId } from "../api";
import { useDocumentVisible } from "../conversation/browser";
import { listTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { useAct } from "./useKeys";

export type Mention = FunctionReturnType<typeof api.mentions.list>[number];

export const countNew = (mentions: readonly Mention[] | undefined): number =>
  mentions?.filter(({ seen }) => !seen).length ?? 0;

/** One mark that fails is made with the next change. */
export function useMarkSeen(
  mentions: readonly Mention[] | undefined,
  current: ConversationId | null,
): void {
  const convex = useConvex();
  const visible = useDocumentVisible();
  const isNew = mentions?.some(({ conversationId, seen }) => conversationId === current && !seen);
  useEffect(() => {
    if (!isNew || !visible || current === null) return;
    convex.mutation(api.mentions.markSeen, { conversationId: current }).catch(() => undefined);
  }, [convex, isNew, visible, current, mentions]);
}

export function Mentions({ mentions }: { mentions: readonly Mention[] | undefined }) {
  const now = useNow(20_000);
  const root = useRef<HTMLDetailsElement>(null);
  const some = mentions !== undefined && mentions.length > 0;
  useAct(
    "mentions",
    some
      ? () => {
          root.current!.open = true;
          root.current!.querySelector("a")?.focus();
        }
      : null,
  );
  if (!some) return null;
  const fresh = countNew(mentions);
  return (
    <details
      ref={root}
      data-testid="mentions"
      className="mx-3 mt-2 rounded-2xl bg-sunken px-3.5 py-2 text-sm"
    >
      <summary className="cursor-pointer font-medium">
        Mentions{" "}
        {fresh > 0 && (
          <span
            data-testid="mentions-new"
            className="ml-1 rounded-full bg-accent px-1.5 py-0.5 text-xs text-on-accent tabular-nums"
          >
            {fresh} new
          </span>
        )}
      </summary>
      <ul className="scroll-calm mt-1 max-h-52">
        {mentions.map(({ conversationId, messageId, by, excerpt, at, seen }) => (
          <li key={messageId}>
            <Link
              href={`/desk/${conversationId}?at=${messageId}`}
              className="block rounded-lg px-1 py-1.5 hover:text-accent focus-visible:-outline-offset-2"
            >
              <span className="flex items-baseline gap-2">
                <span className={seen ? "" : "font-semibold"}>{by ?? "A colleague"}</span>
                {!seen && <span className="text-xs font-medium text-accent">new</span>}
                <span className="ml-auto shrink-0 text-xs text-soft tabular-nums">
                  {listTime(at, now)}
                </span>
              </span>
              <span className="line-clamp-2 [overflow-wrap:anywhere] text-soft">{excerpt}</span>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
