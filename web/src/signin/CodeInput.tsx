/** Six digits in one field: pasting, autofill from mail and screen readers work as with any field. */
import { useEffect, useRef } from "react";

const LENGTH = 6;

export function CodeInput({
  value,
  onChange,
  onComplete,
  invalid,
  describedBy,
}: {
  value: string;
  onChange: (code: string) => void;
  onComplete: (code: string) => void;
  invalid: boolean;
  describedBy?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (invalid) input.current?.select();
  }, [invalid]);
  return (
    <input
      ref={input}
      value={value}
      aria-label="6-digit code"
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      autoComplete="one-time-code"
      inputMode="numeric"
      pattern="[0-9]*"
      placeholder="······"
      onChange={(event) => {
        // Mail programs copy spaces and dashes along.
        const code = event.target.value.replace(/\D/g, "").slice(0, LENGTH);
        onChange(code);
        if (code.length === LENGTH && code !== value) onComplete(code);
      }}
      className="h-14 w-full rounded-xl border border-line-strong bg-surface pl-[0.5em] text-center font-mono text-2xl tracking-[0.5em] text-ink tabular-nums placeholder:text-faint focus-visible:outline-offset-0 aria-invalid:border-danger"
    />
  );
}
