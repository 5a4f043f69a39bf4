/** The figures of the insights page from the roll-ups' counts. Pure. */
export type Figure = { name: string; value: string; note: string };

type Counts = Readonly<Record<string, number>>;

const NONE = "–";

/** Containment: conversations that needed no person, of all that were begun or reopened. */
export function figures(counts: Counts): Figure[] {
  const of = (key: string) => counts[key] ?? 0;
  const begun = of("conversation_created") + of("reopened");
  const replies = of("reply_finished");
  const thumbs = of("feedback.up") + of("feedback.down");
  const cost = of("costMicroUsd") / 1e6;
  return [
    {
      name: "Conversations",
      value: whole(begun),
      note: count(of("message_received"), "message from customers", "messages from customers"),
    },
    {
      name: "Settled without a person",
      value: begun === 0 ? NONE : percent(Math.max(0, 1 - of("escalated") / begun)),
      note: `${whole(of("escalated"))} handed to technicians`,
    },
    {
      name: "First word of an answer",
      value: ratio(of("firstTokenMs"), of("firstTokens"), seconds),
      note: `${count(replies, "answer", "answers")}, ${whole(of("reply_failed"))} failed`,
    },
    {
      name: "First answer by a technician",
      value: ratio(of("staff_replied.waitedMs"), of("staff_replied.waits"), minutes),
      note: count(of("staff_replied"), "answer by a technician", "answers by technicians"),
    },
    {
      name: "Rating",
      value: ratio(of("ratingSum"), of("rated"), (score) => `${score.toFixed(1)} / 5`),
      note:
        thumbs === 0 ? "No thumbs yet" : `${percent(of("feedback.up") / thumbs)} of thumbs are up`,
    },
    {
      name: "Cost of the models",
      value: `$${cost.toFixed(2)}`,
      note: ratio(cost, replies, (each) => `$${each.toFixed(4)} an answer`),
    },
  ];
}

const whole = (value: number) => value.toLocaleString();
const count = (n: number, one: string, many: string) => `${whole(n)} ${n === 1 ? one : many}`;
const percent = (value: number) => `${Math.round(value * 100)} %`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const minutes = (ms: number) => (ms < 60_000 ? seconds(ms) : `${Math.round(ms / 60_000)} min`);
const ratio = (sum: number, count: number, format: (value: number) => string) =>
  count === 0 ? NONE : format(sum / count);
