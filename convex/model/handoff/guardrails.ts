/** Saving what the shop adds to the built-in rules: refused while an example comes out otherwise by the very rules. */
import type { MutationCtx } from "../../_generated/server";
import {
  checkGuardrails,
  requireAnswerCases,
  requireCases,
  storeGuardrails,
  type Guardrails,
} from "../knowledge/guardrailRows";
import { decideHandoff, type TriggerState } from "./triggers";

/** A conversation that has just begun. */
const FRESH: TriggerState = {
  ...{ owner: "ai", aiReplies: 0, failures: 0, declined: false, offer: null },
};

/** Errors: `invalid_input` for examples that come out otherwise, too; `too_large`. */
export async function saveGuardrails(ctx: MutationCtx, input: Guardrails): Promise<void> {
  const rules = checkGuardrails(input);
  requireAnswerCases(rules);
  const customers = rules.cases.filter(({ by }) => by === "customer");
  requireCases(customers, (text) => {
    const decision = decideHandoff(text, { ...FRESH, ownTopics: rules.topics });
    return decision.kind === "hand_off" ? (decision.own ?? decision.reason) : null;
  });
  await storeGuardrails(ctx, rules);
}
