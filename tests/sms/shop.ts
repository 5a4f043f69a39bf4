/** A shop that can be texted: signed webhooks in, the stand-in's list of texts out. */
import { vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { findMessageBySid } from "../../convex/model/sms/settlement";
import { claimSms, SEND_LEASE } from "../../convex/model/sms/claim";
import type { Step } from "../../convex/model/sms/steps";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  nextTurn,
  settled,
  control,
  type Deployment,
  standIn,
} from "../setup";

const SITE = "http://127.0.0.1:3211";
export const SHOP_NUMBER = "+15005550006";

/** A deployment with one number, an agent and a price; `at`: the time at which it begins. */
export async function smsShop(env: Record<string, string> = {}, at?: number): Promise<Deployment> {
  const number = { TWILIO_FROM: SHOP_NUMBER, TWILIO_MESSAGING_SERVICE_SID: "" };
  const t = clockedDeployment({ ...number, ...env });
  if (at !== undefined) vi.setSystemTime(at);
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  return t;
}

/** A number that no other test texts from: they share the stand-in. */
/** 911 and the like are no exchange. */
export const newPhone = () =>
  `+1614${2_000_000 + Math.floor(Math.random() * 8_000_000)}`.replace(/11(?=\d{4}$)/, "12");
export const newSid = () => `SM${crypto.randomUUID().replaceAll("-", "")}`;

/** As Twilio signs; `providers/twilioSignature.test.ts` holds the check to the SDK's own. */
async function sign(token: string, url: string, params: Record<string, string>): Promise<string> {
  const names = Object.keys(params).sort();
  const signed = names.reduce((text, name) => text + name + params[name]!, url);
  const encode = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", encode(token), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encode(signed));
  return btoa(String.fromCharCode(...new Uint8Array(mac)));
}

/** A webhook as Twilio sends it. */
export async function webhook(
  t: Deployment,
  path: string,
  params: Record<string, string>,
  { signature, base = SITE }: { signature?: string; base?: string } = {},
): Promise<Response> {
  const token = standIn().env.TWILIO_AUTH_TOKEN!;
  const signed = await sign(token, `${base}${path}`, params);
  return await t.fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature ?? signed,
    },
    body: new URLSearchParams(params).toString(),
  });
}

export async function text(
  t: Deployment,
  from: string,
  body: string,
  extra: Record<string, string> = {},
): Promise<Response> {
  const params = { MessageSid: newSid(), From: from, To: SHOP_NUMBER, Body: body, ...extra };
  return await webhook(t, "/twilio/sms", params);
}

export const report = (t: Deployment, params: Record<string, string>, query = "") =>
  webhook(t, `/twilio/status${query}`, params);

type Sent = { sid: string; to: string; body: string; status: string };
/** What the provider has for a number, the oldest first. */
export async function sentTo(to: string): Promise<Sent[]> {
  const { messages } = (await control("/sms")) as { messages: Sent[] };
  return messages.filter((one) => one.to === to).reverse();
}

export async function person(t: Deployment, phone: string): Promise<Doc<"users">> {
  const found = await t.run((ctx) =>
    ctx.db
      .query("users")
      .withIndex("by_texts_from", (q) => q.eq("textsFrom", phone))
      .unique(),
  );
  if (found === null) throw new Error("Nobody texts from this number.");
  return found;
}

export async function threads(t: Deployment, phone: string): Promise<Doc<"conversations">[]> {
  const { _id } = await person(t, phone);
  return await t.run((ctx) =>
    ctx.db
      .query("conversations")
      .withIndex("by_user_and_last_message", (q) => q.eq("userId", _id))
      .collect(),
  );
}

export const stored = (t: Deployment, sid: string) => t.run((ctx) => findMessageBySid(ctx, sid));

const AT_WORK = [
  ["reply", "queued"],
  ["reply", "running"],
  ["delivery", "running"],
] as const;

