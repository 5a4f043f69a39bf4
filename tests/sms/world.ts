/**
 * Two phones, two technicians, the AI's writers, the outbox's senders and a provider that forgets to answer, answers
 * twice or not yet: driven transaction by transaction. After each commit the promises are looked at.
 */
import { vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { ZERO_METRICS } from "../../convex/model/agents/agents";
import { isAppError } from "../../convex/lib/errors";
import type { Assignment } from "../../convex/model/replies/admission";
import type { ReplyRef } from "../../convex/model/conversations/replyProcess";
import type { SmsRef } from "../../convex/model/sms/claim";
import type { Step as SenderStep } from "../../convex/model/sms/steps";
import type { Delivery } from "../../convex/validators";
import { MINUTE, SECOND } from "../../convex/lib/time";
import { count } from "../properties";
import { must } from "../simulation/expect";
import { MemoryEngine, type Change, type Identity, type Mutation } from "../simulation/engine";

/** A Monday, 9 in the morning in the shop of the seed. */
const START = Date.UTC(2026, 0, 5, 14);
export const PHONES = ["+16145550101", "+16145550102"] as const;

type SendOutcome = Parameters<MemorySettle>[0];
type MemorySettle = (outcome: (typeof internal.sms.settleSend)["_args"]["outcome"]) => void;

/** A text that the provider has: whose row it is of is known to the test alone. */
type Accepted = { sid: string; to: string; body: string; messageId: string; at: number };
type Callback = { sid: string; status: string; errorCode?: string; messageId: string };

type Wanted = Extract<SenderStep, { kind: "look_up" }>["wanted"];
/** Where the action of one process is. What is killed is dropped. */
type Sender = { ref: { processId: Id<"workflows">; attempt: number } } & (
  | { at: "start" }
  | { at: "post"; text: SmsRef; to: string; body: string; claimedAt: number }
  | { at: "settle"; text: SmsRef; outcome: SendOutcome }
  | { at: "look"; text: SmsRef; wanted: Wanted }
  | { at: "looked"; text: SmsRef; sids: string[] | null; askedAt: number }
);
type Writer = { ref: ReplyRef; assignment: Assignment };

export class SmsWorld {
  readonly engine = new MemoryEngine();
  readonly technicians: Identity[] = [];
  readonly senders: Sender[] = [];
  readonly writers: Writer[] = [];
  readonly accepted: Accepted[] = [];
  readonly callbacks: Callback[] = [];
  readonly texted: { sid: string; from: string; body: string }[] = [];

  #serial = 0;

  static async create(): Promise<SmsWorld> {
    vi.setSystemTime(START);
    const world = new SmsWorld();
    await world.#populate();
    return world;
  }

  serial = () => ++this.#serial;

  /** One transaction; the code of its error, or its result. What fails has changed nothing. */
  async call<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as?: Identity,
  ): Promise<F["_returnType"] | null> {
    const owners = new Map(this.rows("conversations").map(({ _id, owner }) => [_id, owner.kind]));
    try {
      const result = await this.engine.mutation(fn, args, as);
      this.#check(this.engine.changes(), owners);
      this.#checkOptOuts(this.engine.changes());
      return result;
    } catch (error) {
      if (!isAppError(error)) throw error;
      count(`refused: ${error.data.code}`);
      return null;
    }
  }

  rows = <T extends "conversations" | "messages" | "users" | "workflows">(table: T): Doc<T>[] =>
    this.engine.rows(table);

  message = (id: string) => this.rows("messages").find(({ _id }) => _id === id);

  userOf(phone: string): Doc<"users"> | undefined {
    return this.rows("users").find(({ textsFrom }) => textsFrom === phone);
  }

  /** DESIGN's invariant 7: a STOP of which only the carrier knew is known from the moment it says so. */
  #checkOptOuts(changes: Change[]): void {
    for (const { table, before, after } of changes) {
      if (table !== "messages" || after === null) continue;
      const { conversationId, delivery } = after as unknown as Doc<"messages">;
      if (!isOptOut(delivery) || isOptOut((before as Doc<"messages"> | null)?.delivery)) continue;
      const { userId } = this.rows("conversations").find(({ _id }) => _id === conversationId)!;
      must(this.rows("users").find(({ _id }) => _id === userId)?.smsConsent, "revoked");
      count(`opted out: ${delivery!.state}`);
    }
  }

  /** DESIGN's invariants 1 and 2: under a technician the AI is silent, and it writes one reply at a time. */
  #check(changes: Change[], ownersBefore: Map<string, string>): void {
    for (const { table, before, after } of changes) {
      if (table !== "messages" || after === null) continue;
      const message = after as unknown as Doc<"messages">;
      if (message.author.kind !== "agent") continue;
      const said = message.text !== (before as { text?: string } | null)?.text;
      if (said)
        must(ownersBefore.get(message.conversationId) === "human", false, "the AI is silent");
    }
    const writing = this.rows("messages").filter(({ status }) => status === "streaming");
    const threads = writing.map(({ conversationId }) => conversationId);
    must(new Set(threads).size, threads.length, "one reply at a time");
    for (const id of threads) {
      must(this.rows("conversations").find(({ _id }) => _id === id)!.owner.kind, "ai");
    }
  }

  /** A sender was given its next step, in the transaction that decided it. Null: it has ended. */
  given(step: SenderStep | null): object | null {
    if (step === null || step.kind === "end") return null;
    if (step.kind === "look_up") return { ...step, at: "look" };
    if (step.kind === "mail") throw new Error("Nobody here has an address.");
    this.#judgeClaim(step);
    return { ...step, at: "post", claimedAt: Date.now() };
  }

  /** Nothing for somebody who has opted out, nothing beside another text, nothing before what was said before. */
  #judgeClaim({ text, to, body }: Extract<SenderStep, { kind: "send" }>): void {
    const { conversationId, delivery, author } = this.message(text.messageId)!;
    must(delivery, { ...delivery, state: "sending", channel: "sms", to, body });
    const { smsConsent } = this.userOf(to)!;
    if (delivery!.purpose !== "consent") must(smsConsent === "revoked", false, "opted out");
    const { owner } = this.rows("conversations").find(({ _id }) => _id === conversationId)!;
    if (author.kind === "agent") must(owner.kind === "human", false, "the AI is silent");
    const sending = this.rows("messages").filter(
      (one) => one.conversationId === conversationId && one.delivery?.state === "sending",
    );
    must(sending.length, 1, "beside another");
    // Unless it waits for its time.
    must(this.#earlierQueued(text), []);
  }

  #earlierQueued({ messageId }: SmsRef): string[] {
    const message = this.message(messageId)!;
    return this.rows("messages")
      .filter(
        (one) =>
          one.conversationId === message.conversationId &&
          one._creationTime < message._creationTime &&
          // An answer that was begun before and finished after is not what was said before.
          one.settledAt! < message.settledAt! &&
          one.delivery?.state === "queued" &&
          (one.delivery.notBefore ?? 0) <= Date.now(),
      )
      .map(({ _id }) => _id);
  }

  /** The provider takes a text: once per row, whatever else happens. */
  accept({ messageId }: SmsRef, to: string, body: string): string {
    const sid = `SM${String(this.serial()).padStart(32, "0")}`;
    must(
      this.accepted.filter((one) => one.messageId === messageId),
      [],
    );
    this.accepted.push({ sid, to, body, messageId, at: Date.now() });
    return sid;
  }

  pass(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  async #populate(): Promise<void> {
    await this.engine.run(async ({ db }) => {
      for (const name of ["Dana", "Eli"]) {
        const subject = await db.insert("users", {
          role: "technician",
          name,
          smsConsent: "unknown",
        });
        const sid = await db.insert("sessions", {
          state: "active",
          userId: subject,
          refreshHash: "unused",
          rotatedAt: START,
          expiresAt: START + 1e12,
        });
        this.technicians.push({ subject, sid });
      }
      await db.insert("agents", {
        slug: "triage",
        name: "Front Desk",
        description: "Answers.",
        prompt: "You are the front desk.",
        model: "openai/gpt-5-mini",
        fallbackModels: [],
        capabilities: ["triage"],
        tools: [],
        status: "active",
        priority: 10,
        metrics: ZERO_METRICS,
      });
    });
  }
}

