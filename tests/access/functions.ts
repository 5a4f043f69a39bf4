/**
 * Every registered function, found in the code, and a small shop in which each of the public ones has a
 * call that works: what the table of access and the hostile inputs are checked against.
 */
/// <reference types="vite/client" />
import { versionOf } from "../../convex/model/agents/versions";
import { anyApi, type FunctionReference } from "convex/server";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  admin,
  addPassage,
  customer,
  deployment,
  guest,
  settled,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

type Kind = "query" | "mutation" | "action";
type Registered = {
  isPublic?: boolean;
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  exportArgs: () => string;
};
export type ValidatorJson =
  | { type: "object"; value: Record<string, { fieldType: ValidatorJson; optional: boolean }> }
  | { type: "array"; value: ValidatorJson }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "literal"; value: string }
  | { type: "id"; tableName: string }
  | { type: "string" | "number" | "boolean" | "null" | "any" | "bigint" | "bytes" };

export type Found = {
  name: string;
  isPublic: boolean;
  kind: Kind;
  args: Extract<ValidatorJson, { type: "object" }>;
};

/** The modules that Convex deploys: files with two dots and folders' rules register nothing public. */
const modules = import.meta.glob<Record<string, unknown>>(
  ["../../convex/*.ts", "../../convex/migrations/*.ts", "!../../convex/*.*.ts"],
  { eager: true },
);

export const functions: Found[] = Object.entries(modules).flatMap(([path, exports]) =>
  Object.entries(exports).flatMap(([exported, value]): Found[] => {
    const name = `${path.slice("../../convex/".length, -3)}:${exported}`;
    return isRegistered(value) ? [{ name, ...describe(value) }] : [];
  }),
);

export const publicFunctions = functions.filter(({ isPublic }) => isPublic);

function isRegistered(value: unknown): value is Registered {
  const holder = typeof value === "function" || typeof value === "object";
  return holder && value !== null && "exportArgs" in value;
}

function describe(fn: Registered): Omit<Found, "name"> {
  const kind = fn.isQuery ? "query" : fn.isMutation ? "mutation" : "action";
  return {
    isPublic: fn.isPublic === true,
    kind,
    args: JSON.parse(fn.exportArgs()) as Found["args"],
  };
}

/** Calls a function by its name. */
export async function call(t: Caller["t"], name: string, args: object): Promise<unknown> {
  const { kind } = functions.find((found) => found.name === name)!;
  const [module, exported] = name.split(":") as [string, string];
  const reference = anyApi[module]![exported] as unknown as FunctionReference<Kind, "public">;
  if (kind === "query") return await t.query(reference as FunctionReference<"query">, args);
  if (kind === "mutation")
    return await t.mutation(reference as FunctionReference<"mutation">, args);
  return await settled(t.action(reference as FunctionReference<"action">, args));
}

export type Callers = Record<
  "guest" | "owner" | "other" | "technician" | "admin" | "revoked",
  Caller
> & { nobody: { t: Deployment } };

/** Ids of rows that exist and, for all but staff's rows, belong to the owner. */
export type Rows = {
  /** The AI's, with a question that waits for its answer. */
  asked: Id<"conversations">;
  /** The technician's. */
  claimed: Id<"conversations">;
  answer: Id<"messages">;
  /** The customer's, in the same one. */
  question: Id<"messages">;
  /** The technician's, just now, and the last in theirs. */
  said: Id<"messages">;
  session: Id<"sessions">;
  person: Id<"users">;
  staff: Id<"users">;
  agent: Id<"agents">;
  document: Id<"knowledge">;
  /** Of a new document. */
  draft: Id<"knowledge">;
  /** The admin's, for a document. */
  upload: Id<"_storage">;
  process: Id<"workflows">;
  /** An open promise in the technician's, and a follow-up there whose workflow failed. */
  promised: Id<"workflows">;
  stuck: Id<"workflows">;
  trial: Id<"workflows">;
  /** What the agent was before. */
  version: Id<"knowledge">;
  /** The technician's, of an answer. */
  drafted: Id<"workflows">;
  /** The owner's export. */
  exported: Id<"workflows">;
  /** What the technician has noted about `person`. */
  noted: Id<"workflows">;
};

export const CHALLENGE = "challenge-of-the-owner";
/** Asked for without a session. */
export const OPEN_CHALLENGE = "challenge-of-anybody";
export const CODE = "123456";

export type Shop = {
  t: Deployment;
  callers: Callers;
  rows: Rows;
  refreshToken: string;
  /** Of the preview of merging the guest into `person`. */
  mergeVersion: string;
};

