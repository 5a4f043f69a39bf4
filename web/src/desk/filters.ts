/** Which of a list's conversations are shown, as the address has it: pure. */
import type { StaffConversation } from "../api";

export const FILTERS = ["who", "label", "channel", "reason", "late"] as const;
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

export function readFilters(search: string): Filters {
  const params = new URLSearchParams(search);
  const filters: Filters = {};
  for (const name of FILTERS) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  return filters;
}

/** The rest of the address stays: the message that a search was opened at. */
export function writeFilters(search: string, filters: Filters): string {
  const params = new URLSearchParams(search);
  for (const name of FILTERS) {
    const value = filters[name];
    if (value) params.set(name, value);
    else params.delete(name);
  }
  return params.toString();
}

export const isFiltered = (filters: Filters): boolean => FILTERS.some((name) => filters[name]);

/** `me`: whose "mine" is. Late is who should have had an answer by now. */
export function passes(
  row: StaffConversation,
  { who, label, channel, reason, late }: Filters,
  { me, now }: { me: string | undefined; now: number },
): boolean {
  const { owner, target, brief } = row;
  const isMine = owner.kind === "human" && owner.userId === me;
  if (who === "mine" && !isMine) return false;
  if (who === "unassigned" && owner.kind === "human") return false;
  if (label && row.labels?.includes(label) !== true) return false;
  if (channel && row.channel !== channel) return false;
  if (reason && brief?.reason !== reason) return false;
  return !late || (target !== undefined && now >= target.dueAt);
}
