/** The figures of one period: each with what it is of, what it means, and the conversations that it opens. Pure. */
import { count, dollars, percent, time, whole, type Opens, type Period } from "./report";

export type Figure = {
  name: string;
  /** Null: nothing to say yet; `when` says from when on there is. */
  value: string | null;
  /** What it is of: a share of three says less than one of three hundred. */
  note: string;
  /** In words, as in docs/numbers.md. */
  definition: string;
  when: string;
  opens: Opens["figure"];
};
type FigureGroup = { title: string; figures: Figure[] };

export function figureGroups(period: Period): FigureGroup[] {
  return [
    { title: "Waiting", figures: waiting(period) },
    { title: "Settling", figures: settling(period) },
    { title: "Satisfaction", figures: satisfaction(period) },
    { title: "Nothing invented", figures: checks(period) },
    { title: "Cost", figures: cost(period) },
  ];
}

const show = (value: number | null, format: (value: number) => string) =>
  value === null ? null : format(value);
const some = (n: number) => (n === 0 ? null : whole(n));
const ofResolved = (n: number) => `of ${whole(n)} resolved`;
const ofJudged = (n: number) => `of ${whole(n)} whose 72 hours are over`;
const FIRST_CONVERSATION = "with the first conversation";
const RESOLVED = "with the first conversation that is resolved";
const JUDGED = "72 hours after the first conversation is resolved";

type Times = Period["metrics"]["resolutionMs"];
/** The median stands large; what it hides beside it. */
const spread = ({ value, p90 }: Times) =>
  value === null || p90 === null ? "" : `nine of ten within ${time(p90)}; mean ${time(value)}`;

function waiting({ metrics, counts }: Period): Figure[] {
  const { firstResponseAiMs: ai, firstResponseHumanOpenMs: human } = metrics;
  return [
    {
      name: "Conversations",
      value: some(metrics.episodesBegun),
      note: count(counts.message_received ?? 0, "message of customers", "messages of customers"),
      definition: "Conversations begun or reopened.",
      when: FIRST_CONVERSATION,
      opens: "begun",
    },
    {
      name: "First response, assistant",
      value: show(ai.median, time),
      note: `${spread(ai)}; ${count(ai.of, "first answer", "first answers")}`,
      definition:
        "From the customer's oldest unanswered message to the assistant's first complete answer in a conversation. Median, at most 5 % off. Calling for a technician is no answer.",
      when: "with the assistant's first answer",
      opens: "firstByAi",
    },
    {
      name: "First response, technician",
      value: show(human.median, time),
      note: `in opening hours; ${spread(human)}; ${count(human.of, "first answer", "first answers")}`,
      definition:
        "From the customer's oldest unanswered message to a technician's first answer in a conversation, counting only the time that the shop was open. Median, at most 5 % off. Notes and automatic lines are no answer.",
      when: "with a technician's first answer",
      opens: "firstByPeople",
    },
  ];
}

function settling({ metrics }: Period): Figure[] {
  const { containment, verifiedResolutions, reopenRate, resolutionMs, resolutionOpenMs } = metrics;
  return [
    {
      name: "Containment",
      value: show(containment.value, percent),
      note: ofResolved(containment.of),
      definition:
        "Resolved after an answer of the assistant, and no technician wrote, was called, or took over. It does not say that the customer was helped: verified resolutions do.",
      when: RESOLVED,
      opens: "contained",
    },
    {
      name: "Verified resolutions",
      value: show(verifiedResolutions.value, percent),
      note: ofJudged(verifiedResolutions.of),
      definition:
        "Settled by the assistant alone, judged done (rated 4 or 5, a thumb up, said to be solved, or no answer to the follow-up), and not reopened within 72 hours. Counted when the 72 hours are over.",
      when: JUDGED,
      opens: "verified",
    },
    {
      name: "Reopened",
      value: show(reopenRate.value, percent),
      note: ofJudged(reopenRate.of),
      definition: "Reopened within 72 hours after they were resolved, by whomever.",
      when: JUDGED,
      opens: "reopened",
    },
    {
      name: "Time to resolution",
      value: show(resolutionOpenMs.median, time),
      note: `in opening hours; ${spread(resolutionOpenMs)}; by the clock ${show(resolutionMs.median, time) ?? "none"}; ${ofResolved(resolutionMs.of)}`,
      definition:
        "From the first message, or the reopening, to the resolution, without the time that it was snoozed. Median, at most 5 % off.",
      when: RESOLVED,
      opens: "resolved",
    },
    {
      name: "Handed to technicians",
      value: show(metrics.handoffRate.value, percent),
      note: ofResolved(metrics.handoffRate.of),
      definition: "Resolved conversations that were in the technicians' queue at least once.",
      when: RESOLVED,
      opens: "handedOver",
    },
  ];
}

