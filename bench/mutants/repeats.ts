/** Invariants 4 and 8: what comes again changes nothing, and of many who come at once one wins. */
import type { Mutant } from "./mutant";

const MESSAGES = "convex/model/desk/messages.ts";
const SETTLEMENT = "convex/model/replies/settlement.ts";
const SMS_SETTLEMENT = "convex/model/sms/settlement.ts";
const OWNERSHIP = "convex/model/desk/ownership.ts";
const SESSIONS = "convex/model/accounts/sessions.ts";

export const AGAIN: Mutant[] = [
  {
    name: "sent again under people",
    invariant: 4,
    world: "hand-off",
    file: MESSAGES,
    find: `  if (sent) return sent._id;

  const attachments = await attachUploads(ctx, conversation, draft.attachments, {`,
    replace: `  if (sent && conversation.owner.kind === "ai") return sent._id;

  const attachments = await attachUploads(ctx, conversation, draft.attachments, {`,
    why: "the customer's key is honoured only while the AI has the conversation",
  },
  {
    name: "an answer sent again later",
    invariant: 4,
    world: "hand-off",
    file: MESSAGES,
    find: `  if (sent) return sent._id;

  const actorId`,
    replace: `  if (sent && sent.turn === conversation.turn) return sent._id;

  const actorId`,
    why: "a technician's key is forgotten once something newer was said",
  },
  {
    name: "a word that comes twice",
    invariant: 4,
    world: "texts",
    file: "convex/model/sms/inbound.ts",
    find: `  if ((await findMessageBySid(ctx, text.sid)) !== null) return;
  const phone = text.from;`,
    replace: `  const phone = text.from;
  const known = await findMessageBySid(ctx, text.sid);
  if (known !== null && consentWordOf(text.body, false) === null) return;`,
    why: "STOP and START that are delivered again are taken again",
  },
  {
    name: "a timer goes on twice",
    invariant: 4,
    world: "hand-off",
    file: "convex/workflows.ts",
    find: `if (timer === null || (timer.fires ?? 0) !== nth) return null;`,
    replace: `if (timer === null) return null;`,
    why: "an act that was done, asked for again, is scheduled once more beside the next",
  },
  {
    name: "a failed reply is charged again",
    invariant: 4,
    world: "hand-off",
    file: SETTLEMENT,
    find: `if (isOwn && /^(done|failed)$/.test(process.state)) return;`,
    replace: `if (isOwn && process.state === "done") return;`,
    why: "the last call of a reply that failed counts twice",
  },
  {
    name: "the budget is charged twice",
    invariant: 4,
    world: "hand-off",
    file: SETTLEMENT,
    find: `  await ctx.db.patch("workflows", _id, { reserved: undefined });`,
    replace: ``,
    why: "what was reserved is settled with every repeat",
  },
  {
    name: "a report counts twice",
    invariant: 4,
    world: "texts",
    file: "convex/model/outbox/delivery.ts",
    find: `(RANK[reported] ?? 0) > (RANK[state] ?? 0)`,
    replace: `(RANK[reported] ?? 0) >= (RANK[state] ?? 0)`,
    why: "the carrier's callback that comes again is news",
  },
  {
    name: "an earlier try's end",
    invariant: 4,
    world: "texts",
    file: SMS_SETTLEMENT,
    find: `  if (delivery.attempt !== attempt) return;`,
    replace: ``,
    why: "what a sender that was given up on learned counts for the next try",
  },
  {
    name: "an unproven mail is noted again",
    invariant: 4,
    world: "mail",
    file: "convex/model/sms/mailInbound.ts",
    find: `await insertNote(ctx, conversation, truncateText(said, MAX_MESSAGE_CHARS), keyOf(messageId));`,
    replace: `await insertNote(ctx, conversation, truncateText(said, MAX_MESSAGE_CHARS));`,
    why: "its key is looked for, and never stored",
  },
];

export const AT_ONCE: Mutant[] = [
  {
    name: "the last claim wins",
    invariant: 8,
    world: "hand-off",
    file: OWNERSHIP,
    find: `if (had !== from) await refuseOthers(ctx, conversation, technician);`,
    replace: `if (from !== undefined && had !== from) await refuseOthers(ctx, conversation, technician);`,
    why: "a colleague's conversation is taken without naming them",
  },
  {
    name: "assigned over a colleague's head",
    invariant: 8,
    world: "hand-off",
    file: OWNERSHIP,
    find: `if (caller.role !== "admin") await refuseOthers(ctx, conversation, caller);
  if (conversation.owner.kind === "human" &&`,
    replace: `if (conversation.owner.kind === "human" &&`,
    why: "whoever assigns first doesn't keep it",
  },
  {
    name: "a code works twice",
    invariant: 8,
    world: "sign-in",
    file: "convex/model/accounts/codes.ts",
    find: `  await ctx.db.delete("sessions", pending._id);
  return { address`,
    replace: `  await ctx.db.patch("sessions", pending._id, { attempts: pending.attempts + 1 });
  return { address`,
    why: "a code that was right is an attempt, and not used up",
  },
  {
    name: "two tabs, two chains",
    invariant: 8,
    world: "sign-in",
    file: SESSIONS,
    find: `return next === undefined ? null : await grant(ctx, session, next);`,
    replace: `if (next === undefined) return null;
    return await advance(ctx, session, { secret: next, underCurrentSecret: session.refreshHash });`,
    why: "the second use of a token makes a successor of its own",
  },
  {
    name: "grace to the last moment",
    invariant: 8,
    world: "sign-in",
    file: SESSIONS,
    find: `now < session.rotatedAt + REFRESH_GRACE`,
    replace: `now <= session.rotatedAt + REFRESH_GRACE`,
    why: "a used token works a millisecond longer",
  },
  {
    name: "a stolen token is only refused",
    invariant: 8,
    world: "sign-in",
    file: SESSIONS,
    find: `if (isAncestor(secret, session)) await revoke(ctx, session, "refresh_reuse");`,
    replace: `if (session.lastOldHash !== undefined && isAncestor(secret, session)) await revoke(ctx, session, "refresh_reuse");`,
    why: "a used token that comes again doesn't end its session",
  },
];
