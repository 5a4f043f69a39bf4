/** What an admin may set of how OpenRouter runs an agent's models. https://openrouter.ai/docs/features/provider-routing */
import type { Infer } from "convex/values";
import * as z from "zod/mini";
import type { vModelSettings } from "../../validators";
import { appError } from "../../lib/errors";

type ModelSettings = Infer<typeof vModelSettings>;

const provider = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9./-]{0,63}$/, "A provider is a slug like anthropic."));
const COUNT = "An order names one to ten providers.";

const TOKENS = "An answer has 200 to 2,000 tokens.";

const schema = z
  .strictObject({
    effort: z.optional(z.enum(["none", "minimal", "low", "medium", "high", "xhigh"])),
    order: z.optional(z.array(provider).check(z.minLength(1, COUNT), z.maxLength(10, COUNT))),
    allowFallbacks: z.optional(z.boolean()),
    dataCollection: z.optional(z.enum(["allow", "deny"])),
    cacheFor: z.optional(z.enum(["5m", "1h"])),
    pictures: z.optional(z.boolean()),
    maxTokens: z.optional(
      z.int("Tokens are whole.").check(z.minimum(200, TOKENS), z.maximum(2_000, TOKENS)),
    ),
  })
  .check(
    z.refine(
      ({ order, allowFallbacks }) => allowFallbacks !== false || order !== undefined,
      "Without fallbacks an order of providers is needed.",
    ),
  );

/** Errors: `invalid_input` with the reason. */
export function checkModelSettings(settings: ModelSettings | undefined): ModelSettings | undefined {
  const parsed = z.optional(schema).safeParse(settings);
  if (parsed.success) return parsed.data;
  throw appError("invalid_input", parsed.error.issues.map(({ message }) => message).join(" "));
}
