/** What a writer knows and has shown: text, flush times, usage. Every write is fenced by the row it holds. */
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import type { ChatUsage } from "../../providers/chatChunks";
import { loadGenerationUsage } from "../../providers/openrouter";
import type { vActivity, vUsage } from "../../validators";
import { isAppError } from "../../lib/errors";
import { truncateText } from "../../lib/text";
import { SECOND } from "../../lib/time";
import { nextCheckpointAt, nextFlushAt } from "./flush";
import { estimateUsage } from "./budget";
import type { Fence } from "../conversations/replyProcess";
import type { FoundPassage } from "../knowledge/search";
import type { ReplyResult } from "./admission";
import { Told, type Reader } from "./reader";
import { Ungrounded, type Grounding, type Refusal } from "./grounding";
import { showableText } from "./showable";

/** Thrown when a write found that the turn went on without this writer. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

type Writer = {
  fence: Fence;
  agentId: Id<"agents">;
  /** The check that a writer was lost, for whoever ends the reply to call off. */
  checkId?: Id<"_scheduled_functions">;
};
type Activity = Infer<typeof vActivity>;
/** What a writer asks of what it is told by the model. */
export type Judge = Pick<Grounding, "show" | "accept" | "addShop" | "checks">;
type Setting = {
  reader: Reader | null;
  grounding: Judge;
  /** The answer goes by text, once it is whole. */
  byText: boolean;
};
type Contact = { name?: string; email?: string; phone?: string };
type Shown = { text: string; activity: Activity };

/** All that a writer does to the world. Each returns what overtook it, or that nothing did. */
export type Effects = {
  /** For the log. */
  where: { conversationId?: Id<"conversations">; workflowId?: Id<"workflows">; attempt: number };
  /** Before a model is asked, with what was used until then. Throws if it may not be. */
  admitCall?: (costMicroUsd: number) => void;
  flush: (shown: Shown) => Promise<boolean>;
  checkpoint: (shown: Shown) => Promise<{ mayRead: boolean; watched: boolean } | null>;
  /** False: overtaken. Throws what is wrong with it. */
  setContact: (contact: Contact) => Promise<boolean>;
};

/** Those of a reply: each write is fenced. */
export function replyEffects(
  ctx: ActionCtx,
  { fence }: Writer,
  conversationId: Id<"conversations">,
): Effects {
  const { workflowId, attempt } = fence;
  return {
    where: { conversationId, workflowId, attempt },
    flush: (shown) => ctx.runMutation(internal.replies.flush, { fence, ...shown }),
    checkpoint: (shown) => ctx.runMutation(internal.replies.checkpoint, { fence, ...shown }),
    setContact: (contact) => ctx.runMutation(internal.replies.setContact, { fence, contact }),
  };
}

type Used = { usage: ChatUsage; model: string };
type OpenRound = { id?: string; used?: Used; promptChars: number; receivedChars: number };

/** A whole reply, with all its rounds, models and tries. */
const REPLY_DEADLINE = 120 * SECOND;
/** Longest answer: what `MAX_TOKENS` of prose come to. Not every provider counts them. */
export const MAX_ANSWER_CHARS = 8_000;
/** With what a model thinks in its answer, and nobody sees. */
const MAX_RAW_CHARS = 24_000;
const CUT = " …";

