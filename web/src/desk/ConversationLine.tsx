/** A line of the desk's lists: who it is, what was said last, who has it, how long somebody has waited. */
import { Sparkles, UserRound } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import type { ConversationId, StaffConversation } from "../api";
import { useSession } from "../auth";
import { dueTime, duration, listTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { LabelTags } from "./Labels";
import { Tag, UrgentTag } from "./Tag";
import { customerName, REASON_WORDS } from "./words";

/** A line: a place for it until it has been in sight. It is drawn again when what it says changes, and no other is. */
export const Line = memo(function Line({
  id,
  row,
  isInSight,
  current,
  choosing,
  chosen,
  leaving,
  onToggle,
}: {
  id: ConversationId;
  row: StaffConversation | undefined;
  isInSight: boolean;
  current: boolean;
  /** Null: here nothing is chosen. */
  choosing: boolean | null;
  chosen: boolean;
  /** Something is about to be done with it, and can be undone. */
  leaving: boolean;
  onToggle: (row: StaffConversation) => void;
}) {
  const now = useNow(isInSight ? 20_000 : null);
  return (
    <li
      data-line={id}
      className={`group relative min-h-20 pl-4 ${leaving ? "rounded-2xl bg-sunken line-through" : ""}`}
    >
      {row !== undefined && <ListItem row={row} now={now} current={current} />}
      {row !== undefined && choosing !== null && (
        <input
          type="checkbox"
          aria-label={`Choose ${customerName(row)}`}
          checked={chosen}
          onChange={() => onToggle(row)}
          className={`absolute top-4 left-0.5 size-4 accent-accent ${choosing ? "" : "opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"}`}
        />
      )}
    </li>
  );
});

/** From then on a wait is marked, and from then on it is marked as long. */
const MARKED_MS = 5 * 60_000;
const LONG_MS = 15 * 60_000;

/** Marked by its target, where people are waited for; else by how long it is. In words, too. */
function Waits({
  ms,
  target,
  now,
}: {
  ms: number;
  target: StaffConversation["target"];
  now: number;
}) {
  const isLate = target === undefined ? ms >= LONG_MS : now >= target.dueAt;
  const isNear = target === undefined ? ms >= MARKED_MS : now >= target.warnAt;
  const look = isLate
    ? "rounded-full bg-danger px-2 py-0.5 font-semibold text-bg"
    : isNear
      ? "rounded-full bg-person-wash px-2 py-0.5 font-semibold text-person"
      : "text-soft";
  return (
    <span
      data-testid="waits"
      data-target={isLate ? "late" : isNear ? "near" : "fine"}
      className={`ml-auto text-xs tabular-nums ${look}`}
    >
      waits {duration(ms)}
      {target !== undefined && isLate && `, late by ${duration(now - target.dueAt)}`}
      {target !== undefined && isNear && !isLate && `, due in ${duration(target.dueAt - now)}`}
      {target === undefined && isLate && <span className="sr-only">, long</span>}
    </span>
  );
}

function ListItem({
  row,
  now,
  current,
}: {
  row: StaffConversation;
  now: number;
  current: boolean;
}) {
  return (
    <Link
      href={`/desk/${row._id}`}
      aria-current={current ? "true" : undefined}
      data-testid="desk-item"
      className={`block rounded-2xl px-3.5 py-3 transition-colors hover:bg-sunken ${current ? "bg-accent-wash" : ""}`}
    >
      <span className="flex items-center gap-2">
        <span className="min-w-0 truncate text-[0.9375rem] font-semibold">{customerName(row)}</span>
        {row.unread > 0 && (
          <span
            className="size-2 shrink-0 rounded-full bg-accent"
            aria-label={`${row.unread} unread`}
          />
        )}
        <span className="ml-auto shrink-0 text-xs text-faint tabular-nums">
          {row.snoozedUntil === undefined
            ? listTime(row.resolvedAt ?? row.lastMessageAt, now)
            : `back ${dueTime(row.snoozedUntil, now)}`}
        </span>
      </span>
      <span className="mt-0.5 line-clamp-2 text-sm leading-snug [overflow-wrap:anywhere] text-soft">
        {row.brief && row.owner.kind === "queue" ? row.brief.summary : row.preview}
      </span>
      <span className="mt-2 flex flex-wrap items-center gap-1.5">
        <OwnerTag row={row} />
        {row.urgent && <UrgentTag />}
        {row.brief && (
          <Tag look="border border-line-strong text-soft">{REASON_WORDS[row.brief.reason]}</Tag>
        )}
        <LabelTags keys={row.labels} />
        {row.waitingSince !== undefined && (
          <Waits ms={now - row.waitingSince} target={row.target} now={now} />
        )}
      </span>
    </Link>
  );
}

function OwnerTag({ row: { owner, status, holder } }: { row: StaffConversation }) {
  const { user } = useSession();
  if (owner.kind === "queue" || status === "resolved") return null;
  if (owner.kind === "ai") {
    return (
      <Tag look="bg-accent-wash text-accent">
        <Sparkles size={11} aria-hidden /> Assistant
      </Tag>
    );
  }
  return (
    <Tag look="bg-person-wash text-person">
      <UserRound size={11} aria-hidden />{" "}
      {owner.userId === user?._id ? "You" : (holder ?? "Colleague")}
    </Tag>
  );
}
