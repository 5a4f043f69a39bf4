import OpenAI from "openai";
import { Resend } from "resend";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writePassages } from "./passages.fixture";
import { startProviders, type Providers } from "./server";
import { embedText } from "./openai/embedding";

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders({
    port: 0,
    smsStepMs: 0,
    pace: { firstChunkMs: 0, chunksPerSecond: 0 },
  });
});
afterAll(() => providers.close());
beforeEach(() => providers.control.reset());

const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const openai = (apiKey = providers.env.OPENAI_API_KEY!) =>
  new OpenAI({ baseURL: providers.env.OPENAI_BASE_URL!, apiKey, maxRetries: 0, logLevel: "off" });
const model = "text-embedding-3-small";

describe("embeddings", () => {
  test("gives unit vectors, the same as base64 and as floats", async () => {
    const packed = await openai().embeddings.create({
      model,
      input: ["laptop screen", "opening hours"],
    });
    const plain = await openai().embeddings.create({
      model,
      input: "laptop screen",
      encoding_format: "float",
    });
    const [first, second] = packed.data.map((d) => d.embedding);
    expect(first).toHaveLength(1536);
    expect(dot(first!, first!)).toBeCloseTo(1, 5);
    expect(dot(first!, plain.data[0]!.embedding)).toBeCloseTo(1, 5);
    expect(Math.abs(dot(first!, second!))).toBeLessThan(0.15);
    const short = await openai().embeddings.create({ model, input: "x y z", dimensions: 256 });
    expect(short.data[0]!.embedding).toHaveLength(256);
    expect(packed.usage.total_tokens).toBeGreaterThan(0);
  });

  test.each([
    ["How much is a new display for my notebook?", 0],
    ["what does it cost to fix a shattered iphone display", 1],
    ["When do you close on Saturday?", 2],
    ["is there somewhere to park", 3],
    ["I spilled water on my laptop", 4],
    ["my pc is infected with malware, how much?", 5],
    ["is there a guarantee on parts", 6],
  ])("finds the passage for: %s", (question, expected) => {
    const bodies = [
      ...writePassages().matchAll(/title="([^"]*)" heading="([^"]*)">\n([\s\S]*?)\n<\/passage>/g),
    ];
    const scores = bodies.map(([, title, heading, text]) =>
      dot(embedText(question), embedText(`${title} ${heading}\n${text}`)),
    );
    const others = scores.filter((_, i) => i !== expected && !(expected < 2 && i < 2));
    expect(scores[expected]).toBeGreaterThan(0.2);
    expect(scores[expected]! - Math.max(...others)).toBeGreaterThan(0.08);
  });

  test("keeps a question about something else away from every passage", () => {
    const passages = writePassages().split("</passage>");
    for (const question of ["Do you sell bicycles?", "What is the capital of France?"]) {
      for (const passage of passages)
        expect(dot(embedText(question), embedText(passage))).toBeLessThan(0.12);
    }
  });

  test("has OpenAI's limits and errors", async () => {
    const create = (input: string | string[], key?: string) =>
      openai(key).embeddings.create({ model, input });
    await expect(create(Array<string>(2049).fill("a"))).rejects.toMatchObject({
      status: 400,
      code: "array_above_max_length",
    });
    await expect(create(["a", ""])).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("input[1]") as string,
    });
    await expect(create("word ".repeat(8_000))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("maximum context length") as string,
    });
    await expect(create("a", "sk-wrong-key")).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
    providers.control.fault({ provider: "openai", kind: "status", status: 429 });
    await expect(create("a")).rejects.toMatchObject({ status: 429, code: "rate_limit_exceeded" });
    providers.control.fault({ provider: "openai", kind: "malformed" });
    await expect(create("a")).rejects.toThrow(SyntaxError);
    providers.control.fault({ provider: "openai", kind: "cut" });
    await expect(create("a")).rejects.toThrow(OpenAI.APIConnectionError);
  });
});

describe("e-mail", () => {
  const resend = (key = providers.env.RESEND_API_KEY!) =>
    new Resend(key, { baseUrl: providers.env.RESEND_BASE_URL! });
  const mail = {
    from: "Shop <shop@example.com>",
    to: "jo@example.com",
    subject: "Your code",
    text: "Your code is 123456",
  };

  test("keeps mails in the inbox, escaped, with the code to read", async () => {
    const { data } = await resend().emails.send({ ...mail, subject: "<script>alert(1)</script>" });
    expect(await providers.control.waitForEmail("JO@example.com")).toMatchObject({
      id: data!.id,
      text: mail.text,
    });
    const page = await (await fetch(`${providers.url}/resend/inbox`)).text();
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script>");
    expect(page).toMatch(/class="code"[^>]*>123456</);
  });

  test("sends once per idempotency key", async () => {
    const first = await resend().emails.send(mail, { idempotencyKey: "k1" });
    const again = await resend().emails.send(mail, { idempotencyKey: "k1" });
    expect(again.data).toEqual(first.data);
    expect(providers.control.emails()).toHaveLength(1);
    const other = await resend().emails.send({ ...mail, text: "other" }, { idempotencyKey: "k1" });
    expect(other.error).toMatchObject({ statusCode: 409, name: "invalid_idempotent_request" });
    const elsewhere = resend(`${providers.env.RESEND_API_KEY}_other_account`);
    expect((await elsewhere.emails.send(mail, { idempotencyKey: "k1" })).data).not.toEqual(
      first.data,
    );
  });

  test("sends a batch, all or none", async () => {
    expect((await resend().batch.send([mail, mail])).data?.data).toHaveLength(2);
    expect((await resend().batch.send([mail, { ...mail, to: "nobody" }])).error).toMatchObject({
      statusCode: 422,
      name: "validation_error",
    });
    expect(providers.control.emails("jo@example.com")).toHaveLength(2);
  });

  test("refuses in Resend's shape", async () => {
    expect((await resend("re_wrong").emails.send(mail)).error).toMatchObject({
      statusCode: 401,
      message: "API key is invalid",
    });
    providers.control.fault({ provider: "resend", kind: "status", status: 429 });
    expect((await resend().emails.send(mail)).error).toMatchObject({
      statusCode: 429,
      name: "rate_limit_exceeded",
    });
    providers.control.fault({ provider: "resend", kind: "cut", afterProcessing: true });
    expect((await resend().emails.send(mail)).error).not.toBeNull();
    expect(providers.control.emails()).toHaveLength(1);
  });
});
