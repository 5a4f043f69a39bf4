/**
 * Random interleavings of texts (once and again), consent, technicians, the AI's writers, senders that die at any step,
 * a provider that answers late, never or twice, callbacks in any order, jobs that are lost, and the clock.
 * `tests/properties.ts` says how many, and how a failure is replayed.
 */
import { beforeEach, test, vi } from "vitest";
import { ago, one } from "../arbitraries";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { HOW_DID_WE_DO } from "../../convex/model/outbox/ratingQuestion";
import { THANK_YOU } from "../../convex/model/sms/ratings";
import { HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import { count, expectReached, fc, runs } from "../properties";
import { must } from "../simulation/expect";
import { advance, finish, net, PHONES, runJob, runOut, SmsWorld, type Post } from "./world";

const RUNS = runs();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const variables = {
    JWT_SECRET: "s".repeat(43),
    CONVEX_SITE_URL: "https://shop.convex.site",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
    AI_DAILY_BUDGET_USD: "20",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
const SAID = [
  ...["How much is a screen?", "And a battery?", "Thanks", "I want a human", "yes", "no"],
  ...["5", "👎"],
];
const WORDS = ["STOP", "START", "HELP", "YES", "Stop."];
const POSTS: Post[] = [
  ...([
    "taken",
    "taken",
    "taken",
    "answer lost",
    "never arrived",
    "busy",
    "refused",
    "opted out",
  ] as const),
];

const phone = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constant(1));

const steps = fc.array(
  fc.oneof(
    one("text", { phone, body: fc.constantFrom(...SAID) }, 5),
    one("again", { ago }, 2),
    one("word", { phone, body: fc.constantFrom(...WORDS) }, 3),
    one("job", { ago, how: fc.constantFrom("run", "run", "run", "run", "lose") }, 10),
    one("write", { ago }, 4),
    one(
      "send",
      {
        ago,
        times: fc.integer({ min: 1, max: 9 }),
        post: fc.constantFrom(...POSTS),
        listed: fc.constantFrom("listed", "listed", "list down"),
      },
      12,
    ),
    one("kill", { ago }, 3),
    one("outlive", { post: fc.constantFrom("never arrived", "busy", "refused") }, 2),
    one("report", { ago, twice: fc.boolean(), failed: fc.constantFrom(0, 0, 0, 30003, 21610) }, 4),
    one("net", {}, 2),
    one("claim", { phone, who: fc.nat(1) }, 3),
    one("say", { phone, who: fc.nat(1) }, 3),
    one("release", { phone, who: fc.nat(1) }, 1),
    one("resolve", { phone, who: fc.nat(1) }, 1),
    one(
      "pass",
      {
        ms: fc.constantFrom(
          SECOND,
          4 * SECOND,
          4 * SECOND,
          20 * SECOND,
          61 * SECOND,
          3 * MINUTE,
          11 * MINUTE,
          2 * HOUR,
          14 * HOUR,
        ),
      },
      6,
    ),
  ),
  { minLength: 8, maxLength: 22, size: "max" },
);
type Step = { do: string } & Record<string, unknown>;

const latest = <T>(list: readonly T[], index: unknown): T | undefined =>
  list.at(-1 - (index as number));
const without = <T>(list: T[], item: T) => void list.splice(list.indexOf(item), 1);
/** Rows. That the provider called is on record once an hour, whatever it said. */
const changed = (world: SmsWorld) =>
  world.engine.changes().filter(({ after }) => after?.type !== "texts_webhook").length;

function thread(world: SmsWorld, index: unknown): Doc<"conversations"> | undefined {
  const user = world.userOf(PHONES[index as number]!);
  return world.rows("conversations").findLast(({ userId }) => userId === user?._id);
}

async function receive(world: SmsWorld, index: unknown, body: string): Promise<void> {
  const from = PHONES[index as number]!;
  const text = { sid: `SM-in-${world.serial()}`, from, body };
  world.texted.push(text);
  const before = world.userOf(from)?.smsConsent ?? "unknown";
  await world.call(internal.sms.receive, { text: { ...text, media: [] } });
  must(world.userOf(from)!.smsConsent, consentAfter(body, before));
}

/** Consent is given by START, or by YES from who had opted out. What else is said is no consent. */
function consentAfter(body: string, before: Doc<"users">["smsConsent"]) {
  if (/^stop/i.test(body)) return "revoked";
  const grants = body === "START" || (/^yes$/i.test(body) && before === "revoked");
  return grants ? "granted" : before;
}

const DO: Record<string, (world: SmsWorld, step: Step) => Promise<void> | void> = {
  text: (world, { phone: index, body }) => receive(world, index, body as string),
  word: async (world, { phone: index, body }) => {
    await receive(world, index, body as string);
    const consent = world.userOf(PHONES[index as number]!)?.smsConsent;
    count(`${String(body)} is ${consent}`);
  },
  /** Twilio delivers again: invariant 4. */
  again: async (world, { ago: index }) => {
    const text = latest(world.texted, index);
    if (text === undefined) return;
    await world.call(internal.sms.receive, { text: { ...text, media: [] } });
    must(changed(world), 0);
    count("delivered again");
  },
  job: (world, { ago: index, how }) => runJob(world, index as number, how as "run" | "lose"),
  write: async (world, { ago: index }) => {
    const writer = latest(world.writers, index);
    if (writer === undefined) return;
    without(world.writers, writer);
    await finish(world, writer);
  },
  send: async (world, { ago: index, times, post, listed }) => {
    const sender = latest(world.senders, index);
    if (sender === undefined) return;
    for (let i = 0; i < (times as number); i++) {
      if (await advance(world, sender, post as Post, listed as "listed")) continue;
      return without(world.senders, sender);
    }
  },
  kill: (world, { ago: index }) => {
    const sender = latest(world.senders, index);
    if (sender === undefined) return;
    count(`killed at ${sender.at}`);
    without(world.senders, sender);
  },
  /** Whoever sends is slow and taken for lost, others take over until one has the text again; then the first is told. */
  outlive: async (world, { post }) => {
    for (let i = 0; i < 5; i++) await runJob(world, 0, "run");
    const first = world.senders.at(-1);
    if (first === undefined || !(await goOn(world, first, "settle", post as Post))) return;
    for (let round = 0; round < 3; round++) {
      world.pass(3 * MINUTE);
      for (let i = 0; i < 5; i++) await runJob(world, 0, "run");
      const next = world.senders.at(-1)!;
      if (next !== first && (await goOn(world, next, "post", "taken"))) break;
    }
    if (!(await advance(world, first, "taken", "listed"))) without(world.senders, first);
  },
  report: async (world, { ago: index, twice, failed }) => {
    const callback = latest(world.callbacks, index);
    if (callback === undefined) return;
    without(world.callbacks, callback);
    const bad = (failed as number) !== 0 && callback.status === "delivered";
    const said = bad ? { ...callback, status: "undelivered", errorCode: String(failed) } : callback;
    await world.call(internal.sms.report, { said });
    if (!twice) return;
    await world.call(internal.sms.report, { said });
    must(changed(world), 0);
    count(`reported twice: ${said.status}`);
  },
  net,
  claim: (world, { phone: index, who }) => staff(world, index, who, api.conversations.claim),
  release: (world, { phone: index, who }) => staff(world, index, who, api.conversations.release),
  resolve: (world, { phone: index, who }) => staff(world, index, who, api.conversations.resolve),
  say: async (world, { phone: index, who }) => {
    const conversation = thread(world, index);
    if (conversation === undefined) return;
    const revoked = world.userOf(PHONES[index as number]!)!.smsConsent === "revoked";
    const args = { conversationId: conversation._id, text: `Staff ${world.serial()}` };
    const by = world.technicians[who as number];
    const id = await world.call(api.messages.sendStaffMessage, args, by);
    if (revoked) must(id, null);
    if (id !== null) count("staff texted");
  },
  pass: (world, { ms }) => world.pass(ms as number),
};

/** Until it is there: false if it has ended before. */
async function goOn(
  world: SmsWorld,
  sender: SmsWorld["senders"][number],
  until: "post" | "settle",
  post: Post,
): Promise<boolean> {
  while (sender.at !== until) {
    if (await advance(world, sender, post, "listed")) continue;
    without(world.senders, sender);
    return false;
  }
  return true;
}

async function staff(
  world: SmsWorld,
  index: unknown,
  who: unknown,
  fn: typeof api.conversations.claim | typeof api.conversations.release,
): Promise<void> {
  const conversation = thread(world, index);
  if (conversation === undefined) return;
  const by = world.technicians[who as number];
  await world.call(fn, { conversationId: conversation._id }, by);
}

/** Once everybody has done what is theirs. */
function judge(world: SmsWorld): void {
  for (const { _id, delivery } of world.rows("messages")) {
    if (delivery === undefined) continue;
    const times = world.accepted.filter(({ messageId }) => messageId === _id).length;
    count(`ended ${delivery.state}`);
    if (["sent", "delivered", "undelivered"].includes(delivery.state)) must(times, 1);
    if (["cancelled", "opted_out"].includes(delivery.state)) must(times, 0);
    must(times > 1, false, "twice");
    // Whose look-ups all failed: staff are told, and the provider's callback settles it if it comes.
    if (delivery.state === "unknown") count("never known");
  }
  judgeRatings(world);
  const stored = world
    .rows("messages")
    .flatMap(({ author, smsSid }) =>
      author.kind === "customer" && smsSid !== undefined ? [smsSid] : [],
    );
  must(stored.sort(), world.texted.map(({ sid }) => sid).sort());
}

/** Asked once an episode at most, and thanked for once at most, whatever was said and lost. */
function judgeRatings(world: SmsWorld): void {
  for (const line of [HOW_DID_WE_DO, THANK_YOU]) {
    const said = world.rows("messages").filter(({ text }) => text.endsWith(line));
    const episodes = said.map(({ conversationId, episode }) => `${conversationId} ${episode}`);
    must(new Set(episodes).size, episodes.length);
    if (said.length > 0) count(line === THANK_YOU ? "rated by text" : "asked how it was");
  }
}

const REACHED = {
  often: [
    "HELP is unknown",
    "START is granted",
    "STOP is revoked",
    "back from the dead",
    "delivered again",
    "ended delivered",
    "ended failed",
    "ended opted_out",
    "killed at start",
    "looked: 0",
    "looked: down",
    "lost replies:generate",
    "lost smsSender:deliver",
    "posted: answer lost",
    "posted: busy",
    "posted: never arrived",
    "posted: opted out",
    "posted: refused",
    "posted: taken",
    "refused: conflict",
    "staff texted",
  ],
  rarely: [
    "YES is granted",
    "ended cancelled",
    "ended undelivered",
    "killed at look",
    "killed at looked",
    "killed at post",
    "killed at settle",
    "asked how it was",
    "looked: 1",
    "opted out: opted_out",
    "opted out: undelivered",
    "lost sms:checkOutbox",
    "posted: too late",
    "rated by text",
    "reported twice: delivered",
    "reported twice: undelivered",
  ],
};

/** What random runs have found, by what was wrong: seed, and its place among so many. */
const FOUND: Record<string, Step[]> = {
  // 424242, the 146,579th.
  "a look whose answer is told hours later doesn't make up for one that was never answered": [
    { do: "word", phone: 1, body: "STOP" },
    // Taken, and the answer lost; looked for at once, when the list is behind; and not told until the end.
    { do: "job", ago: 0, how: "run" },
    { do: "send", ago: 0, times: 4, post: "answer lost", listed: "listed" },
    { do: "pass", ms: 14 * HOUR },
    { do: "net" },
    // Another looks hours later, behind the job that would have come to look by itself, and the list is down.
    { do: "job", ago: 1, how: "run" },
    { do: "send", ago: 0, times: 3, post: "taken", listed: "list down" },
  ],
};

async function play(sequence: Step[]): Promise<void> {
  vi.mocked(console.warn).mockClear();
  const world = await SmsWorld.create();
  for (const step of sequence) await DO[step.do]!(world, step);
  await runOut(world);
  judge(world);
}

test.each(Object.entries(FOUND))("%s", async (_name, sequence) => await play(sequence));

test(
  `${RUNS} random interleavings keep every promise`,
  { timeout: 120_000 + 60 * RUNS },
  async () => {
    const property = fc.asyncProperty(steps, (sequence) => play(sequence as Step[]));
    await fc.assert(property, { numRuns: RUNS });
    expectReached(REACHED);
  },
);
