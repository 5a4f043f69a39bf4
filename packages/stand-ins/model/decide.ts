/**
 * What the stand-in model does with one request: an answer in text, or a tool call. Deterministic: the
 * same messages give the same outcome. Passages are read from system messages and tool results only;
 * text in a user message is never more than a question.
 */
import {
  acceptsOffer,
  isAssent,
  findContact,
  findSmallTalk,
  wantsPerson,
  type SmallTalk,
} from "./intents";
import { parsePassages, splitPassage } from "./passages";
import { composeAnswer, draftAnswer } from "./compose";
import { splitQuestion, writeSearchQuery } from "./question";
import { Ranking } from "./rank";
import { correctSpelling } from "./spelling";
import { sumUp } from "./summary";
import { hashText } from "./text";

export interface ChatMessage {
  role: string;
  content: string;
  toolCalls?: Array<{ id: string; name: string }>;
  toolCallId?: string;
}

export interface OfferedTool {
  name: string;
  parameters?: unknown;
}

export type Decision =
  | { kind: "text"; text: string }
  | { kind: "tool"; name: string; args: Record<string, unknown>; text?: string };

/** The conversation as the model sees it at its turn. */
interface Turn {
  /** Newest messages of the customer, after the last words of the assistant. */
  question: string[];
  earlier: string[];
  previousReply?: string;
  /** Results of the tools called in this turn, by tool name, in order. */
  results: Array<{ name: string; content: string }>;
}

function readTurn(messages: ChatMessage[]): Turn {
  const spoken = messages.filter((m) => m.role !== "system" && m.role !== "developer");
  let i = spoken.length - 1;
  while (i >= 0 && (spoken[i]!.role === "tool" || (spoken[i]!.toolCalls?.length ?? 0) > 0)) i--;
  const activity = spoken.slice(i + 1);
  const question: string[] = [];
  for (; i >= 0 && spoken[i]!.role === "user"; i--) question.unshift(spoken[i]!.content);
  const before = spoken.slice(0, i + 1);
  const names = new Map(
    activity.flatMap((m) => (m.toolCalls ?? []).map((c) => [c.id, c.name] as const)),
  );
  const previousReply = before.findLast((m) => m.role === "assistant" && m.content.trim())?.content;
  return {
    question,
    earlier: before.filter((m) => m.role === "user").map((m) => m.content),
    ...(previousReply ? { previousReply } : {}),
    results: activity
      .filter((m) => m.role === "tool")
      .map((m) => ({ name: names.get(m.toolCallId ?? "") ?? "", content: m.content })),
  };
}

function failed(content: string): boolean {
  if (content.includes("<passages>")) return false;
  try {
    const value: unknown = JSON.parse(content);
    return (
      typeof value === "object" &&
      value !== null &&
      ("error" in value || (value as { ok?: unknown }).ok === false)
    );
  } catch {
    return /^\s*(?:error|invalid|failed)\b/i.test(content);
  }
}

/** A tool may be called once a turn, and once more after a call that failed. */
function mayCall(turn: Turn, name: string): boolean {
  const mine = turn.results.filter((r) => r.name === name);
  return mine.length === 0 || (mine.length === 1 && failed(mine[0]!.content));
}

const succeeded = (turn: Turn, name: string) =>
  turn.results.some((r) => r.name === name && !failed(r.content));

export function decideReply(messages: ChatMessage[], tools: OfferedTool[]): Decision {
  const turn = readTurn(messages);
  const text = turn.question.join("\n");
  const offered = new Map(tools.map((t) => [t.name, t]));
  const say = (reply: string): Decision => ({ kind: "text", text: reply });

  const summary = tools.length === 0 ? sumUp(text) : null;
  if (summary !== null) return say(summary);
  if (succeeded(turn, "escalate_to_human")) return say(handedOver(turn));
  const escalate = offered.get("escalate_to_human");
  if (turn.question.some(wantsPerson) || acceptsOffer(text, turn.previousReply)) {
    if (escalate && mayCall(turn, escalate.name)) {
      return { kind: "tool", name: escalate.name, args: escalation(escalate, turn) };
    }
    return say(
      "I'm sorry, I can't hand you over from here right now. Please call or visit the shop, and a technician will help you directly.",
    );
  }

  let lead = "";
  const contact = findContact(text, turn.previousReply);
  if (contact && (contact.email || contact.phone) && offered.has("set_contact")) {
    if (mayCall(turn, "set_contact"))
      return { kind: "tool", name: "set_contact", args: { ...contact } };
    const how = contact.email ? "your e-mail address" : "your phone number";
    lead = succeeded(turn, "set_contact")
      ? `Thank you, I've noted ${how}${contact.email && contact.phone ? " and phone number" : ""}, so the shop can reach you.`
      : `I'm sorry, I couldn't save ${how}. Could you check it and send it once more?`;
  }

  const talk = turn.question.map(findSmallTalk);
  if (talk.length > 0 && talk.every(Boolean)) return say(chat(talk.at(-1)!, text, turn));
  return answer(messages, turn, lead, offered);
}

