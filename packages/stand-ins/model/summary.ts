/**
 * A conversation summed up, as a model would that adds nothing: the first sentence of what the customer began with, of
 * each question since, and of the last word of every other side.
 */
const CONVERSATION = /^\s*<conversation>\n([^]*)\n<\/conversation>\s*$/;
const MAX_QUESTIONS = 3;

/** Null for what is no conversation to sum up. */
export function sumUp(content: string): string | null {
  const [, inside] = CONVERSATION.exec(content) ?? [];
  if (inside === undefined) return null;
  const said = [...inside.matchAll(/^(\p{L}+): (.+)$/gmu)].map(([, who, words]) => ({
    who: who!,
    words: /^.*?[.!?](?=\s|$)/.exec(words!)?.[0] ?? words!,
  }));
  const [first] = said;
  if (first === undefined) return null;
  const questions = said.filter(({ who, words }) => who === first.who && words.endsWith("?"));
  const others = [...new Set(said.map(({ who }) => who))].filter((who) => who !== first.who);
  const lines = [
    first,
    ...questions.slice(-MAX_QUESTIONS),
    ...others.map((who) => said.findLast((one) => one.who === who)!),
  ];
  return [...new Set(lines)].map(({ who, words }) => `- ${who}: ${words}`).join("\n");
}
