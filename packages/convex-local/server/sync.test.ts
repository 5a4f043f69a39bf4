/** Live queries over the real sync protocol, with the real `ConvexClient`. */
import { BaseConvexClient, type ConvexClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { api, internal } from "../fixtures/app/convex/_generated/api";
import { waitForEvent, startFixture, waitForResult, type Fixture } from "../fixtures/harness";

let fixture: Fixture;
let client: ConvexClient;

beforeAll(async () => {
  fixture = await startFixture();
  client = fixture.client();
});

afterAll(() => fixture.close());

const add = (room: string, text: string) => fixture.http.mutation(api.notes.add, { room, text });

/** How often the live query `path` ran again while `work` did its work. */
async function reruns(path: string, work: () => Promise<unknown>): Promise<number> {
  const from = fixture.events.length;
  await work();
  await fixture.deployment.engine.subscriptions.settled();
  return fixture.events
    .slice(from)
    .filter((event) => event.path === path && event.caller === "subscription").length;
}

/** Subscribes, waits for the first result, and returns how to stop. */
async function watch(query: typeof api.notes.list, args: never): Promise<() => void> {
  let stop: () => void = () => undefined;
  await new Promise<void>((resolve) => {
    stop = client.onUpdate(query, args, () => resolve());
  });
  return stop;
}

test("a subscriber sees its own and others' writes, and a mutation resolves after them", async () => {
  const seen: string[][] = [];
  const stop = client.onUpdate(api.notes.list, { room: "live" }, (notes) => {
    seen.push(notes.map(({ text }: { text: string }) => text));
  });
  await client.mutation(api.notes.add, { room: "live", text: "mine" });
  expect(seen.at(-1)).toEqual(["mine"]);
  await add("live", "theirs");
  await waitForResult(
    client,
    api.notes.list,
    { room: "live" },
    (notes: unknown[]) => notes.length === 2,
  );
  stop();
});

test("only queries whose ranges contain the changed row run again", async () => {
  const first = await add("near", "1");
  const stop = await watch(api.notes.list, { room: "near" } as never);
  expect(await reruns("notes:list", () => add("elsewhere", "x"))).toBe(0);
  expect(await reruns("notes:list", () => add("near", "2"))).toBe(1);
  expect(
    await reruns("notes:list", () => fixture.http.mutation(api.notes.like, { id: first })),
  ).toBe(1);
  expect(
    await reruns("notes:list", () => fixture.http.mutation(api.notes.remove, { id: first })),
  ).toBe(1);
  stop();
  expect(await reruns("notes:list", () => add("near", "3"))).toBe(0);
});

test("a limited query depends on the range up to the last row it read, and no further", async () => {
  for (const text of ["a", "b", "c", "d"]) await add("limit", text);
  const stopLatest = await watch(api.notes.latest, { room: "limit", count: 2 } as never);
  const stopOldest = await watch(api.notes.oldest, { room: "limit", count: 2 } as never);
  expect(await reruns("notes:oldest", () => add("limit", "e"))).toBe(0);
  expect(await reruns("notes:latest", () => add("limit", "f"))).toBe(1);
  stopLatest();
  stopOldest();
});

test("a query for one document runs again for that document only", async () => {
  const one = await add("documents", "one");
  const two = await add("documents", "two");
  const stop = await watch(api.notes.get as never, { id: one } as never);
  expect(await reruns("notes:get", () => fixture.http.mutation(api.notes.like, { id: two }))).toBe(
    0,
  );
  expect(await reruns("notes:get", () => fixture.http.mutation(api.notes.like, { id: one }))).toBe(
    1,
  );
  stop();
});

test("the same query of many clients is computed once", async () => {
  const clients = Array.from({ length: 10 }, () => fixture.client());
  const from = fixture.events.length;
  await Promise.all(
    clients.map((each) => waitForResult(each, api.notes.list, { room: "crowd" }, () => true)),
  );
  const stops = clients.map((each) =>
    each.onUpdate(api.notes.list, { room: "crowd" }, () => undefined),
  );
  await Promise.all(
    clients.map((each) => waitForResult(each, api.notes.list, { room: "crowd" }, () => true)),
  );
  const runsBefore = fixture.events.slice(from).filter(({ path }) => path === "notes:list").length;
  expect(runsBefore).toBeLessThan(10);
  expect(await reruns("notes:list", () => add("crowd", "hi"))).toBe(1);
  stops.forEach((stop) => stop());
});

test("errors of live queries carry their data, and mutations' errors reach the caller", async () => {
  const error: unknown = await waitForResult(client, api.notes.failingQuery, {}, () => true).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ConvexError);
  expect(error).toMatchObject({ data: { code: "forbidden" } });
  const failed: unknown = await client
    .mutation(api.notes.fail, { room: "x", kind: "data" })
    .catch((e: unknown) => e);
  expect(failed).toMatchObject({ data: { code: "conflict", message: "no" } });
  const hidden = client.query(internal.notes.secret as never, {} as never);
  await expect(hidden).rejects.toThrow("Could not find public function");
});

