/** How often one address and one IP may try to sign in. */
import { afterEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { LIMITS } from "./model/limits";
import {
  clockedDeployment,
  deployment,
  outcomeOf,
  refusal,
  snapshot,
  type Deployment,
} from "./test.setup";
import { askForCode, freshAddress } from "./test.signin";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const from = (t: Deployment, ip: string) => t.withRequestMetadata({ ip });

async function outcomes(count: number, call: (i: number) => Promise<unknown>): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; i++) all.push(await outcomeOf(call(i)));
  return all;
}

const admitted = (all: string[]) => all.filter((outcome) => outcome !== "rate_limited").length;

test("an address is mailed at most three codes in a row, whoever asks; then it says how long to wait", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  const ask = (i: number) => from(t, `192.0.2.${i}`).action(api.auth.requestCode, { email });
  expect(admitted(await outcomes(5, ask))).toBe(LIMITS.requestCode.address.capacity);
  const { retryAfterMs } = await refusal(ask(9));
  expect(retryAfterMs).toBe(10 * 60_000);
  vi.setSystemTime(Date.now() + (retryAfterMs as number) - 1);
  expect(await outcomeOf(ask(10))).toBe("rate_limited");
  vi.setSystemTime(Date.now() + 1);
  expect(await outcomeOf(ask(11))).toBe("ok");
});

test("one IP asks for codes for at most so many addresses, and another is not affected", async () => {
  const t = deployment();
  const { capacity } = LIMITS.requestCode.ip;
  const ask = (ip: string) => () =>
    from(t, ip).action(api.auth.requestCode, { email: freshAddress() });
  expect(admitted(await outcomes(capacity + 3, ask("192.0.2.1")))).toBe(capacity);
  expect(await outcomeOf(ask("192.0.2.2")())).toBe("ok");
});

test("wrong codes count against the IP although the attempt is refused", async () => {
  const t = deployment();
  const { capacity } = LIMITS.redeemCode.ip;
  const guess = () =>
    from(t, "192.0.2.1").action(api.auth.createSession, { challenge: "guess", code: "123456" });
  const all = await outcomes(capacity + 2, guess);
  expect(all.filter((outcome) => outcome === "code_invalid")).toHaveLength(capacity);
  const { challenge, code } = await askForCode(t, freshAddress());
  const right = () => from(t, "192.0.2.1").action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(right())).toBe("rate_limited");
  const elsewhere = from(t, "192.0.2.2").action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(elsewhere)).toBe("ok");
});

test("one IP opens at most so many guest sessions", async () => {
  const t = deployment();
  const { capacity } = LIMITS.guest.ip;
  const enter = () => from(t, "192.0.2.1").action(api.auth.createGuestSession, {});
  expect(admitted(await outcomes(capacity + 1, enter))).toBe(capacity);
  const { users } = await snapshot(t);
  expect(users).toHaveLength(capacity);
});

test("buckets hold neither addresses nor IPs", async () => {
  const t = deployment();
  const email = freshAddress();
  await from(t, "192.0.2.77").action(api.auth.requestCode, { email });
  const { rateLimits } = await snapshot(t);
  const dump = JSON.stringify(rateLimits);
  expect((rateLimits as { name: string }[]).map(({ name }) => name).sort()).toEqual([
    "requestCode:address",
    "requestCode:deployment",
    "requestCode:ip",
  ]);
  expect(dump).not.toContain(email);
  expect(dump).not.toContain("192.0.2.77");
});

test("of codes asked for at once from everywhere, exactly the deployment's capacity is sent", async () => {
  const t = clockedDeployment();
  const { capacity } = LIMITS.requestCode.deployment;
  const ask = (i: number) =>
    from(t, `198.51.${i >> 8}.${i & 255}`).mutation(internal.auth.storeCode, {
      email: freshAddress(),
      challenge: `challenge-${i}`,
      code: "123456",
    });
  const all = await Promise.all(Array.from({ length: capacity + 25 }, (_, i) => ask(i)));
  expect(all.filter(({ kind }) => kind === "stored")).toHaveLength(capacity);
  const refused = all.flatMap((one) => (one.kind === "limited" ? [one.retryAfterMs] : []));
  expect(Math.min(...refused)).toBeGreaterThan(0);
  vi.setSystemTime(Date.now() + Math.max(...refused));
  expect((await ask(9_999)).kind).toBe("stored");
}, 20_000);
