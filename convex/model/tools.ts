/** The tools a model may call, each with a zod schema for its arguments, which come from the model. */
import { z } from "zod";
import type { ChatTool } from "../providers/openrouter";
import type { Doc } from "../_generated/dataModel";

const short = z.string().trim().min(1);

const SCHEMAS = {
  search_knowledge: z.object({
    query: short.max(400).describe("What to look for, in a few words."),
  }),
  escalate_to_human: z.object({
    reason: z
      .enum([
        "customer_request",
        "needs_technician",
        "no_source",
        "safety",
        "complaint",
        "billing_dispute",
      ])
      .describe("Why a person should take over."),
    summary: short
      .max(600)
      .describe("For the technician: device, problem, what was tried, what is wanted."),
    urgency: z.enum(["low", "normal", "high"]).default("normal"),
  }),
  set_contact: z.object({
    name: short.max(100).optional(),
    email: short.max(254).optional(),
    phone: short.max(40).optional(),
  }),
} as const;

const DESCRIPTIONS: Record<ToolName, string> = {
  search_knowledge: "Searches the shop's knowledge once more, with other words.",
  escalate_to_human:
    "Hands the conversation to a technician of the shop, who answers in this chat.",
  set_contact: "Stores how the shop can reach the customer, as the customer just wrote it.",
};

export type ToolName = Doc<"agents">["tools"][number];
export type ToolCall =
  | { name: "search_knowledge"; args: z.infer<(typeof SCHEMAS)["search_knowledge"]> }
  | { name: "escalate_to_human"; args: z.infer<(typeof SCHEMAS)["escalate_to_human"]> }
  | { name: "set_contact"; args: z.infer<(typeof SCHEMAS)["set_contact"]> };

/** What the model is offered, as JSON Schema. */
export function toolDefinitions(names: ToolName[]): ChatTool[] {
  return names.map((name) => ({
    type: "function",
    function: {
      name,
      description: DESCRIPTIONS[name],
      parameters: z.toJSONSchema(SCHEMAS[name], { io: "input" }),
    },
  }));
}

/** The parsed call, or what was wrong with it in words for the model. */
export function parseToolCall(
  name: string,
  rawArguments: string,
  offered: ToolName[],
): ToolCall | { problem: string } {
  const known = offered.find((tool) => tool === name);
  if (known === undefined)
    return { problem: `There is no tool named ${JSON.stringify(name.slice(0, 60))}.` };
  let json: unknown;
  try {
    json = JSON.parse(rawArguments || "{}");
  } catch {
    return { problem: "The arguments are not valid JSON." };
  }
  const parsed = SCHEMAS[known].safeParse(json);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  return { name: known, args: parsed.data } as ToolCall;
}
