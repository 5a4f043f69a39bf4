/** A problem in words, where it happened, with the way out: a retry that counts down when told to wait. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./controls";
import type { Problem } from "../auth";
import { useNow } from "./useNow";

/** Seconds until trying again makes sense; 0 when it does. */
export function useCountdown(retryAt: number | undefined): number {
  const now = useNow(retryAt === undefined ? null : 500);
  return retryAt === undefined ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000));
}

export function RetryButton({
  problem,
  onRetry,
  label = "Try again",
}: {
  problem: Problem | null;
  onRetry: () => void;
  label?: string;
}) {
  const seconds = useCountdown(problem?.retryAt);
  return (
    <Button size="small" onClick={onRetry} disabled={seconds > 0}>
      {seconds > 0 ? `${label} in ${seconds} s` : label}
    </Button>
  );
}

export function ProblemNotice({
  problem,
  onRetry,
  children,
}: {
  problem: Problem | null;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  if (problem === null) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl bg-danger-wash px-3.5 py-2.5 text-sm text-danger"
    >
      <CircleAlert size={17} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">{problem.message}</p>
      {onRetry && <RetryButton problem={problem} onRetry={onRetry} />}
      {children}
    </div>
  );
}
