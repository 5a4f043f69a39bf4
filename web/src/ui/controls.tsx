/** Buttons and fields. A control that can't be used now says why; none is silently dead. */
import type { ComponentProps, ReactNode } from "react";

const BUTTON_LOOK = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  quiet: "text-soft hover:bg-sunken hover:text-ink",
  outline: "border border-line-strong bg-surface text-ink hover:bg-sunken",
  danger: "text-danger hover:bg-danger-wash",
  /** For what can't be undone, after it was explained. */
  destroy: "border border-danger bg-surface text-danger hover:bg-danger-wash",
} as const;

type ButtonProps = Omit<ComponentProps<"button">, "className"> & {
  look?: keyof typeof BUTTON_LOOK;
  size?: "small" | "normal";
  busy?: boolean;
  icon?: ReactNode;
  wide?: boolean;
};

export function Button({
  look = "outline",
  size = "normal",
  busy = false,
  icon,
  wide = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const scale =
    size === "small"
      ? "min-h-8 px-3 py-1 text-[0.8125rem] leading-tight"
      : "min-h-10 px-4 py-1.5 text-sm leading-tight";
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={`inline-flex shrink-0 items-center justify-center gap-2 max-w-full rounded-full font-medium transition-colors disabled:opacity-50 ${scale} ${BUTTON_LOOK[look]} ${wide ? "w-full" : ""}`}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

/** A button that is only an icon: `label` is its name and its tooltip. */
export function IconButton({
  label,
  children,
  pressed,
  small = false,
  ...rest
}: Omit<ComponentProps<"button">, "className" | "aria-label"> & {
  label: string;
  pressed?: boolean;
  small?: boolean;
}) {
  const tone = pressed ? "text-accent bg-accent-wash" : "text-soft hover:bg-sunken hover:text-ink";
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={`grid shrink-0 place-items-center rounded-full transition-colors ${small ? "size-8" : "size-10"} ${tone}`}
    >
      {children}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden
      className="size-4 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  );
}

/** A labelled text field; `hint` and `error` are tied to it for screen readers. */
export function Field({
  label,
  hint,
  id,
  ...rest
}: Omit<ComponentProps<"input">, "className"> & { id: string; label: string; hint?: string }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="h-11 w-full rounded-xl border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-faint focus-visible:outline-offset-0"
      />
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-[0.8125rem] text-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A labelled text of several lines. */
export function TextArea({
  label,
  id,
  ...rest
}: Omit<ComponentProps<"textarea">, "className"> & { id: string; label: string }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <textarea
        rows={3}
        {...rest}
        id={id}
        className="w-full resize-none rounded-xl border border-line-strong bg-surface px-3.5 py-2.5 text-base placeholder:text-faint focus-visible:outline-offset-0"
      />
    </div>
  );
}
