/** Whether the providers work: what is noted of them, who hears of a refusal, and what `/health` says. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import type { Provider } from "../../convex/validators";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  control,
  customer,
  hush,
  messages,
  row,
  RUN_TWICE,
  runReply,
  runUntil,
  snapshot,
  technician,
  timed,
  type Deployment,
} from "../setup";
import { freshAddress } from "../auth/signIn";

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
/** The mailbox is shared with tests that run at the same time. */
const sender = `${crypto.randomUUID()}@shop.example`;

let t: Deployment;
let logged: string[];
beforeEach(async () => {
  t = clockedDeployment({ EMAIL_FROM: sender });
  vi.setSystemTime(TUESDAY);
  logged = hush();
  await control("/reset", {});
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
});

const health = async () => ((await (await t.fetch("/health")).json()) as { status: string }).status;
const refuse = (provider: string, status: number) =>
  control("/faults", { provider, kind: "status", status, times: "always" });
const mend = () => control("/reset", {});
const eventsOf = async (type: string) =>
  ((await snapshot(t)).analytics as Doc<"analytics">[]).filter(
    (one) => one.kind === "event" && one.type === type,
  );
const detailsOf = async (provider: Provider) => {
  const sam = await admin(t);
  const all = await sam.t.query(api.health.providers, { now: Date.now() });
  return all.find((one) => one.provider === provider)!;
};

async function ask(question = "How much is a laptop screen?"): Promise<Id<"conversations">> {
  const ann = await customer(t);
  const message = { text: question };
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message,
  });
  return conversationId;
}

/** Asks, and has the reply written as the scheduler would. */
async function answer(question?: string): Promise<Id<"conversations">> {
  const conversationId = await ask(question);
  const { error } = await timed(runReply(t, conversationId));
  expect(error).toBeUndefined();
  return conversationId;
}

describe("a model's provider that refuses us", () => {
  test.each([401, 402, 403])("by %i hands over at once and says so", async (status) => {
    await refuse("openrouter", status);
    const conversationId = await answer("My password is hunter22, is my laptop screen broken?");
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "provider_error" },
    });
    const said = await messages(t, conversationId);
    expect(said.map(({ author }) => author.kind)).toEqual(["customer", "system"]);
    expect(said[1]!.text).toContain("passed your question to our technicians");
    const { requests } = (await control("/requests?provider=openrouter")) as {
      requests: unknown[];
    };
    expect(requests).toHaveLength(1);
    expect(await health()).toBe("degraded");
    expect(await detailsOf("model")).toMatchObject({
      failing: true,
      fault: String(status),
      conversationId,
      advice: expect.any(String) as string,
    });
  });

  test("is logged with conversation, process and attempt, and without a word", async () => {
    await refuse("openrouter", 402);
    const conversationId = await answer("Zebra quux about a laptop screen?");
    const [process] = (await snapshot(t)).workflows as Doc<"workflows">[];
    const lines = logged.filter((line) => line.includes("model failed"));
    // A mutation says it: each of its runs.
    expect(lines).toHaveLength(RUN_TWICE ? 2 : 1);
    expect(lines[0]).toContain(
      `model failed (402), conversation ${conversationId}, process ${process!._id}, attempt 1`,
    );
    expect(logged.join("\n")).not.toMatch(/zebra|quux/i);
  });

  test("alerts admins once, however many replies fail; technicians hear of who waits only", async () => {
    await refuse("openrouter", 402);
    await technician(t);
    await admin(t);
    const asked = await Promise.all([ask(), ask(), ask()]);
    for (const id of asked) await timed(runReply(t, id));
    await runUntil(t, TUESDAY + 90 * SECOND);
    expect(await eventsOf("provider_alerted")).toHaveLength(1);
    type Mail = { from: string; to: string[]; subject: string; text: string };
    const { emails } = (await control("/emails")) as { emails: Mail[] };
    const mails = emails.filter(({ from }) => from === sender);
    const about = mails.filter(({ text }) => text.includes("OpenRouter"));
    expect(about.map(({ to }) => to)).toEqual([["owner@shop.example"]]);
    expect(about[0]!.subject).toContain("refuses us (402)");
    expect(about[0]!.text).toContain("no credit");
    expect(mails.map(({ to }) => to.join())).toContain("dana@shop.example");
  });

  test("alerts again when it had worked in between, and not within the hour", async () => {
    const alert = () => t.mutation(internal.health.alertAdmins, { provider: "email" });
    const note = (fault: string | null) =>
      t.mutation(internal.health.noteProvider, { provider: "email", fault, where: {} });
    await note("401");
    await alert();
    vi.setSystemTime(Date.now() + 2 * HOUR);
    await note("401");
    await alert();
    expect(await eventsOf("provider_alerted")).toHaveLength(1);
    await note(null);
    await note("401");
    await alert();
    expect(await eventsOf("provider_alerted")).toHaveLength(2);
    await note(null);
    await note("401");
    await alert();
    expect(await eventsOf("provider_alerted")).toHaveLength(2);
  });

  test("a question that moderation refuses is its own, no refusal of us", async () => {
    await control("/faults", {
      provider: "openrouter",
      kind: "status",
      status: 403,
      flagged: true,
    });
    const conversationId = await answer();
    expect((await row(t, conversationId)).owner.kind).toBe("ai");
    expect(await health()).toBe("ok");
    expect(await eventsOf("provider_alerted")).toEqual([]);
  });

  test("is forgotten with the next answer", async () => {
    await refuse("openrouter", 401);
    await answer();
    expect(await health()).toBe("degraded");
    await mend();
    await answer();
    expect(await health()).toBe("ok");
    expect(await detailsOf("model")).toMatchObject({ failing: false, fault: "401" });
  });
});

