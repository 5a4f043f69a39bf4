/**
 * A person about whom every table knows something, and a scan for what is left of them anywhere: the app's
 * tables, the components', scheduled functions' arguments and stored files.
 */
import workpool from "@convex-dev/workpool/test";
import workflow from "@convex-dev/workflow/test";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import { upload } from "../files";
import {
  addAgent,
  as,
  customer,
  passTime,
  signIn,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

export const CANARIES = {
  name: "Ottilie Canarywood",
  email: "ottilie.canary@example.com",
  phone: "+16145550199",
  message: "canary-of-a-message",
  note: "canary-of-a-note",
  personNote: "canary-of-what-is-noted",
  file: "canary-of-a-file",
  question: "canary-of-a-question",
  comment: "canary-of-a-comment",
  contact: "canary.contact@example.com",
};

type Person = {
  caller: Caller;
  dana: Caller;
  agentId: Id<"agents">;
  /** With the AI, with a technician. */
  withAi: Id<"conversations">;
  withDana: Id<"conversations">;
  fileId: Id<"_storage">;
};

/** Signs in as somebody who has used everything that a customer can use. */
export async function livedIn(t: Deployment): Promise<Person> {
  const agentId = await addAgent(t);
  const dana = await technician(t);
  const { name, email, phone } = CANARIES;
  const caller = await signIn(t, {
    name,
    email,
    phone,
    emailVerifiedAt: 1,
    smsConsent: "revoked",
  });
  const [withAi, withDana] = [await ask(caller, "first"), await ask(caller, "second")];
  const fileId = await upload(caller, CANARIES.file);
  await caller.t.mutation(api.messages.sendMessage, {
    conversationId: withAi,
    text: `${CANARIES.message} with a photo`,
    attachments: [{ storageId: fileId, name: `${CANARIES.file}.txt` }],
  });
  await answer(t, agentId, withAi);
  await caller.t.mutation(api.conversations.updateConversation, {
    conversationId: withAi,
    contact: { name, email: CANARIES.contact, phone },
  });
  await caller.t.mutation(api.conversations.rate, {
    conversationId: withAi,
    score: 5,
    comment: CANARIES.comment,
  });
  await caller.t.mutation(api.conversations.escalateConversation, {
    conversationId: withDana,
    note: CANARIES.message,
  });
  await dana.t.mutation(api.conversations.claim, { conversationId: withDana });
  await dana.t.mutation(api.messages.sendStaffMessage, {
    conversationId: withDana,
    text: `Hello ${name}`,
  });
  await dana.t.mutation(api.conversations.makePromise, {
    conversationId: withDana,
    text: `${CANARIES.message} will be called`,
    dueAt: Date.now() + DAY,
  });
  await dana.t.mutation(api.messages.addNote, { conversationId: withDana, text: CANARIES.note });
  const about = { userId: caller.userId, text: CANARIES.personNote };
  await dana.t.mutation(api.customers.addNote, about);
  return { caller, dana, agentId, withAi, withDana, fileId };
}

async function ask(caller: Caller, text: string): Promise<Id<"conversations">> {
  const message = { text: `${CANARIES.message} ${text}` };
  const started = await caller.t.mutation(api.conversations.createConversation, { message });
  return started.conversationId;
}

/** A file that nothing names, as an action that died leaves it. */
export async function storeFile(t: Deployment, content: string): Promise<Id<"_storage">> {
  return await t.run((ctx) => ctx.storage.store(new Blob([content], { type: "text/plain" })));
}

/** The writer's end of a turn, with a gap in the shop's knowledge, rated by the customer. */
async function answer(t: Deployment, agentId: Id<"agents">, conversationId: Id<"conversations">) {
  const { turn, userId } = await t.run(
    async (ctx) => (await ctx.db.get("conversations", conversationId))!,
  );
  const assignment = await t.mutation(internal.replies.begin, { conversationId, turn, attempt: 1 });
  const usage = { model: "m", promptTokens: 1, completionTokens: 1, costMicroUsd: 1, totalMs: 1 };
  await t.mutation(internal.messages.sendAgentMessage, {
    fence: assignment!.fence,
    agentId,
    result: {
      text: `About your ${CANARIES.message}`,
      citations: [],
      usage,
      outcome: { kind: "complete", gap: CANARIES.question },
    },
  });
  const session = await t.run((ctx) =>
    ctx.db
      .query("sessions")
      .withIndex("by_user_and_state", (q) => q.eq("userId", userId))
      .first(),
  );
  await as(t, userId, session!._id).t.mutation(api.messages.rateMessage, {
    messageId: assignment!.fence.messageId,
    score: "down",
    comment: CANARIES.comment,
  });
}

/** A bystander with a conversation of their own, which must not change. */
export async function bystander(t: Deployment): Promise<Caller> {
  const bob = await customer(t, "bob@example.com");
  const message = { text: "Bob's own" };
  const { conversationId } = await bob.t.mutation(api.conversations.createConversation, {
    message,
  });
  // No answer is on its way to him: his rows are compared with themselves.
  await bob.t.mutation(api.replies.stop, { conversationId });
  return bob;
}

const COMPONENTS = ["workflow", "background"].flatMap((name): [string, string[]][] => [
  [name, Object.keys(workflow.schema.tables)],
  [`${name}/workpool`, Object.keys(workpool.schema.tables)],
]);

type RunIn = Pick<Deployment, "run"> & {
  runInComponent: (path: string, handler: Parameters<Deployment["run"]>[0]) => Promise<unknown>;
};

/** Every document anywhere, and the content of every stored file, as text. */
export async function everyDocument(t: Deployment): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [table, rows] of Object.entries(await snapshot(t))) found[table] = text(rows);
  for (const [component, tables] of COMPONENTS) {
    for (const table of tables) {
      const rows = await (t as unknown as RunIn).runInComponent(component, (ctx) =>
        ctx.db.query(table as "users").collect(),
      );
      found[`${component}.${table}`] = text(rows);
    }
  }
  found._scheduled_functions = text(
    await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect()),
  );
  const files = await t.run((ctx) => ctx.db.system.query("_storage").collect());
  const contents = await Promise.all(
    files.map(({ _id }) =>
      t.action(async (ctx) => (await (await ctx.storage.get(_id))?.text()) ?? ""),
    ),
  );
  found._storage = contents.join("\n");
  return found;
}

const text = (rows: unknown) =>
  JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );

/** Where any of the words is still found: `table: word`. */
export async function traces(t: Deployment, words: string[]): Promise<string[]> {
  const documents = await everyDocument(t);
  return Object.entries(documents).flatMap(([table, content]) =>
    words.filter((word) => content.includes(word)).map((word) => `${table}: ${word}`),
  );
}

/** Convex forgets what ran a week ago; the mock keeps it: what has ended is dropped here. */
export async function forgetSchedule(t: Deployment): Promise<void> {
  await passTime(60_000);
  await t.run(async (ctx) => {
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    const drop = ctx.db as unknown as { delete: (id: string) => Promise<void> };
    for (const { _id, state } of jobs) if (state.kind !== "pending") await drop.delete(_id);
  });
}
