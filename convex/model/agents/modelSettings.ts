/** What an admin may set of how OpenRouter runs an agent's models. https://openrouter.ai/docs/features/provider-routing */
import type { Infer } from "convex/values";
import { z } from "zod";
import type { vModelSettings } from "../../validators";
import { appError } from "../../lib/errors";

type ModelSettings = Infer<typeof vModelSettings>;

const schema = z
  .strictObject({
    effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]).optional(),
    order: z
      .array(
        z.string().regex(/^[a-z0-9][a-z0-9./-]{0,63}$/, "A provider is a slug like anthropic."),
      )
      .min(1)
      .max(10)
      .optional(),
    allowFallbacks: z.boolean().optional(),
    dataCollection: z.enum(["allow", "deny"]).optional(),
    cacheFor: z.enum(["5m", "1h"]).optional(),
  })
  .refine(({ order, allowFallbacks }) => allowFallbacks !== false || order !== undefined, {
    message: "Without fallbacks an order of providers is needed.",
  });

/** Errors: `invalid_input` with the reason. */
export function checkModelSettings(settings: ModelSettings | undefined): ModelSettings | undefined {
  const parsed = schema.optional().safeParse(settings);
  if (parsed.success) return parsed.data;
  throw appError("invalid_input", parsed.error.issues.map(({ message }) => message).join(" "));
}