/** Twilio's 21610, as the answer to a send or in a callback. */
const isOptOut = (delivery: Delivery | undefined): boolean =>
  delivery?.state === "opted_out" ||
  (delivery !== undefined && "reason" in delivery && delivery.reason === "21610");

/** An action's request to the provider takes no longer: it is cut off then. */
const REQUEST = 15 * SECOND;
/** How far behind the provider's list may be. */
const LIST_LAG = MINUTE;

export type Post = "taken" | "answer lost" | "never arrived" | "busy" | "refused" | "opted out";

/** One transaction or one request of a sender. False once it has ended. */
export async function advance(
  world: SmsWorld,
  sender: Sender,
  post: Post,
  listed: "listed" | "list down",
): Promise<boolean> {
  const next = await act(world, sender, post, listed);
  if (next !== null) Object.assign(sender, next);
  return next !== null;
}

async function act(
  world: SmsWorld,
  sender: Sender,
  post: Post,
  listed: "listed" | "list down",
): Promise<object | null> {
  const { ref } = sender;
  switch (sender.at) {
    case "start":
      return world.given(await world.call(internal.sms.claimNext, { ref }));
    case "post":
      return { at: "settle", outcome: posted(world, sender, post) };
    case "settle": {
      const { text, outcome } = sender;
      const before = world.message(text.messageId)?.delivery;
      const step = await world.call(internal.sms.settleSend, { ref, text, outcome });
      // Another has the text by now: that this one failed to send it is none of that one's business.
      if (before?.state === "sending" && before.attempt !== text.attempt) {
        count("back from the dead");
        const after = world.message(text.messageId)?.delivery;
        if (outcome.kind !== "accepted") must(after, before);
      }
      return world.given(step);
    }
    case "look": {
      const sids = listed === "listed" ? list(world, sender.wanted) : null;
      return { at: "looked", sids, askedAt: Date.now() };
    }
    case "looked": {
      const { text, sids, askedAt } = sender;
      count(sids === null ? "looked: down" : `looked: ${Math.min(sids.length, 2)}`);
      const told = { ref, text, sids, askedAt };
      return world.given(await world.call(internal.sms.lookedUp, told));
    }
  }
}

