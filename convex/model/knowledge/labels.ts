/**
 * The shop's labels: one list in one row, which admins keep. Conversations hold keys, so that a label that gets another
 * name or colour keeps its conversations; a key that is on no list any more is not shown.
 */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { vLabelColour, type vLabel } from "../../validators";
import { findOnlyRow, putOnlyRow } from "./onlyRow";

const MAX_LABELS = 40;
const MAX_NAME_CHARS = 30;

export type Label = Infer<typeof vLabel>;
/** `key` of one that there is; without it, a new one. */
export const vLabelChange = v.object({
  key: v.optional(v.string()),
  name: v.string(),
  colour: vLabelColour,
});

/** In the order in which they are shown: by name. */
export const loadLabels = async (ctx: Pick<QueryCtx, "db">): Promise<Label[]> =>
  (await findOnlyRow(ctx, "labels"))?.labels ?? [];

/** Adds one, or gives it another name or colour. Errors: `invalid_input`, `too_large`, `conflict` with a name that there is, `not_found`. */
export async function storeLabel(
  ctx: MutationCtx,
  change: Infer<typeof vLabelChange>,
): Promise<Label> {
  const labels = await loadLabels(ctx);
  const name = cleanText("The label's name", change.name, MAX_NAME_CHARS).replace(/\s+/g, " ");
  const known = labels.find(({ key }) => key === change.key);
  if (change.key !== undefined && known === undefined) {
    throw appError("not_found", "There is no such label.");
  }
  const others = labels.filter((one) => one !== known);
  if (others.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw appError("conflict", `There is a label "${name}" already.`);
  }
  if (others.length >= MAX_LABELS) {
    throw appError("too_large", `At most ${MAX_LABELS} labels fit. Remove one first.`);
  }
  const label = { key: known?.key ?? newKey(labels), name, colour: change.colour };
  await store(ctx, [...others, label]);
  return label;
}

/** Takes it off the list; conversations that have it no longer show it. False: it was not on it. */
export async function removeLabel(ctx: MutationCtx, key: string): Promise<boolean> {
  const labels = await loadLabels(ctx);
  const rest = labels.filter((one) => one.key !== key);
  if (rest.length === labels.length) return false;
  await store(ctx, rest);
  return true;
}

/** One word to a search index, which nobody types. */
function newKey(labels: Label[]): string {
  const keys = new Set(labels.map(({ key }) => key));
  let at = Date.now();
  while (keys.has(keyOf(at))) at += 1;
  return keyOf(at);
}
const keyOf = (at: number) => `label${at.toString(36)}`;

async function store(ctx: MutationCtx, labels: Label[]): Promise<void> {
  const sorted = [...labels].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  await putOnlyRow(ctx, { kind: "labels", labels: sorted, updatedAt: Date.now() });
}
