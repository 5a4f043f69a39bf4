/** What the health page's parts have in common. */
import { useId, type ReactNode } from "react";
import { Link } from "wouter";
import type { ConversationId } from "../../api";

/** A part with its heading; `aside` stands at its right. */
export function Part({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={id} className="min-w-0 flex-1 text-sm font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

const TONES = {
  good: "bg-accent-wash text-accent",
  bad: "bg-danger-wash text-danger",
  none: "bg-sunken text-soft",
} as const;
export type Tone = keyof typeof TONES;

export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`shrink-0 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}

export const LIST =
  "divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface text-sm";

export const Quiet = ({ children }: { children: ReactNode }) => (
  <p className="text-[0.8125rem] text-faint">{children}</p>
);

export function ConversationLink({ id }: { id: ConversationId }) {
  return (
    <Link href={`/desk/${id}`} className="text-accent underline underline-offset-4">
      the conversation
    </Link>
  );
}
