import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM_PROMPT, TOOLS } from "../passages.fixture";
import { startProviders, type Providers } from "../server";

let providers: Providers;
let client: OpenAI;
const MODEL = "openai/gpt-4o-mini";

beforeAll(async () => {
  providers = await startProviders({ port: 0, pace: { firstChunkMs: 0, chunksPerSecond: 0 } });
  client = clientWith(providers.env.OPENROUTER_API_KEY!);
});
afterAll(() => providers.close());
beforeEach(() => providers.control.reset());

const clientWith = (apiKey: string) =>
  new OpenAI({
    baseURL: providers.env.OPENROUTER_BASE_URL!,
    apiKey,
    maxRetries: 0,
    logLevel: "off",
  });

const messages = (question: string) => [
  { role: "system" as const, content: SYSTEM_PROMPT },
  { role: "user" as const, content: question },
];

const open = (question: string, extra: object = {}, signal?: AbortSignal) =>
  client.chat.completions.create(
    {
      model: MODEL,
      messages: messages(question),
      tools: TOOLS,
      stream: true,
      stream_options: { include_usage: true },
      ...extra,
    },
    signal ? { signal } : {},
  );

async function read(question: string, extra: object = {}) {
  const seen = {
    text: "",
    chunks: 0,
    finish: "",
    model: "",
    usage: undefined as (OpenAI.CompletionUsage & { cost?: number }) | undefined,
    args: "",
    tool: "",
  };
  for await (const chunk of await open(question, extra)) {
    const choice = chunk.choices[0];
    if (choice?.delta.content) {
      seen.text += choice.delta.content;
      seen.chunks++;
    }
    const call = choice?.delta.tool_calls?.[0];
    seen.tool += call?.function?.name ?? "";
    seen.args += call?.function?.arguments ?? "";
    if (choice?.finish_reason) seen.finish = choice.finish_reason;
    if (chunk.usage) seen.usage = chunk.usage;
    seen.model = chunk.model;
  }
  return seen;
}