export async function shop(t = deployment()): Promise<Shop> {
  const agent = await addAgent(t);
  const document = await addPassage(t, "Screens", "A screen replacement costs $179.");
  const callers = await people(t);
  const { owner, technician, other } = callers;
  const { session, refreshToken } = await ownersSecrets(t, owner);
  const rows = await t.run(async (ctx) => {
    const passages = ctx.db
      .query("knowledge")
      .withIndex("by_document_and_version", (q) => q.eq("documentId", document));
    const passageId = (await passages.first())!._id;
    const conversation = (fields: object) =>
      ctx.db.insert("conversations", {
        userId: owner.userId,
        channel: "web",
        status: "open",
        owner: { kind: "ai" },
        turn: 1,
        episode: 1,
        lastMessageAt: 1,
        preview: "How much?",
        unreadByCustomer: 1,
        unreadByStaff: 1,
        aiReplies: 1,
        ...fields,
      });
    const asked = await conversation({ waitingSince: 1 });
    const human = { kind: "human" as const, since: 1, userId: technician.userId };
    const claimed = await conversation({ owner: human });
    const common = {
      conversationId: asked,
      visibility: "public" as const,
      status: "complete" as const,
      turn: 1,
      episode: 1,
    };
    const author = { kind: "agent" as const, agentId: agent, name: "Front Desk" };
    const answer = await ctx.db.insert("messages", {
      ...common,
      author,
      text: "$179 [1]",
      settledAt: 1,
      citations: [
        {
          n: 1,
          passageId,
          documentId: document,
          version: 1,
          title: "Screens",
          heading: "",
          excerpt: "A screen replacement costs $179.",
        },
      ],
    });
    const question = await ctx.db.insert("messages", {
      ...common,
      author: { kind: "customer" },
      text: "And how long?",
      settledAt: 2,
    });
    const said = await ctx.db.insert("messages", {
      ...common,
      conversationId: claimed,
      author: { kind: "technician", userId: technician.userId, name: "Dana" },
      text: "It needs its own charger.",
      settledAt: 1,
    });
    await ctx.db.insert("knowledge", {
      ...{ kind: "saved_reply", shortcut: "bye", text: "Goodbye.", updatedAt: 1 },
    });
    const draft = await ctx.db.insert("knowledge", {
      kind: "draft",
      title: "Hinges",
      category: "prices",
      format: "markdown",
      bodyId: await ctx.db.insert("knowledge", { kind: "body", body: "A hinge costs $60." }),
      origin: { kind: "written" },
      updatedAt: 1,
    });
    // What the document said before.
    await ctx.db.insert("knowledge", {
      kind: "version",
      documentId: document,
      version: 0,
      title: "Screens",
      category: "prices",
      format: "markdown",
      bodyId: await ctx.db.insert("knowledge", { kind: "body", body: "A screen costs $149." }),
      savedAt: 1,
    });
    const process = await ctx.db.insert("workflows", {
      kind: "ingest",
      state: "done",
      step: "done",
      attempt: 1,
      documentId: document,
      finishedAt: 1,
    });
    const timer = { attempt: 1, conversationId: claimed, episode: 1, fires: 0, dueAt: 1e13 };
    const promised = await ctx.db.insert("workflows", {
      ...timer,
      kind: "promise",
      state: "running",
      step: "waiting until it is due",
      userId: technician.userId,
    });
    const trial = await ctx.db.insert("workflows", {
      kind: "trial",
      state: "done",
      step: "done",
      attempt: 1,
      trial: { limitMicroUsd: 1, spentMicroUsd: 1, done: 0, of: 0, after: 0, lost: 0 },
      finishedAt: 1,
    });
    const { _creationTime: start } = (await ctx.db.get("workflows", trial))!;
    const { prompt, model, fallbackModels, tools } = (await ctx.db.get("agents", agent))!;
    const side = { prompt, model, fallbackModels, tools };
    const documents = { add: [], remove: [] };
    await ctx.db.insert("analytics", {
      ...{ kind: "trial", start, agentId: agent, live: side, changed: side, documents },
    });
    const stuck = await ctx.db.insert("workflows", {
      ...timer,
      kind: "follow_up",
      state: "failed",
      step: "asking the customer",
    });
    await ctx.db.patch("conversations", claimed, {
      promises: [{ workflowId: promised, text: "We call you.", dueAt: 1e13 }],
      timers: { follow_up: stuck },
    });
    const drafted = await ctx.db.insert("workflows", {
      kind: "assist",
      state: "done",
      step: "draft",
      attempt: 1,
      conversationId: claimed,
      userId: technician.userId,
      assist: { task: "draft", text: "A hinge costs $60 [1]." },
      finishedAt: 1,
    });
    const exported = await ctx.db.insert("workflows", {
      kind: "export",
      state: "done",
      step: "done",
      attempt: 1,
      userId: owner.userId,
      finishedAt: 1,
    });
    const noted = await ctx.db.insert("workflows", {
      kind: "person_note",
      state: "done",
      step: "a note about a person",
      attempt: 1,
      userId: technician.userId,
      note: { text: "Prefers texts.", at: 1 },
    });
    await ctx.db.patch("users", other.userId, { notes: [noted] });
    const upload = await ctx.storage.store(
      new Blob(["A hinge costs $60."], { type: "text/plain" }),
    );
    await ctx.db.insert("workflows", {
      kind: "file",
      state: "running",
      step: "uploaded",
      attempt: 1,
      userId: callers.admin.userId,
      fileId: upload,
    });
    const made = { asked, claimed, answer, question, said, draft, upload };
    const version = await ctx.db.insert("knowledge", {
      ...{ kind: "agent_version", slug: `agent ${agent}`, updatedAt: 1 },
      fields: { ...versionOf((await ctx.db.get("agents", agent))!), prompt: "As it was." },
    });
    return { ...made, process, promised, stuck, trial, version, drafted, exported, noted };
  });
  const preview = await callers.admin.t.query(api.customers.previewMerge, {
    userId: callers.guest.userId,
    other: "bob@example.com",
  });
  return {
    t,
    callers,
    refreshToken,
    mergeVersion: preview!.version,
    rows: { ...rows, session, agent, document, person: other.userId, staff: technician.userId },
  };
}