function satisfaction({ metrics: { csat, csatResponseRate }, counts }: Period): Figure[] {
  const up = counts["feedback.up"] ?? 0;
  const thumbs = up + (counts["feedback.down"] ?? 0);
  const rated = show(csatResponseRate.value, percent);
  const drafts = counts["drafts.sent"] ?? 0;
  const kept = counts["drafts.keptPercent"] ?? 0;
  return [
    {
      name: "Satisfied",
      value: show(csat.value, percent),
      note: `${count(csat.of, "rating", "ratings")}${rated === null ? "" : `; of ${whole(csatResponseRate.of)} whose 72 hours are over, ${rated} were rated`}`,
      definition:
        "Ratings of 4 or 5, of all ratings. Read it with how many rated: few do, and rarely the indifferent.",
      when: "with the first rating",
      opens: "rated",
    },
    {
      name: "Thumbs up",
      value: show(thumbs === 0 ? null : up / thumbs, percent),
      note: count(thumbs, "thumb on answers", "thumbs on answers"),
      definition: "Thumbs up on single answers of the assistant, of all thumbs.",
      when: "with the first thumb on an answer",
      opens: "thumbs",
    },
    {
      name: "Kept of a draft",
      value: show(drafts === 0 ? null : kept / drafts / 100, percent),
      note: `${count(drafts, "answer", "answers")} made of one, of ${count(counts["assisted.draft"] ?? 0, "draft", "drafts")}`,
      definition:
        "Of the words of a draft that the assistant wrote for a technician, those that stand in the answer that was sent, in the same order. Mean.",
      when: "with the first answer that is made of a draft",
      opens: "drafts",
    },
  ];
}

function checks({ counts }: Period): Figure[] {
  const n = (key: string) => counts[`checked.${key}`] ?? 0;
  const [unsure, handedOff] = [n("unsure"), n("handedOff")];
  const checked = counts.checked ?? 0;
  const known = (value: number) => (checked === 0 ? null : whole(value));
  const when = "with the first price, time or promise that the assistant wants to state";
  return [
    {
      name: "Facts refused",
      value: known(n("refused")),
      note: `${whole(checked)} checked; ${count(n("askedAgain"), "answer was", "answers were")} asked for again`,
      definition:
        "Prices, times, numbers, links, promises and acts that the assistant wanted to state. Each is compared with your documents, your hours and what a technician said, before the customer sees it. An answer with one that none of them says is refused, and asked for again.",
      when,
      opens: "refused",
    },
    {
      name: "Not answered for it",
      value: known(unsure + handedOff),
      note: `${whole(unsure)} said so and offered a technician, ${whole(handedOff)} handed over`,
      definition:
        "Refused the second time as well. Instead of a guess the customer was told that the assistant can't tell, and offered a technician; where it claimed to have done something, a technician took over.",
      when,
      opens: "refused",
    },
  ];
}

function cost({ metrics, counts }: Period): Figure[] {
  const verified = metrics.costPerVerifiedResolutionMicroUsd;
  const each = metrics.costPerResolutionMicroUsd;
  const answers = counts.reply_finished ?? 0;
  const failed = counts.reply_failed ?? 0;
  const total = counts.costMicroUsd;
  return [
    {
      name: "Cost of the models",
      value: total === undefined ? null : dollars(total),
      note: `${count(answers, "answer", "answers")}, ${whole(failed)} failed`,
      definition: "All that the models cost, stopped and failed answers included.",
      when: "with the assistant's first answer",
      opens: "cost",
    },
    {
      name: "Cost per conversation",
      value: show(each.value, dollars),
      note: ofResolved(each.of),
      definition: "What the models cost in resolved conversations, over their number.",
      when: RESOLVED,
      opens: "resolved",
    },
    {
      name: "Cost per verified resolution",
      value: show(verified.value, dollars),
      note: count(verified.of, "verified resolution", "verified resolutions"),
      definition:
        "What the models cost in all conversations whose 72 hours ended, those that did not work included, over the verified resolutions among them.",
      when: JUDGED,
      opens: "judged",
    },
  ];
}
