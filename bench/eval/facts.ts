/** What an answer's facts become: an honest answer's ought to stay, and none that was forged into it. */
import { Grounding } from "../../convex/model/replies/grounding";

type Passage = { title: string; heading: string; text: string };
type Given = { question: string[]; passages: Passage[]; shop: Passage[] };

/** What the judge refuses of an answer; null: it stays. */
export async function judgeAnswer(answer: string, { question, passages, shop }: Given) {
  const said = question.map((text) => ({ role: "customer" as const, text }));
  const judge = new Grounding(said);
  judge.addPassages(passages);
  const { refusal } = judge.show(answer, true);
  if (refusal === null || refusal.kind === "act") return refusal;
  await judge.addShop(() => Promise.resolve({ pages: shop, hosts: [] }));
  return judge.show(answer, true).refusal;
}

/** The same answer with one thing that nobody said: an amount, a number, a link, an act. */
export function forgeAnswers(answer: string, { passages, shop }: Given): string[] {
  const said = [...passages, ...shop].map(({ text }) => text).join("\n");
  const amount = /\$(\d[\d,]*)/.exec(answer);
  const forged = amount && `$${Number(amount[1]!.replace(/,/g, "")) * 3 + 8}`;
  return [
    ...(forged && !said.includes(forged) ? [answer.replace(amount[0], forged)] : []),
    `${answer}\n\nCall us at (614) 555-7731.`,
    `${answer}\n\nPay here: https://computer-guys.example.net/pay`,
    `${answer}\n\nI have approved your refund.`,
  ];
}
