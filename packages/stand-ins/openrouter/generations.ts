/**
 * What each streamed completion has cost so far, also one that its caller broke off: OpenRouter's
 * `GET /generation?id=`. The last 1,000 are kept.
 */
import type { ChatRequest } from "./chatRequest";
import { estimateUsage, type Output } from "./completion";
import type { RequestRecord } from "../control/requestLog";

const KEPT = 1_000;

interface Generation {
  model: string;
  chat: ChatRequest;
  output: Output;
  /** Counts the chunks that went out. */
  record: RequestRecord;
}

export class Generations {
  private readonly byId = new Map<string, Generation>();

  add(id: string, generation: Generation): void {
    this.byId.set(id, generation);
    const [oldest] = this.byId.keys();
    if (this.byId.size > KEPT && oldest !== undefined) this.byId.delete(oldest);
  }

  /** The body of OpenRouter's answer, or `null` for an id that it doesn't know. */
  view(id: string): { data: Record<string, unknown> } | null {
    const generation = this.byId.get(id);
    if (generation === undefined) return null;
    const { model, chat, output, record } = generation;
    const sent = { ...output, deltas: output.deltas.slice(0, record.chunksSent) };
    const text = sent.deltas.map((delta) => ("content" in delta ? delta.content : "")).join("");
    const usage = estimateUsage(chat, { ...sent, text });
    return {
      data: {
        id,
        model,
        streamed: true,
        cancelled: sent.deltas.length < output.deltas.length,
        tokens_prompt: usage.prompt_tokens,
        tokens_completion: usage.completion_tokens,
        total_cost: usage.cost,
      },
    };
  }

  clear(): void {
    this.byId.clear();
  }
}
