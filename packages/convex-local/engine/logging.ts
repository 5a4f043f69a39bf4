/**
 * Captures `console` inside a function: the lines go to the run's event, not to this process. Values are
 * printed by `object-inspect` with the deployment runtime's own options, so a line reads as on Convex.
 */
import inspect from "object-inspect";
import { leaveIsolate } from "./isolate/run";
import type { LogLine, RunContext } from "./context";

const MAX_LINES = 256;
/** In UTF-8 bytes, over all arguments of one call. */
const MAX_LINE_BYTES = 32_768;
const TRUNCATED = " (truncated due to length)";

type Level = LogLine["level"];
type OnLine = (run: RunContext, line: LogLine) => void;

const LEVELS = { log: "LOG", debug: "DEBUG", info: "INFO", warn: "WARN", error: "ERROR" } as const;

function render(value: unknown): string {
  return inspect(value, { maxStringLength: MAX_LINE_BYTES, indent: 2, customInspect: true });
}

export function captureConsole(run: RunContext, original: Console, onLine: OnLine): Console {
  const timers = new Map<string, number>();
  const write = (level: Level, messages: string[]): void =>
    leaveIsolate(() => addLine(run, level, messages, onLine));
  const timer = (name: string, extra: string[]): void => {
    const started = timers.get(name);
    if (started === undefined) write("WARN", [`Timer '${name}' does not exist`]);
    else write("INFO", [`${name}: ${Date.now() - started}ms`, ...extra]);
  };
  const methods = Object.fromEntries(
    Object.entries(LEVELS).map(([name, level]) => [
      name,
      (...values: unknown[]) => write(level, values.map(render)),
    ]),
  );
  return Object.assign(Object.create(original) as Console, methods, {
    trace: (...values: unknown[]) => {
      const frames = new Error().stack?.split("\n").slice(2) ?? [];
      write("LOG", [...values.map(render), frames.join("\n")]);
    },
    time: (label: unknown = "default") => {
      const name = String(label);
      if (timers.has(name)) write("WARN", [`Timer '${name}' already exists`]);
      else timers.set(name, Date.now());
    },
    timeLog: (label: unknown = "default", ...values: unknown[]) =>
      timer(String(label), values.map(render)),
    timeEnd: (label: unknown = "default") => {
      timer(String(label), []);
      timers.delete(String(label));
    },
  });
}

/** A line of a function that runs inside a transaction belongs to the transaction's outermost run. */
function addLine(run: RunContext, level: Level, messages: string[], onLine: OnLine): void {
  let outermost = run;
  while (outermost.event.nested && outermost.parent !== null) outermost = outermost.parent;
  const { logLines } = outermost.event;
  if (logLines.length >= MAX_LINES) return;
  const overflow = logLines.length === MAX_LINES - 1;
  const line: LogLine = {
    ...(overflow
      ? {
          level: "ERROR",
          messages: [`Log overflow (maximum ${MAX_LINES}). Remaining log lines omitted.`],
          isTruncated: false,
        }
      : { level, ...truncated(messages) }),
    timestamp: Date.now(),
    ...(outermost === run || overflow
      ? {}
      : { source: { componentPath: run.event.componentPath, path: run.event.path } }),
  };
  logLines.push(line);
  onLine(outermost, line);
}

/** As much of a call's arguments, joined by spaces, as a line may have. */
function truncated(messages: string[]): Pick<LogLine, "messages" | "isTruncated"> {
  const size = messages.reduce((sum, message) => sum + Buffer.byteLength(message) + 1, -1);
  if (size <= MAX_LINE_BYTES) return { messages, isTruncated: false };
  const kept: string[] = [];
  let remaining = MAX_LINE_BYTES;
  for (const message of messages) {
    const bytes = Buffer.from(message);
    if (bytes.length > remaining) {
      kept.push(cutAtCharacter(bytes, remaining));
      break;
    }
    kept.push(message);
    remaining -= bytes.length + 1;
  }
  return { messages: kept, isTruncated: true };
}

function cutAtCharacter(bytes: Buffer, length: number): string {
  let end = Math.max(0, length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}

/** A line as the clients' protocol has it: `[LEVEL] text`. */
export function formatLine({ level, messages, isTruncated }: LogLine): string {
  return `[${level}] ${messages.join(" ")}${isTruncated ? TRUNCATED : ""}`;
}
