/** What was found and said, in figures. */
import { pairWithOthers, type Dialogue, type Question } from "./cases";
import type { Asked, Asker } from "./ask";
import { forgeAnswers, judgeAnswer } from "./facts";

/** Shares are 0 to 1; null: no case of the kind. */
export type Figures = {
  questions: number;
  top1: number | null;
  top3: number | null;
  top5: number | null;
  /** Mean reciprocal rank of the first right document. */
  mrr: number | null;
  /** The answer stands in a passage that the model is given. */
  inContext: number | null;
  unanswerable: number;
  /** Questions about what the shop doesn't say that are given passages all the same. */
  falselyFound: number | null;
  pairs: number;
  /** Short questions: alone, and after one about something else. */
  firstTop3: number | null;
  secondTop3: number | null;
  /** The model's answers: right facts from a right document. */
  right: number | null;
  /** Answers that cite no right document; of questions that nothing answers, any that cite. */
  wrongSource: number | null;
  /** Honest answers of which something is refused, and forged ones that would be shown. */
  falseAlarms: number | null;
  inventedShown: number | null;
  dialogues: number;
  /** Decisions about hand-offs that are as expected. */
  handoffs: number | null;
};

export type Miss = { id: string; what: string; q: string; got: string };

const share = (hits: boolean[]) =>
  hits.length === 0 ? null : hits.filter(Boolean).length / hits.length;

export const rankOf = ({ slugs }: Asked, right: string[]) =>
  slugs.findIndex((slug) => right.includes(slug)) + 1;

const within = (rank: number, n: number) => rank > 0 && rank <= n;

export async function measure(
  asker: Asker,
  { questions, dialogues }: { questions: Question[]; dialogues: Dialogue[] },
): Promise<{ figures: Figures; misses: Miss[] }> {
  const misses: Miss[] = [];
  const ranks: number[] = [];
  const inContext: boolean[] = [];
  const falsely: boolean[] = [];
  const right: boolean[] = [];
  const wrong: boolean[] = [];
  const alarms: boolean[] = [];
  const shown: boolean[] = [];
  const first = new Map<string, number>();
  const { passages: shop } = await asker.find("opening hours, address and phone number");
  for (const question of questions) {
    const { id, q, slugs, answer, after } = question;
    const miss = (what: string, got: string) => misses.push({ id, what, q, got });
    const found = await asker.find(q, after);
    const said = await asker.answer(q, found, after);
    const given = {
      question: after === undefined ? [q] : [after, q],
      passages: said.passages,
      shop,
    };
    const refusal = await judgeAnswer(said.text, given);
    alarms.push(refusal !== null);
    if (refusal !== null) miss("false alarm", `${refusal.words}: ${said.text}`);
    if (said.slugs.length > 0) {
      for (const forged of forgeAnswers(said.text, given)) {
        shown.push((await judgeAnswer(forged, given)) === null);
        if (shown.at(-1)) miss("invented", forged);
      }
    }
    if (slugs.length === 0) {
      falsely.push(found.passages.length > 0);
      if (found.passages.length > 0) miss("found", found.slugs.slice(0, 3).join(" "));
      wrong.push(said.slugs.length > 0);
      if (said.slugs.length > 0) miss("said", said.text);
      continue;
    }
    const rank = rankOf(found, slugs);
    ranks.push(rank);
    first.set(id, rank);
    if (!within(rank, 3)) miss("top 3", found.slugs.slice(0, 3).join(" "));
    const cites = said.slugs.some((slug) => slugs.includes(slug));
    wrong.push(said.slugs.length > 0 && !cites);
    if (wrong.at(-1)) miss("source", said.text);
    if (answer === undefined) continue;
    const pattern = new RegExp(answer);
    const fits = ({ slug, text }: Asked["passages"][number]) =>
      slugs.includes(slug) && pattern.test(text);
    inContext.push(found.passages.some(fits));
    if (!inContext.at(-1)) miss("context", found.slugs.join(" "));
    right.push(cites && pattern.test(said.text));
    if (!right.at(-1) && !wrong.at(-1)) miss("answer", said.text);
  }
  const pairs = pairWithOthers(questions);
  const second: number[] = [];
  for (const { question, before } of pairs) {
    const found = await asker.find(question.q, before);
    second.push(rankOf(found, question.slugs));
    const lost = !within(second.at(-1)!, 3) && within(first.get(question.id)!, 3);
    if (lost) {
      misses.push({
        id: question.id,
        what: "second",
        q: `${before} / ${question.q}`,
        got: found.slugs.slice(0, 3).join(" "),
      });
    }
  }
  const decided = await decide(asker, dialogues, misses);
  return {
    misses,
    figures: {
      questions: ranks.length,
      top1: share(ranks.map((rank) => within(rank, 1))),
      top3: share(ranks.map((rank) => within(rank, 3))),
      top5: share(ranks.map((rank) => within(rank, 5))),
      mrr:
        ranks.length === 0
          ? null
          : ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / ranks.length,
      inContext: share(inContext),
      unanswerable: falsely.length,
      falselyFound: share(falsely),
      pairs: pairs.length,
      firstTop3: share(pairs.map(({ question }) => within(first.get(question.id)!, 3))),
      secondTop3: share(second.map((rank) => within(rank, 3))),
      right: share(right),
      wrongSource: share(wrong),
      falseAlarms: share(alarms),
      inventedShown: share(shown),
      dialogues: dialogues.length,
      handoffs: share(decided),
    },
  };
}

async function decide(asker: Asker, dialogues: Dialogue[], misses: Miss[]): Promise<boolean[]> {
  const decided: boolean[] = [];
  for (const dialogue of dialogues) {
    const state = await asker.converse(dialogue);
    const { id, expect, turns } = dialogue;
    const fits = expect === "offer_or_handoff" ? state !== "none" : state === expect;
    decided.push(fits);
    if (!fits) misses.push({ id, what: `expected ${expect}`, q: turns.join(" / "), got: state });
  }
  return decided;
}
