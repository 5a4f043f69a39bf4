/** A shop that mails answers: a customer who left an address, a technician who has them, and the stand-in's mailbox. */
import { vi } from "vitest";
import { api, components, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { MAIL_PATIENCE } from "../../convex/model/outbox/presence";
import type { Step } from "../../convex/model/sms/steps";
import { mailLetter } from "../../convex/providers/email";
import { smsShop } from "../sms/shop";
import {
  control,
  guest,
  nextTurn,
  settled,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

export const CHAT = "https://shop.example/chat";
export const REPLY_DOMAIN = "mail.shop.example";
export const mailShop = (env: Record<string, string> = {}, at?: number): Promise<Deployment> =>
  smsShop(
    {
      CHAT_URL: CHAT,
      EMAIL_REPLY_DOMAIN: REPLY_DOMAIN,
      ...env,
    },
    at,
  );

/** The stand-in's mailbox is one for all tests of a worker. */
export const newAddress = () => `ann.${crypto.randomUUID().slice(0, 13)}@example.com`;

export type Case = {
  t: Deployment;
  ann: Caller;
  dana: Caller;
  address: string;
  conversationId: Id<"conversations">;
};

/** A guest who has left an address in the chat, and gone; a technician has the conversation. */
export async function mailCase(t: Deployment, address = newAddress()): Promise<Case> {
  const ann = await guest(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const dana = await technician(t, `Dana${crypto.randomUUID().slice(0, 4)}`);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Is it ready?" });
  const contact = { email: address };
  await ann.t.mutation(api.conversations.updateConversation, { conversationId, contact });
  return { t, ann, dana, address, conversationId };
}

export const answer = ({ dana, conversationId }: Case, text = "It is ready.") =>
  dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });

export const messageOf = async (t: Deployment, id: Id<"messages">): Promise<Doc<"messages">> =>
  (await t.run((ctx) => ctx.db.get("messages", id)))!;

/** Past the time in which a page that is open says that it has shown an answer. */
export const losePatience = () => vi.setSystemTime(Date.now() + MAIL_PATIENCE + 1_000);

/** The process of a conversation, which a sender takes up. */
async function senderOf(t: Deployment, conversationId: Id<"conversations">) {
  return await t.run(async (ctx) => {
    const process = (await ctx.db
      .query("workflows")
      .withIndex("by_conversation_and_kind", (q) =>
        q.eq("conversationId", conversationId).eq("kind", "delivery"),
      )
      .order("desc")
      .first())!;
    const attempt = process.attempt + 1;
    await ctx.db.patch("workflows", process._id, { state: "running", attempt });
    return { processId: process._id, attempt };
  });
}

/** The next step of a conversation's outbox, as its sender is given it. */
export async function nextStep(t: Deployment, conversationId: Id<"conversations">): Promise<Step> {
  return await t.mutation(internal.sms.claimNext, { ref: await senderOf(t, conversationId) });
}

/** One letter goes to the stand-in. `die`: its sender hears of it no more. Null when none may go. */
export async function sendLetter(
  { t, conversationId }: Pick<Case, "t" | "conversationId">,
  die = false,
): Promise<Extract<Step, { kind: "mail" }> | null> {
  const step = await nextStep(t, conversationId);
  if (step.kind !== "mail") return null;
  const { text, letter } = step;
  const sent = await settled(mailLetter(letter, `answer-${text.messageId}`));
  if (!die) await t.mutation(internal.sms.settleSend, { text, provider: "email", ...sent });
  return step;
}

export type Mail = {
  id: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  replyTo: string[];
  headers: Record<string, string>;
  tags: { name: string; value: string }[];
};

/** What has arrived at an address, newest first. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const { emails } = (await control(`/emails?to=${encodeURIComponent(address)}`)) as {
    emails: Mail[];
  };
  return emails;
}

export const linkIn = (text: string) => /#mail=(\w+)/.exec(text)?.[1] ?? "";

type Told = { payload: string; headers: Record<string, string> };

/** An event of the provider's, as it is posted. */
export const post = ({ t }: Pick<Case, "t">, { payload: body, headers }: Told) =>
  t.fetch("/resend/events", { method: "POST", headers, body });

/** What becomes of a mail of ours, told `times` times. */
export async function tell(
  one: Pick<Case, "t">,
  event: { id: string; type: string; bounce?: string },
  times = 1,
): Promise<void> {
  const told = (await control("/emails/event", event)) as Told;
  for (let i = 0; i < times; i++) {
    const { status } = await post(one, told);
    if (status !== 204) throw new Error(`The event was answered with ${status}.`);
  }
}

export type Incoming = {
  from: string;
  to: string[];
  text?: string | null;
  html?: string | null;
  headers?: Record<string, string>;
  messageId?: string;
  attachments?: { filename: string | null; contentType: string; data: string }[];
};

/** A mail to the shop: told of, fetched and taken in. */
export async function receive(one: Pick<Case, "t">, mail: Incoming, times = 1): Promise<void> {
  const told = (await control("/emails/receive", mail)) as Told;
  for (let i = 0; i < times; i++) {
    const { status } = await post(one, told);
    if (status !== 204) throw new Error(`The event was answered with ${status}.`);
  }
  await finishReading(one);
}

/** Until no mail is being read any more, and no answer to one is being written. */
export async function finishReading({ t }: Pick<Case, "t">): Promise<void> {
  const all = { order: "asc" as const, paginationOpts: { numItems: 50, cursor: null } };
  for (let step = 0; step < 2_000; step++) {
    const reading = await t.query((ctx) => ctx.runQuery(components.workflow.workflow.list, all));
    const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
    const writes = jobs.some(
      ({ name, state }) => name.startsWith("replies") && state.kind === "inProgress",
    );
    const due = jobs.some(
      ({ name, state, scheduledTime }) =>
        name === "replies:generate" && state.kind === "pending" && scheduledTime <= Date.now() + 50,
    );
    if (reading.page.length === 0 && !writes && !due) return;
    vi.advanceTimersByTime(20);
    await nextTurn();
  }
  throw new Error("A mail is still being read.");
}
