/** Whoever has many networks uses up what is anybody's, and keeps nobody out. */
import { describe, expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import { HOUR } from "../../convex/lib/time";
import { LIMITS } from "../../convex/model/access/limits";
import { SHARE } from "../../convex/model/access/shares";
import {
  admin,
  clockedDeployment,
  customer,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { newPhone } from "../sms/shop";
import { freshAddress } from "./signIn";

type Call = (t: Deployment | Caller["t"], ip: string, i: number) => Promise<{ kind: string }>;

const from = (t: Deployment | Caller["t"], ip: string) => t.withRequestMetadata({ ip });
const enter: Call = (t, ip, i) =>
  from(t, ip).mutation(internal.auth.openGuestSession, { secret: `${ip} ${i}` });
/** Asks for a code for `address`. */
const ask =
  (address: () => string): Call =>
  (t, ip, i) =>
    from(t, ip).mutation(internal.auth.storeCode, {
      address: address(),
      challenge: `${ip} ${i}`,
      code: "123456",
    });
const byMail = ask(freshAddress);
const byPhone = ask(newPhone);

/** Calls from each network until it is limited; answers how often one was let through. */
async function exhaust(t: Deployment, networks: string[], call: Call): Promise<number> {
  let admitted = 0;
  for (const ip of networks) {
    for (let i = 0; (await call(t, ip, i)).kind !== "limited"; i++) admitted += 1;
  }
  return admitted;
}

/** So many /64s of one /48, each of another /56. */
const subnets = (count: number) =>
  Array.from({ length: count }, (_, i) => `2001:db8:7:${i.toString(16)}00::1`);
const STRANGER = "2001:db8:8:1::1";

describe("one /48, whose owner has 65,536 networks of a subscriber", () => {
  test("leaves a stranger elsewhere a guest's session", async () => {
    const t = clockedDeployment();
    expect(await exhaust(t, subnets(68), enter)).toBe(4 * LIMITS.guest.ip.capacity);
    expect((await enter(t, STRANGER, 0)).kind).toBe("granted");
  });

  test("doesn't limit the sign-in of others", async () => {
    const t = clockedDeployment();
    expect(await exhaust(t, subnets(27), byMail)).toBe(4 * LIMITS.requestCode.ip.capacity);
    expect((await byMail(t, STRANGER, 0)).kind).toBe("stored");
  });

  test("doesn't end sign-in by phone", async () => {
    const t = clockedDeployment();
    expect(await exhaust(t, subnets(20), byPhone)).toBe(4 * LIMITS.textCode.ip.capacity);
    expect((await byPhone(t, STRANGER, 0)).kind).toBe("stored");
  });

  test("uses up no address of somebody else's", async () => {
    const t = clockedDeployment();
    const owner = freshAddress();
    const { capacity } = LIMITS.requestCode.address;
    expect(
      await exhaust(
        t,
        subnets(12),
        ask(() => owner),
      ),
    ).toBe(capacity);
    expect((await ask(() => owner)(t, STRANGER, 0)).kind).toBe("stored");
  });

  test("is not limited by one of its /64s, nor a /56 by its neighbours", async () => {
    const t = clockedDeployment();
    const { capacity } = LIMITS.guest.ip;
    const [first, second, third] = [1, 2, 3].map((i) => `2001:db8:7:${i}::1`) as [
      string,
      ...string[],
    ];
    expect(await exhaust(t, [first], enter)).toBe(capacity);
    // Refusals of a network that has nothing left cost its neighbours nothing.
    for (let i = 0; i < 2 * capacity; i++) await enter(t, first, i);
    // A /56 may do as much as two subscribers.
    expect(await exhaust(t, [second!, third!], enter)).toBe(capacity);
    expect(await exhaust(t, ["2001:db8:7:100::1"], enter)).toBe(capacity);
  });
});

test("thousands of networks use up what is anybody's: fresh ones, sessions and staff still get codes", async () => {
  const t = clockedDeployment();
  const [ann, sam, dana] = [await customer(t, freshAddress()), await admin(t), await technician(t)];
  vi.setSystemTime(Date.now() + HOUR + 1);
  const { deployment, ip } = LIMITS.requestCode;
  const hosts = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => `198.51.${first}.${i}`);
  const addressOf = async ({ userId }: Caller) =>
    (await t.run((ctx) => ctx.db.get("users", userId)))!.email!;
  const outcome = async (call: ReturnType<Call>) => (await call).kind;

  const common = deployment.capacity * (1 - 3 * SHARE);
  await exhaust(t, hosts(100, Math.ceil(common / ip.capacity)), byMail);
  expect(await outcome(byMail(t, "198.51.100.0", 0))).toBe("limited");
  // A network that has asked for little, three times a day.
  for (let i = 0; i < 3; i++) expect(await outcome(byMail(t, "192.0.2.1", i))).toBe("stored");
  expect(await outcome(byMail(t, "192.0.2.1", 3))).toBe("limited");
  expect(await outcome(byMail(t, "192.0.2.2", 0))).toBe("stored");
  // That goes as well, with as many networks again.
  const held = deployment.capacity * SHARE;
  await exhaust(t, hosts(101, held / 3), byMail);
  expect(await outcome(byMail(t, "192.0.2.3", 0))).toBe("limited");
  // A session that has lived for an hour, from wherever it is.
  const elsewhere = "192.0.2.4";
  const newcomer = await customer(t, freshAddress());
  expect(await outcome(byMail(newcomer.t, elsewhere, 0))).toBe("limited");
  expect(await outcome(byMail(ann.t, elsewhere, 0))).toBe("stored");
  // The shop's owner, though somebody asks for codes of a colleague all the time.
  const hers = await addressOf(dana);
  for (const host of hosts(102, held)) await ask(() => hers)(t, host, 0);
  const owners = await addressOf(sam);
  expect(await outcome(ask(() => owners)(t, elsewhere, 0))).toBe("stored");
});

test("a call writes one row of a network with IPv4, three with IPv6, and no more when refused", async () => {
  const t = clockedDeployment();
  const rows = async () =>
    (await t.run((ctx) => ctx.db.query("rateLimits").take(1_000))).filter(
      ({ name }) => name === "guest:ip",
    ).length;
  await enter(t, "192.0.2.1", 0);
  expect(await rows()).toBe(1);
  await exhaust(t, [STRANGER], enter);
  expect(await rows()).toBe(4);
});
