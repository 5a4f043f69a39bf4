/** The tools a model may call, each with a zod schema for its arguments, which come from the model. */
import { z } from "zod";
import type { ChatTool } from "../../providers/openrouter";
import type { Doc } from "../../_generated/dataModel";
import { makeStorable } from "../../lib/text";
import { BRIEF_CHARS, MAX_STEPS } from "../handoff/brief";

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
        "swollen_battery",
        "ransomware",
        "data_loss",
        "legal",
        "refund",
        "same_failure",
      ])
      .describe("Why a person should take over."),
    summary: short
      .max(BRIEF_CHARS.summary)
      .describe("For the technician: device, problem, what was tried, what is wanted."),
    urgency: z.enum(["low", "normal", "high"]).default("normal"),
    device: short.max(BRIEF_CHARS.device).optional().describe("Make and model."),
    symptom: short.max(BRIEF_CHARS.symptom).optional().describe("What goes wrong, and since when."),
    stepsTried: z
      .array(short.max(BRIEF_CHARS.step))
      .max(MAX_STEPS)
      .optional()
      .describe("What was tried already, one step each."),
    wants: short
      .max(BRIEF_CHARS.wants)
      .optional()
      .describe("What the customer wants to come of it."),
    skill: z
      .enum(["hardware", "software", "network", "data", "accounts", "billing"])
      .optional()
      .describe("Who should take it."),
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

type ToolName = Doc<"agents">["tools"][number];
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
    json = JSON.parse(rawArguments || "{}", (_, value: unknown) =>
      typeof value === "string" ? makeStorable(value) : value,
    );
  } catch {
    return { problem: "The arguments are not valid JSON." };
  }
  const parsed = SCHEMAS[known].safeParse(json);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  return { name: known, args: parsed.data } as ToolCall;
}
