/**
 * Writing an export's files: each call of `writePart` fills one JSON file with as many pages as fit, stores it
 * and tells where the next one goes on. Every file is a whole JSON document of the format in
 * `docs/privacy.md`; hardly anybody has more than one.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import {
  vAfter,
  type vConversation,
  type vConversationPage,
  type vEvent,
  type vPerson,
} from "./exportPages";

export const EXPORT_FORMAT = "computer-guys.personal-data";
export const FORMAT_VERSION = 1;
/** Characters of one file's content, give or take a page: an action has 64 MiB for all its copies. */
export const PART_CHARS = 4 * 1024 * 1024;

/** Where the next file goes on. Conversations come by id; `at` is the first that isn't done. */
export const vPlace = v.union(
  v.object({ section: v.literal("person") }),
  v.object({
    section: v.literal("conversations"),
    at: v.union(v.id("conversations"), v.null()),
    after: vAfter,
  }),
  v.object({ section: v.literal("actor"), after: vAfter }),
  v.object({ section: v.literal("subject"), after: vAfter }),
);
export type Place = Infer<typeof vPlace>;
export const FIRST_PLACE: Place = { section: "person" };

type Conversation = Infer<typeof vConversation> & {
  messages: Infer<typeof vConversationPage>["messages"];
};
export type ExportDocument = {
  format: typeof EXPORT_FORMAT;
  version: typeof FORMAT_VERSION;
  part: number;
  /** False: another file follows. */
  last: boolean;
  exportedAt: string;
  /** In the first file. */
  person?: Infer<typeof vPerson>;
  conversations: Conversation[];
  events: Infer<typeof vEvent>[];
};

type Job = { processId: Id<"workflows"> };

/** Writes file number `part` from `from` on. Returns where the next one goes on, or null after the last. */
export async function writePart(
  ctx: ActionCtx,
  { processId, part, from }: Job & { part: number; from: Place },
): Promise<Place | null> {
  const content = new Content();
  let place: Place | null = from;
  while (place !== null && content.chars < PART_CHARS) {
    place = await takePage(ctx, { processId }, place, content);
  }
  const document: ExportDocument = {
    format: EXPORT_FORMAT,
    version: FORMAT_VERSION,
    part,
    last: place === null,
    exportedAt: new Date().toISOString(),
    ...content.sections(),
  };
  const json = JSON.stringify(document, null, 2);
  const fileId = await ctx.storage.store(new Blob([json], { type: "application/json" }));
  const last = place === null;
  const kept = await ctx.runMutation(internal.privacy.storeExportPart, {
    processId,
    part,
    fileId,
    last,
  });
  // Not kept: the account was deleted meanwhile, or an earlier try of this step has stored this part.
  return kept ? place : await nextIfRunning(ctx, processId, place);
}

/** After a part that was there already the export goes on; after its person is gone it doesn't. */
async function nextIfRunning(
  ctx: ActionCtx,
  processId: Id<"workflows">,
  place: Place | null,
): Promise<Place | null> {
  return (await ctx.runQuery(internal.privacy.exportPerson, { processId })) === null ? null : place;
}

async function takePage(
  ctx: ActionCtx,
  job: Job,
  place: Place,
  content: Content,
): Promise<Place | null> {
  switch (place.section) {
    case "person": {
      const person = await ctx.runQuery(internal.privacy.exportPerson, job);
      if (person === null) return null;
      content.setPerson(person);
      return { section: "conversations", at: null, after: null };
    }
    case "conversations":
      return await takeConversations(ctx, job, place, content);
    case "actor":
    case "subject": {
      const as = place.section;
      const args = { ...job, as, after: place.after };
      const { items, next } = await ctx.runQuery(internal.privacy.exportEvents, args);
      content.addEvents(items);
      if (next !== null) return { section: as, after: next };
      return as === "actor" ? { section: "subject", after: null } : null;
    }
  }
}

async function takeConversations(
  ctx: ActionCtx,
  job: Job,
  { at, after: start }: Extract<Place, { section: "conversations" }>,
  content: Content,
): Promise<Place> {
  const ids = await conversationIds(ctx, job);
  let after = start;
  for (const conversationId of ids.filter((id) => at === null || id >= at)) {
    // It belongs to the conversation that the last file stopped in.
    if (conversationId !== at) after = null;
    do {
      if (content.chars >= PART_CHARS)
        return { section: "conversations", at: conversationId, after };
      const args = { ...job, conversationId, after };
      const page = await ctx.runQuery(internal.privacy.exportConversation, args);
      if (page !== null) content.addMessages(page);
      after = page?.next ?? null;
    } while (after !== null);
  }
  return { section: "actor", after: null };
}

async function conversationIds(ctx: ActionCtx, job: Job): Promise<Id<"conversations">[]> {
  const ids = new Set<Id<"conversations">>();
  let cursor: string | null = null;
  do {
    const page: { items: Id<"conversations">[]; next: string | null } = await ctx.runQuery(
      internal.privacy.exportConversationIds,
      { ...job, cursor },
    );
    for (const id of page.items) ids.add(id);
    cursor = page.next;
  } while (cursor !== null);
  return [...ids].sort();
}

/** What a file holds so far, and how much that is. */
class Content {
  chars = 0;
  private person: Infer<typeof vPerson> | undefined;
  private readonly conversations = new Map<Id<"conversations">, Conversation>();
  private readonly events: Infer<typeof vEvent>[] = [];

  setPerson(person: Infer<typeof vPerson>): void {
    this.person = person;
    this.count(person);
  }

  addMessages({ conversation, messages }: Infer<typeof vConversationPage>): void {
    const known = this.conversations.get(conversation.id);
    if (known === undefined) this.conversations.set(conversation.id, { ...conversation, messages });
    else known.messages.push(...messages);
    this.count([conversation, messages]);
  }

  addEvents(events: Infer<typeof vEvent>[]): void {
    this.events.push(...events);
    this.count(events);
  }

  sections(): Pick<ExportDocument, "person" | "conversations" | "events"> {
    const { person, events } = this;
    return { person, conversations: [...this.conversations.values()], events };
  }

  private count(added: unknown): void {
    this.chars += JSON.stringify(added).length;
  }
}
