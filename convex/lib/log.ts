/** The only writer of logs. What goes in is redacted: an error may quote what it failed on. */
import { redactSecrets } from "./redact";

const MAX_CHARS = 2_000;

export function logWarning(what: string, cause?: Error | string): void {
  console.warn(line(what, cause));
}

export function logError(what: string, cause?: unknown): void {
  console.error(line(what, cause));
}

function line(what: string, cause: unknown): string {
  if (cause === undefined) return redactSecrets(what);
  const said =
    cause instanceof Error
      ? (cause.stack ?? cause.message)
      : typeof cause === "string"
        ? cause
        : "not an error";
  return redactSecrets(`${what}: ${said.slice(0, MAX_CHARS)}`);
}
