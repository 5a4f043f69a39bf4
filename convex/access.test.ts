/** Who may call what: every public function, as every kind of caller, against one table. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ErrorCode } from "./model/errors";
import { CALLS } from "./test.calls";
import { call, functions, goneRows, publicFunctions, shop, type Callers } from "./test.functions";
import { outcomeOf, refusal } from "./test.setup";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

type Kind = keyof Callers;
type Outcome = "ok" | ErrorCode;
type Row = Record<Kind, Outcome>;

const KINDS: Kind[] = ["nobody", "guest", "owner", "other", "technician", "admin", "revoked"];

const row = (rest: Outcome, special: Partial<Row> = {}): Row => ({
  nobody: "unauthenticated",
  guest: rest,
  owner: rest,
  other: rest,
  technician: rest,
  admin: rest,
  revoked: "session_expired",
  ...special,
});
/** No session is needed, and a dead one does no harm. */
const anybody = row("ok", { nobody: "ok", revoked: "ok" });
const signedIn = row("ok");
const ownerOnly = row("not_found", { owner: "ok" });
const ownerAndStaff = row("not_found", { owner: "ok", technician: "ok", admin: "ok" });
const staff = row("forbidden", { technician: "ok", admin: "ok" });
const adminOnly = row("forbidden", { admin: "ok" });

const TABLE: Record<string, Row> = {
  "users:me": signedIn,
  "users:createUser": staff,
  "users:getUserByEmail": staff,
  "users:updateUser": signedIn,
  "users:list": staff,
  "users:setRole": adminOnly,

  "auth:createGuestSession": anybody,
  "auth:requestCode": anybody,
  "auth:createSession": anybody,
  // Only the session that asked for the code.
  "users:verifyEmail": row("code_invalid", { owner: "ok" }),
  "auth:refreshSession": anybody,
  "auth:validateSession": anybody,
  "auth:logout": signedIn,
  "auth:listSessions": signedIn,
  "auth:revokeSession": ownerOnly,

  "conversations:createConversation": signedIn,
  "conversations:getUserConversations": signedIn,
  "conversations:get": ownerAndStaff,
  "conversations:updateConversation": ownerAndStaff,
  "conversations:escalateConversation": ownerAndStaff,
  "conversations:markRead": ownerAndStaff,
  "conversations:rate": ownerOnly,
  "conversations:queue": staff,
  "conversations:getForStaff": staff,
  "conversations:claim": staff,
  "conversations:release": staff,
  "conversations:assign": staff,
  "conversations:snooze": staff,
  "conversations:resolve": staff,
  "conversations:reopen": staff,

  // Staff don't write as customers.
  "messages:sendMessage": ownerOnly,
  "messages:getMessages": ownerAndStaff,
  "messages:subscribeToMessages": ownerAndStaff,
  // The technician has claimed it.
  "messages:sendStaffMessage": row("forbidden", { technician: "ok", admin: "conflict" }),
  "messages:addNote": staff,
  "messages:rateMessage": ownerOnly,
  "messages:generateUploadUrl": signedIn,

  "replies:subscribeToReply": ownerAndStaff,
  "replies:stop": ownerOnly,
  "replies:retry": ownerOnly,

  "agents:createAgent": adminOnly,
  "agents:updateAgent": adminOnly,
  "agents:list": staff,
  "agents:getAvailableAgent": signedIn,

  "knowledge:addDocument": adminOnly,
  "knowledge:replaceDocument": adminOnly,
  "knowledge:publish": adminOnly,
  "knowledge:unpublish": adminOnly,
  "knowledge:remove": adminOnly,
  "knowledge:list": staff,
  "knowledge:get": staff,
  "knowledge:search": staff,
  "knowledge:gaps": staff,

  "workflows:list": staff,
  "workflows:get": staff,

  "analytics:overview": staff,
  "analytics:series": staff,
  "analytics:events": adminOnly,
};

const names = publicFunctions.map(({ name }) => name).sort();

test("every public function has a row in the table and a call, and every row a function", () => {
  expect(Object.keys(TABLE).sort()).toEqual(names);
  expect(Object.keys(CALLS).sort()).toEqual(names);
});

test("the steps of pipelines, crons and the CLI are not public", () => {
  const internals = functions.filter(({ isPublic }) => !isPublic).map(({ name }) => name);
  expect(internals).toEqual(
    expect.arrayContaining([
      "messages:sendAgentMessage",
      "agents:updateAgentMetrics",
      "users:ensureStaff",
      "auth:storeCode",
      "auth:redeemCode",
      "auth:openGuestSession",
      "auth:rotate",
      "replies:begin",
      "replies:flush",
      "knowledge:ingest",
      "analytics:rollUp",
      "seed:run",
      "seed:agents",
      "setup:state",
      "setup:removeGuest",
    ]),
  );
});

describe.each(names)("%s", (name) => {
  test.each(KINDS)("as %s answers what the table says", async (kind) => {
    const world = await shop();
    const args = CALLS[name]!(world.rows, world);
    const outcome = await outcomeOf(call(world.callers[kind].t, name, args));
    expect(outcome).toBe(TABLE[name]?.[kind]);
  });
});

const OWNED = names.filter((name) => TABLE[name]?.other === "not_found");

test.each(OWNED)(
  "%s answers for a stranger's row exactly as for one that is gone",
  async (name) => {
    const world = await shop();
    const gone = await goneRows(world);
    const { other } = world.callers;
    const theirs = await refusal(call(other.t, name, CALLS[name]!(world.rows, world)));
    const none = await refusal(call(other.t, name, CALLS[name]!(gone, world)));
    expect(theirs).toEqual(none);
    expect(theirs.code).toBe("not_found");
  },
);

test("a code of somebody else's is refused like one that was never sent", async () => {
  const world = await shop();
  const { other } = world.callers;
  const theirs = await refusal(
    call(other.t, "users:verifyEmail", CALLS["users:verifyEmail"]!(world.rows, world)),
  );
  const none = await refusal(
    call(other.t, "users:verifyEmail", { challenge: "never-asked", code: "123456" }),
  );
  expect(theirs).toEqual(none);
});
