/** Order and identity of rows while messages change from one source to another. */
import { describe, expect, test } from "vitest";
import type { LiveReply, PublicMessage } from "../api";
import { buildRows, withDays } from "./timeline";

const message = (id: string, over: Partial<PublicMessage> = {}): PublicMessage =>
  ({
    _id: id,
    _creationTime: 1,
    conversationId: "c",
    author: { kind: "customer" },
    visibility: "public",
    status: "complete",
    text: id,
    settledAt: 1,
    ...over,
  }) as PublicMessage;
const live = { messageId: "r", author: { kind: "agent" }, text: "Hel", startedAt: 2 } as LiveReply;
const item = { clientMessageId: "m-1", text: "hi", files: [], at: 3, state: "sending" as const };
const conversation = { owner: "ai" as const, status: "open" as const };
const nothing = {
  settled: [],
  live: null,
  outbox: [],
  writer: "customer" as const,
  conversation,
  now: 5,
};
const keys = (rows: { key: string }[]) => rows.map((row) => row.key);

describe("rows", () => {
  test("a sent message keeps its key when the server's copy replaces it, and shows once", () => {
    const before = buildRows({ ...nothing, outbox: [item] });
    const settled = [message("a", { clientMessageId: "m-1" })];
    const after = buildRows({ ...nothing, settled, outbox: [item], live });
    expect(keys(before)).toEqual(["m-1"]);
    expect(keys(after)).toEqual(["m-1", "r"]);
  });

  test("what is on its way is by whoever writes here: a technician's refused answer is not the customer's", () => {
    const unsent = { ...item, state: "unsent" as const, error: new Error("opted out") };
    const [row] = buildRows({ ...nothing, writer: "technician", outbox: [unsent] });
    expect(row).toMatchObject({ author: { kind: "technician" }, status: "unsent" });
  });

  test("a reply keeps its key when it settles, and shows once if both sources have it", () => {
    const settled = [message("r", { author: { kind: "agent" } }), message("a")];
    expect(keys(buildRows({ ...nothing, settled, live }))).toEqual(["a", "r"]);
  });

  test("a message that is on its way stands below the reply that it will stop", () => {
    const rows = buildRows({ ...nothing, settled: [message("a")], live, outbox: [item] });
    expect(keys(rows)).toEqual(["a", "r", "m-1"]);
  });
});

describe("an expected reply", () => {
  const settled = [message("a")];
  const last = (over: object) => buildRows({ ...nothing, settled, ...over }).at(-1)!.status;

  test("is shown as soon as the AI owes an answer", () => {
    expect(last({})).toBe("expected");
  });

  test("is not shown when people have the conversation, or it is resolved", () => {
    expect(last({ conversation: { owner: "queue", status: "open" } })).toBe("complete");
    expect(last({ conversation: { owner: "ai", status: "resolved" } })).toBe("complete");
  });

  test("is not shown after a line of the system: that ended the turn", () => {
    const stopped = message("s", { author: { kind: "system" } });
    expect(last({ settled: [stopped, ...settled] })).toBe("complete");
  });
});

test("each day has one separator, before its first message", () => {
  const rows = buildRows({
    ...nothing,
    settled: [3, 2, 1].map((n) =>
      message(`${n}`, {
        author: { kind: "system" },
        settledAt: new Date(2026, 4, n === 3 ? 2 : 1, 12).getTime(),
      }),
    ),
  });
  expect(withDays(rows).map((entry) => (entry.kind === "day" ? "day" : entry.row.key))).toEqual([
    "day",
    "1",
    "2",
    "day",
    "3",
  ]);
});