function answer(
  messages: ChatMessage[],
  turn: Turn,
  lead: string,
  offered: Map<string, OfferedTool>,
): Decision {
  const text = turn.question.join("\n");
  const trusted = messages.filter(
    (m) => m.role === "system" || m.role === "developer" || m.role === "tool",
  );
  const passages = parsePassages(trusted.map((m) => m.content));
  const first = trusted.filter(({ role }) => role !== "tool").map((m) => m.content);
  const late = parsePassages(first).length === 0 && first.some((t) => t.includes("<passages>"));
  const ranking = new Ranking(passages, passages.flatMap(splitPassage), late);
  const texts = passages.map(({ title, heading, text }) => `${title} ${heading} ${text}`);
  const asked = turn.question
    .filter((q) => !findSmallTalk(q))
    .map((q) => (lead ? withoutContact(q) : q))
    .map((q) => correctSpelling(q, texts));
  const parts = splitQuestion(asked, turn.earlier, ranking.knows);
  if (lead && !/\?/.test(asked.join(" "))) return { kind: "text", text: lead };
  const drafted = draftAnswer(parts, ranking);

  const missing = drafted.unanswered.length > 0 || parts.length === 0;
  if (missing && offered.has("search_knowledge") && mayCall(turn, "search_knowledge")) {
    const query = writeSearchQuery(
      drafted.unanswered.length > 0 ? drafted.unanswered : parts,
      text,
    );
    return { kind: "tool", name: "search_knowledge", args: { query } };
  }
  const units = drafted.answered.flatMap((a) => a.units);
  const reply =
    units.length > 0 ? composeAnswer(text, drafted) : NOT_FOUND[hashText(text) % NOT_FOUND.length]!;
  return { kind: "text", text: lead ? `${lead}\n\n${reply}` : reply };
}

const withoutContact = (text: string) =>
  text.replace(/\S+@\S+/g, " ").replace(/\+?\d[\d\s().-]{6,}\d/g, " ");

const NOT_FOUND = [
  "I couldn't find that in the shop's information, and I don't want to guess. Would you like me to hand you over to a technician?",
  "I'm sorry, the shop's information doesn't answer that, so I'd rather not guess. Shall I hand you over to a technician?",
  "That isn't covered in the shop's information that I have. Would you like me to hand you over to a technician who can tell you?",
];

function chat(kind: SmallTalk, text: string, turn: Turn): string {
  const replies: Record<SmallTalk, string[]> = {
    greeting: [
      "Hi there! I'm the shop's assistant. What can I help you with today?",
      "Hello! How can I help you today? Tell me a bit about your device or your question.",
    ],
    thanks: [
      "You're welcome! Let me know if there is anything else.",
      "Glad I could help! Just write again if anything else comes up.",
    ],
    bye: ["Goodbye, and have a great day!", "Take care! We're here whenever you need us."],
    ack: [
      "Great! Is there anything else I can help you with?",
      "All right! Just let me know if you need anything else.",
    ],
  };
  const options = replies[kind];
  return options[(hashText(text) + turn.earlier.length) % options.length]!;
}

/** The reason and summary of a hand-off; the reason is one that the offered schema allows. */
function escalation(tool: OfferedTool, turn: Turn): Record<string, unknown> {
  const properties = (
    tool.parameters as { properties?: Record<string, { enum?: unknown[] }> } | undefined
  )?.properties;
  const allowed = (properties?.reason?.enum ?? []).filter(
    (v): v is string => typeof v === "string",
  );
  const reason =
    allowed.length === 0 || allowed.includes("customer_request")
      ? "customer_request"
      : (allowed.find((v) => /customer|request|asked|user|explicit/i.test(v)) ?? allowed[0]!);
  const substance = [...turn.earlier, ...turn.question].filter(
    (m) => !findSmallTalk(m) && !wantsPerson(m) && !isAssent(m),
  );
  const about = substance.slice(-2).map((m) => `“${shorten(m.replace(/\s+/g, " ").trim(), 140)}”`);
  const summary =
    about.length > 0
      ? `Customer asked for a person. They wrote: ${about.join(" and ")}`
      : "Customer asked for a person before describing a problem.";
  const urgent = /\b(?:urgent|urgently|emergency|asap|right now|immediately)\b/i.test(
    turn.question.join(" "),
  );
  return { reason, summary, ...(urgent && properties?.urgency ? { urgency: "high" } : {}) };
}

const shorten = (s: string, max: number) =>
  s.length <= max ? s : `${s.slice(0, max - 1).replace(/\s+\S*$/, "")}…`;

function handedOver(turn: Turn): string {
  const result = turn.results.findLast((r) => r.name === "escalate_to_human")!.content;
  try {
    const message = (JSON.parse(result) as { message?: unknown } | null)?.message;
    if (typeof message === "string" && message.trim()) return message.trim();
  } catch {
    // A result in prose has no message for the customer.
  }
  return "All right, I'm handing you over to a technician. They can see our conversation, so there's no need to repeat anything.";
}
