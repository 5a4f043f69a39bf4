/** Naming the shop: in its row, which mails, texts and pages read, and in what its agents are told of it. */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { cleanText } from "../../lib/text";
import { MAX_ACTIVE_AGENTS } from "../agents/agents";
import { recordEvent } from "../analytics/events";
import { putOnlyRow } from "../knowledge/onlyRow";
import { findShopName } from "../knowledge/shopName";
import { changeAgent } from "./agents";

export const MAX_SHOP_NAME_CHARS = 100;

/** Answers which agents' prompts said the name of before, and say this one now. Errors: `invalid_input`, `too_large`. */
export async function nameShop(
  ctx: MutationCtx,
  raw: string,
  actorId: Id<"users">,
): Promise<string[]> {
  const was = await findShopName(ctx);
  // One line: it stands in the subjects of mails.
  const name = cleanText("The shop's name", raw, MAX_SHOP_NAME_CHARS).replace(/\s+/g, " ");
  await putOnlyRow(ctx, { kind: "shop_name", name, updatedAt: Date.now() });
  await recordEvent(ctx, "shop_named", { actorId });
  if (was === name) return [];
  const renamed: string[] = [];
  for (const agent of await ctx.db.query("agents").take(2 * MAX_ACTIVE_AGENTS)) {
    const prompt = putInPlaceOf(agent.prompt, was, name);
    if (prompt === agent.prompt) continue;
    await changeAgent(ctx, agent, { prompt }, { actorId });
    renamed.push(agent.name);
  }
  return renamed;
}

/** Of whole words: a shop called "PC" is not in "PCs". */
function putInPlaceOf(text: string, was: string, name: string): string {
  const literal = was.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu");
  return text.replace(whole, () => name);
}
