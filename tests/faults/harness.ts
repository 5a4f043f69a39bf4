/** Makes a fault of a provider happen on a deployment of its own, and tells what it came to. */
import { pause } from "@computer-guys/convex-local/testing";
import { vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { LOOK_UPS } from "../../convex/model/sms/claim";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  control,
  customer,
  messages,
  passTime,
  row,
  runReply,
  snapshot,
  standIn,
  timed,
  type Deployment,
} from "../setup";
import { freshAddress } from "../auth/signIn";
import {
  later,
  newPhone,
  newSid,
  outbox,
  queued,
  sentTo,
  SHOP_NUMBER,
  smsShop,
  stored,
  text,
  threads,
} from "../sms/shop";
import { MATRIX, type Cell, type Fault, type Provider } from "./matrix";

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");

type Seen = Omit<Cell, "within"> & { ms: number };

const STAND_INS = { model: "openrouter", embeddings: "openai", email: "resend", texts: "twilio" };
const BASE_URLS = {
  model: "OPENROUTER_BASE_URL",
  embeddings: "OPENAI_BASE_URL",
  email: "RESEND_BASE_URL",
  texts: "TWILIO_BASE_URL",
};
type Standing = keyof typeof STAND_INS;

/** Where nothing listens. */
const CLOSED = "http://127.0.0.1:9";

/** The environment in which a fault happens; what the stand-in can do, it is told. */
async function provoke(provider: Standing, fault: Fault): Promise<Record<string, string>> {
  const common = { provider: STAND_INS[provider], times: "always" };
  const whole = provider !== "model" && { afterProcessing: true };
  const tell = (fields: object) => control("/faults", { ...common, ...fields });
  if (fault === "refused") return { [BASE_URLS[provider]]: CLOSED };
  const [kind, status] = fault.split(" ");
  if (status !== undefined) await tell({ kind, status: Number(status) });
  else if (fault === "slow") await tell({ kind: "slow", delayMs: 30 });
  else if (fault === "cut") await tell({ kind: "cut", ...whole });
  else await tell({ kind: fault });
  return {};
}

async function requestsTo(provider: Standing): Promise<number> {
  const { requests } = (await control(`/requests?provider=${STAND_INS[provider]}`)) as {
    requests: unknown[];
  };
  return requests.length;
}

type Heard = "alert" | "health" | "nothing";

/** How staff hear of it, beside what stands in the conversation. */
async function heard(t: Deployment): Promise<Heard> {
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
  }
  const { analytics, workflows } = await snapshot(t);
  const alerted = (analytics as { type?: string }[]).some(
    ({ type }) => type === "provider_alerted",
  );
  const asked = (workflows as Doc<"workflows">[]).some(({ kind }) => kind === "alert");
  if (alerted && asked) return "alert";
  const { status } = (await (await t.fetch("/health")).json()) as { status: string };
  return status === "degraded" ? "health" : "nothing";
}

/** Whatever stands in the conversation, `/health` says it too. */
function unlessUnheard<S extends "queue" | "task">(how: Heard, what: S): S | `${S}_alert` {
  if (how === "nothing") throw new Error("Health knows nothing of it.");
  return how === "alert" ? `${what}_alert` : what;
}

async function ofReply(provider: "model" | "embeddings", fault: Fault): Promise<Seen> {
  const t = clockedDeployment(await provoke(provider, fault));
  vi.setSystemTime(TUESDAY);
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179. It takes two days.");
  await control("/script", { times: 50, text: "A screen is $179 [1]. Two days [1].", chunks: 9 });
  const ann = await customer(t);
  const message = { text: "How much is a laptop screen?" };
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message,
  });
  const { ms, error } = await timed(runReply(t, conversationId));
  if (error) throw error;
  const { owner } = await row(t, conversationId);
  const last = (await messages(t, conversationId)).at(-1)!;
  const events = (await snapshot(t)).analytics as Doc<"analytics">[];
  const ended = events.find((one) => one.kind === "event" && /^reply_/.test(one.type));
  const { usage, textOnly } = ended?.kind === "event" ? ended.data : {};
  const how = await heard(t);
  if (owner.kind !== "queue" && last.status !== "complete") throw new Error("Nobody has it.");
  const found = last.text.endsWith(" …") ? "cut_answer" : textOnly ? "by_words" : "answer";
  return {
    customer: owner.kind === "queue" ? "people" : found,
    staff: owner.kind === "queue" ? unlessUnheard(how, "queue") : how,
    ms,
    requests: await requestsTo(provider),
    ...(provider === "model" && (usage?.costMicroUsd ?? 0) > 0 && { paid: true }),
  };
}

