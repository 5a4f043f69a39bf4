/** Pieces that the knowledge pages share. */
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";

/** The heading of a page below the list, with the way back. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="flex flex-col gap-1.5">
      <Link
        href="/knowledge"
        className="inline-flex items-center gap-1.5 self-start text-[0.8125rem] text-soft hover:text-ink"
      >
        <ArrowLeft size={14} aria-hidden />
        Knowledge
      </Link>
      <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
      {children}
    </header>
  );
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4"
    >
      <h2 className="text-sm font-semibold">{title}</h2>
      {children}
    </section>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  href,
  icon,
  primary = false,
  children,
}: {
  href: string;
  icon?: ReactNode;
  primary?: boolean;
  children: ReactNode;
}) {
  const look = primary
    ? "bg-accent text-on-accent hover:bg-accent-strong"
    : "border border-line-strong bg-surface text-ink hover:bg-sunken";
  return (
    <Link
      href={href}
      className={`inline-flex min-h-8 shrink-0 items-center gap-2 rounded-full px-3 py-1 text-[0.8125rem] leading-tight font-medium transition-colors ${look}`}
    >
      {icon}
      {children}
    </Link>
  );
}

/** One of a few, as buttons in a row. */
export function Picks<Key extends string>({
  label,
  names,
  picked,
  onPick,
}: {
  label: string;
  names: Partial<Record<Key, string>>;
  picked: Key;
  onPick: (key: Key) => void;
}) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1">
      {(Object.entries(names) as [Key, string][]).map(([key, name]) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === picked}
          onClick={() => onPick(key)}
          className={`h-8 rounded-full px-3 text-[0.8125rem] font-medium transition-colors ${key === picked ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** What to do with a text, in sight however long that is. */
export function ActBar({ children }: { children: ReactNode }) {
  return (
    <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t border-line bg-bg py-3">
      {children}
    </div>
  );
}
