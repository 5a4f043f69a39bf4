/**
 * What the desk's search finds a conversation by, besides its messages: how to reach the customer about it, the device,
 * why people took over, its labels. Both writers of a conversation's row keep it, so that it can't be forgotten; an
 * ordinary exchange changes none of it and writes none.
 */
import type { Doc } from "../../_generated/dataModel";
import { searchTextOf } from "../../lib/searchWords";
import { REASON_WORDS } from "./reasonWords";

const CARD_CHARS = 400;

type Facts = Pick<Doc<"conversations">, "contact" | "brief" | "labels">;
const FACTS = ["contact", "brief", "labels"] as const;

/** What a card is made of, for people to read, too. */
export function factsOf({ contact, brief }: Pick<Facts, "contact" | "brief">): string {
  const facts = [
    contact?.name,
    contact?.email,
    contact?.phone,
    brief?.device,
    brief && REASON_WORDS[brief.reason],
    brief?.summary,
    brief?.symptom,
  ];
  return facts.filter((fact) => fact !== undefined).join(" · ");
}

/** Absent for a conversation of which there is nothing to find but its messages. */
export function cardOf({ labels = [], ...facts }: Facts): string | undefined {
  return searchTextOf([...labels, factsOf(facts)].join(" "), CARD_CHARS) || undefined;
}

/** The change, with the card that it comes to. */
export function withCard<C extends Partial<Doc<"conversations">>>(
  before: Doc<"conversations">,
  change: C,
): C & { card?: string } {
  if (!FACTS.some((fact) => fact in change)) return change;
  const card = cardOf({ ...before, ...change });
  return card === before.card ? change : { ...change, card };
}
