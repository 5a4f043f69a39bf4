/**
 * What follows from a customer's message: people who have gone home pass it on, the rules decide, else the AI answers.
 * Pure: it takes what was read before the message was stored, and `carryOut.ts` does what it says.
 */
import type { Doc } from "../../_generated/dataModel";
import type { OfferReason, Decision } from "../handoff/triggers";
import type { Back } from "./returning";

export type Situation = {
  /** The conversation as it was before the message. */
  before: Pick<Doc<"conversations">, "owner" | "status" | "offer" | "turn">;
  /** What the rules make of the words. */
  decision: Decision;
  /** Where it goes back to, if it is about what people had settled and no rule decides. */
  welcome: Back | null;
  /** True if the technician who has it has gone home. */
  left: boolean;
  /** True for somebody who is heard and not answered. */
  muted: boolean;
};

export type Plan =
  | { kind: "nothing" }
  /** To the queue, and on to whoever has room. */
  | { kind: "pass_on" }
  /** It waits in the queue again: whoever has room may take it. */
  | { kind: "drain_queue" }
  | { kind: "welcome_back"; back: Back }
  /** `accepted`: the words take a standing offer. */
  | ({ kind: "hand_off"; accepted: boolean } & Omit<HandOff, "kind">)
  /** In place of an answer. */
  | { kind: "offer"; reason: OfferReason }
  /** `declined`: the words turn a standing offer down. */
  | { kind: "answer"; declined: boolean };

type HandOff = Extract<Decision, { kind: "hand_off" }>;

export function planResponse({ before, decision, welcome, left, muted }: Situation): Plan {
  if (left) return { kind: "pass_on" };
  if (before.owner.kind === "queue" && before.status === "snoozed") return { kind: "drain_queue" };
  if (before.owner.kind !== "ai" || muted) return { kind: "nothing" };
  if (welcome !== null) return { kind: "welcome_back", back: welcome };
  // The rules first: what they decide costs no model call.
  switch (decision.kind) {
    case "hand_off":
      return { ...decision, accepted: takesOffer(before, decision) };
    case "offer":
      return { kind: "offer", reason: decision.reason };
    case "declined":
      return { kind: "answer", declined: true };
    case "none":
      return { kind: "answer", declined: false };
  }
}

/** Whether it is the standing offer that the words accept: it is the last thing that was said. */
const takesOffer = ({ offer, turn }: Situation["before"], { reason }: HandOff) =>
  offer?.turn === turn && offer.reason === reason;
