/** The figures of the insights page, from what `analytics.overview` derives. Pure. */
import type { api } from "../api";
import { duration } from "../ui/time";

type Overview = (typeof api.analytics.overview)["_returnType"];
export type Metrics = Overview["metrics"];
type Counts = Readonly<Record<string, number>>;

export type Figure = {
  name: string;
  value: string;
  /** What it is of: a share of three says less than one of three hundred. */
  note: string;
  /** In words, as in docs/numbers.md. */
  definition: string;
  /** The value of one day, for the line; null where there was none. */
  daily: (metrics: Metrics) => number | null;
};
type FigureGroup = { title: string; figures: Figure[] };

const NONE = "–";

export function figureGroups(metrics: Metrics, counts: Counts): FigureGroup[] {
  return [
    { title: "Waiting", figures: waiting(metrics, counts) },
    { title: "Settling", figures: settling(metrics) },
    { title: "Nothing invented", figures: checks(counts) },
    { title: "Satisfaction", figures: satisfaction(metrics, counts) },
    { title: "Cost", figures: cost(metrics, counts) },
  ];
}

function waiting(metrics: Metrics, counts: Counts): Figure[] {
  const { firstResponseAiMs: ai, firstResponseHumanMs: human, firstResponseHumanOpenMs } = metrics;
  return [
    {
      name: "First response, assistant",
      value: show(ai.value, time),
      note: count(ai.of, "first answer", "first answers"),
      definition:
        "From the customer's oldest unanswered message to the assistant's first complete answer in a conversation. Mean. Calling for a technician is no answer.",
      daily: (day) => day.firstResponseAiMs.value,
    },
    {
      name: "First response, technician",
      value: show(firstResponseHumanOpenMs.value, time),
      note: `in opening hours; ${show(human.value, time)} by the clock; ${count(human.of, "first answer", "first answers")}`,
      definition:
        "From the customer's oldest unanswered message to a technician's first answer in a conversation, counting only the time that the shop was open. Mean. Notes and automatic lines are no answer.",
      daily: (day) => day.firstResponseHumanOpenMs.value,
    },
    {
      name: "Conversations",
      value: whole(metrics.episodesBegun),
      note: count(
        counts.message_received ?? 0,
        "message from customers",
        "messages from customers",
      ),
      definition: "Conversations begun or reopened.",
      daily: (day) => day.episodesBegun,
    },
  ];
}

function settling(metrics: Metrics): Figure[] {
  const { containment, verifiedResolutions, reopenRate, resolutionMs, resolutionOpenMs } = metrics;
  return [
    {
      name: "Verified resolutions",
      value: show(verifiedResolutions.value, percent),
      note: ofJudged(verifiedResolutions.of),
      definition:
        "Settled by the assistant alone, judged done (rated 4 or 5, a thumb up, said to be solved, or no answer to the follow-up), and not reopened within 72 hours. Counted when the 72 hours are over.",
      daily: (day) => day.verifiedResolutions.value,
    },
    {
      name: "Containment",
      value: show(containment.value, percent),
      note: ofResolved(containment.of),
      definition:
        "Resolved after an answer of the assistant, and no technician wrote, was called, or took over. It does not say that the customer was helped: verified resolutions do.",
      daily: (day) => day.containment.value,
    },
    {
      name: "Reopened",
      value: show(reopenRate.value, percent),
      note: ofJudged(reopenRate.of),
      definition: "Reopened within 72 hours after they were resolved, by whomever.",
      daily: (day) => day.reopenRate.value,
    },
    {
      name: "Time to resolution",
      value: show(resolutionOpenMs.value, time),
      note: `in opening hours; ${show(resolutionMs.value, time)} by the clock; ${ofResolved(resolutionMs.of)}`,
      definition:
        "From the first message, or the reopening, to the resolution, without the time that it was snoozed. Mean.",
      daily: (day) => day.resolutionOpenMs.value,
    },
  ];
}

