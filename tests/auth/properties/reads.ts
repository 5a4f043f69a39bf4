/** What the tables hold, and what every session that there ever was can read by the rules of access. */
import type { Doc, Id } from "../../../convex/_generated/dataModel";
import type { QueryCtx } from "../../../convex/_generated/server";
import { requireCaller, requireConversation } from "../../../convex/model/access/access";
import { isAppError } from "../../../convex/lib/errors";
import type { Engine } from "../../simulation/engine";
import type { Model } from "./model";

export async function whatIsThere(engine: Engine, model: Model, adminSession: string) {
  return await engine.run(async (ctx) => {
    const tables = await Promise.all([
      ctx.db.query("sessions").collect(),
      ctx.db.query("users").collect(),
      ctx.db.query("conversations").collect(),
    ]);
    const rules = { ...ctx, db: inMemory(ctx.db, tables.flat()) };
    const conversations = [...model.owners.keys()];
    const reads: Record<string, string[] | null> = {};
    for (const [sid, { user }] of model.sessions) {
      reads[sid] = await readable(rules, { subject: user, sid }, conversations);
    }
    const [sessions, users] = tables;
    const active = sessions.filter(({ state }) => state === "active").map(({ _id }) => _id);
    return {
      reads,
      people: peopleOf(users),
      active: active.filter((id) => id !== adminSession),
    };
  });
}

type Row = Doc<"sessions" | "users" | "conversations">;

/** The rows that one transaction has read, for rules that ask for them again and again. */
function inMemory(db: QueryCtx["db"], rows: Row[]): QueryCtx["db"] {
  const byId = new Map<string, Row>(rows.map((row) => [row._id, row]));
  const get = (...args: string[]) => Promise.resolve(byId.get(args.at(-1)!) ?? null);
  const normalizeId = (_table: string, id: string) => (byId.has(id) ? id : null);
  return { ...db, get, normalizeId } as QueryCtx["db"];
}

function peopleOf(users: Doc<"users">[]) {
  return Object.fromEntries(
    users
      .filter(({ role }) => role !== "admin")
      .map(({ _id, role, email, emailVerifiedAt, blockedAt }) => [
        _id,
        {
          ...(email !== undefined && { email }),
          verified: emailVerifiedAt !== undefined,
          staff: role === "technician",
          blocked: blockedAt !== undefined,
        },
      ]),
  );
}

/** The conversations that a token opens, by the rules that every function calls; null for no session. */
async function readable(
  ctx: QueryCtx,
  claims: { subject: string; sid: string },
  conversations: string[],
): Promise<string[] | null> {
  const auth = {
    getUserIdentity: () => Promise.resolve({ tokenIdentifier: "", issuer: "", ...claims }),
  };
  const caller = await requireCaller({ db: ctx.db, auth }).catch(expected);
  if (caller === null) return null;
  const open: string[] = [];
  for (const id of conversations) {
    const found = requireConversation({ ...ctx, caller }, id as Id<"conversations">);
    if ((await found.catch(expected)) !== null) open.push(id);
  }
  return open;
}

function expected(error: unknown): null {
  if (isAppError(error)) return null;
  throw error;
}
