/** One period in detail: why people took over, who did what, what it was about, what is missing, what customers said. */
import { useQuery } from "convex/react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { api } from "../api";
import { REASON_WORDS } from "../desk/words";
import { listTime } from "../ui/time";
import {
  count,
  dollars,
  partsOf,
  percent,
  time,
  whole,
  type Breakdown,
  type Opens,
  type Period,
} from "./report";

type Open = (opens: Opens) => void;
type Props = { period: Period; range: { from: number; to: number }; onOpen: Open };

export function Details({ period, range, onOpen }: Props) {
  const breakdown = useQuery(api.analytics.breakdown, range);
  return (
    <>
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <Handoffs counts={period.counts} onOpen={onOpen} />
        <Models counts={period.counts} onOpen={onOpen} />
        {breakdown && <Topics topics={breakdown.topics} onOpen={onOpen} />}
        <LabelCounts counts={period.counts} onOpen={onOpen} />
        <Gaps n={period.counts.knowledge_gap ?? 0} onOpen={onOpen} />
      </div>
      {breakdown === undefined ? (
        <p className="py-4 text-center text-sm text-faint">Looking who did what…</p>
      ) : (
        <>
          {!breakdown.complete && (
            <p role="status" className="text-[0.8125rem] text-soft">
              So much happened in this time that the tables of technicians, topics and ratings are
              of its latest part.
            </p>
          )}
          <Technicians rows={breakdown.technicians} onOpen={onOpen} />
          <Agents agents={breakdown.agents} counts={period.counts} onOpen={onOpen} />
          <Ratings ratings={breakdown.ratings} />
        </>
      )}
    </>
  );
}

