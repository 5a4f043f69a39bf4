/** Retention: what is past its time goes with all that belongs to it, and nothing else goes. */
import type { Doc } from "../../../convex/_generated/dataModel";
import type { Shop } from "./shop";
import { DAY, MINUTE, type Row } from "./stage";
import { step } from "./steps";

/** The rows that every sequence begins with are a week old or more, its own are of these days. */
const DAYS = 3;

async function sweep({ stage }: Shop): Promise<void> {
  await stage.during(stage.engine.call("mutation", "privacy:startRetention", {}));
}

export const ageSteps = [
  step("what is old is deleted", 1, {}, async (shop) => {
    await shop.stage.keepFor(DAYS);
    shop.forgetsOld = true;
    await sweep(shop);
  }),
];

/** 5. Nothing outlives its time, and nothing goes before it. */
export async function checkAge(shop: Shop): Promise<void> {
  const { stage } = shop;
  if (shop.forgetsOld) {
    const before = Date.now() - DAYS * DAY;
    const isOver = overIn(shop, before);
    const rows = stage.rows("conversations");
    await sweep(shop);
    await stage.pass(MINUTE);
    await stage.settle();
    for (const row of rows) {
      const isGone = stage.find("conversations", row._id) === undefined;
      const when = isGone ? "is gone before" : "outlives";
      if (isGone !== isOver(row)) shop.break(5, `${JSON.stringify(row)} ${when} its time`);
    }
    named(shop, before);
    shop.count("deleted by age");
  }
  left(shop);
}

/** Resolved and silent for so long, or of a guest who has not been there for so long. */
function overIn({ stage }: Shop, before: number): (row: Row) => boolean {
  const rows = stage.rows("conversations") as unknown as Doc<"conversations">[];
  const alive = new Set<string>();
  for (const { userId, lastMessageAt } of rows) if (lastMessageAt >= before) alive.add(userId);
  for (const { userId, state, expiresAt } of stage.rows("sessions")) {
    if (state === "active" && Number(expiresAt) > Date.now()) alive.add(userId as string);
  }
  const users = stage.rows("users") as unknown as Doc<"users">[];
  for (const { _id, _creationTime, role, email, phoneVerifiedAt } of users) {
    const isAccount = role !== "customer" || email !== undefined || phoneVerifiedAt !== undefined;
    if (isAccount || _creationTime >= before) alive.add(_id);
  }
  return ({ status, lastMessageAt, userId }) =>
    !alive.has(userId as string) || (status === "resolved" && Number(lastMessageAt) < before);
}

/** Old events that are counted say neither who nor where nor what. */
function named(shop: Shop, before: number): void {
  const rows = shop.stage.rows("analytics") as unknown as Doc<"analytics">[];
  const upTo = rows.find((row) => row.kind === "cursor")?.upTo ?? 0;
  for (const row of rows) {
    if (row.kind !== "event" || row._creationTime > Math.min(before, upTo)) continue;
    const { conversationId, actorId, subjectId, data } = row;
    if (conversationId ?? actorId ?? subjectId ?? data.question)
      shop.break(5, `an old event still names somebody: ${JSON.stringify(row)}`);
  }
}

/** Of a conversation that is gone no row is left, and none that names it. */
function left(shop: Shop): void {
  const ids = new Set<unknown>(shop.stage.rows("conversations").map(({ _id }) => _id));
  for (const table of ["messages", "workflows", "analytics"]) {
    for (const row of shop.stage.rows(table)) {
      const { conversationId } = row;
      if (conversationId !== undefined && !ids.has(conversationId))
        shop.break(5, `${table} has a row of a conversation that is gone: ${JSON.stringify(row)}`);
    }
  }
}