function checks(counts: Counts): Figure[] {
  const n = (key: string) => counts[`checked.${key}`] ?? 0;
  const unsure = n("unsure");
  const handedOff = n("handedOff");
  return [
    {
      name: "Checked",
      value: whole(counts.checked ?? 0),
      note: `${count(n("refused"), "answer", "answers")} refused for one of them`,
      definition:
        "Prices, times, numbers, links, promises and acts that the assistant wanted to state. Each is compared with your documents, your hours and what a technician said, before the customer sees it. What none of them says is refused.",
      daily: () => null,
    },
    {
      name: "Asked again",
      value: whole(n("askedAgain")),
      note: `of ${count(counts.reply_finished ?? 0, "answer", "answers")}`,
      definition:
        "Answers that had something in them that nothing bears out. The customer never saw it: the assistant was told why, and had to write the whole answer again.",
      daily: () => null,
    },
    {
      name: "Not answered for it",
      value: whole(unsure + handedOff),
      note: `${whole(unsure)} said so and offered a technician, ${whole(handedOff)} handed over`,
      definition:
        "Refused the second time as well. Instead of a guess the customer was told that the assistant can't tell, and offered a technician; where it claimed to have done something, a technician took over.",
      daily: () => null,
    },
  ];
}

function satisfaction({ csat, csatResponseRate, handoffRate }: Metrics, counts: Counts): Figure[] {
  const up = counts["feedback.up"] ?? 0;
  const thumbs = up + (counts["feedback.down"] ?? 0);
  return [
    {
      name: "Satisfied",
      value: show(csat.value, percent),
      note: `${count(csat.of, "rating", "ratings")}; ${show(csatResponseRate.value, percent)} of conversations are rated`,
      definition:
        "Ratings of 4 or 5, of all ratings. Read it with how many rated: few do, and rarely the indifferent.",
      daily: (day) => day.csat.value,
    },
    {
      name: "Thumbs up",
      value: show(thumbs === 0 ? null : up / thumbs, percent),
      note: count(thumbs, "thumb on answers", "thumbs on answers"),
      definition: "Thumbs up on single answers of the assistant, of all thumbs.",
      daily: () => null,
    },
    {
      name: "Handed to technicians",
      value: show(handoffRate.value, percent),
      note: ofResolved(handoffRate.of),
      definition: "Resolved conversations that were in the technicians' queue at least once.",
      daily: (day) => day.handoffRate.value,
    },
  ];
}

function cost(metrics: Metrics, counts: Counts): Figure[] {
  const verified = metrics.costPerVerifiedResolutionMicroUsd;
  const each = metrics.costPerResolutionMicroUsd;
  return [
    {
      name: "Cost per verified resolution",
      value: show(verified.value, dollars),
      note: count(verified.of, "verified resolution", "verified resolutions"),
      definition:
        "What the models cost in all conversations whose 72 hours ended, those that did not work included, over the verified resolutions among them.",
      daily: (day) => day.costPerVerifiedResolutionMicroUsd.value,
    },
    {
      name: "Cost per conversation",
      value: show(each.value, dollars),
      note: ofResolved(each.of),
      definition: "What the models cost in resolved conversations, over their number.",
      daily: (day) => day.costPerResolutionMicroUsd.value,
    },
    {
      name: "Cost of the models",
      value: dollars(counts.costMicroUsd ?? 0),
      note: `${count(counts.reply_finished ?? 0, "answer", "answers")}, ${whole(counts.reply_failed ?? 0)} failed`,
      definition: "All that the models cost in the period, stopped and failed answers included.",
      daily: () => null,
    },
  ];
}

const show = (value: number | null, format: (value: number) => string) =>
  value === null ? NONE : format(value);
const whole = (value: number) => value.toLocaleString();
const count = (n: number, one: string, many: string) => `${whole(n)} ${n === 1 ? one : many}`;
const ofResolved = (n: number) => `of ${whole(n)} resolved`;
const ofJudged = (n: number) => `of ${whole(n)} whose 72 hours are over`;
const percent = (share: number) => `${Math.round(share * 100)} %`;
const time = (ms: number) => (ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms));
const dollars = (microUsd: number) => {
  const usd = microUsd / 1e6;
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
};

/** Points of a line through the days' values in a box of `width` by `height`; empty with fewer than two. */
export function linePoints(values: (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return "";
  const top = Math.max(...known) || 1;
  const step = width / (values.length - 1);
  return values
    .flatMap((value, i) =>
      value === null
        ? []
        : [`${(i * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`],
    )
    .join(" ");
}
