/**
 * Plays a plan on a system with a clock of its own: customers and a technician call the product's functions, the
 * stand-ins answer, timers run out. What is left are the rows of a shop that has been open for weeks.
 */
import type { Engine, FunctionResult } from "@computer-guys/convex-local";
import { startSystem, type System } from "../system";
import type { Value } from "convex/values";
import { pauseForReal, realNow, SimulatedTime } from "../simulatedTime";
import { DAY, planVisits, type Act, type Visit } from "./plan";

type Identity = { subject: string; sid: string };
/** Documents by table, as they are stored, with what their ids stand for in any seeded shop. */
export type History = {
  tables: Record<string, Row[]>;
  known: Record<string, string>;
  /** What the agents' answers came to, by the agents' names. */
  metrics: Record<string, unknown>;
};
export type Row = Record<string, Value> & { _id: string; _creationTime: number };

const TECHNICIAN = "dana@computerguys.example";
/** Upkeep is a net under what has schedules of its own: in a history nothing is lost, and events are rolled up hourly. */
const UPKEEP_EVERY = 12;
/** What comes of people; documents and settings are the shop's own. */
const TABLES = ["users", "conversations", "messages", "workflows", "analytics"];
/** Somebody's open page, and what upkeep notes for itself. */
const NO_HISTORY = ["catch_up", "desk", "presence", "replay", "check"];
/** Jobs and workflows of a deployment that is no more: upkeep starts again what is under way. */
const OF_ITS_DEPLOYMENT = ["jobId", "componentId"];

/** Plays `days` days that end at `until`, a midnight of the shop's. */
export async function playHistory(
  until: number,
  days: number,
  { questions, seed }: { questions: string[]; seed: number },
): Promise<History> {
  const from = until - days * DAY;
  const time = new SimulatedTime(from);
  try {
    const system = await startSystem({ deploymentClass: "none" });
    // As a model's first word takes; its words at once, for the clock's sake.
    system.providers.control.setPace({ firstChunkMs: 900, chunksPerSecond: 0 });
    const stage = new Stage(system, time);
    const base = await takeRows(system.engine);
    await forgetEvents(system.engine);
    await stage.openShop();
    for (const visit of planVisits(from, days, questions, seed)) stage.expect(visit);
    await stage.passUntil(until);
    const history = historyOf(base, await takeRows(system.engine));
    await system.close();
    return history;
  } finally {
    time.restore();
  }
}

class Stage {
  private running = 0;
  private readonly due: { at: number; act: () => Promise<void> }[] = [];
  private technician: Identity | undefined;

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
    const { challenge } = await engine.call<{ challenge: string }>("action", "auth:requestCode", {
      email: TECHNICIAN,
    });
    const code = /\d{6}/.exec(providers.control.emails(TECHNICIAN)[0]!.text!)![0];
    this.technician = await this.signIn("auth:createSession", { challenge, code });
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
    let who: Identity;
    let conversationId: string;
    let at = visit.at;
    const begin = async () => {
      who = await this.signIn("auth:createGuestSession", {});
      if (visit.name !== undefined) await this.call(who, "users:updateUser", { name: visit.name });
      const created = await this.call<{ conversationId: string }>(
        who,
        "conversations:createConversation",
        {},
      );
      conversationId = created.conversationId;
    };
    this.plan(at, begin);
    for (const { afterMs, act } of visit.acts) {
      at += afterMs + 1;
      this.plan(at, () => this.perform(act, who, conversationId));
    }
  }

  private plan(at: number, act: () => Promise<void>): void {
    const behind = this.due.findIndex((one) => one.at > at);
    this.due.splice(behind === -1 ? this.due.length : behind, 0, { at, act });
  }

  private async perform(act: Act, who: Identity, conversationId: string): Promise<void> {
    const staff = this.technician!;
    switch (act.kind) {
      case "ask":
        return void (await this.call(who, "messages:sendMessage", {
          conversationId,
          text: act.text,
        }));
      case "claim":
        return void (await this.call(staff, "conversations:claim", { conversationId }));
      case "answer":
        return void (await this.call(staff, "messages:sendStaffMessage", {
          conversationId,
          text: act.text,
        }));
      case "resolve":
        return void (await this.call(staff, "conversations:resolve", {
          conversationId,
          summary: act.summary,
        }));
      case "rate": {
        const { score, comment } = act;
        const rating = { conversationId, score, ...(comment === undefined ? {} : { comment }) };
        return void (await this.call(who, "conversations:rate", rating));
      }
      case "thumb": {
        const messages = await this.call<{ _id: string; author: { kind: string } }[]>(
          who,
          "messages:subscribeToMessages",
          { conversationId },
          "query",
        );
        const answer = messages.findLast(({ author }) => author.kind === "agent");
        if (answer === undefined) return;
        const { _id: messageId } = answer;
        await this.call(who, "messages:rateMessage", { messageId, score: act.score });
      }
    }
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

  /** Until nothing is under way. The clock goes on meanwhile as the real one does: what waits for it ends. */
  private async settle(): Promise<void> {
    let last = realNow();
    let quiet = 0;
    while (this.running > 0 || quiet < 2) {
      quiet = this.running > 0 ? 0 : quiet + 1;
      await pauseForReal(0);
      const now = realNow();
      this.time.moveTo(Date.now() + Math.round(now - last));
      last = now;
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
      .filter(({ _id, kind }) => !before.has(_id) && !NO_HISTORY.some((each) => each === kind))
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
