/**
 * Three customers with a conversation each, three technicians, an agent, and writers in any state: a world that
 * a simulation drives transaction by transaction. After each commit every check looks at what it did.
 */
import { expect, vi } from "vitest";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { ZERO_METRICS } from "../../convex/model/agents/agents";
import { isAppError } from "../../convex/lib/errors";
import type { Assignment } from "../../convex/model/replies/admission";
import type { ReplyRef } from "../../convex/model/conversations/replyProcess";
import type { TimerKind } from "../../convex/model/conversations/timers";
import { HOUR } from "../../convex/lib/time";
import { count } from "../properties";
import type { Change, Engine, Identity, Job, Mutation } from "./engine";
import { must } from "./expect";
import type { Row } from "./query";
import { Talk, type Process, type Promised, type Token } from "./model";

const TIMERS = new Set(["handoff", "follow_up", "snooze", "promise"]);
const START = Date.UTC(2026, 0, 5, 9);

/** A row of the registry of checks. Throws when what it guarantees is broken. */
export type Check = {
  name: string;
  /** After every commit. */
  commit?: (world: World, changes: Change[]) => void;
  /** Once nobody has anything left to do. */
  end?: (world: World) => void;
};

/** A row of the registry of jobs: what a scheduled function's name means. */
export type JobHandler = (world: World, job: Job) => Promise<void>;
export type Rules = { checks: Check[]; jobs: Record<string, JobHandler> };

/** A writer, at work or believed dead. The test keeps all of them: any may come back. */
export type Writer = {
  ref: ReplyRef;
  assignment: Assignment;
  process: Process;
  text: string;
  state: "writing" | "overtaken" | "ended";
  /** Who reads along, if anybody does, and when they had been told how much of `text`. */
  reader?: Party;
  sent?: { at: number; length: number }[];
};
export type Party = Identity & { name: string };
export type Conversation = { id: Id<"conversations">; talk: Talk; customer: Party; sent: Sent[] };
type Sent = { text: string; clientMessageId: string; id: string; by: Party };
type Started = { ref: ReplyRef; process: Process; conversation: Conversation };

/** One that was armed: what for, and how far it has come. `token`: null if it was moot from the start. */
export type Timer = {
  kind: TimerKind;
  conversation: Conversation;
  token: Token | Promised | null;
  attempt: number;
  nth: number;
  dueAt: number;
  /** Its act has failed: it waits for somebody to start it again. */
  failed: boolean;
};

class Duty {
  /** The shift that runs, until when it is trusted; and when the one before has ended. */
  shiftId: string | undefined;
  leaseUntil = 0;
  endedAt: number | undefined;
  capacity = 5;

  isLive = () => this.shiftId !== undefined && this.leaseUntil > Date.now();
}

/** `unwatched`: the job that would look after it was lost. */
type Enqueued = { process: Process; conversation: Conversation; unwatched: boolean };

export class World {
  readonly conversations: Conversation[] = [];
  readonly technicians: Party[] = [];
  admin!: Party;
  readonly writers: Writer[] = [];
  /** Every job that was ever scheduled to write, and every process that was ever enqueued. */
  readonly jobs = new Map<string, Started>();
  readonly processes = new Map<string, Enqueued>();
  /** Of each technician, by id. */
  readonly duties = new Map<string, Duty>();
  readonly timers = new Map<string, Timer>();
  /** Waits of which the customer has been told. */
  readonly told = new Set<string>();
  /** Events of nobody's conversation that the commit under way must have recorded. */
  events: string[] = [];
  aiWorks = true;
  agentId!: Id<"agents">;
  #serial = 0;

  private constructor(
    readonly engine: Engine,
    readonly checks: Check[],
    readonly jobHandlers: Record<string, JobHandler>,
  ) {}

  /** `answered`: how many times the AI has answered before, in the first conversation. */
  static async create(engine: Engine, { checks, jobs }: Rules, answered: number): Promise<World> {
    vi.setSystemTime(START);
    vi.stubEnv("AI_DAILY_BUDGET_USD", "20");
    const world = new World(engine, checks, jobs);
    await world.#populate(answered);
    return world;
  }

  serial = () => ++this.#serial;

