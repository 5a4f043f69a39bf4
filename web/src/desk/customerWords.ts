/** The customer panel's words. */
import type { CustomerPanel, MergePreview } from "../api";
import { formatPhone } from "../ui/phone";

type Reach = Pick<CustomerPanel, "emailVerified" | "phone" | "phoneVerified" | "texts">;

export const EMAIL_PROOF = (verified: boolean) =>
  verified ? "Confirmed by a code" : "Never confirmed: it may be anybody's";

export function phoneProof({ phoneVerified, texts }: Reach): string {
  if (phoneVerified) return "Confirmed by a code";
  return texts ? "They text from it, no code yet" : "Only written down: it may be anybody's";
}

export const CONSENT_WORDS: Record<CustomerPanel["smsConsent"], string> = {
  unknown: "Hasn't said whether we may text them",
  granted: "Agreed to be texted",
  revoked: "Opted out of texts. Only their own text of START undoes that",
};

export function stateWords({
  status,
  owner,
  holder,
}: CustomerPanel["conversations"][number]): string {
  if (status === "resolved") return "Resolved";
  if (status === "snoozed") return "Set aside";
  if (owner === "human") return `With ${holder ?? "a technician"}`;
  return owner === "queue" ? "Waits for a technician" : "With the assistant";
}

export const BLOCK_REASONS = {
  abuse: "Abuse or threats",
  spam: "Spam",
  fraud: "Fraud",
  other: "Something else",
} as const;
export type BlockReason = keyof typeof BLOCK_REASONS;

export const PROOFS = {
  in_person: "They stood here and showed me both",
  called_back: "I called the confirmed number, and they knew both conversations",
  wrote_from_both: "They wrote from both, and each knew what the other had said",
} as const;
export type Proof = keyof typeof PROOFS;

export const REFUSALS: Record<MergePreview["refusals"][number], string> = {
  same_person: "That is this person already.",
  staff: "One of them works here. Staff keep an account of their own.",
  leaving: "One of them is deleting their account.",
  blocked: "One of them is blocked. An admin lets them in again first, if that is right.",
  two_emails: "Each has confirmed another e-mail address. Ask the customer which one stays.",
  two_numbers: "Each has another phone number. Ask the customer to take one off.",
  no_way_in:
    "Neither has an address or a number, so nothing would say who may read it. Ask the customer to sign in: that joins them by itself.",
  too_many: "That is more than 1,000 conversations: more than can move at once.",
  export_running: "Their data is being exported. Try again when that is done.",
};

/** A day is enough of when somebody first came. */
export const sinceWords = (at: number) =>
  new Date(at).toLocaleDateString(undefined, { dateStyle: "long" });

type Person = MergePreview["keeps"];

export const personName = ({ name, email, phone }: Pick<Person, "name" | "email" | "phone">) =>
  name ?? email ?? (phone === undefined ? "Guest" : formatPhone(phone));

/** How much one knows of who that is, a line each. */
export function proofLines(person: Person): string[] {
  const lines: string[] = [];
  if (person.email !== undefined) {
    lines.push(`${person.email}: ${EMAIL_PROOF(person.emailVerified).toLowerCase()}`);
  }
  if (person.phone !== undefined) {
    lines.push(`${formatPhone(person.phone)}: ${phoneProof(person).toLowerCase()}`);
  }
  return lines.length > 0 ? lines : ["Nothing is known or confirmed"];
}

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What merging does, a sentence each. */
export function mergeLines(preview: MergePreview): string[] {
  const { keeps, goes, conversations, promises, after, dropped, opens } = preview;
  const [stays, leaves] = [personName(keeps), personName(goes)];
  const what = [
    plural(conversations, "conversation"),
    ...(promises > 0 ? [plural(promises, "open promise")] : []),
    ...(goes.notes > 0 ? [plural(goes.notes, "note")] : []),
  ];
  const reached = [
    after.email,
    after.phone === undefined ? undefined : formatPhone(after.phone),
  ].filter((each) => each !== undefined);
  return [
    `${what.join(", ")} of ${leaves} move to ${stays}, who can read them from then on.`,
    `${leaves} is signed out on every device and is no person of their own any more.`,
    ...(opens === undefined
      ? []
      : [
          `Whoever holds ${formatPhone(opens)} can sign in with it from then on, and read everything of ${stays}.`,
        ]),
    ...(reached.length > 0 ? [`They are reached at ${reached.join(" and ")}.`] : []),
    ...(dropped.length > 0 ? [`Not kept: ${dropped.map(formatPhone).join(", ")}.`] : []),
    `Texts: ${CONSENT_WORDS[after.smsConsent].toLowerCase()}.`,
    ...(after.emailVerified ? [`An e-mail to ${after.email} tells them.`] : []),
    "It can't be undone, and is on record with your name.",
  ];
}
