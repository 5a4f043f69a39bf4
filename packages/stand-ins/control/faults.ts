/**
 * Faults a stand-in can be told to have. A fault waits in a queue until a request of its provider
 * matches; the oldest matching fault is used, `times` times or always.
 */
import { z } from "zod";
import { PROVIDERS, type ProviderName } from "../http";

const count = z.number().int().min(0).max(100_000);
const common = {
  provider: z.enum(PROVIDERS),
  /** How many requests it hits. */
  times: z.union([z.number().int().min(1).max(100_000), z.literal("always")]).default(1),
  /** Which of the requests that match: 2 hits every second one, and the others pass. */
  every: z.number().int().min(1).max(1_000).default(1),
  /** Substring of the newest customer message (OpenRouter) or of the request body (the others). */
  match: z.string().min(1).max(500).optional(),
  /** OpenRouter: only this model fails; the next of `models` then answers, as the real router does. */
  model: z.string().min(1).max(200).optional(),
  /** Not for OpenRouter: do the work first (store the mail, accept the SMS), then fail. */
  afterProcessing: z.boolean().default(false),
};

export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("status"),
    status: z.number().int().min(400).max(599),
    /** Seconds, sent as the `Retry-After` header. */
    retryAfter: z.number().min(0).max(3_600).optional(),
    /** OpenRouter's 403 for what the question holds: with the reasons of its moderation. */
    flagged: z.boolean().optional(),
    /** Twilio: the error of the body, e.g. 63038. */
    code: z.number().int().min(10_000).max(99_999).optional(),
  }),
  /** Accepts and never answers; with `afterChunks`, falls silent in the middle of a stream. */
  z.strictObject({ ...common, kind: z.literal("stall"), afterChunks: count.optional() }),
  /** Destroys the socket: after so many chunks of a stream, or half-way through another body. */
  z.strictObject({ ...common, kind: z.literal("cut"), afterChunks: count.default(3) }),
  /** Begins an answer and never ends it: white space after half a body, a stream that goes on and on. */
  z.strictObject({ ...common, kind: z.literal("endless"), everyMs: count.default(5) }),
  /** Broken JSON, or a broken SSE event after so many chunks. */
  z.strictObject({ ...common, kind: z.literal("malformed"), afterChunks: count.default(3) }),
  /** OpenRouter's error event in the middle of a stream. */
  z.strictObject({
    ...common,
    provider: z.literal("openrouter"),
    kind: z.literal("error_chunk"),
    afterChunks: count.default(3),
    code: z.union([z.string().max(100), z.number().int()]).default(502),
    message: z.string().max(500).default("Provider disconnected unexpectedly"),
  }),
  /** OpenAI's vectors are not what was asked for: cut short, one missing, a `null` in one, of the next text. */
  z.strictObject({
    ...common,
    provider: z.literal("openai"),
    kind: z.literal("vectors"),
    how: z.enum(["short", "fewer", "null", "shifted"]),
  }),
  /** Answers late, and streams slowly. */
  z.strictObject({
    ...common,
    kind: z.literal("slow"),
    delayMs: z.number().int().min(0).max(600_000).default(3_000),
    chunkDelayMs: z.number().int().min(0).max(60_000).optional(),
  }),
]);

export type FaultInput = z.input<typeof faultSchema>;
type Fault = z.output<typeof faultSchema>;
export type FaultRecord = Fault & { id: number; matched: number; used: number };

const MAX_FAULTS = 1_000;

export class Faults {
  private queue: FaultRecord[] = [];
  private nextId = 1;

  add(fault: Fault): FaultRecord {
    if (this.queue.length >= MAX_FAULTS)
      throw new Error(`more than ${MAX_FAULTS} faults are waiting`);
    const record = { ...fault, id: this.nextId++, matched: 0, used: 0 };
    this.queue.push(record);
    return record;
  }

  /** Uses up and returns the fault that hits this request, if any. */
  take(provider: ProviderName, text: string, model?: string): FaultRecord | undefined {
    const fault = this.queue.find(
      (f) =>
        f.provider === provider &&
        (f.match === undefined || text.includes(f.match)) &&
        (f.model === undefined || f.model === model) &&
        ++f.matched % f.every === 0,
    );
    if (!fault) return undefined;
    fault.used++;
    if (fault.times !== "always" && fault.used >= fault.times)
      this.queue = this.queue.filter((f) => f !== fault);
    return fault;
  }

  list(): FaultRecord[] {
    return [...this.queue];
  }

  clear(provider?: ProviderName): void {
    this.queue = provider ? this.queue.filter((f) => f.provider !== provider) : [];
  }
}
