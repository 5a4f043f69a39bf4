/** What a writer knows and has shown: text, flush times, usage. Every write is fenced by the row it holds. */
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { loadGenerationUsage, type ChatUsage } from "../../providers/openrouter";
import type { vActivity, vUsage } from "../../validators";
import { isAppError } from "../../lib/errors";
import { nextFlushAt } from "./flush";
import type { Fence } from "../conversations/replyProcess";
import type { ReplyResult } from "./admission";

/** Thrown when a write found that the turn went on without this writer. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

type Writer = { fence: Fence; agentId: Id<"agents"> };
type Activity = Infer<typeof vActivity>;

/** OpenAI's rule of thumb; used only when a provider can't tell what a stopped stream used. */
const CHARS_PER_TOKEN = 4;
/** Millionths of a dollar per token, likewise: between the cheap and the good models of 2026. */
const ESTIMATED_MICRO_USD_PER_TOKEN = 1;

export class ReplyWriter {
  text = "";
  /** The embeddings did not answer: passages were found by their words only. */
  textOnly = false;
  readonly startedAt = Date.now();
  private shown = "";
  private flushes = 0;
  private lastFlushAt = Date.now();
  private firstTokenAt: number | undefined;
  private used: ChatUsage = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };
  private estimated = false;
  private model = "";
  /** The round in progress: not charged yet. */
  private open: { id?: string; promptChars: number; textBefore: number } | null = null;

  constructor(
    private readonly ctx: ActionCtx,
    private readonly writer: Writer,
    private readonly conversationId: Id<"conversations">,
  ) {}

  /** What the log says of a failure. */
  get where() {
    const { workflowId, attempt } = this.writer.fence;
    return { conversationId: this.conversationId, workflowId, attempt };
  }

  startRound({ model, promptChars }: { model: string; promptChars: number }): void {
    this.model = model;
    this.open = { promptChars, textBefore: this.text.length };
  }

  setGeneration(id: string): void {
    if (this.open) this.open.id = id;
  }

  append(text: string): void {
    this.firstTokenAt ??= Date.now();
    this.text += text;
  }

  charge(usage: ChatUsage, model: string): void {
    this.model = model || this.model;
    this.used = {
      promptTokens: this.used.promptTokens + usage.promptTokens,
      completionTokens: this.used.completionTokens + usage.completionTokens,
      costMicroUsd: this.used.costMicroUsd + usage.costMicroUsd,
    };
    this.open = null;
  }

  /** Takes back what a failed try wrote; what it used stays charged. */
  rewind(text: string): void {
    this.estimateOpenRound();
    this.text = text;
  }

  nextWriteAt(): number {
    const { flushes, lastFlushAt } = this;
    return nextFlushAt({ flushes, lastFlushAt, dirty: this.text !== this.shown });
  }

  /** Shows the text so far and renews the lease. */
  async write(): Promise<void> {
    await this.show(this.text === "" ? "thinking" : "writing");
  }

  async show(activity: Activity): Promise<void> {
    const text = this.text;
    const admitted = await this.ctx.runMutation(internal.replies.flush, {
      fence: this.writer.fence,
      text,
      activity,
    });
    if (!admitted) throw new Overtaken();
    if (text !== this.shown) this.flushes += 1;
    this.shown = text;
    this.lastFlushAt = Date.now();
  }

  /** Waits before another try. Short enough to keep the lease. */
  async pause(ms: number): Promise<void> {
    await this.write();
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Runs the `set_contact` tool. Returns what the model reads. */
  async setContact(contact: { name?: string; email?: string; phone?: string }): Promise<string> {
    try {
      const args = { fence: this.writer.fence, contact };
      if (!(await this.ctx.runMutation(internal.replies.setContact, args))) throw new Overtaken();
      return "Saved.";
    } catch (error) {
      if (isAppError(error)) return error.data.message;
      throw error;
    }
  }

  async settle(result: Omit<ReplyResult, "usage">): Promise<void> {
    this.estimateOpenRound();
    await this.ctx.runMutation(internal.messages.sendAgentMessage, {
      ...this.writer,
      result: { ...result, usage: this.usage(), ...(this.textOnly && { textOnly: true }) },
    });
  }

  /** The turn went on: not one more word, but what was used is charged. */
  async chargeOvertaken(): Promise<void> {
    const id = this.open?.id;
    const actual = id === undefined ? null : await loadGenerationUsage(id, this.model);
    if (actual !== null) this.charge(actual, actual.model);
    this.estimateOpenRound();
    await this.ctx.runMutation(internal.replies.charge, {
      ...this.writer,
      usage: this.usage(),
    });
  }

  private estimateOpenRound(): void {
    if (this.open === null) return;
    const { promptChars, textBefore } = this.open;
    const promptTokens = Math.ceil(promptChars / CHARS_PER_TOKEN);
    const completionTokens = Math.ceil((this.text.length - textBefore) / CHARS_PER_TOKEN);
    // Without a first token nothing was generated, and OpenRouter charges nothing.
    if (completionTokens > 0) {
      const costMicroUsd = (promptTokens + completionTokens) * ESTIMATED_MICRO_USD_PER_TOKEN;
      this.estimated = true;
      this.charge({ promptTokens, completionTokens, costMicroUsd }, this.model);
    }
    this.open = null;
  }

  private usage(): Infer<typeof vUsage> {
    return {
      model: this.model,
      ...this.used,
      firstTokenMs: this.firstTokenAt && this.firstTokenAt - this.startedAt,
      totalMs: Date.now() - this.startedAt,
      ...(this.estimated ? { estimated: true } : {}),
    };
  }
}
