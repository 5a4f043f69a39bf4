/**
 * Who is calling, and which rows they may touch. Identity comes from `ctx.auth`, never from an argument.
 * A row that the caller may not see answers exactly like one that doesn't exist.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";

/** What the builders put on `ctx.caller`. */
export type Caller = {
  userId: Id<"users">;
  sessionId: Id<"sessions">;
  /** What the link of an e-mail has opened to this session, of somebody else as a rule. */
  opened?: Id<"conversations">;
};
type CallerCtx = QueryCtx & { caller: Caller };
type StaffCtx = CallerCtx & { user: Doc<"users"> };

/**
 * The signed-in caller. Reads the session's row, so that log-out and revocation end live subscriptions in
 * the transaction that commits them. Throws `unauthenticated` or `session_expired`.
 */
export async function requireCaller(ctx: Pick<QueryCtx, "auth" | "db">): Promise<Caller> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) {
    throw appError("unauthenticated", "Sign in first: this call needs an access token.");
  }
  const sessionId =
    typeof identity.sid === "string" ? ctx.db.normalizeId("sessions", identity.sid) : null;
  const session = sessionId && (await ctx.db.get("sessions", sessionId));
  if (!session || session.state !== "active" || session.userId !== identity.subject) {
    throw appError("session_expired", "This session has ended. Sign in again.");
  }
  const caller = { userId: session.userId, sessionId: session._id };
  const { conversationId: opened } = session;
  return opened === undefined ? caller : { ...caller, opened };
}

/** Whose conversation it is, and who has it by the link of an e-mail. */
const isCustomerOf = ({ caller }: CallerCtx, { _id, userId }: Doc<"conversations">): boolean =>
  userId === caller.userId || _id === caller.opened;

/** The caller's session if there is a live one: a stale token must not keep anybody from signing in. */
export async function findCallersSession(
  ctx: Pick<QueryCtx, "auth" | "db">,
): Promise<Id<"sessions"> | undefined> {
  if ((await ctx.auth.getUserIdentity()) === null) return undefined;
  return await requireCaller(ctx).then(
    ({ sessionId }) => sessionId,
    () => undefined,
  );
}

/** The caller's own row. A session never outlives its user, so a missing row is a broken invariant. */
export async function loadCallerUser(ctx: CallerCtx): Promise<Doc<"users">> {
  const user = await ctx.db.get("users", ctx.caller.userId);
  if (user === null) throw new Error("An active session names a user that does not exist.");
  return user;
}

export const isStaff = (user: Doc<"users">) => user.role !== "customer";

/** Staff who may answer customers: neither blocked nor leaving. */
export const mayWork = (user: Doc<"users">) =>
  isStaff(user) && user.blockedAt === undefined && user.deletingAt === undefined;

export async function requireStaff(ctx: CallerCtx): Promise<Doc<"users">> {
  const user = await loadCallerUser(ctx);
  if (!isStaff(user)) throw appError("forbidden", "Only the shop's staff may do this.");
  return user;
}

export async function requireAdmin(ctx: CallerCtx): Promise<Doc<"users">> {
  const user = await loadCallerUser(ctx);
  if (user.role !== "admin") throw appError("forbidden", "Only an admin may do this.");
  return user;
}

const noConversation = () => appError("not_found", "There is no such conversation.");

/** The conversation as its customer, or as staff; `not_found` for everybody else. */
export async function requireConversation(
  ctx: CallerCtx,
  id: Id<"conversations">,
): Promise<{ conversation: Doc<"conversations">; asStaff: boolean }> {
  const conversation = await ctx.db.get("conversations", id);
  if (conversation === null) throw noConversation();
  if (isCustomerOf(ctx, conversation)) return { conversation, asStaff: false };
  if (!isStaff(await loadCallerUser(ctx))) throw noConversation();
  return { conversation, asStaff: true };
}

/** The caller's own conversation, by any text that may be its id: staff don't write as customers. */
export async function requireOwnConversation(
  ctx: CallerCtx,
  text: string,
): Promise<Doc<"conversations">> {
  const id = ctx.db.normalizeId("conversations", text);
  const conversation = id && (await ctx.db.get("conversations", id));
  if (!conversation || !isCustomerOf(ctx, conversation)) throw noConversation();
  return conversation;
}

/** For what follows a person and not the conversation: whoever has it by the link of an e-mail is not signed in. */
export function refuseLinkHolder(
  { caller }: CallerCtx,
  { _id, userId }: Doc<"conversations">,
): void {
  if (_id !== caller.opened || userId === caller.userId) return;
  throw appError("forbidden", "Sign in to change how we reach you.");
}

/** A conversation for a `staffMutation`, whose caller may see every one. */
export async function requireStaffConversation(
  ctx: StaffCtx,
  id: Id<"conversations">,
): Promise<Doc<"conversations">> {
  const conversation = await ctx.db.get("conversations", id);
  if (conversation === null) throw noConversation();
  return conversation;
}

/** A durable process, for staff. */
export async function requireProcess(
  ctx: StaffCtx,
  id: Id<"workflows">,
): Promise<Doc<"workflows">> {
  const process = await ctx.db.get("workflows", id);
  if (process === null) throw appError("not_found", "There is no such process.");
  return process;
}

/** A public message of a conversation that is the caller's own. */
export async function requireOwnMessage(
  ctx: CallerCtx,
  id: Id<"messages">,
): Promise<{ message: Doc<"messages">; conversation: Doc<"conversations"> }> {
  const message = await ctx.db.get("messages", id);
  const conversation = message && (await ctx.db.get("conversations", message.conversationId));
  if (message?.visibility !== "public" || !conversation || !isCustomerOf(ctx, conversation)) {
    throw appError("not_found", "There is no such message.");
  }
  return { message, conversation };
}

/** What the caller has written to a customer, for a `staffMutation`. */
export async function requireOwnStaffMessage(
  ctx: StaffCtx,
  id: Id<"messages">,
): Promise<{ message: Doc<"messages">; conversation: Doc<"conversations"> }> {
  const message = await ctx.db.get("messages", id);
  const conversation = message && (await ctx.db.get("conversations", message.conversationId));
  const isOwn =
    message?.author.kind === "technician" &&
    message.author.userId === ctx.user._id &&
    message.visibility === "public";
  if (!conversation || !isOwn) throw appError("not_found", "There is no such message of yours.");
  return { message, conversation };
}

/** What a customer wrote in a conversation, for a `staffMutation`. */
export async function requireCustomersMessage(
  ctx: StaffCtx,
  id: Id<"messages">,
): Promise<{ message: Doc<"messages">; conversation: Doc<"conversations"> }> {
  const message = await ctx.db.get("messages", id);
  const conversation = message && (await ctx.db.get("conversations", message.conversationId));
  if (!message || !conversation || message.author.kind !== "customer") {
    throw appError("not_found", "There is no such message.");
  }
  return { message, conversation };
}