function Box({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="min-w-0 rounded-2xl border border-line bg-surface px-5 py-4 break-inside-avoid"
    >
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

type Item = { key: string; name: string; value: string; share: number; opens: Opens };

/** Names with a bar and a number each; the number opens its conversations. */
function Bars({ title, items, onOpen }: { title: string; items: Item[]; onOpen: Open }) {
  if (items.length === 0) return null;
  return (
    <Box title={title}>
      <ul className="flex flex-col gap-1.5 text-sm">
        {items.map(({ key, name, value, share, opens }) => (
          <li key={key} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3">
            <span className="truncate" title={name}>
              {name}
            </span>
            <button
              type="button"
              onClick={() => onOpen(opens)}
              aria-label={`${name}: ${value}. Show the conversations`}
              className="rounded tabular-nums underline-offset-4 hover:underline"
            >
              {value}
            </button>
            <svg
              aria-hidden
              viewBox="0 0 100 4"
              preserveAspectRatio="none"
              className="col-span-2 h-1 w-full text-accent"
            >
              <rect width={100 * share} height={4} fill="currentColor" />
            </svg>
          </li>
        ))}
      </ul>
    </Box>
  );
}

type Counts = Period["counts"];
type OfCounts = { counts: Counts; onOpen: Open };

function barsOf(
  parts: { key: string; n: number }[],
  item: (part: { key: string; n: number }) => Omit<Item, "share" | "key">,
): Item[] {
  const most = Math.max(...parts.map(({ n }) => n), 1);
  return parts.map((part) => ({ key: part.key, share: part.n / most, ...item(part) }));
}

function Handoffs({ counts, onOpen }: OfCounts) {
  const items = barsOf(partsOf(counts, "escalated."), ({ key, n }) => {
    const name = (REASON_WORDS as Record<string, string>)[key] ?? key;
    const opens = { figure: "handedOff" as const, of: key, title: `Handed off: ${name}` };
    return { name, value: whole(n), opens };
  });
  return <Bars title="Why people took over" items={items} onOpen={onOpen} />;
}

function Models({ counts, onOpen }: OfCounts) {
  const items = barsOf(partsOf(counts, "cost."), ({ key, n }) => ({
    name: key,
    value: dollars(n),
    opens: { figure: "cost", of: key, title: `Cost of ${key}` },
  }));
  return <Bars title="Cost, by model" items={items} onOpen={onOpen} />;
}

function Topics({ topics, onOpen }: { topics: Breakdown["topics"]; onOpen: Open }) {
  const parts = topics.map(({ documentId: key, answers: n }) => ({ key, n }));
  const items = barsOf(parts, ({ key, n }) => {
    const name = topics.find(({ documentId }) => documentId === key)!.title;
    return { name, value: whole(n), opens: { figure: "topic", of: key, title: name } };
  });
  return <Bars title="Top topics: what answers rest on" items={items} onOpen={onOpen} />;
}

function LabelCounts({ counts, onOpen }: OfCounts) {
  const labels = useQuery(api.labels.list, {});
  const known = partsOf(counts, "labelled.").filter(({ key }) =>
    labels?.some((l) => l.key === key),
  );
  const items = barsOf(known, ({ key, n }) => {
    const { name } = labels!.find((label) => label.key === key)!;
    return { name, value: whole(n), opens: { figure: "label", of: key, title: `Label: ${name}` } };
  });
  return <Bars title="Labels put on" items={items} onOpen={onOpen} />;
}

const GAPS_SHOWN = 8;

function Gaps({ n, onOpen }: { n: number; onOpen: Open }) {
  const groups = useQuery(api.gaps.list, {});
  if (groups === undefined || (groups.length === 0 && n === 0)) return null;
  return (
    <Box title="Unanswered questions">
      <p className="mb-2 text-sm text-soft">
        <button
          type="button"
          onClick={() => onOpen({ figure: "gaps", title: "Unanswered questions" })}
          className="rounded tabular-nums underline underline-offset-4"
        >
          {count(n, "question", "questions")}
        </button>{" "}
        in this time found nothing. Open ones of all times, most frequent first:
      </p>
      <ol className="flex flex-col gap-1 text-sm">
        {groups.slice(0, GAPS_SHOWN).map(({ question, count: times }) => (
          <li key={question} className="flex justify-between gap-3">
            <span className="min-w-0 wrap-anywhere">{question}</span>
            <span className="text-faint tabular-nums">{whole(times)}</span>
          </li>
        ))}
      </ol>
    </Box>
  );
}

function Rows({ title, head, children }: { title: string; head: string[]; children: ReactNode }) {
  return (
    <Box title={title}>
      <div
        className="scroll-calm overflow-x-auto"
        tabIndex={0}
        role="region"
        aria-label={`${title}, table`}
      >
        <table className="w-full min-w-lg text-left text-sm tabular-nums">
          <thead className="text-[0.8125rem] text-faint">
            <tr>
              {head.map((name) => (
                <th key={name} scope="col" className="py-1 pr-3 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </Box>
  );
}

function Row({
  name,
  opens,
  onOpen,
  cells,
}: {
  name: string;
  opens: Opens | null;
  onOpen: Open;
  cells: string[];
}) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1.5 pr-3 font-normal">
        {opens === null ? (
          name
        ) : (
          <button
            type="button"
            onClick={() => onOpen(opens)}
            aria-label={`${name}: show the conversations`}
            className="rounded text-left underline decoration-line-strong underline-offset-4 hover:decoration-current"
          >
            {name}
          </button>
        )}
      </th>
      {cells.map((cell, i) => (
        <td key={i} className="py-1.5 pr-3">
          {cell}
        </td>
      ))}
    </tr>
  );
}

const satisfied = ({ ratings, satisfied: n }: { ratings: number; satisfied: number }) =>
  ratings === 0 ? "none" : `${percent(n / ratings)} of ${whole(ratings)}`;

const TECHNICIAN_HEAD = [
  ...["Technician", "Messages", "Conversations", "First response", "Claimed", "Resolved"],
  "Satisfied",
];

function Technicians({ rows, onOpen }: { rows: Breakdown["technicians"]; onOpen: Open }) {
  if (rows.length === 0) return null;
  return (
    <Rows title="Per technician" head={TECHNICIAN_HEAD}>
      {rows.map((row) => {
        const name = row.name ?? (row.userId === null ? "Have left" : "Without a name");
        const opens = { figure: "technician" as const, of: row.userId ?? undefined, title: name };
        const median = row.firstResponseMedianMs;
        const cells = [
          whole(row.messages),
          whole(row.conversations),
          median === null ? "none" : `${time(median)} (median)`,
          whole(row.claimed),
          whole(row.resolved),
          satisfied(row),
        ];
        return (
          <Row key={row.userId ?? ""} name={name} opens={opens} onOpen={onOpen} cells={cells} />
        );
      })}
    </Rows>
  );
}

const AGENT_HEAD = ["Agent", "Answers", "Failed", "Handed off", "Thumbs up", "Satisfied", "Cost"];

function Agents({ agents, counts, onOpen }: { agents: Breakdown["agents"] } & OfCounts) {
  return (
    <Rows title="Per agent" head={AGENT_HEAD}>
      {agents.map((agent) => {
        const n = (key: string) => counts[`agent.${agent.agentId}.${key}`] ?? 0;
        const thumbs = n("up") + n("down");
        const cells = [
          whole(n("reply_finished")),
          whole(n("reply_failed")),
          whole(n("escalated")),
          thumbs === 0 ? "none" : `${whole(n("up"))} of ${whole(thumbs)}`,
          satisfied(agent),
          dollars(n("costMicroUsd")),
        ];
        const opens = { figure: "agent" as const, of: agent.agentId, title: agent.name };
        return (
          <Row key={agent.agentId} name={agent.name} opens={opens} onOpen={onOpen} cells={cells} />
        );
      })}
    </Rows>
  );
}

/** Those with words first of all: a score alone says little. */
function Ratings({ ratings }: { ratings: Breakdown["ratings"] }) {
  const commented = ratings.filter(({ comment }) => comment !== undefined);
  if (ratings.length === 0) return null;
  return (
    <Box title="What customers said">
      <p className="mb-2 text-sm text-soft">
        {commented.length} of {count(ratings.length, "rating", "ratings")} with a comment.
      </p>
      <ul className="flex flex-col gap-2 text-sm">
        {commented.map(({ conversationId, at, score, comment, by }) => (
          <li key={`${conversationId}-${at}`} className="border-t border-line pt-2">
            <p className="wrap-anywhere">{comment}</p>
            <p className="mt-0.5 flex flex-wrap gap-x-3 text-[0.8125rem] text-faint">
              <span>{score} of 5</span>
              {by !== null && <span>answered last by {by}</span>}
              <span>{listTime(at)}</span>
              {conversationId !== null && (
                <Link
                  href={`/desk/${conversationId}`}
                  className="text-accent underline underline-offset-4"
                >
                  Open the conversation
                </Link>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Box>
  );
}
