/**
 * Random streams, over HTTP to the real SDK. However a valid one is cut into writes, and whatever stands between its
 * chunks, the answer is the same. Any invalid one ends the reply in time, as failed or handed over, and each request
 * is charged once at most.
 */
import { expect, test } from "vitest";
import { sumSpentToday } from "../../convex/model/replies/budget";
import { control, row } from "../setup";
import { count, expectReached, fc, runs } from "../properties";
import { answers, ask, requestsFor, runWithTimers } from "./asking";

/** A reply each: a server, an agent and a conversation. */
const RUNS = runs(25);
const COST = 0.001;

const event = (chunk: object) => `data: ${JSON.stringify({ id: "gen-1", ...chunk })}\n\n`;
const said = (delta: object, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta, finish_reason: finish }] });
const usage = event({
  choices: [],
  model: "openai/gpt-5-mini",
  usage: { prompt_tokens: 10, completion_tokens: 5, cost: COST },
});
const DONE = "data: [DONE]\n\n";

/** What may stand between two chunks, and says nothing. */
const noise = fc.constantFrom(
  ": OPENROUTER PROCESSING\n\n",
  "event: ping\ndata: {}\n\n",
  said({}),
  said({ content: "" }),
  said({ role: "assistant", content: null }),
  event({ choices: null }),
  event({}),
  usage,
);
const word = fc.constantFrom(
  "A screen ",
  "costs money. ",
  "é😀 ",
  "**bold** ",
  "It takes\n\n",
  "some days. ",
);
const valid = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 12 }),
  noises: fc.array(fc.array(noise, { maxLength: 2 }), { minLength: 13, maxLength: 13 }),
  twice: fc.boolean(),
  /** Where the bytes are cut into writes, as parts of the whole. */
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
});

function writesOf({
  words,
  noises,
  twice,
  cuts,
}: typeof valid extends fc.Arbitrary<infer T> ? T : never) {
  const chunks = words.map((content) => said({ content }));
  const ends = Array<string>(twice ? 2 : 1).fill(said({}, "stop"));
  const all = [...chunks, ...ends, usage].map((chunk, i) => [...(noises[i] ?? []), chunk].join(""));
  return cutInto(all.join("") + DONE, cuts);
}

function cutInto(text: string, cuts: number[]): string[] {
  const ends = [...cuts.map((part) => Math.floor(part * text.length)), text.length].sort(
    (a, b) => a - b,
  );
  // A write is text: a character's halves stay together.
  const whole = ends.map((end) => (/[\ud800-\udbff]/.test(text[end - 1] ?? "") ? end + 1 : end));
  return whole.map((end, i) => text.slice(whole[i - 1] ?? 0, end)).filter((piece) => piece !== "");
}

let asked = 0;
async function replyTo(raw: string[], times: number) {
  const question = `Random stream ${++asked} of these?`;
  await control("/script", { match: question, raw, times });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  const spent = await t.run((ctx) => sumSpentToday(ctx, Date.now()));
  const requests = await requestsFor(question);
  const conversation = await row(t, conversationId);
  return { answers: await answers(t, conversationId), spent, requests, conversation };
}

test(
  "any cut of a valid stream, with anything silent in between, is the same answer, charged once",
  async () => {
    await fc.assert(
      fc.asyncProperty(valid, async (stream) => {
        const { answers: all, spent, requests } = await replyTo(writesOf(stream), 1);
        const text = stream.words.join("").trim();
        expect(all).toMatchObject([{ status: "complete", text }]);
        expect(requests).toHaveLength(1);
        expect(spent).toBe(COST * 1e6);
        count("valid");
      }),
      { numRuns: RUNS },
    );
  },
  RUNS * 20_000,
);

/** What no good stream has: an end that is none, bytes that are none, or none at all. */
const wrong = fc.constantFrom<[name: string, tail: string]>(
  ["cut", ""],
  ["no end", usage + DONE],
  ["error", said({}, "error")],
  ["error chunk", event({ error: { code: 502, message: "upstream" }, choices: [] })],
  ["filter", said({}, "content_filter") + usage + DONE],
  ["unknown", said({}, "whatever") + DONE],
  ["no call", said({}, "tool_calls") + usage + DONE],
  ["garbage", 'data: {"choices": [{\n\n'],
  ["not JSON", "data: <html>502 Bad Gateway</html>\n\n"],
  ["spoken", said({ content: "<tool_call>{" }) + said({}, "stop") + DONE],
);

test(
  "any invalid stream ends the reply with a person, in time, each request charged once at most",
  async () => {
    await fc.assert(
      fc.asyncProperty(valid, wrong, async ({ words, cuts }, [name, tail]) => {
        const raw = cutInto(words.map((content) => said({ content })).join("") + tail, cuts);
        const { answers: all, spent, requests, conversation } = await replyTo(raw, 9);
        expect(all.filter(({ status }) => status !== "failed")).toEqual([]);
        expect(conversation.owner.kind).toBe("queue");
        expect(requests.length).toBeLessThanOrEqual(4);
        const once = requests.map(({ body }) => {
          const chars = JSON.stringify(body.messages).length + words.join("").length;
          return Math.max(COST * 1e6, Math.ceil(chars / 4) + 10);
        });
        expect(spent).toBeLessThanOrEqual(once.reduce((sum, most) => sum + most, 0));
        count(name);
      }),
      { numRuns: RUNS },
    );
    expectReached({ often: [], rarely: ["cut", "error", "filter", "garbage"] });
  },
  RUNS * 20_000,
);