  /**
   * One transaction. `expected` brings the model up to date and says how the call must end. Limits may refuse
   * any call; then nothing may have changed.
   */
  async call<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as: Identity | undefined,
    expected: () => string,
  ): Promise<F["_returnType"] | undefined> {
    let code = "ok";
    let result: F["_returnType"] | undefined;
    try {
      result = await this.engine.mutation(fn, args, as);
    } catch (error) {
      if (!isAppError(error)) throw error;
      code = error.data.code;
    }
    const changes = code === "ok" ? this.engine.changes() : [];
    if (code === "rate_limited") count(code);
    else if (code !== expected()) expect(code).toBe("what the model says");
    if (code === "ok") this.#adopt();
    for (const { talk } of this.conversations) talk.sync();
    this.#follow(changes);
    for (const { commit } of this.checks) commit?.(this, changes);
    return result;
  }

  /** Who writes what from here on: jobs and processes that a commit has made. */
  #follow(changes: Change[]): void {
    for (const { table, id, before, after } of changes) {
      if (after === null) continue;
      if (table === "workflows" && TIMERS.has(after.kind as string)) {
        this.#followTimer(id, before, after);
      }
      if (before !== null) continue;
      if (table === "workflows") {
        if (after.kind !== "reply") continue;
        const conversation = this.of(after.conversationId as string);
        this.processes.set(id, {
          process: conversation.talk.process!,
          conversation,
          unwatched: false,
        });
      } else if (after.name === "replies:generate") {
        const [ref] = after.args as [ReplyRef];
        const conversation = this.of(ref.conversationId);
        this.jobs.set(id, { ref, conversation, process: conversation.talk.process! });
      }
    }
  }

  /** Follows what the rules have given away in the commit, and sees that they were allowed to. */
  #adopt(): void {
    const given: { since: number; to: string }[] = [];
    for (const { id, talk } of this.conversations) {
      if (talk.owner !== "queue" || talk.status !== "open") continue;
      const { owner } = this.rowOf(id);
      if (owner.kind !== "human") continue;
      must(this.duties.get(owner.userId)?.isLive(), true, "given to somebody on duty");
      must(talk.returnedBy === owner.userId, false, "given back to whoever returned it");
      given.push({ since: talk.since!, to: owner.userId });
      talk.givenTo(owner.userId, Date.now(), "assigned");
      count("assigned by the rules");
    }
    for (const { to, since } of given) {
      must(this.loadOf(to) <= this.duties.get(to)!.capacity, true, "no more than they take on");
      for (const { talk } of this.conversations) {
        const waits = talk.owner === "queue" && talk.status === "open" && talk.returnedBy !== to;
        must(waits && talk.since! < since, false, "nobody waits behind a later one");
      }
    }
  }

  /** A look at what was armed and changed in a commit, for the model to know its timers by. */
  #followTimer(id: string, before: Change["before"], after: Row): void {
    const { kind, attempt, dueAt, fires } = after;
    if (before !== null) {
      const timer = this.timers.get(id);
      if (timer === undefined || timer.attempt === attempt) return;
      Object.assign(timer, { attempt, dueAt: dueAt ?? Infinity, failed: false });
      return;
    }
    const conversation = this.of(after.conversationId as string);
    const { talk } = conversation;
    const ended = after.state !== "running";
    const token =
      kind === "promise"
        ? talk.promises.find(({ workflowId }) => workflowId === id)
        : talk.tokens[kind as "handoff"];
    const timer = {
      kind,
      conversation,
      attempt,
      nth: fires,
      dueAt: dueAt ?? Infinity,
      failed: false,
    };
    this.timers.set(id, { ...timer, token: ended ? null : (token ?? null) } as Timer);
  }

  of(id: string): Conversation {
    return this.conversations.find((one) => one.id === id)!;
  }

  rowOf(id: string): Doc<"conversations"> {
    return this.engine.rows("conversations").find((row) => row._id === id)!;
  }

  /** Open conversations that a technician has. */
  loadOf(subject: string): number {
    return this.conversations.filter(({ talk }) => talk.owner === subject && talk.status === "open")
      .length;
  }

  pass(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  setBudget(on: boolean): void {
    this.aiWorks = on;
    vi.stubEnv("AI_DAILY_BUDGET_USD", on ? "20" : "0");
  }

  async #populate(answered: number): Promise<void> {
    await this.engine.run(async ({ db }) => {
      const person = async (name: string, role: "customer" | "technician" | "admin") => {
        const subject = await db.insert("users", { role, name, smsConsent: "unknown" });
        const sid = await db.insert("sessions", {
          state: "active",
          userId: subject,
          refreshHash: "unused",
          rotatedAt: START,
          expiresAt: START + 1e12,
        });
        return { subject, sid, name };
      };
      this.admin = await person("Sam", "admin");
      for (const name of ["Dana", "Eli", "Fay"]) {
        const technician = await person(name, "technician");
        this.technicians.push(technician);
        this.duties.set(technician.subject, new Duty());
      }
      this.agentId = await db.insert("agents", {
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
      for (const [name, aiReplies] of [
        ["Ann", answered],
        ["Bob", 0],
        ["Cem", 0],
      ] as const) {
        const customer = await person(name, "customer");
        const id = await db.insert("conversations", {
          userId: customer.subject,
          channel: "web",
          status: "open",
          owner: { kind: "ai" },
          turn: 0,
          episode: 1,
          lastMessageAt: START - HOUR,
          preview: "",
          unreadByCustomer: 0,
          unreadByStaff: 0,
          aiReplies,
        });
        this.conversations.push({ id, customer, talk: new Talk(aiReplies), sent: [] });
      }
    });
  }
}
