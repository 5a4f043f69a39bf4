/** What a question needs, from its words. Rules, not a model: routing must cost nothing and be testable. */
import type { Capability } from "../../validators";

const RULES: [Capability, RegExp][] = [
  ["billing", /\b(invoice|bill(ed|ing)?|refund|charged?|payment|receipt|deposit|quote)\b/i],
  [
    "accounts",
    /\b(password|account|sign(ing)? in|log(ging)? ?in|locked out|two.?factor|2fa|e-?mail)\b/i,
  ],
  ["data", /\b(data recovery|recover|backup|lost (files?|photos?)|transfer)\b/i],
  ["network", /\b(wi-?fi|internet|router|network)\b/i],
  [
    "hardware",
    /\b(screen|display|battery|keyboard|charg(er|ing)|port|fan|liquid|spill|ssd|ram|laptop|macbook|phone|tablet|repair|power)\b/i,
  ],
  ["software", /\b(virus|malware|slow|windows|update|blue screen|install|printer)\b/i],
];

/** The capability of the first rule that matches, `triage` when none does. */
export function capabilityFor(question: string): Capability {
  return RULES.find(([, pattern]) => pattern.test(question))?.[0] ?? "triage";
}