async function people(t: Deployment): Promise<Callers> {
  const revoked = await customer(t, "gone@example.com");
  await t.run((ctx) =>
    ctx.db.replace("sessions", revoked.sessionId, {
      state: "revoked",
      userId: revoked.userId,
      reason: "logout",
      expiresAt: Date.now() + 1e6,
    }),
  );
  return {
    nobody: { t },
    guest: await guest(t),
    owner: await customer(t, "ann@example.com"),
    other: await customer(t, "bob@example.com"),
    technician: await technician(t),
    admin: await admin(t),
    revoked,
  };
}

/** A second session of the owner's with a refresh token, and codes asked for by the owner and by nobody. */
async function ownersSecrets(t: Deployment, owner: Caller) {
  const email = "ann@example.com";
  await owner.t.mutation(internal.auth.storeCode, {
    address: email,
    challenge: CHALLENGE,
    code: CODE,
  });
  await t.mutation(internal.auth.storeCode, {
    address: email,
    challenge: OPEN_CHALLENGE,
    code: CODE,
  });
  const secret = "s".repeat(43);
  const opened = await t.mutation(internal.auth.openGuestSession, { secret });
  if (opened.kind !== "granted") throw new Error("The guest is refused.");
  const { grant } = opened;
  await t.run(async (ctx) => {
    const session = await ctx.db.get("sessions", grant.sessionId);
    if (session?.state !== "active") throw new Error("The session is not active.");
    await ctx.db.patch("sessions", session._id, { userId: owner.userId });
    await ctx.db.delete("users", session.userId);
  });
  return { session: grant.sessionId, refreshToken: grant.refreshToken };
}

const TABLE_OF = {
  asked: "conversations",
  claimed: "conversations",
  answer: "messages",
  question: "messages",
  said: "messages",
  session: "sessions",
  person: "users",
  staff: "users",
  agent: "agents",
  document: "knowledge",
  draft: "knowledge",
  process: "workflows",
  promised: "workflows",
  stuck: "workflows",
  trial: "workflows",
  version: "knowledge",
  drafted: "workflows",
  exported: "workflows",
  noted: "workflows",
} as const satisfies Record<Exclude<keyof Rows, "upload">, string>;

/** Ids of rows like those of the shop that are gone. */
export async function goneRows({ t, rows }: Shop): Promise<Rows> {
  return await t.run(async (ctx) => {
    const upload = await ctx.storage.store(new Blob(["Gone."], { type: "text/plain" }));
    await ctx.storage.delete(upload);
    const gone: Partial<Record<keyof Rows, string>> = { upload };
    for (const name of Object.keys(TABLE_OF) as (keyof typeof TABLE_OF)[]) {
      const table = TABLE_OF[name] as "users";
      const { _id, _creationTime, ...copy } = (await ctx.db.get(table, rows[name] as Id<"users">))!;
      const id = await ctx.db.insert(table, copy);
      await ctx.db.delete(table, id);
      gone[name] = id;
    }
    return gone as Rows;
  });
}