/** Lets replies be written and texts be sent, until nobody is at work. */
export async function later(t: Deployment): Promise<void> {
  for (let step = 0; step < 3_000; step++) {
    vi.advanceTimersByTime(20);
    await nextTurn();
    if (step % 10 === 9 && !(await atWork(t))) return;
  }
  throw new Error("The work does not end.");
}

async function atWork(t: Deployment): Promise<boolean> {
  return await t.run(async (ctx) => {
    for (const [kind, state] of AT_WORK) {
      const row = await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) => q.eq("kind", kind).eq("state", state))
        .first();
      if (row !== null) return true;
    }
    return false;
  });
}

/** A technician's text, queued in a conversation of theirs; its outbox is not at work. */
export async function queued(
  t: Deployment,
  conversationId: Id<"conversations">,
  body: string,
  fields: Partial<Doc<"messages">> = {},
): Promise<Id<"messages">> {
  return await t.run(async (ctx) => {
    const { turn, episode } = (await ctx.db.get("conversations", conversationId))!;
    return await ctx.db.insert("messages", {
      conversationId,
      author: { kind: "technician", name: "Dana" },
      visibility: "public",
      status: "complete",
      text: body,
      settledAt: Date.now(),
      turn,
      episode,
      delivery: { state: "queued", purpose: "answer", attempt: 1, at: Date.now() },
      ...fields,
    });
  });
}

/** The claim alone, of a text that waits: nothing else of its conversation is under way. */
export const claim = (t: Deployment, id: Id<"messages">) =>
  t.run(async (ctx) => {
    const message = (await ctx.db.get("messages", id))!;
    const { delivery } = message;
    return delivery?.state === "queued" ? await claimSms(ctx, { ...message, delivery }) : null;
  });

export const deliveryOf = async (t: Deployment, id: Id<"messages">) =>
  (await t.run((ctx) => ctx.db.get("messages", id)))?.delivery;

/** The process of a conversation's outbox, as if its sender were elsewhere. */
export async function outbox(t: Deployment, conversationId: Id<"conversations">) {
  const processId = await t.run((ctx) =>
    ctx.db.insert("workflows", {
      kind: "delivery",
      state: "running",
      step: "sending",
      attempt: 1,
      conversationId,
    }),
  );
  const ref = { processId, attempt: 1 };
  /** One step of it, run as its sender would, but without what follows. One that dies leaves what it had committed. */
  const step = async (die?: "before" | "claimed" | "sent") => {
    if (die === "before") return { kind: "end" as const };
    const isLeft = await t.run(async (ctx) => {
      // A deletion takes it along.
      if ((await ctx.db.get("workflows", processId)) === null) return false;
      await ctx.db.patch("workflows", processId, { state: "running" });
      return true;
    });
    if (!isLeft) return { kind: "end" as const };
    const next = await t.mutation(internal.sms.claimNext, { ref });
    if (next.kind === "end" || die === "claimed") return next;
    await settled(take(t, next, die));
    return next;
  };
  return Object.assign(step, { ref });
}

/** What the sender does with a step. */
async function take(t: Deployment, next: Exclude<Step, { kind: "end" }>, die?: "sent") {
  const { findSentSms, sendSms } = await import("../../convex/providers/sms");
  const { text } = next;
  if (next.kind === "look_up") {
    const askedAt = Date.now();
    const found = await findSentSms(next.wanted);
    await t.mutation(internal.sms.lookedUp, { text, askedAt, ...found });
    return;
  }
  if (next.kind === "mail") throw new Error("Nobody here has an address.");
  const { to, body, conversationId } = next;
  const sent = await sendSms({ to, body, of: { messageId: text.messageId, conversationId } });
  // The provider takes it, and nobody hears of that.
  if (die === "sent") return;
  await t.mutation(internal.sms.settleSend, { text, ...sent });
}

/** Past the time in which a sender may still be at work. */
export const afterLease = () => vi.setSystemTime(Date.now() + SEND_LEASE + 1_000);