test("a page keeps its end while rows are added, also for a client that resumes it", async () => {
  for (const text of ["1", "2", "3", "4"]) await add("pages", text);
  const args = { room: "pages", paginationOpts: { numItems: 2, cursor: null, id: 1 } };
  const journals: (string | null | undefined)[] = [];
  const sizes: number[] = [];
  const base = new BaseConvexClient(
    fixture.deployment.url,
    () => {
      const value = base.localQueryResult("notes:page", args) as { page: unknown[] } | undefined;
      if (value !== undefined) sizes.push(value.page.length);
      journals.push(base.queryJournal("notes:page", args));
    },
    { webSocketConstructor: WebSocket as never, unsavedChangesWarning: false, logger: false },
  );
  const first = waitForEvent(fixture.deployment, ({ path }) => path === "notes:page");
  base.subscribe("notes:page", args);
  await first;
  await expect.poll(() => sizes.at(-1)).toBe(2);
  const journal = journals.at(-1);
  expect(journal).toBeTypeOf("string");

  // A row in the middle of the page makes it longer: its end stays where it was.
  const [note] = await fixture.http.query(api.notes.list, { room: "pages" });
  if (note === undefined) throw new Error("no note");
  await fixture.http.mutation(api.notes.remove, { id: note._id });
  await expect.poll(() => sizes.at(-1)).toBe(1);
  await base.close();

  const resumed: number[] = [];
  const other = new BaseConvexClient(
    fixture.deployment.url,
    () => {
      const value = other.localQueryResult("notes:page", args) as { page: unknown[] } | undefined;
      if (value !== undefined) resumed.push(value.page.length);
    },
    { webSocketConstructor: WebSocket as never, unsavedChangesWarning: false, logger: false },
  );
  other.subscribe("notes:page", args, { journal: journal ?? null });
  await expect.poll(() => resumed.at(-1)).toBe(1);
  await other.close();
});

test("a mutation whose answer was lost with the connection runs once", async () => {
  let cut = true;
  class CutAfterMutation extends WebSocket {
    override send(data: string, ...rest: never[]): void {
      const lose = cut && data.includes('"type":"Mutation"');
      if (lose) cut = false;
      super.send(data, ...(lose ? [() => this.terminate()] : rest));
    }
  }
  const flaky = fixture.client(CutAfterMutation);
  const id = await flaky.mutation(api.notes.add, { room: "flaky", text: "once" });
  expect(cut).toBe(false);
  const notes = await fixture.http.query(api.notes.list, { room: "flaky" });
  expect(notes.map(({ _id }) => _id)).toEqual([id]);
  const runs = fixture.events.filter(
    ({ path, logLines }) =>
      path === "notes:add" && logLines.some(({ messages }) => messages.join().includes("flaky")),
  );
  expect(runs).toHaveLength(1);
});

test("a reconnecting client gets its live queries back", async () => {
  const sockets: WebSocket[] = [];
  class Tracked extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const tracked = fixture.client(Tracked);
  let latest = 0;
  const stop = tracked.onUpdate(
    api.notes.list,
    { room: "again" },
    (notes) => (latest = notes.length),
  );
  await waitForResult(tracked, api.notes.list, { room: "again" }, () => true);
  sockets[0]?.terminate();
  await add("again", "while away");
  await expect.poll(() => latest).toBe(1);
  expect(sockets.length).toBeGreaterThan(1);
  stop();
});

test("a good token makes an identity; clearing it takes the identity away", async () => {
  const session = fixture.client();
  const token = await fixture.token({ sub: "grace", extra: { sid: "s9" } });
  session.setAuth(() => Promise.resolve(token));
  const me = await waitForResult(session, api.runtime.whoami, {}, (value) => value !== null);
  expect(me).toMatchObject({ subject: "grace", sid: "s9" });
  session.client.clearAuth();
  expect(
    await waitForResult(session, api.runtime.whoami, {}, (value) => value === null),
  ).toBeNull();
});

test.each([
  ["an expired token", { expiresIn: -60 }],
  ["a token signed with another key", { foreignKey: true }],
  ["a token for another audience", { audience: "someone else" }],
])("%s does not sign in", async (_, claims) => {
  const session = fixture.client();
  const token = await fixture.token(claims);
  const signedIn = await new Promise<boolean>((resolve) => {
    session.setAuth(() => Promise.resolve(token), resolve);
  });
  expect(signedIn).toBe(false);
  expect(await session.query(api.runtime.whoami, {})).toBeNull();
});

test("a token that expires during the connection is asked for again", async () => {
  const session = fixture.client();
  let fetched = 0;
  const short = await fixture.token({ sub: "ada", expiresIn: 2 });
  session.setAuth(async () => {
    fetched += 1;
    // The forced refresh at the start gives the same token, so the client plans no refresh of its own.
    return fetched <= 2 ? short : await fixture.token({ sub: "ada again" });
  });
  const me = await waitForResult<{ subject: string } | null>(
    session,
    api.runtime.whoami,
    {},
    (value) => value?.subject === "ada again",
  );
  expect(me?.subject).toBe("ada again");
  expect(fetched).toBe(3);
});
