/**
 * A customer whose page comes and goes, with a phone and two addresses; a technician; senders that die; providers that
 * lose their answers, answer late or not at all: driven transaction by transaction. What nobody may ever see is looked at
 * where it would happen.
 */
import { vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { isAppError } from "../../convex/lib/errors";
import { DAY, MINUTE, SECOND } from "../../convex/lib/time";
import type { Letter } from "../../convex/model/outbox/letters";
import type { SmsRef } from "../../convex/model/sms/claim";
import type { MailEvent } from "../../convex/model/sms/mailEvents";
import type { Step } from "../../convex/model/sms/steps";
import { count } from "../properties";
import { must } from "../simulation/expect";
import { MemoryEngine, type Identity, type Mutation } from "../simulation/engine";

/** A Monday, 9 in the morning in the shop of the seed. */
const START = Date.UTC(2026, 0, 5, 14);
const PHONE = "+16145550101";
export const ADDRESSES = ["ann@example.com", "anna@example.org"] as const;

type Outcome = (typeof internal.sms.settleSend)["_args"]["outcome"];
type Ref = { processId: Id<"workflows">; attempt: number };
type Sender = { ref: Ref } & (
  | { at: "start" }
  | { at: "post"; step: Exclude<Step, { kind: "end" }>; since: number }
  | { at: "settle"; text: SmsRef; outcome: Outcome; provider?: "email" }
  | { at: "looked"; text: SmsRef; sids: string[]; askedAt: number }
);
export type Post = "taken" | "answer lost" | "never arrived" | "busy" | "refused";

/** An action's request is cut off then. */
const REQUEST = 15 * SECOND;
const LIST_LAG = MINUTE;

export class MailWorld {
  readonly engine = new MemoryEngine();
  readonly senders: Sender[] = [];
  /** What providers have taken, by message. */
  readonly taken: {
    messageId: string;
    channel: "sms" | "email";
    id: string;
    to: string;
    body: string;
    at: number;
  }[] = [];
  readonly events: MailEvent[] = [];
  /** Mails of the customer's, by Message-ID, and those that were handed over. */
  readonly replies: {
    messageId: string;
    from: string;
    proven: boolean;
    automatic: boolean;
    told: boolean;
  }[] = [];
  readonly shown = new Set<string>();
  readonly suppressed = new Set<string>();
  #keys = new Map<string, { at: number; id: string; words: string }>();
  #serial = 0;
  customer!: Identity;
  technician!: Identity;
  conversationId!: Id<"conversations">;

  static async create(): Promise<MailWorld> {
    vi.setSystemTime(START);
    const world = new MailWorld();
    await world.#populate();
    return world;
  }

  serial = () => ++this.#serial;

  async call<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as?: Identity,
  ): Promise<F["_returnType"] | null> {
    try {
      return await this.engine.mutation(fn, args, as);
    } catch (error) {
      if (!isAppError(error)) throw error;
      count(`refused: ${error.data.code}`);
      return null;
    }
  }

  rows = <T extends "conversations" | "messages" | "users" | "workflows">(table: T): Doc<T>[] =>
    this.engine.rows(table);
  message = (id: string) => this.rows("messages").find(({ _id }) => _id === id)!;
  answers = () => this.rows("messages").filter(({ author }) => author.kind === "technician");
  conversation = () => this.rows("conversations")[0]!;
  pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  /** A sender was given its next step in the transaction that decided it. Null: it has ended. */
  #given(step: Step | null): object | null {
    if (step === null || step.kind === "end") return null;
    if (step.kind !== "look_up") this.#judgeClaim(step);
    return { at: "post", step, since: Date.now() };
  }

  #judgeClaim(step: Extract<Step, { kind: "send" | "mail" }>): void {
    const { messageId } = step.text;
    const { delivery, author, conversationId } = this.message(messageId);
    const sending = this.rows("messages").filter(
      (one) => one.conversationId === conversationId && one.delivery?.state === "sending",
    );
    must(sending.length, 1);
    // What carriers want to be answered always goes.
    if (author.kind !== "technician") return;
    const channel = step.kind === "mail" ? "email" : "sms";
    must(delivery, { ...delivery, state: "sending", channel });
    // Seen is not sent; and what the one provider may have is not given to the other.
    must(this.shown.has(messageId), false);
    const other = this.taken.filter(
      (one) => one.messageId === messageId && one.channel !== channel,
    );
    must(other, []);
    const [user] = this.rows("users").filter(({ role }) => role === "customer");
    if (step.kind === "mail") must(this.suppressed.has(step.letter.to), false);
    else {
      must(user!.smsConsent, "granted");
      must(this.conversation().byTextSince === undefined, false);
    }
    const page = this.rows("workflows").find(({ kind }) => kind === "presence");
    const there = page?.state === "running" && page.leaseExpiresAt! > Date.now();
    must(there, false);
  }

  /** One transaction or one request of a sender. False once it has ended. */
  async advance(sender: Sender, post: Post): Promise<boolean> {
    const next = await this.#act(sender, post);
    if (next !== null) Object.assign(sender, next);
    return next !== null;
  }

  async #act(sender: Sender, post: Post): Promise<object | null> {
    const { ref } = sender;
    if (sender.at === "start") {
      return this.#given(await this.call(internal.sms.claimNext, { ref }));
    }
    if (sender.at === "settle") {
      const { text, outcome, provider } = sender;
      return this.#given(
        await this.call(internal.sms.settleSend, { ref, text, outcome, provider }),
      );
    }
    if (sender.at === "looked") {
      const { text, sids, askedAt } = sender;
      return this.#given(await this.call(internal.sms.lookedUp, { ref, text, sids, askedAt }));
    }
    const { step, since } = sender;
    const { text } = step;
    if (step.kind === "look_up") {
      return { at: "looked", text, sids: this.#list(step.wanted), askedAt: Date.now() };
    }
    const late = Date.now() - since > REQUEST;
    count(`${step.kind}: ${late ? "too late" : post}`);
    if (step.kind === "send") {
      const outcome = late ? LOST : this.#takeText(text, step, post);
      return { at: "settle", text, outcome, provider: undefined };
    }
    const outcome = late ? BUSY : this.#takeMail(text, step.letter, post);
    return { at: "settle", text, outcome, provider: "email" };
  }

  #list({ to, body, since }: { to: string; body: string; since: number }): string[] {
    return this.taken
      .filter((one) => one.channel === "sms" && one.to === to && one.body === body)
      .filter(({ at }) => at >= since - MINUTE && at <= Date.now() - LIST_LAG)
      .map(({ id }) => id);
  }

  #takeText(
    { messageId }: SmsRef,
    { to, body }: { to: string; body: string },
    post: Post,
  ): Outcome {
    if (post === "never arrived") return LOST;
    if (post === "busy") return BUSY;
    if (post === "refused") return { kind: "refused", reason: "21211" };
    must(
      this.taken.some((one) => one.messageId === messageId),
      false,
      "twice",
    );
    const id = `SM${this.serial()}`;
    this.taken.push({ messageId, channel: "sms", id, to, body, at: Date.now() });
    return post === "answer lost" ? LOST : { kind: "accepted", sid: id };
  }

  /** As Resend: a key is known for a day, with its words. What it says when its answer is lost is a time-out. */
  #takeMail({ messageId }: SmsRef, letter: Letter, post: Post): Outcome {
    if (post === "never arrived" || post === "busy") return BUSY;
    if (post === "refused") return { kind: "refused", reason: "422" };
    const key = `answer-${messageId}`;
    const words = JSON.stringify(letter);
    const known = this.#keys.get(key);
    const lost = post === "answer lost" ? BUSY : null;
    if (known !== undefined && Date.now() - known.at < DAY) {
      count("mail: key known");
      return lost ?? { kind: "accepted", sid: known.words === words ? known.id : "" };
    }
    must(
      this.taken.some((one) => one.messageId === messageId),
      false,
      "twice",
    );
    const id = `mail-${this.serial()}`;
    this.#keys.set(key, { at: Date.now(), id, words });
    const { to } = letter;
    this.taken.push({ messageId, channel: "email", id, to, body: "", at: Date.now() });
    return lost ?? { kind: "accepted", sid: id };
  }

  /** Something is told of a mail that was taken: again and again, in any order. */
  async tell(event: MailEvent): Promise<void> {
    await this.call(internal.mail.report, { event });
    if (event.kind === "bounced" || event.kind === "complained") this.suppressed.add(event.to[0]!);
  }

  /** The fetched mail is handed over: once or often. */
  async handOver(reply: MailWorld["replies"][number]): Promise<void> {
    const { messageId, from, proven, automatic } = reply;
    reply.told = true;
    await this.call(internal.mail.take, {
      target: { conversationId: this.conversationId, from, proven },
      mail: {
        emailId: `in-${messageId}`,
        from,
        messageId,
        text: `Says ${messageId}`,
        automatic,
        files: 0,
      },
    });
  }

  /** Runs one job that is due. What belongs to no outbox is let go. */
  async runJob(index: number, how: "run" | "lose"): Promise<void> {
    const due = this.engine.jobs().filter(({ dueAt }) => dueAt <= Date.now());
    const job = due[index % Math.max(due.length, 1)];
    if (job === undefined) return;
    await this.engine.take(job.id);
    if (how === "lose") return count(`lost ${job.name}`);
    if (job.name === "sms:stepFailed") throw new Error("A claim failed.");
    if (job.name === "smsSender:deliver") {
      this.senders.push({ ref: job.args as Ref, at: "start" });
    }
    if (job.name === "sms:checkOutbox") {
      await this.call(internal.sms.checkOutbox, job.args as never);
    }
  }

  /** Jobs at their time, as they mostly are. */
  async runDue(): Promise<void> {
    const isDue = () => this.engine.jobs().some(({ dueAt }) => dueAt <= Date.now());
    for (let i = 0; i < 50 && isDue(); i++) await this.runJob(0, "run");
  }

  /** The cron: processes whose time is over. */
  async net(): Promise<void> {
    for (const { kind, state, conversationId, leaseExpiresAt = Infinity } of this.rows(
      "workflows",
    )) {
      if (kind !== "delivery" || leaseExpiresAt > Date.now()) continue;
      if (state !== "running" && state !== "queued") continue;
      await this.call(internal.sms.checkOutbox, { conversationId: conversationId! });
    }
  }

  /** Everybody goes on, and nobody is killed any more: in the end nothing waits for anything. */
  async runOut(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      for (const sender of this.senders.splice(0)) {
        for (let i = 0; i < 200; i++) if (!(await this.advance(sender, "taken"))) break;
      }
      await this.runDue();
      for (const reply of this.replies.filter(({ told }) => !told)) await this.handOver(reply);
      if (round > 2 && this.senders.length === 0 && !this.answers().some(isOpen)) return;
      await this.net();
      this.pass(round < 20 ? 3 * MINUTE : 60 * MINUTE);
    }
    must(this.answers().filter(isOpen), []);
  }

  async #populate(): Promise<void> {
    const session = (userId: Id<"users">) => ({
      state: "active" as const,
      userId,
      refreshHash: "unused",
      rotatedAt: START,
      expiresAt: START + 1e12,
    });
    await this.engine.run(async ({ db }) => {
      const customer = await db.insert("users", {
        role: "customer",
        smsConsent: "unknown",
        phone: PHONE,
        textsFrom: PHONE,
        phoneVerifiedAt: 1,
      });
      const dana = await db.insert("users", {
        role: "technician",
        name: "Dana",
        smsConsent: "unknown",
      });
      this.customer = { subject: customer, sid: await db.insert("sessions", session(customer)) };
      this.technician = { subject: dana, sid: await db.insert("sessions", session(dana)) };
    });
    const begun = await this.call(api.conversations.createConversation, {}, this.customer);
    const conversationId = begun!.conversationId;
    this.conversationId = conversationId;
    await this.call(api.conversations.claim, { conversationId }, this.technician);
    const contact = { email: ADDRESSES[0] };
    await this.call(
      api.conversations.updateConversation,
      { conversationId, contact },
      this.customer,
    );
  }
}

const LOST: Outcome = { kind: "lost", reason: "ECONNRESET" };
const BUSY: Outcome = { kind: "busy", reason: "timeout" };

const isOpen = ({ delivery }: Doc<"messages">): boolean =>
  delivery?.state === "queued" ||
  delivery?.state === "sending" ||
  (delivery?.state === "unknown" && delivery.lookUps < 5);
