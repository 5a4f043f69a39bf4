/**
 * The words that change consent, as carriers and Twilio know them
 * (https://help.twilio.com/articles/223134027), and what we answer. A word counts only if it is the whole text:
 * "stop the pop-ups" is a question.
 */
export type ConsentWord = "stop" | "start" | "help";

const STOP = new Set("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split(" "));
const START = new Set(["START", "UNSTOP"]);
const HELP = new Set(["HELP", "INFO"]);

/** The word in its spelling of the list: what is written around it, and in what case, doesn't matter. */
export const bareWord = (text: string): string =>
  text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").toUpperCase();

/**
 * What a text does to consent, or null for one that somebody must read. YES opts in only who had opted out:
 * from anybody else it answers a question. `optOutType` is what a messaging service with advanced opt-out
 * says that it took the text for; it has words of its own.
 */
export function consentWord(
  text: string,
  optedOut: boolean,
  optOutType?: string,
): ConsentWord | null {
  const type = optOutType?.toLowerCase();
  if (type === "stop" || type === "start" || type === "help") return type;
  const word = bareWord(text);
  if (STOP.has(word)) return "stop";
  if (START.has(word) || (word === "YES" && optedOut)) return "start";
  return HELP.has(word) ? "help" : null;
}

/** What we answer, in one segment (CTIA Messaging Principles 5.1). */
export const CONSENT_ANSWERS: Record<ConsentWord, (shop: string) => string> = {
  stop: (shop) => `${shop}: you won't get any more texts from us. Text START to get them again.`,
  start: (shop) =>
    `${shop}: you get our texts again. Text us your question. Text HELP for help, STOP to end.`,
  help: (shop) =>
    `${shop} support: text your question and we answer here. Msg & data rates may apply. Text STOP to end.`,
};

/** In one segment, whatever the shop is called: the name is what can be shortened. */
export const codeText = (shop: string, code: string): string =>
  `${code} is your ${shop.slice(0, 40)} code. We never ask you for it: give it to nobody.`;
