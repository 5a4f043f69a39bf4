/**
 * What a customer reads when people take over: pure, from the situation of that moment. It never promises more
 * than is known: an hour only when the shop is closed and its next opening is known, a person at once never. How to
 * reach the customer
 * meanwhile is asked by the page, once (`web/src/chat/QueueNotice.tsx`).
 */
import type { HandoffReason } from "../../validators";
import {
  findClosedReason,
  isOpen,
  findNextOpening,
  sayOpening,
  type OpeningHours,
} from "../hours/hours";
import type { Topic } from "./topics";
import type { OfferReason } from "./triggers";

export type Situation = {
  hours: OpeningHours;
  now: number;
  /** Somebody is on a shift. */
  onDuty: boolean;
};

const PASSED = "I've passed this to our technicians with everything you told me.";
const LEADS: Partial<Record<HandoffReason, string>> = {
  provider_error:
    "Our assistant can't answer right now, so I've passed your question to our technicians.",
  daily_budget:
    "Our assistant has finished for today, so I've passed this to our technicians. Write everything here that they should know.",
};

/**
 * What must be said at once, since nobody may read the conversation for a while: first what to do, then step by step.
 * Pages draw it as a card of its own (`web/src/thread/SystemLine.tsx`).
 */
const SAFETY: Partial<Record<Topic, [string, ...string[]]>> = {
  danger: [
    "Please keep your distance now.",
    "If something burns or keeps smoking, get everybody out and call 911.",
    "Unplug the charger only if you can reach the outlet safely; if not, switch the power off at the breaker.",
    "Don't charge it, don't touch, press or open it, and use no water on it.",
    "If you can do so safely, put it outside, away from anything that burns.",
    "If anybody got a shock or breathed smoke, see a doctor.",
  ],
  swollen_battery: [
    "Please stop using and charging the device now: switch it off.",
    "Unplug the charger, and don't charge it again.",
    "Don't press, bend, puncture or open it.",
    "Put it outside or on bare stone, away from anything that burns.",
    "If it smokes, hisses or burns, keep away from it and call 911.",
  ],
  scam: [
    "Please hang up, and disconnect that computer from the internet now.",
    "Unplug the network cable or switch Wi-Fi off, then switch the computer off.",
    "Call your bank and your card's issuer at the number on the card.",
    "Pay nothing more, no gift cards either.",
    "Change your passwords from another device.",
  ],
  ransomware: [
    "Please disconnect that computer from the internet and from other devices now.",
    "Unplug the network cable and switch Wi-Fi off.",
    "Don't pay, and don't delete anything.",
  ],
  data_loss: [
    "To keep what can still be saved, please stop using that device.",
    "Save and install nothing on it.",
    "Switch it off if it makes unusual noises.",
  ],
};

/** A line and its steps, each on a line of its own. */
const listSteps = ([first, ...steps]: [string, ...string[]]) =>
  [first, ...steps.map((step) => `- ${step}`)].join("\n");

/** The whole notice of a hand-off. */
export function handoffNotice(
  { reason, topic }: { reason: HandoffReason; topic: Topic | null },
  situation: Situation,
): string {
  const safety = topic === null ? undefined : SAFETY[topic];
  const words = `${LEADS[reason] ?? PASSED} ${sayWhenAnswered(situation)}`;
  return safety === undefined ? words : `${listSteps(safety)}\n\n${words}`;
}

/** When somebody will answer, as far as the hours and the shifts tell. */
export function sayWhenAnswered({ hours, now, onDuty }: Situation): string {
  if (onDuty) return "Someone will answer right here; you can keep adding details while you wait.";
  if (isOpen(hours, now)) {
    return "As soon as a technician is free, they will answer right here; you can keep adding details while you wait.";
  }
  const holiday = findClosedReason(hours, now)?.holiday;
  const closed = `We're closed right now${holiday === undefined ? "" : ` (${holiday})`}.`;
  const opensAt = findNextOpening(hours, now);
  if (opensAt === null) return `${closed} A technician will answer right here once we are back.`;
  return `${closed} We open ${sayOpening(hours, opensAt, now)}, and a technician will answer right here then.`;
}

const OFFER_LEADS: Record<OfferReason, string> = {
  same_failure: "That hasn't helped twice now.",
  no_source: "I couldn't find this in our shop's information.",
  returning: "Good to see you again.",
};
export const offerNotice = (reason: OfferReason) =>
  `${OFFER_LEADS[reason]} Would you like one of our technicians to take over here? Say yes, or write on and I'll keep helping.`;

/** Their technician has gone home since. */
export const technicianLeftNotice = (situation: Situation) =>
  `Your technician isn't here right now, so I've passed this to their colleagues. ${sayWhenAnswered(situation)}`;

/** It takes longer than they were led to expect. */
export function longerWaitNotice({ hours, now }: Omit<Situation, "onDuty">): string {
  if (isOpen(hours, now)) {
    return "Nobody has been free to answer you yet, and we're sorry. We've alerted our technicians again, and you keep your place in the queue.";
  }
  const opensAt = findNextOpening(hours, now);
  const opening = opensAt === null ? "" : ` We open ${sayOpening(hours, opensAt, now)}.`;
  return `We have closed before anybody was free to answer you, and we're sorry.${opening} You keep your place in the queue.`;
}
