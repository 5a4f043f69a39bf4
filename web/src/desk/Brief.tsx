/** Why people have it, what is known by now, and what was before. */
import { AlarmClock, ChevronDown, Star } from "lucide-react";
import type { ReactNode } from "react";
import type { StaffConversation } from "../api";
import { atTime, dueTime, duration, listTimeInside } from "../ui/time";
import { useNow } from "../ui/useNow";
import { Tag } from "./Tag";
import { REASON_WORDS, SKILL_WORDS, URGENCY_WORDS } from "./words";

/** Open while the customer waits for its reader; answered, it makes room, and opens again by a click. */
export function HandoffBrief({
  conversation,
  mine,
}: {
  conversation: StaffConversation;
  mine: boolean;
}) {
  const { brief, waitingSince, status } = conversation;
  const now = useNow(20_000);
  if (brief === undefined) return null;
  const urgent = brief.urgency === "high";
  const facts = factsOf(conversation);
  return (
    <details
      aria-label="Hand-off brief"
      data-testid="brief"
      open={status !== "resolved" && (!mine || waitingSince !== undefined)}
      className={`group shrink-0 rounded-2xl px-4 py-3 text-sm ${urgent ? "bg-danger-wash" : "bg-person-wash"}`}
    >
      <summary className="flex cursor-pointer flex-wrap items-center gap-2">
        <Tag look={urgent ? "bg-danger text-bg" : "bg-surface text-soft"}>
          {URGENCY_WORDS[brief.urgency]}
        </Tag>
        <span className="font-semibold">{REASON_WORDS[brief.reason]}</span>
        <span className="ml-auto text-xs text-soft tabular-nums">
          handed over {listTimeInside(brief.at, now)}
          {waitingSince !== undefined && `, waits ${duration(now - waitingSince)}`}
        </span>
        <ChevronDown size={15} aria-hidden className="transition-transform group-open:rotate-180" />
      </summary>
      <p className="mt-1.5 leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">
        {brief.summary}
      </p>
      {facts.length > 0 && (
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          {facts.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="[overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

function factsOf({ brief, contact }: StaffConversation): { name: string; value: ReactNode }[] {
  const reach = [contact?.name, contact?.phone, contact?.email].filter(
    (each) => each !== undefined,
  );
  const all = [
    { name: "Device", value: brief?.device },
    // What the rules took from the customer's words may be all of them.
    { name: "Symptom", value: brief?.symptom === brief?.summary ? undefined : brief?.symptom },
    {
      name: "Tried",
      value: brief?.stepsTried?.length ? <Steps steps={brief.stepsTried} /> : undefined,
    },
    { name: "Wants", value: brief?.wants },
    { name: "Needs", value: brief?.skill && SKILL_WORDS[brief.skill] },
    { name: "Contact", value: reach.length > 0 ? reach.join(" · ") : undefined },
  ];
  return all.filter(({ value }) => value !== undefined);
}

function Steps({ steps }: { steps: string[] }) {
  return (
    <ol className="list-decimal pl-4.5">
      {steps.map((step, index) => (
        <li key={index}>{step}</li>
      ))}
    </ol>
  );
}

/** Set aside: until when. */
export function SnoozedNotice({
  conversation: { status, snoozedUntil },
}: {
  conversation: StaffConversation;
}) {
  const now = useNow(20_000);
  if (status !== "snoozed" || snoozedUntil === undefined) return null;
  return (
    <p
      data-testid="snoozed"
      className="flex items-center gap-2 rounded-2xl bg-sunken px-4 py-2.5 text-sm text-soft"
    >
      <AlarmClock size={15} aria-hidden /> Set aside, back {atTime(dueTime(snoozedUntil, now))}.
    </p>
  );
}

/** What earlier episodes were about, and how the customer found them. */
export function EarlierEpisodes({
  conversation: { earlier, ratings, rating },
}: {
  conversation: StaffConversation;
}) {
  const given = [...(ratings ?? []), ...(rating ? [{ episode: null, ...rating }] : [])];
  if (earlier === undefined && given.length === 0) return null;
  return (
    <details data-testid="earlier" className="rounded-2xl border border-line px-4 py-2.5 text-sm">
      <summary className="cursor-pointer font-medium text-soft">
        Earlier with this customer
        {given.length > 0 && (
          <span className="ml-2 text-xs tabular-nums">
            <Star size={11} fill="currentColor" aria-hidden className="inline text-star" />{" "}
            {given.map(({ score }) => score).join(", ")}
          </span>
        )}
      </summary>
      <div className="mt-2 flex flex-col gap-2 leading-relaxed [overflow-wrap:anywhere]">
        {earlier?.split("\n").map((paragraph, index) => (
          <p key={index}>{paragraph}</p>
        ))}
        {given.length > 0 && (
          <ul className="flex flex-col gap-1 text-soft">
            {given.map(({ episode, score, comment, at }) => (
              <li key={at}>
                {episode === null ? "Now" : `Episode ${episode}`}: {score} of 5
                {comment !== undefined && `, “${comment}”`}
              </li>
            ))}
          </ul>
        )}
      </div>
    </details>
  );
}
