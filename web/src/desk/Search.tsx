/** The desk's search: a field above the lists, and in their place what it finds. Works by arrows and Enter alone. */
import { Search as SearchIcon, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { Link } from "wouter";
import type { ConversationId } from "../api";
import { IconButton } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { listTime } from "../ui/time";
import { LabelTags } from "./Labels";
import { Tag } from "./Tag";
import { useSearchHits, type Hit } from "./useSearchHits";
import { customerName, withoutMarks } from "./words";

export const FIELD = "desk-search";
/** What the backend takes. */
const MAX_CHARS = 200;

export function SearchField({ text, setText }: { text: string; setText: (text: string) => void }) {
  return (
    <div role="search" className="relative px-3 pt-2">
      <label htmlFor={FIELD} className="sr-only">
        Search conversations
      </label>
      <SearchIcon size={16} aria-hidden className="absolute top-[1.15rem] left-6 text-faint" />
      <input
        id={FIELD}
        type="text"
        enterKeyHint="search"
        autoComplete="off"
        maxLength={MAX_CHARS}
        value={text}
        placeholder="Name, number, words, device…"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== "") {
            event.stopPropagation();
            setText("");
          }
          if (event.key === "ArrowDown") moveTo(event, 0);
          if (event.key === "Enter" && !event.nativeEvent.isComposing) hits()[0]?.click();
        }}
        className="h-10 w-full rounded-xl border border-line-strong bg-surface pr-10 pl-9 text-base text-ink placeholder:text-faint focus-visible:outline-offset-0 sm:text-sm"
      />
      {text !== "" && (
        <span className="absolute top-3 right-4">
          <IconButton
            label="Clear the search"
            small
            onClick={() => {
              setText("");
              document.getElementById(FIELD)?.focus();
            }}
          >
            <X size={15} aria-hidden />
          </IconButton>
        </span>
      )}
    </div>
  );
}

const hits = () => [...document.querySelectorAll<HTMLElement>("[data-testid='search-hit']")];

function moveTo(event: KeyboardEvent, at: number) {
  const to = at < 0 ? document.getElementById(FIELD) : hits()[at];
  if (!to) return;
  event.preventDefault();
  to.focus();
}

export function SearchResults({
  text,
  current,
  now,
}: {
  text: string;
  current: ConversationId | null;
  now: number;
}) {
  const { hits: found, asked, isAsking, problem, retry } = useSearchHits(text);
  const words = isAsking
    ? "Searching…"
    : found.length === 0
      ? "Nothing found."
      : `${found.length === 50 ? "The best 50 conversations" : `${found.length} ${found.length === 1 ? "conversation" : "conversations"}`}, latest first`;
  return (
    <section
      aria-label="Search results"
      aria-busy={isAsking}
      className="scroll-calm min-h-0 flex-1 p-2"
    >
      {problem === null && (
        <p role="status" className="px-3.5 py-2 text-xs text-soft">
          {words}
        </p>
      )}
      {problem !== null && !isAsking && <ProblemNotice problem={problem} onRetry={retry} />}
      {!isAsking && problem === null && found.length === 0 && (
        <p className="px-6 py-8 text-center text-sm text-balance text-soft">
          All words of “{asked}” must be in one message, or in what is known of the customer. Try
          fewer words, or the beginning of one.
        </p>
      )}
      <ul className="flex flex-col gap-0.5">
        {found.map((hit, at) => (
          <HitRow
            key={hit.conversationId}
            hit={hit}
            now={now}
            current={hit.conversationId === current}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown") moveTo(event, at + 1);
              if (event.key === "ArrowUp") moveTo(event, at - 1);
            }}
          />
        ))}
      </ul>
    </section>
  );
}

const STATUS_WORDS = { open: null, snoozed: "Later", resolved: "Resolved" } as const;

function HitRow({
  hit,
  now,
  current,
  onKeyDown,
}: {
  hit: Hit;
  now: number;
  current: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  const at = hit.message === undefined ? "" : `?at=${hit.message._id}`;
  const status = STATUS_WORDS[hit.status];
  return (
    <li>
      <Link
        href={`/desk/${hit.conversationId}${at}`}
        aria-current={current ? "true" : undefined}
        data-testid="search-hit"
        onKeyDown={onKeyDown}
        className={`block rounded-2xl px-3.5 py-3 transition-colors hover:bg-sunken ${current ? "bg-accent-wash" : ""}`}
      >
        <span className="flex items-center gap-2">
          <span className="min-w-0 truncate text-[0.9375rem] font-semibold">
            {customerName(hit)}
          </span>
          {status !== null && <Tag look="bg-sunken text-soft">{status}</Tag>}
          <span className="ml-auto shrink-0 text-xs text-soft tabular-nums">
            {listTime(hit.at, now)}
          </span>
        </span>
        <span className="mt-1 flex flex-wrap gap-1 empty:hidden">
          <LabelTags keys={hit.labels} />
        </span>
        <span className="mt-0.5 line-clamp-3 text-sm leading-snug [overflow-wrap:anywhere] text-soft">
          {authorWords(hit)}
          {hit.excerpt.map((part, i) =>
            part.hit ? (
              <mark key={i} className="rounded-sm bg-note text-on-note">
                {part.text}
              </mark>
            ) : (
              <span key={i}>
                {hit.message?.author.kind === "agent" ? withoutMarks(part.text) : part.text}
              </span>
            ),
          )}
        </span>
      </Link>
    </li>
  );
}

function authorWords({ message }: Hit): string {
  if (message === undefined) return "";
  if (message.visibility === "staff") return `Note, ${message.author.name ?? "staff"}: `;
  if (message.author.kind === "customer") return "";
  return `${message.author.name ?? "Staff"}: `;
}
