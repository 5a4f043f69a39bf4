/**
 * What of a model's raw words customers see, while they come and at the end. Pure. Some models write what they
 * think, and the tools that they call, into their answer: nobody sees that, not even for a moment.
 */
import { withoutHalfMark, writeMarks } from "../../lib/citationMarks";
import { limitDepth } from "../../lib/markdown";
import { makeStorable } from "../../lib/text";

const NAMES = "think|thinking|thought|reasoning|tool_calls?|function_calls?";
/** From a tag to its end, or to the end of what has come. */
const HIDDEN = new RegExp(`<(${NAMES})(?:\\s[^<>]{0,200})?>[\\s\\S]*?(?:</\\1\\s*>|$)`, "gi");
/** Some begin without a tag: whatever stands before an end was thought. */
const THOUGHT_BEFORE = new RegExp(`^[\\s\\S]*</(?:${NAMES})\\s*>`, "i");
const CALL = /<(tool_call|function_call)(?:\s[^<>]{0,200})?>([\s\S]*?)(?:<\/\1\s*>|$)/i;
const TAGS = NAMES.replace("tool_calls?", "tool_calls").replace(
  "function_calls?",
  "function_calls",
);
const STARTS = TAGS.split("|").flatMap((name) => [`<${name}`, `</${name}`]);

/** `isWhole`: nothing more comes. Until then what may become a tag, a citation mark or a character is held back. */
export function showableText(raw: string, isWhole: boolean): string {
  const seen = raw.replace(HIDDEN, "").replace(THOUGHT_BEFORE, "");
  const shown = isWhole ? seen : withoutHalfMark(withoutTail(seen));
  return writeMarks(limitDepth(makeStorable(shown)));
}

function withoutTail(text: string): string {
  const whole = text.replace(/[\ud800-\udbff]$/, "");
  const tag = whole.lastIndexOf("<");
  if (tag < 0) return whole;
  const tail = whole.slice(tag).toLowerCase();
  const mayBecomeOne = STARTS.some(
    (start) =>
      start.startsWith(tail) ||
      (/^\s/.test(tail.slice(start.length)) && tail.startsWith(start) && !tail.includes(">")),
  );
  return mayBecomeOne ? whole.slice(0, tag) : whole;
}

/**
 * The tool that the words call: `null` if they call none, `"broken"` if nobody can say which.
 * The form is that of Hermes and Qwen: https://github.com/NousResearch/Hermes-Function-Calling.
 */
export function readSpokenCall(raw: string): { name: string; arguments: string } | "broken" | null {
  const [, , json] = CALL.exec(raw) ?? [];
  if (json === undefined) return null;
  try {
    const { name, arguments: given, parameters } = JSON.parse(json) as Record<string, unknown>;
    if (typeof name !== "string") return "broken";
    const args = given ?? parameters ?? {};
    return { name, arguments: typeof args === "string" ? args : JSON.stringify(args) };
  } catch {
    return "broken";
  }
}
