/** Setting what the shop adds to the built-in rules: checked whole, at most 4 KB with the sentences that test it. */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { allowedOrigins } from "../../env";
import { appError } from "../../lib/errors";
import { findFacts } from "../../lib/facts";
import { allowsHost } from "../../lib/hosts";
import { PhraseList, readPhrase } from "../../lib/phrases";
import { splitSentences } from "../../lib/sentences";
import { cleanText, excerptOf } from "../../lib/text";
import { vOwnTopic, vRuleCase } from "../../validators";
import { loadForbiddenWords, loadOwnTopics, loadRuleCases, type RuleCase } from "./guardrails";
import { checkHosts, loadLinkHosts, storeLinkHosts } from "./links";
import { putOnlyRow } from "./onlyRow";

/** Of everything together, as JSON in UTF-8. */
export const MAX_GUARDRAIL_BYTES = 4_096;
const MAX_NAME_CHARS = 60;
const MAX_PHRASE_CHARS = 100;
const MAX_CASE_CHARS = 300;

export const vGuardrails = v.object({
  topics: v.array(vOwnTopic),
  words: v.array(v.string()),
  /** Where answers may link (`links.ts`). */
  hosts: v.array(v.string()),
  cases: v.array(vRuleCase),
});
export type Guardrails = Infer<typeof vGuardrails>;

export async function loadGuardrails(ctx: Pick<QueryCtx, "db">): Promise<Guardrails> {
  return {
    topics: await loadOwnTopics(ctx),
    words: await loadForbiddenWords(ctx),
    hosts: await loadLinkHosts(ctx),
    cases: await loadRuleCases(ctx),
  };
}

/** As they are kept: each once, without what surrounds it. Errors: `invalid_input`, `too_large`. */
export function checkGuardrails({ topics, words, hosts, cases }: Guardrails): Guardrails {
  const kept = {
    topics: topics.map(checkTopic),
    words: checkPhrases(words),
    hosts: checkHosts(hosts),
    cases: cases.map(({ by, text, caught }) => ({
      ...{ by, caught },
      text: cleanText("An example", text, MAX_CASE_CHARS),
    })),
  };
  const names = new Set(kept.topics.map(({ name }) => name.toLowerCase()));
  if (names.size < kept.topics.length) {
    throw appError("invalid_input", "Two topics have one name. Put their words together.");
  }
  const bytes = new TextEncoder().encode(JSON.stringify(kept)).length;
  if (bytes > MAX_GUARDRAIL_BYTES) {
    const message = `All rules and examples together have ${bytes} bytes; ${MAX_GUARDRAIL_BYTES} fit. Shorten some.`;
    throw appError("too_large", message);
  }
  return kept;
}

function checkTopic({ name, phrases }: Guardrails["topics"][number]) {
  const kept = {
    name: cleanText("A topic's name", name, MAX_NAME_CHARS).replace(/\s+/g, " "),
    phrases: checkPhrases(phrases),
  };
  if (kept.phrases.length > 0) return kept;
  throw appError("invalid_input", `The topic "${kept.name}" has no words that it is known by.`);
}

function checkPhrases(typed: string[]): string[] {
  const phrases = typed.map((one) =>
    cleanText("A word or phrase", one, MAX_PHRASE_CHARS).replace(/\s+/g, " "),
  );
  const unread = phrases.find((one) => readPhrase(one) === null);
  if (unread === undefined) return [...new Set(phrases)];
  const message = `"${unread}" can't be looked for: write words, and three letters or more before a star.`;
  throw appError("invalid_input", message);
}

/** Hosts of the shop's own pages: answers may link there and below. */
export const listOwnHosts = (): string[] =>
  allowedOrigins().map((origin) => `*.${new URL(origin).hostname}`);

/** What of an answer's words and links is caught, whatever passages say. */
export function catchesAnswer(text: string, { words, hosts }: Guardrails): string | null {
  const list = new PhraseList(words);
  const allowed = [...hosts, ...listOwnHosts()];
  for (const { text: sentence } of splitSentences(text, true)) {
    const word = list.find(sentence);
    if (word !== null) return word.found;
    const link = findFacts(sentence).find(
      ({ kind, values }) => kind === "host" && !values.some((host) => allowsHost(allowed, host)),
    );
    if (link !== undefined) return sentence.slice(link.start, link.end);
  }
  return null;
}

/** Errors: `invalid_input` with each example that comes out otherwise. `caughtBy`: what catches it, or null. */
export function requireCases(cases: RuleCase[], caughtBy: (text: string) => string | null): void {
  const wrong = cases.flatMap(({ text, caught }) => {
    const by = caughtBy(text);
    if ((by !== null) === caught) return [];
    const said = `"${excerptOf(text, 80)}"`;
    return by === null ? `${said} is not caught` : `${said} is caught by "${by}"`;
  });
  if (wrong.length === 0) return;
  throw appError("invalid_input", `Not saved. ${wrong.join("; ")}.`);
}

export const requireAnswerCases = (rules: Guardrails): void =>
  requireCases(
    rules.cases.filter(({ by }) => by === "answer"),
    (text) => catchesAnswer(text, rules),
  );

/** Rows that say the same stay: who reads them is not told. */
export async function storeGuardrails(ctx: MutationCtx, rules: Guardrails): Promise<void> {
  const { topics, words, hosts, cases } = rules;
  const updatedAt = Date.now();
  const before = await loadGuardrails(ctx);
  const isNew = (part: keyof Guardrails) =>
    JSON.stringify(before[part]) !== JSON.stringify(rules[part]);
  if (isNew("topics")) await putOnlyRow(ctx, { kind: "own_topics", topics, updatedAt });
  if (isNew("words")) await putOnlyRow(ctx, { kind: "forbidden_words", words, updatedAt });
  if (isNew("cases")) await putOnlyRow(ctx, { kind: "rule_cases", cases, updatedAt });
  if (isNew("hosts")) await storeLinkHosts(ctx, hosts);
}

/** The hosts alone, with what else is set. Errors: `invalid_input`, `too_large`. */
export async function changeLinkHosts(ctx: MutationCtx, hosts: string[]): Promise<string[]> {
  const rules = checkGuardrails({ ...(await loadGuardrails(ctx)), hosts });
  requireAnswerCases(rules);
  await storeGuardrails(ctx, rules);
  return rules.hosts;
}
