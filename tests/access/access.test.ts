/** Who may call what: every public function, as every kind of caller, against one table. */
import { describe, expect, test } from "vitest";
import { CALLS, KINDS, TABLE } from "./calls";
import { call, functions, goneRows, publicFunctions, shop } from "./functions";
import { outcomeOf, refusal } from "../setup";

const names = publicFunctions.map(({ name }) => name).sort();

/** What has no page yet, for whoever may deploy. */
const CLI_TWINS = [
  "cli:createUser",
  "cli:embed",
  "cli:getUserByEmail",
  "cli:setBlocked",
  "cli:createAgent",
  "cli:updateAgent",
  "cli:setLinkHosts",
  "cli:startTrial",
  "cli:trial",
  "cli:gaps",
  "cli:providers",
  "cli:noteBackup",
  "cli:addDocument",
  "cli:addFile",
  "cli:addSite",
  "cli:addUrl",
  "cli:site",
  "cli:sourceNews",
  "cli:admitUpload",
  "cli:document",
  "cli:replaceDocument",
  "cli:publish",
  "cli:unpublish",
  "cli:remove",
  "cli:versions",
  "cli:takeBack",
  "cli:setExpiry",
  "cli:recalls",
  "cli:tell",
];

test("nothing of the CLI's is public, and all of it is known here", () => {
  const twins = functions.filter(({ name }) => name.startsWith("cli:"));
  expect(twins.map(({ name }) => name).sort()).toEqual([...CLI_TWINS].sort());
  expect(twins.filter(({ isPublic }) => isPublic)).toEqual([]);
});

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
      ...CLI_TWINS,
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
      "privacy:eraseBatch",
      "privacy:eraseRest",
      "privacy:exportPart",
      "privacy:resumePurges",
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

/** Of a function whose arguments decide who may call it: each kind of caller, each change. */
test.each([
  ["resolved", { owner: "ok", technician: "ok", admin: "ok" }],
  ["open", { owner: "ok", technician: "ok", admin: "ok" }],
  ["snoozed", { owner: "forbidden", technician: "ok", admin: "ok" }],
] as const)("conversations:updateConversation to %s", async (status, allowed) => {
  const row = { ...TABLE["conversations:updateConversation"], ...allowed };
  for (const kind of KINDS) {
    const world = await shop();
    const snoozedUntil = status === "snoozed" ? Date.now() + 60_000 : undefined;
    const args = { conversationId: world.rows.asked, status, snoozedUntil };
    const outcome = outcomeOf(
      call(world.callers[kind].t, "conversations:updateConversation", args),
    );
    expect([kind, await outcome]).toEqual([kind, row[kind]]);
  }
});
