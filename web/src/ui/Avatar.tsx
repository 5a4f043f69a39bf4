/** Who is speaking, at a glance: the assistant's mark, or a person's initials in a warmer colour. */
import { Smartphone, Sparkles } from "lucide-react";

export function Avatar({
  kind,
  name,
}: {
  kind: "agent" | "person" | "customer";
  name?: string | undefined;
}) {
  const look = {
    agent: "bg-accent-wash text-accent",
    person: "bg-person-wash text-person",
    customer: "bg-sunken text-soft",
  }[kind];
  return (
    <span
      aria-hidden
      className={`grid size-8 shrink-0 place-items-center rounded-full text-xs font-semibold ${look}`}
    >
      {kind === "agent" ? (
        <Sparkles size={16} />
      ) : /^[(+]/.test(name ?? "") ? (
        // A number is all that is known of who texts.
        <Smartphone size={15} />
      ) : (
        initials(name)
      )}
    </span>
  );
}

function initials(name = ""): string {
  const words = name
    .trim()
    .split(/[\s@.]+/)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return (
    letters
      .map((word) => [...(word ?? "")][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}
