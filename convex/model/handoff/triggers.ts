/**
 * Which hand-off a customer's message calls for, by rules: decided in the transaction that stores the message,
 * before a model is asked. Pure. The order is the shop's (the first that applies decides the reason):
 *
 * 1. people have the conversation: the AI is mute, nothing is decided;
 * 2. a reaction of a phone answers an offer or nothing, whatever it quotes;
 * 3. a danger to people (`danger.ts`): at once, even where an offer is turned down;
 * 4. a yes or a no to an offer that is the latest thing said (`answers.ts`): a no hands nothing off, however it goes on;
 * 5. the customer asks for a person (`person.ts`): at once;
 * 6. a mandatory topic (`topics.ts`), then one of the shop's own: at once, whatever is said about it;
 * 7. the same failure twice, or no source twice: an offer, and a hand-off when it is accepted or it happens again;
 * 8. the cap on the AI's replies.
 *
 * What fires and what must not is tabled beside each rule (`*.cases.txt`), and in `triggers.dialogues.ts` where it
 * depends on what was said before. Words alone decide; what they miss, the model may still hand off by its tool.
 */
import type { HandoffReason } from "../../validators";
import { PhraseList } from "../../lib/phrases";
import { readReaction } from "../../lib/reactions";
import { clausesOf, type Clause } from "../../lib/words";
import type { OwnTopic } from "../knowledge/guardrails";
import { answerToOffer, reportsFailure, reportsSuccess } from "./answers";
import { asksForPerson } from "./person";
import { isDanger, topicOf, type Topic } from "./topics";

/** AI replies per episode; the next customer message goes to a technician. */
export const REPLY_CAP = 30;
/** Failures of suggested fixes, or answers without a source, after which a technician is offered. */
const OFFER_AFTER = 2;

export type OfferReason = "same_failure" | "no_source" | "returning";

/** What the rules know of a conversation besides the message. */
export type TriggerState = {
  owner: "ai" | "queue" | "human";
  aiReplies: number;
  /** Suggested fixes that failed, in a row, in this episode. */
  failures: number;
  /** True once an offer was declined in this episode: the next time is not asked again. */
  declined: boolean;
  /** `latest`: nothing has been said since, so that "yes" means the offer. */
  offer: { reason: OfferReason; latest: boolean } | null;
  /** Those that the shop has added. They stand behind the built-in rules, none of which decides less for them. */
  ownTopics?: readonly OwnTopic[];
};

export type Decision =
  | { kind: "none"; failures: number }
  | { kind: "hand_off"; reason: HandoffReason; topic: Topic | null; own?: string }
  | { kind: "offer"; reason: "same_failure"; failures: number }
  | { kind: "declined" };

/** What a message calls for. */
export function decideHandoff(text: string, state: TriggerState): Decision {
  const { failures } = state;
  const nothing: Decision = { kind: "none", failures };
  if (state.owner !== "ai") return nothing;
  const offered = state.offer?.latest ? state.offer.reason : null;
  const reaction = readReaction(text);
  if (reaction !== null) {
    if (offered === null) return nothing;
    if (reaction.kind === "like") return handOff(offered);
    return reaction.kind === "dislike" ? { kind: "declined" } : nothing;
  }
  const clauses = clausesOf(text);
  const topic = topicOf(clauses);
  const answer = offered === null || isDanger(topic) ? null : answerToOffer(text, clauses);
  if (answer === "no") return { kind: "declined" };
  if (answer === "yes") return handOff(offered!, topic);
  if (asksForPerson(clauses)) return handOff("customer_request", topic);
  if (topic !== null) return handOff(topic, topic);
  const own = findOwnTopic(text, state.ownTopics);
  if (own !== undefined) return { kind: "hand_off", reason: "own_topic", topic: null, own };
  return decideAfterFailure(clauses, state);
}

/** The name of the shop's own topic that a message has. */
function findOwnTopic(text: string, topics: readonly OwnTopic[] = []): string | undefined {
  const found = new PhraseList(topics.flatMap(({ phrases }) => phrases)).find(text);
  return found === null
    ? undefined
    : topics.find(({ phrases }) => phrases.includes(found.typed))?.name;
}

/** What is left where the words call for nobody: steps that failed, and the cap. */
function decideAfterFailure(clauses: Clause[], state: TriggerState): Decision {
  const { failures, offer } = state;
  const failed = state.aiReplies > 0 && reportsFailure(clauses);
  if (failed && failures + 1 >= OFFER_AFTER) {
    const happenedAgain = state.declined || offer !== null;
    return happenedAgain
      ? handOff("same_failure")
      : { kind: "offer", reason: "same_failure", failures: failures + 1 };
  }
  if (state.aiReplies >= REPLY_CAP) return handOff("reply_cap");
  if (failed) return { kind: "none", failures: failures + 1 };
  return { kind: "none", failures: reportsSuccess(clauses) ? 0 : failures };
}

const handOff = (reason: HandoffReason, topic: Topic | null = null): Decision => ({
  kind: "hand_off",
  reason,
  topic,
});