/** What the provider makes of a request. */
function posted(world: SmsWorld, sender: Sender & { at: "post" }, how: Post): SendOutcome {
  const { text, to, body, claimedAt } = sender;
  const late = Date.now() - claimedAt > REQUEST;
  count(`posted: ${late ? "too late" : how}`);
  if (late || how === "never arrived") return { kind: "lost", reason: "ECONNRESET" };
  if (how === "busy") return { kind: "busy", reason: "20429" };
  if (how === "refused") return { kind: "refused", reason: "21211" };
  if (how === "opted out") return { kind: "opted_out", reason: "21610" };
  const sid = world.accept(text, to, body);
  const { messageId } = text;
  world.callbacks.push(
    ...["queued", "sent", "delivered"].map((status) => ({ sid, status, messageId })),
  );
  if (how === "answer lost") return { kind: "lost", reason: "ECONNRESET" };
  return { kind: "accepted", sid };
}

function list(world: SmsWorld, wanted: Wanted): string[] {
  return world.accepted
    .filter(
      ({ to, body, at }) =>
        to === wanted.to &&
        body === wanted.body &&
        at >= wanted.since - MINUTE &&
        at <= Date.now() - LIST_LAG,
    )
    .map(({ sid }) => sid);
}

/** Runs one job that is due. What belongs to no text is let go. */
export async function runJob(world: SmsWorld, index: number, how: "run" | "lose"): Promise<void> {
  const due = world.engine.jobs().filter(({ dueAt }) => dueAt <= Date.now());
  const job = due[index % Math.max(due.length, 1)];
  if (job === undefined) return;
  await world.engine.take(job.id);
  if (how === "lose") {
    count(`lost ${job.name}`);
    return;
  }
  if (job.name === "sms:stepFailed") throw new Error("A claim failed.");
  if (job.name === "smsSender:deliver") {
    world.senders.push({ ref: job.args as Sender["ref"], at: "start" });
  }
  if (job.name === "sms:checkOutbox") {
    await world.call(internal.sms.checkOutbox, job.args as never);
  }
  if (job.name === "replies:recover") await world.call(internal.replies.recover, job.args as never);
  if (job.name === "replies:generate") {
    const ref = job.args as ReplyRef;
    const assignment = await world.call(internal.replies.begin, ref);
    if (assignment) world.writers.push({ ref, assignment });
  }
}

/** The cron: processes and replies whose time is over. */
export async function net(world: SmsWorld): Promise<void> {
  for (const row of world.rows("workflows")) {
    const { _id, kind, state, conversationId, leaseExpiresAt = Infinity } = row;
    if (state !== "running" && state !== "queued") continue;
    if (leaseExpiresAt > Date.now()) continue;
    if (kind === "delivery") {
      await world.call(internal.sms.checkOutbox, { conversationId: conversationId! });
    }
    if (kind === "reply") await world.call(internal.replies.recover, { workflowId: _id });
  }
}

/** Everybody goes on, and nobody is killed any more: in the end nothing waits for anything. */
export async function runOut(world: SmsWorld): Promise<void> {
  for (let round = 0; round < 60; round++) {
    for (const sender of world.senders.splice(0)) {
      for (let i = 0; i < 200; i++) if (!(await advance(world, sender, "taken", "listed"))) break;
    }
    for (let i = 0; i < 50 && world.engine.jobs().some(({ dueAt }) => dueAt <= Date.now()); i++) {
      await runJob(world, 0, "run");
    }
    for (const writer of world.writers.splice(0)) await finish(world, writer);
    for (const one of world.callbacks.splice(0))
      await world.call(internal.sms.report, { said: one });
    if (round > 2 && world.senders.length === 0 && !world.rows("messages").some(isOpen)) return;
    await net(world);
    world.pass(round < 20 ? 3 * MINUTE : 7 * 60 * MINUTE);
  }
  must(world.rows("messages").filter(isOpen), []);
}

const isOpen = ({ delivery, status }: Doc<"messages">): boolean =>
  status === "streaming" ||
  delivery?.state === "queued" ||
  delivery?.state === "sending" ||
  (delivery?.state === "unknown" && delivery.lookUps < 5);

export async function finish(world: SmsWorld, { assignment }: Writer): Promise<void> {
  const { fence, agentId } = assignment;
  const usage = { model: "m", promptTokens: 9, completionTokens: 9, totalMs: 9, costMicroUsd: 9 };
  const text = `Answer ${world.serial()}.`;
  const result = { text, citations: [], usage, outcome: { kind: "complete" as const } };
  await world.call(internal.messages.sendAgentMessage, { fence, agentId, result });
}