export class ReplyWriter {
  /** The embeddings did not answer: passages were found by their words only. */
  textOnly = false;
  /** What the model was given. */
  passages: FoundPassage[] = [];
  readonly startedAt = Date.now();
  readonly deadline = this.startedAt + REPLY_DEADLINE;
  /** As customers have it, and as the database took it. */
  shown = "";
  /** Of rounds that are over. */
  private said = "";
  /** The words of the round in progress, as they came. */
  private raw = "";
  private seen: { raw: string; said: string; text: string; refusal: Refusal | null } | null = null;
  private flushes = 0;
  /** Somebody else looks on. */
  private watched = false;
  /** Whoever asked, if they read along. */
  private readonly reader: Reader | null;
  private readonly told: Told | null;
  private readonly grounding: Judge;
  private readonly byText: boolean;
  private lastFlushAt = Date.now();
  private firstTokenAt: number | undefined;
  private used: ChatUsage = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };
  private estimated = false;
  private model = "";
  /** The round in progress: not charged yet. */
  private open: OpenRound | null = null;

  constructor(
    private readonly ctx: ActionCtx,
    private readonly effects: Effects,
    { reader, grounding, byText }: Setting,
  ) {
    this.reader = reader;
    this.told = reader && new Told(reader);
    this.grounding = grounding;
    this.byText = byText;
  }

  /** What the log says of a failure. */
  get where() {
    return this.effects.where;
  }

  /** What may be shown of all rounds. Texts before and after a tool call are paragraphs of their own. */
  get text(): string {
    return this.see().text;
  }

  /** What of the words may not stay. */
  get refusal(): Refusal | null {
    return this.see().refusal;
  }

  private see() {
    // Asked for with every delta, and several times.
    if (this.seen?.raw !== this.raw || this.seen.said !== this.said) {
      const { raw, said } = this;
      const round = showableText(raw, false);
      this.seen = { raw, said, ...this.grounding.show(this.with(round), round === "") };
    }
    return this.seen;
  }

  /** Throws `Ungrounded` if what has come may not stay, whatever follows. */
  async requireGrounds(): Promise<void> {
    if (this.refusal === null) return;
    if (await this.knowShop()) this.seen = null;
    if (this.refusal !== null) throw new Ungrounded(this.refusal);
  }

  private knowShop(): Promise<boolean> {
    return this.grounding.addShop(() => this.ctx.runQuery(internal.knowledge.shopPage));
  }

  private with(round: string): string {
    const text = this.said === "" || round === "" ? this.said + round : `${this.said}\n\n${round}`;
    if (text.length <= MAX_ANSWER_CHARS) return text;
    return truncateText(text, MAX_ANSWER_CHARS - CUT.length).trimEnd() + CUT;
  }

  startRound({ model, promptChars }: { model: string; promptChars: number }): void {
    this.effects.admitCall?.(this.used.costMicroUsd);
    this.model = model;
    this.raw = "";
    this.open = { promptChars, receivedChars: 0 };
  }

  setGeneration(id: string): void {
    if (this.open) this.open.id ??= id;
  }

  /** What the provider says that the round has used. The last word counts: some count as they go. */
  setUsage(used: Used): void {
    if (this.open) this.open.used = used;
  }

  /** Takes in what the model writes. False: that was enough, whatever the provider goes on sending. */
  append(raw: string): boolean {
    this.firstTokenAt ??= Date.now();
    this.raw += raw;
    this.countReceived(raw);
    this.told?.tellText(this.text);
    if (this.raw.length > MAX_RAW_CHARS) return false;
    // Hardly anything is longer shown than raw: most deltas needn't be looked at.
    const mayBeFull = this.said.length + this.raw.length > MAX_ANSWER_CHARS - CUT.length;
    return !mayBeFull || !this.text.endsWith(CUT);
  }

  /** What is generated and not shown is paid for, too. */
  countReceived(generated: string): void {
    if (this.open) this.open.receivedChars += generated.length;
  }

  /** The round ended well, with these words. Throws `Ungrounded` if they may not stay. */
  async endRound(text: string, { cut }: { cut: boolean }): Promise<void> {
    const words = this.with(text);
    const whole = cut && !words.endsWith(CUT) ? words + CUT : words;
    let judged = this.grounding.show(whole, true);
    if (judged.refusal !== null && (await this.knowShop())) {
      judged = this.grounding.show(whole, true);
    }
    if (judged.refusal !== null) throw new Ungrounded(judged.refusal);
    this.grounding.accept();
    this.raw = "";
    this.said = judged.text;
    this.told?.tellText(this.text);
    this.closeRound();
  }

  /** Takes back a round whose words may not stay: on the screen, and where they are stored. */
  async dropUngrounded(): Promise<void> {
    if (this.open?.used === undefined) await this.chargeBroken();
    this.dropRound();
    if (this.shown !== this.text) await this.write();
  }

  /** Says this in place of all that was said. */
  sayInstead(text: string): void {
    this.raw = "";
    this.said = text;
    this.told?.tellText(text);
  }

  /** Takes back what a failed try wrote; what it used stays charged. */
  dropRound(): void {
    this.raw = "";
    this.told?.tellText(this.text);
    this.closeRound();
  }

  private charge({ usage, model }: Used): void {
    this.model = model || this.model;
    this.used = {
      promptTokens: this.used.promptTokens + usage.promptTokens,
      completionTokens: this.used.completionTokens + usage.completionTokens,
      costMicroUsd: this.used.costMicroUsd + usage.costMicroUsd,
    };
    this.open = null;
  }

  /** Whether whoever asked still reads along. */
  private get isReadAlong(): boolean {
    return this.reader !== null && !this.reader.isGone;
  }

  /** Nobody sees what is stored meanwhile, unless somebody says that they look on. */
  private get isRarelyStored(): boolean {
    return this.isReadAlong || this.byText;
  }

  /** Resolves when whoever read along has left: what is stored is all that the others see. */
  get readerLeft(): Promise<unknown> | null {
    return this.isReadAlong && this.reader !== null ? this.reader.left : null;
  }

  nextWriteAt(): number {
    const { flushes, lastFlushAt, watched } = this;
    if (this.isRarelyStored) {
      return nextCheckpointAt({ lastFlushAt, watched, follows: this.reader?.follows ?? false });
    }
    return nextFlushAt({ flushes, lastFlushAt, dirty: this.text !== this.shown });
  }

  /** Shows the text so far and renews the lease. */
  async write(): Promise<void> {
    await this.store(this.text === "" ? "thinking" : "writing");
  }

  /** Says what is being done: to a reader at once, to everybody when something is stored next. */
  async show(activity: Activity): Promise<void> {
    this.told?.tellActivity(activity);
    if (!this.isRarelyStored || Date.now() >= this.nextWriteAt()) await this.store(activity);
  }

  private async store(activity: Activity): Promise<void> {
    const text = this.text;
    const shown = { text, activity };
    if (this.isRarelyStored) await this.checkpoint(shown);
    else if (!(await this.effects.flush(shown))) throw new Overtaken();
    if (text !== this.shown) this.flushes += 1;
    this.shown = text;
    this.told?.forgetStored(text);
    this.lastFlushAt = Date.now();
  }

  private async checkpoint(shown: Shown): Promise<void> {
    const state = await this.effects.checkpoint(shown);
    if (state === null) throw new Overtaken();
    if (!state.mayRead) this.reader?.dismiss();
    this.watched = state.watched;
  }

  /** Waits before another try. Short enough to keep the lease. */
  async pause(ms: number): Promise<void> {
    await this.write();
    const left = Math.max(0, this.deadline - Date.now());
    await new Promise((resolve) => setTimeout(resolve, Math.min(ms, left)));
  }

  /** Runs the `set_contact` tool. Returns what the model reads. */
  async setContact(contact: Contact): Promise<{ saved: boolean; content: string }> {
    try {
      if (!(await this.effects.setContact(contact))) throw new Overtaken();
      return { saved: true, content: "Saved." };
    } catch (error) {
      if (isAppError(error)) return { saved: false, content: error.data.message };
      throw error;
    }
  }

  /** False: the turn had gone on without it. What was used is charged in any case. */
  async settle(writer: Writer, result: Omit<ReplyResult, "usage">): Promise<boolean> {
    this.closeRound();
    return await this.ctx.runMutation(internal.messages.sendAgentMessage, {
      ...writer,
      ...(this.told && { heard: this.told.heard }),
      result: { ...result, usage: this.usage(), ...this.notes },
    });
  }

  private get notes() {
    return { ...(this.textOnly && { textOnly: true }), ...this.judged };
  }

  private get judged() {
    const { checks } = this.grounding;
    return checks.checked > 0 ? { checks } : {};
  }

  /** Charges a round that was broken off, as the provider has it. */
  async chargeBroken(): Promise<void> {
    const id = this.open?.id;
    const actual = id === undefined ? null : await loadGenerationUsage(id);
    if (actual !== null) this.charge(actual);
    this.closeRound();
  }

  /** The turn went on: not one more word, but what was used is charged. */
  async chargeOvertaken(writer: Writer): Promise<void> {
    this.reader?.dismiss();
    await this.chargeBroken();
    await this.ctx.runMutation(internal.replies.charge, {
      ...writer,
      ...(this.told && { heard: this.told.heard }),
      usage: this.usage(),
      ...this.judged,
    });
  }

  /** All that was used: nothing is open any more. */
  close(): Infer<typeof vUsage> {
    this.closeRound();
    return this.usage();
  }

  /** Charges the round, once. Where nobody told what it used, that is estimated; of nothing that came, nothing. */
  private closeRound(): void {
    if (this.open?.used) this.charge(this.open.used);
    else if (this.open !== null && this.open.receivedChars > 0) {
      this.estimated = true;
      this.charge({ usage: estimateUsage(this.open), model: this.model });
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
