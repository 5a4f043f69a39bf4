/**
 * Plays a plan on a system with a clock of its own: customers and a technician call the product's functions, the
 * stand-ins answer, timers run out. What is left are the rows of a shop that has been open for weeks.
 */
import type { Engine, FunctionResult } from "@computer-guys/convex-local";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { addOpenMs, findNextOpening } from "../../convex/model/hours/hours";
import { startSystem, type System } from "../system";
import type { Value } from "convex/values";
import { pauseForReal, SimulatedTime } from "../simulatedTime";
import { DAY, planVisits, type Care, type Question, type Visit } from "./plan";
import { LABELS } from "./words";

type Identity = { subject: string; sid: string };
/** Documents by table, as they are stored, with what their ids stand for in any seeded shop. */
export type History = {
  tables: Record<string, Row[]>;
  known: Record<string, string>;
  /** What the agents' answers came to, by the agents' names. */
  metrics: Record<string, unknown>;
};
export type Row = Record<string, Value> & { _id: string; _creationTime: number };

const STAFF = {
  technician: "dana@computerguys.example",
  owner: "owner@computerguys.example",
} satisfies Record<Care["by"], string>;
const MINUTE = 60_000;
/** How far the clock goes on with each turn of the event loop while something is under way. */
const TURN_MS = 20;
/** After so many without anything under way, what went over the network has come, too. */
const QUIET_TURNS = 8;
/** Upkeep is a net under what has schedules of its own: in a history nothing is lost, and events are rolled up hourly. */
const UPKEEP_EVERY = 12;
/** What comes of people; documents and settings are the shop's own, but for the labels that conversations have. */
const TABLES = ["users", "conversations", "messages", "workflows", "analytics", "knowledge"];
const isBrought = (table: string, { kind }: Row) => table !== "knowledge" || kind === "labels";
/** Somebody's open page, and what upkeep notes for itself. */
const NO_HISTORY = ["catch_up", "desk", "presence", "replay", "check"];
/** Jobs and workflows of a deployment that is no more: upkeep starts again what is under way. */
const OF_ITS_DEPLOYMENT = ["jobId", "componentId"];

/** Plays `days` days that end at `until`, a midnight of the shop's. */
export async function playHistory(
  until: number,
  days: number,
  { questions, seed }: { questions: Question[]; seed: number },
): Promise<History> {
  const from = until - days * DAY;
  const time = new SimulatedTime(from);
  try {
    const system = await startSystem({ deploymentClass: "none" });
    // Words at once, for the clock's sake; the first one comes when the plan says (`ask`).
    system.providers.control.setPace({ chunksPerSecond: 0 });
    const stage = new Stage(system, time);
    const base = await takeRows(system.engine);
    await forgetEvents(system.engine);
    await stage.openShop();
    for (const visit of planVisits(from, days, { hours: seedOpeningHours, questions, seed })) {
      stage.expect(visit);
    }
    await stage.passUntil(until);
    const history = historyOf(base, await takeRows(system.engine));
    await system.close();
    return history;
  } finally {
    time.restore();
  }
}

type Party = { customer: Identity; conversationId: string; cared: boolean };
type AnyAct = (Visit["acts"] | Care["acts"])[number]["act"];

class Stage {
  private running = 0;
  private readonly due: { at: number; act: () => Promise<void> }[] = [];
  private readonly staff = new Map<Care["by"], Identity>();
  private readonly labels = new Map<string, string>();

  constructor(
    private readonly system: System,
    private readonly time: SimulatedTime,
  ) {
    const { engine } = system;
    const run = engine.run.bind(engine);
    let upkeep = 0;
    engine.run = async (udfType, path, args, options) => {
      if (path === "workflows:upkeep" && upkeep++ % UPKEEP_EVERY !== 0) return nothingDone(engine);
      this.running += 1;
      try {
        return await run(udfType, path, args, options);
      } finally {
        this.running -= 1;
      }
    };
  }

  async openShop(): Promise<void> {
    const { engine, providers } = this.system;
    for (const by of ["technician", "owner"] as const) {
      const email = STAFF[by];
      const { challenge } = await engine.call<{ challenge: string }>("action", "auth:requestCode", {
        email,
      });
      const code = /\d{6}/.exec(providers.control.emails(email)[0]!.text!)![0];
      this.staff.set(by, await this.signIn("auth:createSession", { challenge, code }));
    }
    for (const label of LABELS) {
      const { key } = await this.call<{ key: string }>(
        this.staff.get("owner")!,
        "labels:save",
        label,
      );
      this.labels.set(label.name, key);
    }
    await engine.settle();
    this.time.hold();
  }

