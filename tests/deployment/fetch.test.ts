/** `fetch` as the providers' clients have it, in Convex's runtime: what is left is ended, and nothing is aborted twice. */
import { isolateModules } from "@computer-guys/convex-local/testing";
import { convexTest } from "convex-test";
import { actionGeneric, anyApi, defineSchema } from "convex/server";
import { expect, test, vi } from "vitest";
import { makeFetch } from "../../convex/providers/fetch";
import { control, holdTimers, standIn } from "../setup";

/** Runs this in an action: what ends one on Convex fails it. */
async function inAction(body: () => Promise<void>): Promise<void> {
  const handler = async () => {
    await body();
    return null;
  };
  const modules = isolateModules({
    "./_generated/api.ts": () => Promise.resolve({}),
    "./probe.ts": () => Promise.resolve({ run: actionGeneric({ handler }) }),
  });
  const t = convexTest({ schema: defineSchema({}), modules });
  await t.action(anyApi["probe"]!["run"]!, {});
}

/** A stream of the stand-in's that stops after its first pieces until somebody leaves. */
async function openHeld(
  question: string,
  { limits, signal }: { limits?: Parameters<typeof makeFetch>[0]; signal?: AbortSignal } = {},
) {
  const { env } = standIn();
  const script = { match: question, text: "One two three four.", chunks: 4, holdAfter: 2 };
  await control("/script", script);
  const messages = [{ role: "user", content: question }];
  const response = await makeFetch(limits)(`${env.OPENROUTER_BASE_URL}/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${env.OPENROUTER_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ model: "a/b", messages, stream: true }),
    signal,
  });
  const outcome = async () => {
    const { requests } = (await control("/requests?provider=openrouter")) as {
      requests: { outcome: string; body: unknown }[];
    };
    return requests.find(({ body }) => JSON.stringify(body).includes(question))!.outcome;
  };
  return { reader: response.body!.getReader(), outcome };
}

test("whoever leaves a body ends its download", async () => {
  await inAction(async () => {
    const { reader, outcome } = await openHeld("Left early");
    expect((await reader.read()).done).toBe(false);
    expect(await outcome()).toBe("pending");
    await reader.cancel();
    await expect.poll(outcome).toBe("aborted");
  });
});

test("a signal that fires again and again ends the request, once", async () => {
  await inAction(async () => {
    const abort = new AbortController();
    const { reader, outcome } = await openHeld("Aborted twice", { signal: abort.signal });
    await reader.read();
    for (let i = 0; i < 3; i++) abort.abort();
    await expect(reader.read().then(() => reader.read())).rejects.toThrow();
    await expect.poll(outcome).toBe("aborted");
    abort.abort();
  });
});

test("a signal that has fired before is a request that is not made", async () => {
  await inAction(async () => {
    const abort = new AbortController();
    abort.abort();
    const call = makeFetch()(`${standIn().url}/resend/inbox`, { signal: abort.signal });
    await expect(call).rejects.toThrow();
  });
});

test("a body has as long as its headers leave it: silence in the middle is no wait without end", async () => {
  holdTimers();
  await inAction(async () => {
    const { reader, outcome } = await openHeld("Silent body", { limits: { withinMs: 5_000 } });
    await reader.read();
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    const ended = expect(rest).rejects.toThrow();
    vi.advanceTimersByTime(5_001);
    await ended;
    await expect.poll(outcome).toBe("aborted");
  });
});

test("a body that is larger than it may be is an error, and its download ends", async () => {
  await inAction(async () => {
    const { reader, outcome } = await openHeld("Too large", { limits: { maxBytes: 100 } });
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    await expect(rest).rejects.toThrow("more than 100 bytes");
    await expect.poll(outcome).toBe("aborted");
  });
});
