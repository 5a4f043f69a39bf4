/** The tools a model may call, each with a zod schema for its arguments, which come from the model. */
import { en } from "zod/locales";
import * as z from "zod/mini";
import type { ChatTool } from "../../providers/openrouter";
import type { Doc } from "../../_generated/dataModel";
import { isBlank, makeStorable, truncateText } from "../../lib/text";
import { BRIEF_CHARS, MAX_STEPS } from "../handoff/brief";

const visible = z.refine<string>((value) => !isBlank(value), "is empty");
const text = (max: number, description: string) =>
  z.string().check(z.trim(), z.minLength(1), z.maxLength(max), visible, z.describe(description));

const contact = (max: number) =>
  z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(max)));

const SCHEMAS = {
  search_knowledge: z.object({ query: text(400, "What to look for, in a few words.") }),
  escalate_to_human: z.object({
    reason: z
      .enum([
        "customer_request",
        "needs_technician",
        "no_source",
        "safety",
        "complaint",
        "billing_dispute",
        "scam",
        "danger",
        "swollen_battery",
        "ransomware",
        "data_loss",
        "legal",
        "refund",
        "same_failure",
      ])
      .check(z.describe("Why a person should take over.")),
    summary: text(
      BRIEF_CHARS.summary,
      "For the technician: device, problem, what was tried, what is wanted.",
    ),
    urgency: z._default(z.enum(["low", "normal", "high"]), "normal"),
    device: z.optional(text(BRIEF_CHARS.device, "Make and model.")),
    symptom: z.optional(text(BRIEF_CHARS.symptom, "What goes wrong, and since when.")),
    stepsTried: z.optional(
      z
        .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(BRIEF_CHARS.step)))
        .check(z.maxLength(MAX_STEPS), z.describe("What was tried already, one step each.")),
    ),
    wants: z.optional(text(BRIEF_CHARS.wants, "What the customer wants to come of it.")),
    skill: z.optional(
      z
        .enum(["hardware", "software", "network", "data", "accounts", "billing"])
        .check(z.describe("Who should take it.")),
    ),
  }),
  set_contact: z.object({ name: contact(100), email: contact(254), phone: contact(40) }),
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
  const json = readArguments(rawArguments);
  if (known === "escalate_to_human") return { name: known, args: readEscalation(json) };
  if (json === undefined) return { problem: "The arguments are not valid JSON." };
  const parsed = SCHEMAS[known].safeParse(json, { error: en().localeError });
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  return { name: known, args: parsed.data } as ToolCall;
}

/** What is absent, some models send as `null` or as "". Undefined: not JSON. */
function readArguments(raw: string): unknown {
  try {
    return JSON.parse(raw || "{}", (_, value: unknown) => {
      if (typeof value === "string") return makeStorable(value).trim() || undefined;
      return value ?? undefined;
    });
  } catch {
    return undefined;
  }
}

type Escalation = z.infer<(typeof SCHEMAS)["escalate_to_human"]>;

/** Whatever is wrong with its fields, a person is wanted: each that can be read is kept, and cut where it is too long. */
function readEscalation(json: unknown): Escalation {
  const given = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  const { reason, urgency, summary, stepsTried } = given;
  const fields = SCHEMAS.escalate_to_human.shape;
  const known = fields.reason.safeParse(reason);
  const said = [known.success ? undefined : reason, summary].filter(
    (one) => typeof one === "string",
  );
  const repaired: Record<string, unknown> = {
    reason: known.success ? known.data : "needs_technician",
    summary: said.join(": "),
    urgency: urgencyOf(urgency),
    stepsTried: [stepsTried]
      .flat()
      .filter((step) => typeof step === "string")
      .slice(0, MAX_STEPS),
  };
  for (const name of ["device", "symptom", "wants", "skill"] as const) repaired[name] = given[name];
  const cut: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(repaired)) {
    const schema = fields[name as keyof typeof fields];
    const short = cutTexts(value, name === "stepsTried" ? "step" : name);
    if (schema.safeParse(short).success) cut[name] = short;
  }
  cut.summary ??= "The assistant asked for a person, and didn't say why.";
  return SCHEMAS.escalate_to_human.parse(cut);
}

function urgencyOf(urgency: unknown): Escalation["urgency"] {
  const word = typeof urgency === "string" ? urgency.toLowerCase() : "";
  if (/^(?:high|urgent|critical|emergency)$/.test(word)) return "high";
  return word === "low" ? "low" : "normal";
}

function cutTexts(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((one) => cutTexts(one, name));
  const limit = BRIEF_CHARS[name as keyof typeof BRIEF_CHARS] ?? Infinity;
  return typeof value === "string" ? truncateText(value, limit).trim() : value;
}
