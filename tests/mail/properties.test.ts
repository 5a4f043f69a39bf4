/**
 * Random interleavings of a page that comes and goes, texts, e-mails, bounces, complaints, unsubscribing, answers by mail,
 * senders that die at any step, jobs that are lost, and the clock: nothing goes twice, nothing to who opted out or is
 * suppressed, nothing is lost. `tests/properties.ts` says how many, and how a failure is replayed.
 */
import { beforeEach, expect, test, vi } from "vitest";
import { ago, one } from "../arbitraries";
import { api, internal } from "../../convex/_generated/api";
import { DAY, HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import { unsubscribeTokenOf } from "../../convex/model/accounts/suppressions";
import { count, expectReached, fc, runs } from "../properties";
import { must } from "../simulation/expect";
import { ADDRESSES, MailWorld, type Post } from "./world";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const variables = {
    JWT_SECRET: "s".repeat(43),
    CONVEX_SITE_URL: "https://shop.convex.site",
    CHAT_URL: "https://shop.example/chat",
    EMAIL_REPLY_DOMAIN: "mail.shop.example",
    RESEND_API_KEY: "re_x",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

const POSTS: Post[] = [
  "taken",
  "taken",
  "taken",
  "answer lost",
  "never arrived",
  "busy",
  "refused",
];
const kinds = fc.constantFrom("delivered", "delivered", "bounced", "complained", "failed");

const steps = fc.array(
  fc.oneof(
    one("answer", {}, 8),
    one("page", { ago, leaving: fc.boolean() }, 3),
    one("by text", { on: fc.boolean() }, 2),
    one("stop", {}, 1),
    one("address", { which: fc.nat(1) }, 1),
    one("job", { ago, how: fc.constantFrom("run", "run", "run", "run", "lose") }, 8),
    one(
      "send",
      { ago, times: fc.integer({ min: 1, max: 6 }), post: fc.constantFrom(...POSTS) },
      14,
    ),
    one("later", { ms: fc.constantFrom(61 * SECOND, 6 * MINUTE, 11 * MINUTE) }, 16),
    one("kill", { ago }, 4),
    one("event", { ago, kind: kinds, twice: fc.boolean() }, 8),
    one("unsubscribe", { which: fc.nat(1) }, 1),
    one("reply", { proven: fc.boolean(), automatic: fc.constantFrom(false, false, true) }, 3),
    one("hand over", { ago, twice: fc.boolean() }, 3),
    one("net", {}, 2),
    one(
      "pass",
      {
        ms: fc.constantFrom(
          SECOND,
          20 * SECOND,
          61 * SECOND,
          61 * SECOND,
          3 * MINUTE,
          11 * MINUTE,
          2 * HOUR,
          DAY,
        ),
      },
      10,
    ),
  ),
  { minLength: 10, maxLength: 50, size: "max" },
);
type StepOf = { do: string } & Record<string, unknown>;

const latest = <T>(list: readonly T[], index: unknown): T | undefined =>
  list.at(-1 - (index as number));

const ACTS: Record<string, (world: MailWorld, step: StepOf) => Promise<unknown>> = {
  answer: async (world) => {
    const args = { conversationId: world.conversationId, text: `Answer ${world.serial()}` };
    await world.call(api.messages.sendStaffMessage, args, world.technician);
  },
  page: async (world, { ago: index, leaving }) => {
    const { conversationId } = world;
    const shows = latest(world.answers(), index)?._id;
    if (shows === undefined) return;
    const args = { conversationId, shows, leaving: leaving as boolean };
    const before = world.message(shows).delivery?.state;
    await world.call(api.conversations.onPage, args, world.customer);
    // Of others nothing is recorded, but for whoever has it.
    const { byTextSince, owner } = world.conversation();
    if (byTextSince === undefined && before !== "queued" && owner.kind !== "human") return;
    const until = world.message(shows);
    for (const { _id, settledAt, _creationTime } of world.answers()) {
      const isUpTo =
        settledAt === until.settledAt
          ? _creationTime <= until._creationTime
          : settledAt! < until.settledAt!;
      if (isUpTo) world.shown.add(_id);
    }
  },
  "by text": async (world, { on }) => {
    const args = { conversationId: world.conversationId, on: on as boolean };
    await world.call(api.conversations.continueByText, args, world.customer);
  },
  stop: async (world) => {
    const text = { sid: `SM-in-${world.serial()}`, from: "+16145550101", body: "STOP", media: [] };
    await world.call(internal.sms.receive, { text });
  },
  address: async (world, { which }) => {
    const { conversationId } = world;
    const contact = { email: ADDRESSES[which as number]! };
    await world.call(
      api.conversations.updateConversation,
      { conversationId, contact },
      world.customer,
    );
  },
  job: (world, { ago: index, how }) => world.runJob(index as number, how as "run"),
  send: async (world, { ago: index, times, post }) => {
    const sender = latest(world.senders, index);
    for (let i = 0; sender !== undefined && i < (times as number); i++) {
      if (await world.advance(sender, post as Post)) continue;
      world.senders.splice(world.senders.indexOf(sender), 1);
      break;
    }
  },
  later: async (world, { ms }) => {
    world.pass(ms as number);
    await world.runDue();
  },
  kill: (world, { ago: index }) => {
    const sender = latest(world.senders, index);
    if (sender !== undefined) {
      world.senders.splice(world.senders.indexOf(sender), 1);
      count(`killed: ${sender.at}`);
    }
    return Promise.resolve();
  },
  event: async (world, { ago: index, kind, twice }) => {
    const mail = latest(
      world.taken.filter(({ channel }) => channel === "email"),
      index,
    );
    if (mail === undefined) return;
    const { id: emailId, messageId, to } = mail;
    const event = { kind: kind as "bounced", emailId, messageId, to: [to] };
    count(`event: ${event.kind}`);
    for (let i = 0; i < (twice ? 2 : 1); i++) await world.tell(event);
  },
  unsubscribe: async (world, { which }) => {
    const address = ADDRESSES[which as number]!;
    await world.call(internal.mail.unsubscribe, { token: unsubscribeTokenOf(address) });
    world.suppressed.add(address);
  },
  reply: (world, { proven, automatic }) => {
    const [from] = ADDRESSES;
    const messageId = `<${world.serial()}@example.com>`;
    world.replies.push({
      messageId,
      from,
      proven: proven as boolean,
      automatic: automatic as boolean,
      told: false,
    });
    return Promise.resolve();
  },
  "hand over": async (world, { ago: index, twice }) => {
    const reply = latest(world.replies, index);
    for (let i = 0; reply !== undefined && i < (twice ? 2 : 1); i++) await world.handOver(reply);
  },
  net: (world) => world.net(),
  pass: (world, { ms }) => Promise.resolve(world.pass(ms as number)),
};

const timeout = 120_000 + 60 * runs();

test(
  "nothing goes twice, nothing to who opted out or is suppressed, and nothing is lost",
  { timeout },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const world = await MailWorld.create();
        for (const step of all) await ACTS[step.do]!(world, step);
        await world.runOut();
        judgeAnswers(world);
        judgeReplies(world);
      }),
      { numRuns: runs() },
    );
    expectReached({
      often: [
        ...["mail: taken", "mail: answer lost", "mail: key known", "mail: too late", "send: taken"],
        ...["event: bounced", "event: complained", "killed: post", "killed: settle"],
        ...["ended: seen on the page", "ended: sent", "ended: unsubscribed", "ended: failed"],
        ...["reply: stored", "reply: noted"],
      ],
      rarely: ["send: answer lost", "lost sms:checkOutbox"],
    });
  },
);

