/** No call to a provider waits for ever, whether nothing comes or something comes for ever. */
import { expect, test, vi } from "vitest";
import { embedTexts } from "../../convex/providers/embeddings";
import { sendEmail } from "../../convex/providers/email";
import { withDeadline } from "../../convex/providers/errors";
import { loadGenerationUsage } from "../../convex/providers/openrouter";
import * as Sms from "../../convex/providers/sms";
import { clockedDeployment, control, hush, standIn, timed } from "../setup";

const NUMBER = "+16145550100";
const mail = { to: "ann@example.com", subject: "s", text: "t" };

/** Each with the longest that it may take, in seconds. */
const CALLS: [string, string, number, () => Promise<unknown>][] = [
  ["an e-mail", "resend", 11, () => sendEmail(mail, crypto.randomUUID())],
  ["vectors", "openai", 21, () => embedTexts(["hi"])],
  ["a text", "twilio", 16, () => Sms.sendSms({ to: NUMBER, body: "hi" })],
  ["a look-up", "twilio", 16, () => Sms.findSentSms({ to: NUMBER, body: "hi", since: 0 })],
  ["a list of texts", "twilio", 16, () => Sms.listReceivedSms({ from: 0, to: 1_000 })],
  ["a list of pictures", "twilio", 16, () => Sms.picturesOf(`SM${"0".repeat(32)}`)],
];

const cases = CALLS.flatMap(([what, provider, seconds, call]) =>
  (["stall", "endless"] as const).map((kind) => ({ what, provider, seconds, call, kind })),
);

test.each(cases)("$what, $kind: at most $seconds s", async ({ provider, seconds, call, kind }) => {
  clockedDeployment({ TWILIO_FROM: "+15005550006", TWILIO_MESSAGING_SERVICE_SID: "" });
  hush();
  await control("/reset", {});
  await control("/faults", { provider, kind, times: "always" });
  const { ms } = await timed(call());
  expect(ms).toBeLessThanOrEqual(seconds * 1_000);
  // It was the time that ended it, nothing else.
  expect(ms).toBeGreaterThanOrEqual((seconds - 1) * 1_000);
  // And the connection: what has no end would come in for as long as the process lives.
  await vi.waitFor(async () => {
    const { requests } = (await control("/requests")) as { requests: { open: boolean }[] };
    expect(requests.map(({ open }) => open)).toEqual([false]);
  });
});

test("what a stopped answer cost is looked up for a few seconds, then estimated", async () => {
  clockedDeployment(standIn().env);
  const logged = hush();
  vi.spyOn(globalThis, "fetch").mockImplementation(
    (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      }),
  );
  const asked = loadGenerationUsage("gen-1");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await asked).toBeNull();
  expect(logged).toHaveLength(1);
});

test("what comes too late is nobody's unhandled rejection, and its signal has fired once", async () => {
  clockedDeployment();
  let fired = 0;
  let fail: (error: Error) => void = () => undefined;
  const work = withDeadline(1_000, "It", (signal) => {
    signal.addEventListener("abort", () => (fired += 1));
    return new Promise((_, reject) => (fail = reject));
  });
  const ended = expect(work).rejects.toMatchObject({ fault: "timeout", retryable: true });
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
  // Vitest fails a run with an unhandled rejection.
  fail(new Error("late"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fired).toBe(1);
});
