/**
 * What stands in braces in a saved reply, and is put in when a technician inserts it. Pure: the desk fills in, and the
 * backend refuses what it doesn't know, by the same list.
 */

/** The variables, and what each stands for. */
export const REPLY_VARIABLES = {
  "customer name": "The customer's name",
  technician: "Your name",
  "shop name": "The shop's name",
  "shop phone": "The shop's number",
  "hours today": "When the shop is open today",
  "next opening": "When the shop opens next",
} as const;
export type ReplyVariable = keyof typeof REPLY_VARIABLES;
export type ReplyValues = Partial<Record<ReplyVariable, string | undefined>>;

const IN_BRACES = /\{([^{}\n]*)\}/g;

/** As it is known: in lower case, without spaces around. */
const nameOf = (inBraces: string): string => inBraces.trim().toLowerCase();

const isVariable = (name: string): name is ReplyVariable => Object.hasOwn(REPLY_VARIABLES, name);

/** What stands in braces and is no variable, as it was typed, each once. */
export const listUnknownVariables = (text: string): string[] =>
  [...new Set([...text.matchAll(IN_BRACES)].map(([, name]) => name!))].filter(
    (name) => !isVariable(nameOf(name)),
  );

/** The text with its variables put in. One without a value stays, in braces: a gap that is filled before it is sent. */
export const fillReply = (text: string, values: ReplyValues): string =>
  text.replace(IN_BRACES, (whole, inBraces: string) => {
    const name = nameOf(inBraces);
    return (isVariable(name) && values[name]) || whole;
  });

/** The first gap of a text: a variable in braces that nothing was put in for. */
export function findGap(text: string): { start: number; end: number; name: ReplyVariable } | null {
  for (const { 0: whole, 1: inBraces, index } of text.matchAll(IN_BRACES)) {
    const name = nameOf(inBraces!);
    if (isVariable(name)) return { start: index, end: index + whole.length, name };
  }
  return null;
}
