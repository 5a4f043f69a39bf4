/**
 * Scripted chat completions: a fixed text at a fixed pace, raw tool calls (also malformed ones), or a
 * stream that stops after k chunks until it is released. Used in order, by the first request whose
 * newest customer message contains `match`.
 */
import { z } from "zod";
import { SHAPES } from "./shapes";

const toolCall = z.strictObject({
  name: z.string().min(1).max(100),
  /** A string is sent as it is, so that it may be broken JSON. */
  arguments: z.union([z.string().max(100_000), z.record(z.string(), z.unknown())]),
});

export const scriptSchema = z
  .strictObject({
    match: z.string().min(1).max(500).optional(),
    times: z.number().int().min(1).max(100_000).default(1),
    text: z.string().max(200_000).optional(),
    toolCalls: z.array(toolCall).min(1).max(8).optional(),
    /** Cut the text into exactly so many chunks. */
    chunks: z.number().int().min(1).max(10_000).optional(),
    /** First chunk at once, last chunk after so many milliseconds, the others evenly between. */
    overMs: z.number().min(0).max(600_000).optional(),
    /** Stop after so many chunks until released; works with and without `text`. */
    holdAfter: z.number().int().min(0).max(10_000).optional(),
    /** Go on after `max_tokens`, as some providers do. */
    endless: z.boolean().optional(),
    /** Streamed as some provider was seen to stream it. */
    shape: z.enum(SHAPES).optional(),
    /** What goes over the wire, write by write, in place of everything else. */
    raw: z.array(z.string().max(200_000)).max(10_000).optional(),
  })
  .refine((s) => [s.text, s.toolCalls, s.holdAfter, s.raw].some((given) => given !== undefined), {
    message: "a script needs text, toolCalls, holdAfter or raw",
  })
  .refine(
    (s) => s.chunks === undefined || (s.text !== undefined && s.chunks <= [...s.text].length),
    {
      message: "chunks needs a text of at least as many characters",
    },
  );

export type ScriptInput = z.input<typeof scriptSchema>;
export type Script = z.output<typeof scriptSchema>;

export class ScriptRecord {
  used = 0;
  state: "waiting" | "streaming" | "held" | "done" = "waiting";
  /** When each chunk of its streams was sent, by `performance.now()`. */
  readonly sentAt: number[] = [];
  /** Resolves when the stream has stopped at `holdAfter`. */
  readonly reached: Promise<void>;
  readonly released: Promise<void>;
  private resolveReached!: () => void;
  private resolveReleased!: () => void;

  constructor(
    readonly id: number,
    readonly script: Script,
  ) {
    this.reached = new Promise((resolve) => (this.resolveReached = resolve));
    this.released = new Promise((resolve) => (this.resolveReleased = resolve));
  }

  hold(): Promise<void> {
    this.state = "held";
    this.resolveReached();
    return this.released;
  }

  release = (): void => this.resolveReleased();

  view() {
    return { id: this.id, state: this.state, used: this.used, ...this.script };
  }
}

const MAX_SCRIPTS = 1_000;

export class Scripts {
  private all: ScriptRecord[] = [];
  private nextId = 1;

  add(script: Script): ScriptRecord {
    if (this.all.length >= MAX_SCRIPTS) {
      const spent = this.all.findIndex((s) => s.state === "done");
      if (spent < 0) throw new Error(`more than ${MAX_SCRIPTS} scripts are waiting`);
      this.all.splice(spent, 1);
    }
    const record = new ScriptRecord(this.nextId++, script);
    this.all.push(record);
    return record;
  }

  take(question: string): ScriptRecord | undefined {
    const record = this.all.find(
      (s) =>
        s.used < s.script.times &&
        (s.script.match === undefined || question.includes(s.script.match)),
    );
    if (record) {
      record.used++;
      record.state = "streaming";
    }
    return record;
  }

  get(id: number): ScriptRecord | undefined {
    return this.all.find((s) => s.id === id);
  }

  list(): ScriptRecord[] {
    return [...this.all];
  }

  /** Forgets every script and lets held streams go on. */
  clear(): void {
    for (const record of this.all) record.release();
    this.all = [];
  }
}
