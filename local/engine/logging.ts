/** Captures `console` inside a function: the lines go to the run's event, not to this process. */
import { inspect } from "node:util";
import type { LogLine, RunContext } from "./context.ts";

const LEVELS = {
  log: "LOG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  trace: "LOG",
  dir: "LOG",
} as const;

const MAX_LINES = 256;

function render(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : inspect(value, { depth: 6, breakLength: 120 });
}

export function captureConsole(run: RunContext, original: Console): Console {
  const timers = new Map<string, number>();
  const write = (level: LogLine["level"], values: unknown[]): void => {
    if (run.event.logLines.length >= MAX_LINES) return;
    run.event.logLines.push({ level, messages: values.map(render), timestamp: Date.now() });
  };
  const methods = Object.fromEntries(
    Object.entries(LEVELS).map(([name, level]) => [
      name,
      (...values: unknown[]) => write(level, values),
    ]),
  );
  return Object.assign(Object.create(original) as Console, methods, {
    time: (label = "default") => void timers.set(label, performance.now()),
    timeEnd: (label = "default") => {
      const start = timers.get(label);
      if (start !== undefined) write("INFO", [`${label}: ${performance.now() - start} ms`]);
    },
  });
}

/** A line as the clients' protocol has it: `[LEVEL] text`. */
export function formatLine({ level, messages }: LogLine): string {
  return `[${level}] ${messages.join(" ")}`;
}
