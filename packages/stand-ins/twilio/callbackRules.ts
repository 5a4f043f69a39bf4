/** What is to happen to status callbacks on their way: lost, doubled, late. The oldest rule that fits is used. */
import { callbackRuleSchema, type CallbackRule, type CallbackRuleInput } from "./settings";

const MAX_RULES = 1_000;

export class CallbackRules {
  private rules: (CallbackRule & { used: number })[] = [];

  /** Throws a `ZodError` for one that makes no sense. */
  add(input: CallbackRuleInput): CallbackRule {
    if (this.rules.length >= MAX_RULES) throw new Error(`more than ${MAX_RULES} rules are waiting`);
    const rule = callbackRuleSchema.parse(input);
    this.rules.push({ ...rule, used: 0 });
    return rule;
  }

  /** Uses up and returns the rule for this callback, if any. */
  take(to: string, status: string): CallbackRule | undefined {
    const rule = this.rules.find(
      (each) =>
        (each.to === undefined || each.to === to) &&
        (each.status === undefined || each.status === status),
    );
    if (!rule) return undefined;
    rule.used++;
    if (rule.times !== "always" && rule.used >= rule.times) {
      this.rules = this.rules.filter((each) => each !== rule);
    }
    return rule;
  }

  list(): CallbackRule[] {
    return [...this.rules];
  }

  clear(): void {
    this.rules = [];
  }
}