/** What was said has reached them, or it stands on its row why not, and what they must be told another way is a task. */
function judgeAnswers(world: MailWorld): void {
  const tasks = world
    .rows("messages")
    .filter(
      ({ visibility, text }) => visibility === "staff" && text.includes("Reach them another way"),
    );
  for (const { _id, delivery } of world.answers()) {
    const taken = world.taken.filter(({ messageId }) => messageId === _id);
    must(taken.length > 1, false, "twice");
    if (delivery === undefined) continue;
    const { state } = delivery;
    const reason = "reason" in delivery ? delivery.reason : undefined;
    count(`ended: ${state === "cancelled" ? reason : state}`);
    if (state === "sent" || state === "delivered") must(taken.length, 1);
    if (reason === "seen on the page") must(world.shown.has(_id), true);
    if (["undelivered", "failed", "unknown"].includes(state))
      must(tasks.length > 0, true, "a task");
    // Taken, and then said to have been called off, would be said twice.
    if (state === "cancelled" && taken.length > 0) {
      expect(["bounced", "complained", "unsubscribed", "no_address", "seen on the page"]).toContain(
        reason,
      );
    }
  }
}

/** Every mail of theirs stands once: as their word if it is proven, else as a line for staff, of which there are few. */
function judgeReplies(world: MailWorld): void {
  const rows = world.rows("messages");
  for (const { messageId, proven, automatic } of world.replies) {
    const stored = rows.filter(({ text }) => text.includes(`Says ${messageId}`));
    must(stored.length > 1, false, "twice");
    const isTheirs = proven && !automatic;
    if (isTheirs)
      expect(stored).toMatchObject([{ author: { kind: "customer" }, visibility: "public" }]);
    else for (const note of stored) must(note.visibility, "staff");
    if (stored.length > 0) count(`reply: ${isTheirs ? "stored" : "noted"}`);
    if (!proven) must(stored.length, 1);
  }
}
