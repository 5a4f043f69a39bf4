/** Token buckets: never one too many, honest about when to come back, apart from each other. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../_generated/api";
import {
  clockedDeployment,
  customer,
  deployment,
  guest,
  messages,
  outcomeOf,
  refusal,
  type Caller,
} from "../../../tests/setup";
import { networksOf } from "./buckets";
import { LIMITS } from "./limits";

const start = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;

test("of 50 concurrent messages exactly the capacity is stored", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const { capacity } = LIMITS.message.user;
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      outcomeOf(ann.t.mutation(api.messages.sendMessage, { conversationId, text: `${i}` })),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(capacity);
  expect(outcomes.filter((outcome) => outcome === "rate_limited")).toHaveLength(50 - capacity);
  expect(await messages(t, conversationId)).toHaveLength(capacity);
});

test("retryAfterMs is when the next call is admitted, to the millisecond", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const send = () => ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hi" });
  for (let i = 0; i < LIMITS.message.user.capacity; i++) await send();
  const { retryAfterMs } = await refusal(send());
  expect(retryAfterMs).toBe(LIMITS.message.user.period / LIMITS.message.user.rate);
  vi.setSystemTime(Date.now() + (retryAfterMs as number) - 1);
  expect(await outcomeOf(send())).toBe("rate_limited");
  vi.setSystemTime(Date.now() + 1);
  expect(await outcomeOf(send())).toBe("ok");
  expect(await outcomeOf(send())).toBe("rate_limited");
});

test("a refused call consumes nothing", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const send = () => ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hi" });
  for (let i = 0; i < LIMITS.message.user.capacity; i++) await send();
  const first = await refusal(send());
  for (let i = 0; i < 20; i++) await refusal(send());
  expect(await refusal(send())).toEqual(first);
});

test("one customer's limit is no other's, and one act's no other act's", async () => {
  const t = clockedDeployment();
  const [ann, bob] = [await customer(t), await guest(t)];
  const [hers, his] = [await start(ann), await start(bob)];
  const send = (who: Caller, conversationId: typeof hers) =>
    outcomeOf(who.t.mutation(api.messages.sendMessage, { conversationId, text: "Hi" }));
  for (let i = 0; i < LIMITS.message.user.capacity; i++) await send(ann, hers);
  expect(await send(ann, hers)).toBe("rate_limited");
  expect(await send(bob, his)).toBe("ok");
  const markRead = ann.t.mutation(api.conversations.markRead, { conversationId: hers });
  expect(await outcomeOf(markRead)).toBe("ok");
});

test("one IP is limited across users", async () => {
  const t = deployment();
  const { rate } = LIMITS.upload.ip;
  const perUser = LIMITS.upload.user.rate;
  let admitted = 0;
  for (let i = 0; i < rate / perUser + 1; i++) {
    const one = await guest(t);
    const office = t
      .withIdentity({ subject: one.userId, sid: one.sessionId })
      .withRequestMetadata({ ip: "192.0.2.1" });
    for (let j = 0; j < perUser; j++) {
      const uploadId = await office.mutation(internal.files.admitUpload, {}).catch(() => null);
      if (uploadId === null) continue;
      admitted += 1;
      // Else how many are unsent would be what stops them.
      await t.mutation(internal.files.dropUpload, { uploadId });
    }
  }
  expect(admitted).toBe(rate);
});

const blocksOf = (ip: string) => networksOf(ip).map(({ block }) => block);

test.each(["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:FFFF:203.0.113.7"])(
  "%s is one network",
  (ip) => {
    expect(blocksOf(ip)).toEqual(["203.0.113.7"]);
  },
);

test.each([
  ["2001:db8:1:2:3:4:5:6", ["2001:db8:1:2::/64", "2001:db8:1:0::/56", "2001:db8:1:0::/48"]],
  ["2001:DB8:1:ab02::9", ["2001:db8:1:ab02::/64", "2001:db8:1:ab00::/56", "2001:db8:1:0::/48"]],
  [
    "2001:db8:1:ab02::192.0.2.1",
    ["2001:db8:1:ab02::/64", "2001:db8:1:ab00::/56", "2001:db8:1:0::/48"],
  ],
  ["2001:db8::1", ["2001:db8:0:0::/64", "2001:db8:0:0::/56", "2001:db8:0:0::/48"]],
  ["::1", ["0:0:0:0::/64", "0:0:0:0::/56", "0:0:0:0::/48"]],
])("%s counts as one subscriber, and as each block that may be one owner's", (ip, blocks) => {
  expect(blocksOf(ip)).toEqual(blocks);
});

test("what is no address is a network of its own", () => {
  for (const ip of ["", "unknown", "fe80::1%eth0:zz", "1:2:3"]) expect(blocksOf(ip)).toEqual([ip]);
});
