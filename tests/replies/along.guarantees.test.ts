/** What holds while an answer is read along: whoever takes the turn has it, to the character. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { CLOCK_SKEW } from "../../convex/model/replies/heard";
import { createConversation } from "../../convex/model/desk/lifecycle";
import { control, messages, row, technician, type Deployment } from "../setup";
import { fc, runs } from "../properties";
import { askAlong, openShop } from "./along";
import { TURN_TAKERS } from "./asking";

const ANSWER = "Take out the card and press start again.";

/** A reader who has the first words of an answer that goes on when told to. */
async function held(question: string, more: Record<string, unknown> = {}, holdAfter = 3) {
  const shop = await openShop();
  const dana = await technician(shop.t);
  const script = { match: question, text: ANSWER, chunks: 8, holdAfter };
  const { id } = (await control("/script", script)) as { id: number };
  const reading = await askAlong(shop.ann, shop.conversationId, question, more);
  await reading.has("Take out");
  const goOn = async () => {
    await control("/release", { id });
    await reading.ended;
  };
  return { ...shop, dana, reading, goOn };
}

const replyIn = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).find(({ author }) => author.kind === "agent");

/** Real clocks: what was sent longer ago than they may differ. */
const letClocksAgree = () =>
  vi.waitUntil(
    (
      (since) => () =>
        Date.now() - since > CLOCK_SKEW + 20
    )(Date.now()),
    { timeout: 5_000, interval: 10 },
  );

const usageOf = async (t: Deployment) => {
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  return events.flatMap((one) => (one.kind === "event" && one.data.usage ? [one.type] : []));
};

for (const [name, act] of Object.entries(TURN_TAKERS)) {
  test(`when ${name}, what had been heard stays, and not a character more; it is charged`, async () => {
    const { t, ann, dana, conversationId, reading, goOn } = await held(`${name} along`);
    await letClocksAgree();
    const heard = reading.text;
    await act(ann, dana, conversationId);
    const after = await row(t, conversationId);
    await goOn();
    expect(reading.isDone).toBe(false);
    expect(reading.lines.at(-1)).toEqual({ over: true });
    expect(await replyIn(t, conversationId)).toMatchObject({ status: "stopped", text: heard });
    // Nothing but that row has changed.
    expect(await row(t, conversationId)).toEqual(after);
    expect(await usageOf(t)).toEqual(["usage_charged"]);
    const [process] = (await t.run((ctx) => ctx.db.query("workflows").collect())).filter(
      ({ kind }) => kind === "reply",
    );
    expect(process).toMatchObject({ state: "cancelled" });
    expect(process).not.toHaveProperty("reserved");
  });
}

test("words that come after the turn moved are neither stored nor told by a writer that has asked", async () => {
  const { t, dana, conversationId, reading, goOn } = await held("Claimed at once");
  // Too near for two clocks to tell: what the database has must do.
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await goOn();
  const stored = (await replyIn(t, conversationId))?.text ?? "";
  expect("Take out the".startsWith(stored.trimEnd())).toBe(true);
  expect(reading.lines.at(-1)).toEqual({ over: true });
});

test("a reply without a word of which nothing was heard leaves no row, unless it was stopped", async () => {
  for (const [name, act] of Object.entries(TURN_TAKERS)) {
    const shop = await openShop();
    const dana = await technician(shop.t);
    const question = `Nothing heard: ${name}`;
    const script = { match: question, text: ANSWER, chunks: 8, holdAfter: 0 };
    const { id } = (await control("/script", script)) as { id: number };
    const reading = await askAlong(shop.ann, shop.conversationId, question);
    await act(shop.ann, dana, shop.conversationId);
    await control("/release", { id });
    await reading.ended;
    const reply = await replyIn(shop.t, shop.conversationId);
    const stops = name === "the customer stops it";
    expect(reply && { text: reply.text, status: reply.status }, name).toEqual(
      stops ? { text: "", status: "stopped" } : undefined,
    );
  }
});

test("a session that ends ends its words within two seconds; the answer is there for the account's others", async () => {
  const { t, ann, conversationId } = await openShop();
  const question = "Session ends along";
  await control("/script", { match: question, text: ANSWER, chunks: 8, overMs: 2_800 });
  const reading = await askAlong(ann, conversationId, question);
  await reading.has("Take");
  await ann.t.mutation(api.auth.logout, {});
  await reading.ended;
  expect(reading.lines.at(-1)).toEqual({ over: true });
  expect(reading.text).not.toContain("again");
  expect(await replyIn(t, conversationId)).toMatchObject({ status: "complete", text: ANSWER });
});

test("a reader who leaves stops nothing: the answer goes on to the database, in steps that others see", async () => {
  const { t, ann, conversationId } = await openShop();
  const question = "Leaves along";
  const script = { match: question, text: ANSWER, chunks: 8, holdAfter: 3 };
  const { id } = (await control("/script", script)) as { id: number };
  const left = new AbortController();
  const reading = await askAlong(ann, conversationId, question, {}, { signal: left.signal });
  await reading.has("Take out");
  left.abort();
  await control("/release", { id });
  await reading.ended;
  expect(reading.text).not.toContain("again");
  expect(await replyIn(t, conversationId)).toMatchObject({ status: "complete", text: ANSWER });
});

test("at 200 random moments of a claim, what is stored had been told before it, and nothing is told after it is known", async () => {
  const { t, ann } = await openShop();
  const dana = await technician(t);
  const script = { match: "Claim race", text: ANSWER, chunks: 8, overMs: 60, times: 10_000 };
  await control("/script", script);
  let overtaken = 0;
  const race = async (afterMs: number) => {
    const conversationId = await t.run(async (ctx) => {
      // Each run is somebody's first.
      for (const { _id } of await ctx.db.query("rateLimits").collect()) {
        await ctx.db.delete("rateLimits", _id);
      }
      return (await createConversation(ctx, ann.userId))._id;
    });
    const reading = await askAlong(ann, conversationId, "Claim race", { follows: true });
    const start = performance.now();
    await vi.waitUntil(() => performance.now() - start >= afterMs, { interval: 1 });
    await dana.t.mutation(api.conversations.claim, { conversationId });
    const told = reading.text;
    await reading.ended;
    const reply = await replyIn(t, conversationId);
    expect((await row(t, conversationId)).owner.kind).toBe("human");
    if (reply?.status === "complete") return;
    overtaken += 1;
    expect(told.startsWith(reply?.text ?? ""), `${reply?.text} | ${told}`).toBe(true);
    expect(reading.lines.at(-1)).toEqual({ over: true });
  };
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 100 }), race), {
    numRuns: runs(200),
  });
  expect(overtaken).toBeGreaterThan(50);
}, 600_000);
