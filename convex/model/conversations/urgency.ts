/** How urgent a conversation is: what staff have said in this episode comes before what its brief says. Pure. */
import type { Doc } from "../../_generated/dataModel";

type Conversation = Doc<"conversations">;

export const isUrgent = ({ urgent, brief }: Pick<Conversation, "urgent" | "brief">): boolean =>
  urgent ?? brief?.urgency === "high";

/** One who waits is found by an index while it is urgent, at its place. */
export function withUrgency(
  owner: Conversation["owner"],
  urgent: boolean | undefined,
): Conversation["owner"] {
  if (owner.kind !== "queue" || urgent === undefined) return owner;
  const { urgentSince: _, ...rest } = owner;
  return urgent ? { ...rest, urgentSince: owner.since } : rest;
}