  private async signIn(name: string, args: Record<string, unknown>): Promise<Identity> {
    type Tokens = { accessToken: string };
    const { accessToken } = await this.system.engine.call<Tokens>("action", name, args);
    const claims = Buffer.from(accessToken.split(".")[1]!, "base64url").toString();
    const { sub, sid } = JSON.parse(claims) as { sub: string; sid: string };
    return { subject: sub, sid };
  }

  expect(visit: Visit): void {
    let party: Party;
    let at = visit.at;
    this.plan(at, async () => {
      const customer = await this.signIn("auth:createGuestSession", {});
      if (visit.name !== undefined) {
        await this.call(customer, "users:updateUser", { name: visit.name });
      }
      const { conversationId } = await this.call<{ conversationId: string }>(
        customer,
        "conversations:createConversation",
        {},
      );
      party = { customer, conversationId, cared: false };
    });
    for (const { afterMs, act } of visit.acts) {
      at += afterMs + 1;
      this.plan(at, async () => {
        await this.perform(act, party, visit.care.by);
      });
      // Once it is answered.
      this.plan(at + MINUTE / 2, () => this.look(visit, party));
    }
  }

  /** Takes an offer, as half of the customers do, and has people see to what was handed to them. */
  private async look(visit: Visit, party: Party): Promise<void> {
    const row = [...this.system.engine.database()!.documents("conversations")].find(
      ({ _id }) => _id === party.conversationId,
    ) as { offer?: unknown; owner: { kind: string } } | undefined;
    if (row?.offer !== undefined && visit.accepts) {
      const { conversationId } = party;
      const answer = { conversationId, accept: true };
      await this.call(party.customer, "conversations:answerOffer", answer);
    } else if (row?.owner.kind !== "queue") return;
    if (party.cared) return;
    party.cared = true;
    const { waitMs } = visit.care;
    this.plan(addOpenMs(seedOpeningHours, Date.now(), waitMs), () => this.take(visit.care, party));
  }

  private async take(care: Care, party: Party): Promise<void> {
    const { conversationId } = party;
    const staff = this.staff.get(care.by)!;
    await this.call(staff, "conversations:claim", { conversationId });
    this.plan(Date.now() + MINUTE, async () => {
      await this.perform({ kind: "answer", text: care.answer }, party, care.by);
      if (care.label !== undefined) {
        const key = this.labels.get(care.label);
        await this.call(staff, "labels:put", { conversationId, key, on: true });
      }
      this.goOn(care, party, 0);
    });
  }

  /** One act after the other, each planned when the one before is done. */
  private goOn(care: Care, party: Party, index: number, from = Date.now()): void {
    const next = care.acts[index];
    if (next === undefined) return;
    this.plan(from + next.afterMs, async () => {
      const until = await this.perform(next.act, party, care.by);
      this.goOn(care, party, index + 1, until);
    });
  }

  private plan(at: number, act: () => Promise<void>): void {
    const behind = this.due.findIndex((one) => one.at > at);
    this.due.splice(behind === -1 ? this.due.length : behind, 0, { at, act });
  }

  /** Gives the time from which it goes on, if that is not now. */
  private async perform(act: AnyAct, party: Party, by: Care["by"]): Promise<number | undefined> {
    const { customer, conversationId } = party;
    const staff = this.staff.get(by)!;
    const { kind, ...rest } = act;
    switch (act.kind) {
      case "ask":
        this.system.providers.control.setPace({ firstChunkMs: act.thinkMs });
        await this.call(customer, "messages:sendMessage", { conversationId, text: act.text });
        return undefined;
      case "answer":
        await this.call(staff, "messages:sendStaffMessage", { conversationId, ...rest });
        return undefined;
      case "snooze": {
        const until = findNextOpening(seedOpeningHours, Date.now() + act.forMs)!;
        await this.call(staff, "conversations:snooze", { conversationId, until });
        return until;
      }
      case "resolve":
        await this.call(staff, "conversations:resolve", { conversationId, ...rest });
        return undefined;
      case "rate":
        await this.call(customer, "conversations:rate", { conversationId, ...rest });
        return undefined;
      case "thumb":
        await this.thumb(act.score, party);
        return undefined;
    }
  }

  private async thumb(score: "up" | "down", { customer, conversationId }: Party): Promise<void> {
    const messages = await this.call<{ _id: string; author: { kind: string } }[]>(
      customer,
      "messages:subscribeToMessages",
      { conversationId },
      "query",
    );
    const answer = messages.findLast(({ author }) => author.kind === "agent");
    if (answer === undefined) return;
    await this.call(customer, "messages:rateMessage", { messageId: answer._id, score });
  }