describe("completions", () => {
  test("streams an answer with citations, usage and cost", async () => {
    const answer = await read("How much is a screen replacement and how long does it take?");
    expect(answer.text).toMatch(/\$149–\$249.*\[1\].*1–2 business days\. \[1\]/s);
    expect(answer).toMatchObject({ finish: "stop", model: MODEL });
    expect(answer.chunks).toBeGreaterThan(20);
    const { prompt_tokens, completion_tokens, total_tokens, cost } = answer.usage!;
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    expect(cost).toBeGreaterThan(0);
  });

  test("gives the same answer whole", async () => {
    const question = "When are you open?";
    const whole = await client.chat.completions.create({
      model: MODEL,
      messages: messages(question),
      tools: TOOLS,
    });
    expect(whole.choices[0]!.message.content).toBe((await read(question)).text);
  });

  test("streams tool calls in parts", async () => {
    const call = await read("Can I talk to a technician please?");
    expect(call).toMatchObject({ tool: "escalate_to_human", finish: "tool_calls", text: "" });
    expect(JSON.parse(call.args)).toMatchObject({ reason: "customer_request" });
  });

  test("sends comments while it works, and ends with [DONE]", async () => {
    const response = await fetch(`${providers.env.OPENROUTER_BASE_URL}/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${providers.env.OPENROUTER_API_KEY}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        model: MODEL,
        messages: messages("hi"),
        stream: true,
        usage: { include: true },
      }),
    });
    const raw = await response.text();
    expect(raw).toMatch(/^: OPENROUTER PROCESSING\n\n/);
    expect(raw).toMatch(/"usage":\{.*"cost":.*\n\ndata: \[DONE\]\n\n$/);
  });

  test("refuses in OpenRouter's shape", async () => {
    await expect(
      clientWith("sk-wrong").chat.completions.create({ model: MODEL, messages: messages("hi") }),
    ).rejects.toMatchObject({ status: 401, error: { code: 401, message: "User not found." } });
    await expect(
      client.chat.completions.create({ model: "nonsense", messages: messages("hi") }),
    ).rejects.toMatchObject({
      status: 400,
      error: { message: "nonsense is not a valid model ID" },
    });
  });

  test("redacts the key in what it lists, and notices a caller that leaves", async () => {
    const hold = providers.control.holdAfter(2, { match: "screen" });
    const abort = new AbortController();
    const stream = await open("How much is a screen?", {}, abort.signal);
    const reading = (async () => {
      for await (const chunk of stream) void chunk;
    })();
    await hold.reached;
    abort.abort();
    await reading.catch(() => undefined);
    const record = await providers.control.waitForRequest((r) => r.outcome === "aborted");
    expect(record.chunksSent).toBe(2);
    expect(JSON.stringify(record.headers)).not.toContain(providers.env.OPENROUTER_API_KEY);
  });
});

describe("faults", () => {
  test.each([429, 500, 503, 400, 402])("answers %i once, then works", async (status) => {
    providers.control.fault({ provider: "openrouter", kind: "status", status, retryAfter: 7 });
    const failed = await open("hi").catch(
      (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
    );
    expect(failed).toMatchObject({ status, code: status });
    expect((failed as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after")).toBe("7");
    expect((await read("hi")).finish).toBe("stop");
  });

  test("passes on to the next of `models` when one model is down", async () => {
    providers.control.fault({
      provider: "openrouter",
      kind: "status",
      status: 503,
      model: MODEL,
      times: "always",
    });
    const fallback = await read("hi", { models: [MODEL, "anthropic/claude-3.5-haiku"] });
    expect(fallback.model).toBe("anthropic/claude-3.5-haiku");
    await expect(read("hi")).rejects.toMatchObject({ status: 503 });
  });

  test("hits only the conversation it is meant for", async () => {
    providers.control.fault({
      provider: "openrouter",
      kind: "status",
      status: 500,
      match: "parking",
    });
    expect((await read("When are you open?")).finish).toBe("stop");
    await expect(read("Is there parking?")).rejects.toMatchObject({ status: 500 });
  });

  test("cuts the stream after k chunks", async () => {
    providers.control.fault({ provider: "openrouter", kind: "cut", afterChunks: 4 });
    const texts: string[] = [];
    const reading = (async () => {
      for await (const chunk of await open("When are you open?"))
        texts.push(chunk.choices[0]!.delta.content!);
    })();
    await expect(reading).rejects.toThrow();
    expect(texts).toHaveLength(4);
  });

  test("breaks an event, or sends OpenRouter's error chunk", async () => {
    providers.control.fault({ provider: "openrouter", kind: "malformed" });
    await expect(read("When are you open?")).rejects.toThrow(SyntaxError);
    providers.control.fault({ provider: "openrouter", kind: "error_chunk", code: "server_error" });
    await expect(read("When are you open?")).rejects.toMatchObject({
      code: "server_error",
      message: "Provider disconnected unexpectedly",
    });
  });

  test("stalls until the caller gives up", async () => {
    providers.control.fault({ provider: "openrouter", kind: "stall" });
    const abort = new AbortController();
    const request = open("hi", {}, abort.signal);
    await providers.control.waitForRequest((r) => r.outcome === "broken");
    abort.abort();
    await expect(request).rejects.toThrow(OpenAI.APIUserAbortError);
  });

  test("answers late when slow", async () => {
    providers.control.fault({ provider: "openrouter", kind: "slow", delayMs: 40 });
    const start = performance.now();
    expect((await read("hi")).finish).toBe("stop");
    expect(performance.now() - start).toBeGreaterThan(35);
  });
});

describe("scripts", () => {
  test("sends a text in exactly so many chunks, spread over the time", async () => {
    const text = "0123456789".repeat(200);
    providers.control.script({ text, chunks: 100, overMs: 120, match: "script" });
    const start = performance.now();
    const answer = await read("the script please");
    expect(answer).toMatchObject({ text, chunks: 100 });
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  test("sends malformed tool arguments as they are", async () => {
    providers.control.script({
      toolCalls: [{ name: "search_knowledge", arguments: '{"query": "scr' }],
    });
    expect(await read("hi")).toMatchObject({
      tool: "search_knowledge",
      args: '{"query": "scr',
      finish: "tool_calls",
    });
  });

  test("holds one conversation while another goes on", async () => {
    const hold = providers.control.holdAfter(3, { match: "Saturday" });
    const held = read("Are you open on Saturday?");
    await hold.reached;
    expect((await read("When are you open?")).finish).toBe("stop");
    expect(providers.control.scripts()).toMatchObject([{ state: "held" }]);
    hold.release();
    expect((await held).text).toContain("[3]");
  });
});
