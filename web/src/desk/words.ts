/** The desk's words for the backend's codes. */
import {
  findGap,
  REASON_WORDS,
  sizeOf,
  STAFF_SEGMENTS,
  wholeText,
} from "@computer-guys/support-backend/texts";
import type { ProcessForStaff, StaffConversation } from "../api";
import type { Measured } from "../thread/Composer";
import { formatPhone } from "../ui/phone";

export { REASON_WORDS };

type Brief = NonNullable<StaffConversation["brief"]>;

export const URGENCY_WORDS: Record<Brief["urgency"], string> = {
  low: "Low urgency",
  normal: "Normal urgency",
  high: "Urgent",
};

export const SKILL_WORDS: Record<NonNullable<Brief["skill"]>, string> = {
  triage: "First look",
  hardware: "Hardware",
  software: "Software",
  network: "Network",
  data: "Data",
  accounts: "Accounts",
  billing: "Billing",
};

/** What a conversation's processes do, for those that the desk shows. */
export const PROCESS_WORDS: Partial<Record<ProcessForStaff["kind"], string>> = {
  handoff: "Waits for somebody to take it",
  follow_up: "Follows the customer's silence up",
  snooze: "Wakes it up",
  promise: "Watches over a promise",
};

type Named = Pick<StaffConversation, "contact"> & {
  customer: Pick<StaffConversation["customer"], "name" | "email" | "phone">;
};

/** Who it is, as far as anybody knows. */
export function customerName({ customer, contact }: Named): string {
  const phone = customer.phone ?? contact?.phone;
  return (
    customer.name ??
    contact?.name ??
    customer.email ??
    contact?.email ??
    (phone === undefined ? "Guest" : formatPhone(phone))
  );
}

/** How to reach somebody by phone, and what that number is worth. */
export function phoneWords({ customer, contact }: StaffConversation): string[] {
  if (customer.phone === undefined) return contact?.phone === undefined ? [] : [contact.phone];
  const words = [formatPhone(customer.phone)];
  if (!customer.phoneVerified) words.push("number not verified");
  if (customer.smsConsent === "revoked") words.push("opted out of texts");
  return words;
}

/** Nothing can be texted to them, and only they can undo it. */
export const cannotText = ({ channel, customer }: StaffConversation): boolean =>
  channel === "sms" && customer.smsConsent === "revoked";

/** What staff write may be texted to the customer. */
export const goesByText = ({ channel, byTextSince }: StaffConversation): boolean =>
  channel === "sms" || byTextSince !== undefined;

/** Why an answer can't go yet: a saved reply has a gap in it, or it is too many text messages. */
export function measureAnswer(text: string, { byText }: { byText: boolean }): Measured {
  const gap = findGap(text);
  if (gap !== null) return { hint: null, problem: `Fill in {${gap.name}} first.`, at: gap };
  return byText ? measureText(text) : { hint: null, problem: null };
}

/** How many text messages an answer is, by the rule by which the backend refuses one that is too many. */
export function measureText(text: string): Measured {
  const { segments, encoding } = sizeOf(wholeText(text));
  if (segments > STAFF_SEGMENTS) {
    const problem = `That is ${segments} text messages; at most ${STAFF_SEGMENTS} go out at once. Shorten it.`;
    return { hint: null, problem };
  }
  const shorter = encoding === "ucs2" ? " · emoji and some letters make them shorter" : "";
  return { hint: `${segments} of ${STAFF_SEGMENTS} text messages${shorter}`, problem: null };
}

/** A piece of an answer for one line of a list: what is bold and where it is from is of no use there. */
export const withoutMarks = (text: string): string => text.replace(/\*\*| ?\[\d+\]/g, "");
