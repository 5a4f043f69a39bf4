/**
 * A system line that begins with what to do now (`convex/model/handoff/notices.ts`): a line, steps as "- …", an empty
 * line, and the rest. Pure.
 */
export type Safety = { first: string; steps: string[] };

export function splitSafety(text: string): { safety: Safety | null; rest: string } {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const [first, ...lines] = head.split("\n");
  if (lines.length === 0 || lines.some((line) => !line.startsWith("- "))) {
    return { safety: null, rest: text };
  }
  const steps = lines.map((line) => line.slice(2));
  return { safety: { first: first!, steps }, rest: end < 0 ? "" : text.slice(end + 2) };
}