  private async call<T>(
    identity: Identity,
    name: string,
    args: Record<string, unknown>,
    type: "mutation" | "query" = "mutation",
  ): Promise<T> {
    const { subject, sid } = identity;
    const issuer = "https://history.example";
    const tokenIdentifier = `${issuer}|${subject}`;
    return await this.system.engine.call<T>(type, name, args, {
      identity: { subject, sid, issuer, tokenIdentifier },
    });
  }

  /** From one timer or act to the next, each at its time. */
  async passUntil(until: number): Promise<void> {
    for (;;) {
      const act = this.due[0]?.at ?? Infinity;
      const next = Math.min(act, this.time.nextAt());
      if (next > until) break;
      this.time.moveTo(next);
      if (act <= next) await this.while(this.due.shift()!.act());
      await this.settle();
    }
    this.time.moveTo(until);
  }

  private async while(work: Promise<void>): Promise<void> {
    this.running += 1;
    const ended = work.finally(() => (this.running -= 1));
    await this.settle();
    await ended;
  }

  /**
   * Until nothing is under way. The clock goes on meanwhile, for what waits for it: by turns of the event loop, so that
   * a busy machine makes no answer of the history slower.
   */
  private async settle(): Promise<void> {
    let quiet = 0;
    while (quiet < QUIET_TURNS) {
      if (this.running > 0) {
        quiet = 0;
        await pauseForReal(0);
        this.time.moveTo(Date.now() + TURN_MS);
      } else {
        quiet += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

const nothingDone = (engine: Engine): FunctionResult => ({
  ok: true,
  value: null,
  logLines: [],
  journal: null,
  ts: engine.timestamp(),
});

export async function takeRows(engine: Engine): Promise<Map<string, readonly Row[]>> {
  const { components } = await engine.snapshot();
  const app = components.find(({ path }) => path === "")!;
  return new Map(app.tables.map(({ name, documents }) => [name, documents as readonly Row[]]));
}

/** The seed's own are each shop's, which counts them itself: in a history no number may have them. */
async function forgetEvents(engine: Engine): Promise<void> {
  await engine.install(() => {
    const database = engine.database()!;
    const events = [...database.documents("analytics")].filter(({ kind }) => kind === "event");
    const removed = new Map([["analytics", events]]);
    const numbers = database.allTables();
    return new Map([["", { removed, numbers, added: new Map(), files: new Map() }]]);
  });
}

/** What has come since `base`, and names for what was there: ids are another shop's own. */
function historyOf(base: Map<string, readonly Row[]>, rows: Map<string, readonly Row[]>): History {
  const tables: History["tables"] = {};
  for (const name of TABLES) {
    const documents = rows.get(name) ?? [];
    const before = new Set(base.get(name)?.map(({ _id }) => _id));
    const added = documents
      .filter((row) => isBrought(name, row) && !before.has(row._id))
      .filter(({ kind }) => !NO_HISTORY.some((each) => each === kind))
      .map((row) => without(row, OF_ITS_DEPLOYMENT));
    if (added.length > 0) tables[name] = added;
  }
  const known = nameSeeded(base);
  const agents = rows.get("agents") ?? [];
  const metrics = Object.fromEntries(
    agents.map(({ _id, metrics }) => [known[_id] ?? "", metrics ?? {}] as const),
  );
  return { tables, known, metrics };
}

const without = (row: Row, names: string[]) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))) as Row;

/** Of a name or a number. */
const words = (value: Value | undefined) => JSON.stringify(value);

/** The seed's rows by what they are called in every shop that has it. */
export function nameSeeded(rows: Map<string, readonly Row[]>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const { _id, email } of rows.get("users") ?? []) known[_id] = `user ${words(email)}`;
  for (const { _id, slug } of rows.get("agents") ?? []) known[_id] = `agent ${words(slug)}`;
  const knowledge = rows.get("knowledge") ?? [];
  const slugs = new Map<Value | undefined, Value | undefined>();
  for (const { _id, kind, slug } of knowledge) if (kind === "document") slugs.set(_id, slug);
  for (const { _id, kind, documentId, version, ordinal } of knowledge) {
    if (kind === "document") known[_id] = `document ${words(slugs.get(_id))}`;
    if (kind !== "passage") continue;
    known[_id] = `passage ${[slugs.get(documentId), version, ordinal].map(words).join(" ")}`;
  }
  return known;
}
