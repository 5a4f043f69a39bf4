/** Who did what with the shop, and when. The address has the filters, so that a link shows the same. */
import { usePaginatedQuery, useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { api, type Id } from "../../api";
import { Select } from "../../desk/Labels";
import { Button } from "../../ui/controls";
import { dayName, clockTime } from "../../ui/time";
import { ConversationLink, LIST, Part, Quiet } from "./parts";
import { EVENT_GROUPS, eventWords, reasonWords } from "./words";

type Event = (typeof api.analytics.events)["_returnType"]["page"][number];
/** "traffic": also what the chats come to by themselves. */
const FILTERS = ["who", "what", "conversation", "traffic"] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

const SHOWN = 25;
/** Pages that are looked through by themselves for enough of what is asked for. */
const LOOKED_THROUGH = 8;

function useFilters(): [Filters, (next: Filters) => void] {
  const search = new URLSearchParams(useSearch());
  const [path, navigate] = useLocation();
  const filters: Filters = {};
  for (const name of FILTERS) filters[name] = search.get(name) ?? "";
  const set = (next: Filters) => {
    const wanted = new URLSearchParams();
    for (const name of FILTERS) if (next[name]) wanted.set(name, next[name]);
    const query = wanted.toString();
    navigate(query === "" ? path : `${path}?${query}`, { replace: true });
  };
  return [filters, set];
}

const STAFF_PAGE = { numItems: 100, cursor: null };

export function AuditLog() {
  const [filters, setFilters] = useFilters();
  const admins = useQuery(api.users.list, { role: "admin", paginationOpts: STAFF_PAGE });
  const technicians = useQuery(api.users.list, { role: "technician", paginationOpts: STAFF_PAGE });
  const set = (name: keyof Filters) => (value: string) => setFilters({ ...filters, [name]: value });
  return (
    <Part title="Audit log">
      <div className="mb-3 grid items-end gap-2 sm:grid-cols-3">
        <Select id="audit-who" label="Who" value={filters.who ?? ""} onChange={set("who")}>
          <option value="">Anybody</option>
          {[...(admins?.page ?? []), ...(technicians?.page ?? [])].map(({ _id, name, email }) => (
            <option key={_id} value={_id}>
              {name ?? email}
            </option>
          ))}
        </Select>
        <Select id="audit-what" label="What" value={filters.what ?? ""} onChange={set("what")}>
          <option value="">Anything</option>
          {Object.entries(EVENT_GROUPS).map(([group, types]) => (
            <optgroup key={group} label={group}>
              {types.map((type) => (
                <option key={type} value={type}>
                  {eventWords(type)}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
        <label className="flex min-h-10 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={filters.traffic === "1"}
            onChange={({ target }) => set("traffic")(target.checked ? "1" : "")}
            className="size-4 accent-accent"
          />
          With what the chats do by themselves
        </label>
      </div>
      {filters.conversation && (
        <p className="mb-3 flex flex-wrap items-center gap-2 text-sm">
          <span>
            Of <ConversationLink id={filters.conversation as Id<"conversations">} /> only.
          </span>
          <Button size="small" look="quiet" onClick={() => set("conversation")("")}>
            Of all
          </Button>
        </p>
      )}
      <Events key={JSON.stringify(filters)} filters={filters} />
    </Part>
  );
}

function argsOf({ who, what, conversation, traffic }: Filters) {
  return {
    ...(who ? { actorId: who as Id<"users"> } : {}),
    ...(what ? { type: what as Event["type"] } : {}),
    ...(conversation ? { conversationId: conversation as Id<"conversations"> } : {}),
    // Whoever asks for one kind means it.
    acts: traffic !== "1" && !what,
  };
}

function Events({ filters }: { filters: Filters }) {
  const { results, status, loadMore } = usePaginatedQuery(api.analytics.events, argsOf(filters), {
    initialNumItems: SHOWN,
  });
  const labels = useQuery(api.labels.list);
  const [wanted, setWanted] = useState(SHOWN);
  const [looked, setLooked] = useState(0);
  // Filters leave pages short: some more are looked through before somebody has to ask.
  useEffect(() => {
    if (status !== "CanLoadMore" || results.length >= wanted || looked >= LOOKED_THROUGH) return;
    setLooked(looked + 1);
    loadMore(100);
  }, [status, results.length, wanted, looked, loadMore]);
  const more = () => {
    setWanted(results.length + SHOWN);
    setLooked(0);
    loadMore(SHOWN);
  };
  return (
    <>
      {results.length > 0 && (
        <ol className={LIST} data-testid="audit-log">
          {results.map((event) => (
            <EventRow key={event._id} event={event} labels={labels} />
          ))}
        </ol>
      )}
      {status === "Exhausted" && results.length === 0 && (
        <Quiet>There is nothing of that kind.</Quiet>
      )}
      {status === "CanLoadMore" ? (
        <div className="mt-2">
          <Button size="small" look="quiet" onClick={more}>
            Show earlier ones
          </Button>
        </div>
      ) : (
        status !== "Exhausted" && <Quiet>Looking…</Quiet>
      )}
    </>
  );
}

/** Nobody: the CLI says so in its reason; else it was the assistant, a timer, a provider. */
function whoDid({ actorId, actor, data }: Event): string {
  if (actorId !== undefined) return actor ?? "Somebody without a name";
  return data.reason?.includes("by the CLI") ? "The command line" : "By itself";
}

type Label = { key: string; name: string };

/** Of a label the event has the key alone; one that was removed since has no name any more. */
function reasonOf({ type, data }: Event, labels: readonly Label[] | undefined): string {
  if (type === "labelled" || type === "unlabelled") {
    return labels?.find(({ key }) => key === data.reason)?.name ?? "";
  }
  const reason = data.reason?.replace(/,? ?by the CLI$/, "") ?? "";
  return reason === data.fault ? "" : reasonWords(reason);
}

type RowProps = { event: Event; labels: readonly Label[] | undefined };

function EventRow({ event, labels }: RowProps) {
  const { _creationTime: at, type, data, subject, conversationId, documentId } = event;
  const details = [subject, reasonOf(event, labels)];
  return (
    <li className="flex flex-wrap gap-x-3 gap-y-0.5 px-4 py-2" data-testid="event">
      <time
        dateTime={new Date(at).toISOString()}
        className="w-40 shrink-0 text-[0.8125rem] text-faint tabular-nums"
      >
        {dayName(at)}, {clockTime(at)}
      </time>
      <div className="min-w-48 flex-1 wrap-anywhere">
        <span className="font-medium">{whoDid(event)}</span> · {eventWords(type)}
        {[...details, data.fault, data.count && `${data.count} times`]
          .filter(Boolean)
          .map((detail) => ` · ${detail}`)
          .join("")}
        {conversationId && (
          <>
            {" "}
            · <ConversationLink id={conversationId} />
          </>
        )}
        {documentId && (
          <>
            {" "}
            ·{" "}
            <Link
              href={`/knowledge/${documentId}`}
              className="text-accent underline underline-offset-4"
            >
              the document
            </Link>
          </>
        )}
      </div>
    </li>
  );
}