describe("the other providers", () => {
  test("embeddings that refuse: the answer is found by words, and health and admins know", async () => {
    await refuse("openai", 401);
    const conversationId = await answer();
    expect((await messages(t, conversationId)).at(-1)).toMatchObject({ status: "complete" });
    expect(logged.join("\n")).toContain(`embeddings failed (401), conversation ${conversationId}`);
    // The model has answered: that says nothing of the embeddings.
    expect(await detailsOf("model")).toMatchObject({ failing: false });
    expect(await detailsOf("embeddings")).toMatchObject({ failing: true, fault: "401" });
    expect(await health()).toBe("degraded");
    await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1_000));
    expect(await eventsOf("provider_alerted")).toHaveLength(1);
    await mend();
    await answer();
    expect(await health()).toBe("ok");
  });

  test("what passes by itself is taken to have passed, what an operator must mend is not", async () => {
    const note = (provider: Provider, fault: string) =>
      t.mutation(internal.health.noteProvider, { provider, fault, where: {} });
    await note("email", "503");
    expect(await health()).toBe("degraded");
    vi.setSystemTime(Date.now() + 20 * MINUTE);
    expect(await health()).toBe("ok");
    await note("texts", "401");
    vi.setSystemTime(Date.now() + 48 * HOUR);
    expect(await health()).toBe("degraded");
  });

  test("successes are one row in ten minutes, and one at once after a failure", async () => {
    const note = (fault: string | null) =>
      t.mutation(internal.health.noteProvider, { provider: "texts", fault, where: {} });
    for (let i = 0; i < 20; i++) await note(null);
    expect(await eventsOf("texts_worked")).toHaveLength(1);
    await note("503");
    await note(null);
    expect(await eventsOf("texts_worked")).toHaveLength(2);
    expect(await health()).toBe("ok");
    vi.setSystemTime(Date.now() + 11 * MINUTE);
    await note(null);
    expect(await eventsOf("texts_worked")).toHaveLength(3);
  });

  test("a reply writes nothing for the sake of health", async () => {
    await answer();
    const written = (await snapshot(t)).analytics as Doc<"analytics">[];
    const types = written.flatMap((one) => (one.kind === "event" ? one.type : []));
    expect(types).toEqual(["conversation_created", "message_received", "reply_finished"]);
  });

  test("the bounds of what is read hold with thousands of events", async () => {
    await t.run(async (ctx) => {
      for (let i = 0; i < 2_000; i++) {
        const type = i % 2 === 0 ? "reply_finished" : "embeddings_failed";
        await ctx.db.insert("analytics", { kind: "event", type, data: { textOnly: true } });
      }
    });
    const read = await t.query(async (ctx) => {
      await ctx.runQuery(internal.health.status, { now: Date.now() });
      return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
    });
    expect(read).toBeLessThan(60);
  });
});

describe("e-mail that stalls", () => {
  test.each([{ kind: "stall" }, { kind: "endless" }])(
    "by $kind ends a sign-in within ten seconds, and says what to do",
    async (fault) => {
      const email = freshAddress();
      await control("/faults", { provider: "resend", match: email, ...fault });
      const { ms, error } = await timed(t.action(api.auth.requestCode, { email }));
      expect(ms).toBeLessThan(12 * SECOND);
      expect(error).toMatchObject({ data: { code: "provider_unavailable" } });
      expect(String((error as unknown as { data: { message: string } }).data.message)).toMatch(
        /Try again in a minute, or sign in with your phone number/,
      );
      expect(await detailsOf("email")).toMatchObject({ failing: true, fault: "timeout" });
      expect(logged.join("\n")).toContain("email failed (timeout)");
      expect(logged.join("\n")).not.toContain(email);
    },
  );

  test("a slow one is waited for, and a success is noted", async () => {
    const email = freshAddress();
    await control("/faults", { provider: "resend", match: email, kind: "slow", delayMs: 20 });
    const { error } = await timed(t.action(api.auth.requestCode, { email }));
    expect(error).toBeUndefined();
    expect(await detailsOf("email")).toMatchObject({ failing: false });
    expect((await detailsOf("email")).lastSuccessAt).toBeGreaterThan(TUESDAY - 1);
  });
});