async function ofCode(fault: Fault): Promise<Seen> {
  const t = clockedDeployment(await provoke("email", fault));
  vi.setSystemTime(TUESDAY);
  const email = freshAddress();
  const { ms, error } = await timed(t.action(api.auth.requestCode, { email }));
  const { emails } = (await control(`/emails?to=${encodeURIComponent(email)}`)) as {
    emails: unknown[];
  };
  if (error === undefined && emails.length !== 1) throw new Error("Said to be sent, and wasn't.");
  const refusal = (error as { data?: { code: string; message: string } } | undefined)?.data;
  if (error && !/Try again in a minute/.test(refusal?.message ?? "")) throw error;
  const customer = error === undefined ? "code" : "told";
  return { customer, staff: await heard(t), ms, requests: await requestsTo("email") };
}

/** A technician's text, until it has gone or nobody tries any more. */
async function ofText(fault: Fault): Promise<Seen> {
  const env = await provoke("texts", fault);
  const t = await smsShop(env, TUESDAY);
  const phone = newPhone();
  // Comes by the webhook, whatever becomes of what we send.
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const id = await queued(t, thread!._id, "We can fix that");
  const step = await outbox(t, thread!._id);
  const start = Date.now();
  let ms = 0;
  for (let i = 0; i < 40; i++) {
    const end = await timed(step());
    if (end.error) throw end.error;
    ms = Date.now() - start;
    const delivery = (await t.run((ctx) => ctx.db.get("messages", id)))!.delivery!;
    const wakeAt =
      delivery.state === "queued"
        ? delivery.notBefore!
        : delivery.state === "unknown" && delivery.reason === undefined
          ? delivery.at + LOOK_UPS[delivery.lookUps]!
          : null;
    if (wakeAt === null) break;
    vi.setSystemTime(Math.max(Date.now(), wakeAt));
  }
  const sent = (await sentTo(phone)).filter(({ body }) => body === "We can fix that");
  if (sent.length > 1) throw new Error("It went twice.");
  const task = (await messages(t, thread!._id)).some(({ visibility }) => visibility === "staff");
  const how = await heard(t);
  return {
    customer: sent.length === 1 ? "text" : "no_text",
    staff: task ? unlessUnheard(how, "task") : how,
    ms,
    requests: await requestsTo("texts"),
  };
}

type JsSyscall = (op: string, args: object) => Promise<unknown>;

/** What keeping a file comes to: our code sees Convex's storage throw, whatever it says. */
function breakStorage(fault: Fault): void {
  const convex = (globalThis as unknown as { Convex: { jsSyscall: unknown } }).Convex;
  // The mock gives each deployment its own.
  const { get } = Object.getOwnPropertyDescriptor(convex, "jsSyscall") as { get: () => JsSyscall };
  const real = get.bind(convex);
  const broken: JsSyscall = async (op, args) => {
    if (op !== "storage/storeBlob") return await real()(op, args);
    if (fault === "stall" || fault === "endless") return await new Promise(() => undefined);
    if (fault === "malformed") return "no id";
    const kept = fault === "cut" || fault === "slow" ? await real()(op, args) : null;
    if (fault !== "slow") throw new Error(`Storage: ${fault}`);
    await pause(30);
    return kept;
  };
  vi.spyOn(convex, "jsSyscall", "get").mockImplementation(() => broken);
}

const PNG = Uint8Array.from("\x89PNG\r\n\x1a\n", (byte) => byte.charCodeAt(0));

async function ofPicture(fault: Fault): Promise<Seen> {
  const t = await smsShop({}, TUESDAY);
  const base = standIn().env.TWILIO_BASE_URL!;
  const fetched = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.includes("/Media/")) return await fetched(input, init);
    return new Response(PNG, { headers: { "content-type": "image/png" } });
  });
  breakStorage(fault);
  const sid = newSid();
  const picture = { MediaUrl0: `${base}/Media/ME0`, MediaContentType0: "image/png", NumMedia: "1" };
  const from = newPhone();
  const start = Date.now();
  await text(t, from, "Look at this", { MessageSid: sid, To: SHOP_NUMBER, ...picture });
  let message = await stored(t, sid);
  const stalls = fault === "stall" || fault === "endless";
  for (let i = 0; i < 400 && message?.pendingMedia !== undefined; i++) {
    await (stalls ? passTime(1_000) : later(t));
    message = await stored(t, sid);
  }
  const ms = Date.now() - start;
  const kept = message?.attachments?.length === 1;
  const notes = (await messages(t, message!.conversationId)).filter(
    ({ visibility }) => visibility === "staff",
  );
  return {
    customer: kept ? "picture" : "no_picture",
    staff: notes.length > 0 ? "note" : await heard(t),
    ms,
    requests: 0,
  };
}

/** What a fault came to, beside what the table says. */
export async function observe(provider: Provider, fault: Fault): Promise<Seen> {
  if (provider === "email") return await ofCode(fault);
  if (provider === "texts") return await ofText(fault);
  if (provider === "storage") return await ofPicture(fault);
  return await ofReply(provider, fault);
}

export const expected = (provider: Provider, fault: Fault): Cell => MATRIX[provider][fault];
