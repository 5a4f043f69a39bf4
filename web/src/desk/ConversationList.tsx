/** The desk's lists. Only the list on the screen is subscribed to, and what is the technician's own. */
import { useQuery } from "convex/react";
import { Sparkles, UserRound } from "lucide-react";
import { Link } from "wouter";
import { api, type ConversationId, type StaffConversation } from "../api";
import { useSession } from "../auth";
import { useTitleBadge } from "./useTitleBadge";
import { PromisesDue } from "./PromisesDue";
import { dueTime, duration, listTime } from "../ui/time";
import { useNow } from "../ui/useNow";
import { customerName, REASON_WORDS } from "./words";

const VIEWS = [
  { view: "waiting", name: "Waiting", empty: "Nobody is waiting. The assistant has it covered." },
  { view: "mine", name: "Mine", empty: "You haven't taken a conversation." },
  { view: "all", name: "All open", empty: "There are no open conversations." },
  { view: "snoozed", name: "Later", empty: "Nothing has been set aside." },
  { view: "resolved", name: "Resolved", empty: "No conversation has been resolved yet." },
] as const;
export type View = (typeof VIEWS)[number]["view"];

export function ConversationList({
  current,
  mine,
  view,
  setView,
}: {
  current: ConversationId | null;
  mine: StaffConversation[] | undefined;
  view: View;
  setView: (view: View) => void;
}) {
  const rows = useQuery(api.conversations.queue, { view });
  const now = useNow(20_000);
  const unread = mine?.filter((row) => row.unread > 0).length ?? 0;
  useTitleBadge(unread + (view === "waiting" ? (rows?.length ?? 0) : 0));
  const { empty } = VIEWS.find((each) => each.view === view)!;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        role="tablist"
        aria-label="Conversations"
        onKeyDown={(event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (step === undefined) return;
          const at = VIEWS.findIndex((each) => each.view === view);
          const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length]!.view;
          setView(next);
          document.getElementById(`tab-${next}`)?.focus();
        }}
        className="flex flex-wrap gap-0.5 border-b border-line px-3 pt-2"
      >
        {VIEWS.map((each) => (
          <button
            key={each.view}
            type="button"
            role="tab"
            id={`tab-${each.view}`}
            aria-controls="conversation-list"
            aria-selected={each.view === view}
            tabIndex={each.view === view ? 0 : -1}
            onClick={() => setView(each.view)}
            className={`-mb-px border-b-2 px-1.5 py-2.5 text-[13px] font-medium whitespace-nowrap transition-colors ${each.view === view ? "border-accent text-ink" : "border-transparent text-soft hover:text-ink"}`}
          >
            {each.name}
            {each.view === view && rows !== undefined && rows.length > 0 && (
              <span className="ml-1.5 rounded-full bg-sunken px-1.5 py-0.5 text-xs text-soft tabular-nums">
                {rows.length}
              </span>
            )}
            {each.view === "mine" && view !== "mine" && unread > 0 && (
              <span
                data-testid="mine-unread"
                className="ml-1.5 rounded-full bg-accent px-1.5 py-0.5 text-xs text-on-accent tabular-nums"
                aria-label={`${unread} with something new`}
              >
                {unread}
              </span>
            )}
          </button>
        ))}
      </div>
      {view === "mine" && <PromisesDue />}
      <div
        id="conversation-list"
        role="tabpanel"
        aria-labelledby={`tab-${view}`}
        data-testid="desk-list"
        className="scroll-calm min-h-0 flex-1 p-2"
      >
        {rows?.length === 0 && (
          <p className="px-6 py-12 text-center text-sm text-balance text-soft">{empty}</p>
        )}
        <ul className="flex flex-col gap-0.5">
          {rows?.map((row) => (
            <ListItem key={row._id} row={row} now={now} current={row._id === current} />
          ))}
        </ul>
      </div>
    </div>
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
    <li>
      <Link
        href={`/desk/${row._id}`}
        aria-current={current ? "true" : undefined}
        data-testid="desk-item"
        className={`block rounded-2xl px-3.5 py-3 transition-colors hover:bg-sunken ${current ? "bg-accent-wash" : ""}`}
      >
        <span className="flex items-center gap-2">
          <span className="min-w-0 truncate text-[15px] font-semibold">{customerName(row)}</span>
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
          {row.brief?.urgency === "high" && <Tag look="bg-danger-wash text-danger">Urgent</Tag>}
          {row.brief && (
            <Tag look="border border-line-strong text-soft">{REASON_WORDS[row.brief.reason]}</Tag>
          )}
          {row.waitingSince !== undefined && (
            <span className="ml-auto text-xs font-medium text-person tabular-nums">
              waits {duration(now - row.waitingSince)}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

function OwnerTag({ row: { owner, status } }: { row: StaffConversation }) {
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
      <UserRound size={11} aria-hidden /> {owner.userId === user?._id ? "You" : "Colleague"}
    </Tag>
  );
}

export function Tag({ look, children }: { look: string; children: React.ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-[11px] font-medium ${look}`}
    >
      {children}
    </span>
  );
}
