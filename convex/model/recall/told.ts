/**
 * Who was told what a document says no longer: conversations, read back a bounded way, a page at a time. Answers name the
 * passages and versions that they rest on; what those versions said is kept (`knowledge/history.ts`). A correction is a
 * statement like any other: once what it said is no longer true, whoever read it is on the list again.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { DAY, HOUR } from "../../lib/time";
import { HOURS_SLUG } from "../../validators";
import type { DocumentRow } from "../knowledge/documents";
import { listVersions, readVersion, type VersionRow } from "../knowledge/history";
import { splitDocument } from "../knowledge/split";
import { passagesOf } from "../knowledge/versions";
import { mayHaveArrived } from "../outbox/delivery";
import { linesOf, type Line } from "../replies/grounds";
import { findStale, readCorrection, type Stale } from "./stale";

type Db = Pick<QueryCtx, "db">;
type Conversation = Doc<"conversations">;
type Message = Doc<"messages">;

/** Resolved ones that are this old when the document changes are no longer "recent". */
const RECENT = 30 * DAY;
/** Messages of a conversation that are read back: more than two episodes of the AI have. */
const LOOK_BACK = 100;
/** For so long after it was saved a version may not have been read in yet. */
const UNTIL_READ_IN = HOUR;

/** The `reason` of a correction that another has taken the place of before it went. */
export const OVERTAKEN = "overtaken";

export const vView = v.union(v.literal("open"), v.literal("resolved"));
export type View = Infer<typeof vView>;

/** The conversations to go through. Their bound is the document's own time: a page's cursor outlives the minute. */
export function queryConversations(ctx: Db, { updatedAt }: DocumentRow, view: View) {
  return ctx.db
    .query("conversations")
    .withIndex("by_resolved_and_silent", (q) =>
      view === "open" ? q.eq("resolvedAt", undefined) : q.gte("resolvedAt", updatedAt - RECENT),
    );
}

type Passage = { title: string; heading: string; text: string };
const keyOf = ({ heading, text }: Passage) => `${heading}\n${text}`;

/** What a customer was told that holds no longer. */
export type Found = {
  conversation: Conversation;
  /** The last message with something of it. */
  message: Message;
  stale: Stale[];
  /** The correction that they have had since. */
  told?: Message;
};

/** A document as it is now, and as it was: read once for as many conversations as a page has. */
export class Recall {
  /** By version; null of one that is not kept. */
  private readonly old = new Map<number, Promise<Line[] | null>>();
  private now: Promise<Line[]> | undefined;
  private rows: Promise<VersionRow[]> | undefined;
  private live: Promise<boolean> | undefined;

  constructor(
    private readonly ctx: Db,
    readonly document: DocumentRow,
  ) {}

  /** Whether the document answers: while the next text is read in, too. */
  isLive(): Promise<boolean> {
    const { _id: documentId, version } = this.document;
    this.live ??= findFirstPassage(this.ctx, documentId, version).then((row) => row?.live === true);
    return this.live;
  }

  /** Whether a conversation's customer was told what is no longer true, and what. */
  async find(conversation: Conversation): Promise<Found | null> {
    const messages = await this.readBack(conversation);
    const stale: Stale[] = [];
    let last: Message | undefined;
    let told: Message | undefined;
    for (const [i, message] of messages.entries()) {
      const isCorrection = message.corrects?.documentId === this.document._id;
      if (!(isCorrection ? stands(message, conversation) : wasTold(message, conversation)))
        continue;
      const found = await this.staleOf(message, messages.slice(i + 1));
      if (found.length > 0 && told !== undefined) {
        return { conversation, message, stale: found, told };
      }
      if (found.length > 0) {
        last ??= message;
        stale.unshift(...found);
      }
      if (!isCorrection) continue;
      // What was said before it, it has corrected.
      if (last !== undefined) break;
      told = message;
    }
    return last === undefined
      ? null
      : { conversation, message: last, stale: withoutRepeats(stale) };
  }

  /** Corrections of this document that have not gone yet. */
  async listWaiting(conversation: Conversation): Promise<Message[]> {
    const messages = await this.readBack(conversation);
    return messages.filter(
      ({ corrects, delivery }) =>
        corrects?.documentId === this.document._id && delivery?.state === "queued",
    );
  }

  /** Newest first. */
  private readBack({ _id }: Conversation): Promise<Message[]> {
    return this.ctx.db
      .query("messages")
      .withIndex("by_conversation_and_visibility", (q) =>
        q.eq("conversationId", _id).eq("visibility", "public").gt("settledAt", undefined),
      )
      .order("desc")
      .take(LOOK_BACK);
  }

  private async staleOf(message: Message, earlier: Message[]): Promise<Stale[]> {
    const source = await this.sourceOf(message);
    if (source === null) return [];
    const question = earlier.find(({ author }) => author.kind === "customer")?.text ?? "";
    const { versions, marks } = source;
    const text = message.corrects ? readCorrection(message.text) : message.text;
    const isShopPage = this.document.slug === HOURS_SLUG;
    const statement = { text, question, ...(marks && { marks }), isShopPage };
    const stale: Stale[] = [];
    for (const version of versions) {
      const old = await this.oldLines(version, message);
      if (old.length === 0) continue;
      const grounds = { old, now: await this.linesNow(), others: await this.othersOf(message) };
      stale.push(...findStale(statement, grounds));
    }
    return withoutRepeats(stale);
  }

  /** Which versions of the document a message may rest on, and by which of its marks. Null: on none that has changed. */
  private async sourceOf(
    message: Message,
  ): Promise<{ versions: number[]; marks?: number[] } | null> {
    const { author, citations, corrects, status } = message;
    const isLive = await this.isLive();
    const isOld = (version: number) =>
      version > 0 && !(isLive && version === this.document.version);
    if (corrects?.documentId === this.document._id) {
      return isOld(corrects.version) ? { versions: [corrects.version], marks: [] } : null;
    }
    if (author.kind !== "agent") return null;
    const cited = citations?.filter(({ documentId }) => documentId === this.document._id) ?? [];
    if (cited.length > 0) {
      const versions = [...new Set(cited.map(({ version }) => version))].filter(isOld);
      return versions.length === 0 ? null : { versions, marks: cited.map(({ n }) => n) };
    }
    // What was stopped names no source yet, and the shop's own page is never named.
    const isUnnamed = citations === undefined && status === "stopped";
    if (!isUnnamed && this.document.slug !== HOURS_SLUG) return null;
    const versions = (await this.versionsAt(message.settledAt ?? 0)).filter(isOld);
    return versions.length === 0 ? null : { versions };
  }

  /** Versions by which the document may have answered at a time. */
  private async versionsAt(at: number): Promise<number[]> {
    this.rows ??= listVersions(this.ctx, this.document._id);
    // Latest first.
    const rows = (await this.rows).filter(({ version }) => version <= this.document.version);
    return rows
      .filter(({ savedAt }, i) => {
        const next = rows[i - 1];
        return savedAt <= at && (next === undefined || at <= next.savedAt + UNTIL_READ_IN);
      })
      .map(({ version }) => version);
  }

  /** What a version said and the one that answers doesn't; of one that is no longer kept, what the answer keeps of it. */
  private async oldLines(version: number, message: Message): Promise<Line[]> {
    const known = this.old.get(version) ?? this.readChanged(version);
    this.old.set(version, known);
    const lines = await known;
    if (lines !== null) return lines;
    const kept = message.citations?.filter(
      (one) => one.documentId === this.document._id && one.version === version,
    );
    return (kept ?? []).flatMap(({ excerpt, title, heading }) =>
      linesOf({ title, heading, text: excerpt }),
    );
  }

  private async readChanged(version: number): Promise<Line[] | null> {
    const passages = await this.readPassages(version);
    if (passages === null) return null;
    const kept = new Set((await this.passagesNow()).map(keyOf));
    return passages.filter((one) => !kept.has(keyOf(one))).flatMap((one) => linesOf(one));
  }

  /** Of the version that answers: none if the document doesn't. */
  private async passagesNow(): Promise<Passage[]> {
    const { version } = this.document;
    return (await this.isLive()) ? ((await this.readPassages(version)) ?? []) : [];
  }

  private async linesNow(): Promise<Line[]> {
    this.now ??= this.passagesNow().then((passages) => passages.flatMap((one) => linesOf(one)));
    return await this.now;
  }

  private async readPassages(version: number): Promise<Passage[] | null> {
    if (version === this.document.version) {
      const rows = await passagesOf(this.ctx, this.document._id, version);
      // Their first line is the title and heading.
      return rows.map(({ text, ...row }) => ({ ...row, text: text.slice(text.indexOf("\n") + 1) }));
    }
    const said = await readVersion(this.ctx, this.document, version);
    if (said === null) return null;
    const { title, format, body } = said;
    return splitDocument(format, body).map((piece) => ({ title, ...piece }));
  }

  /** What other documents that an answer names say today: what they bear out is true still. */
  private async othersOf({ citations = [] }: Message): Promise<Line[]> {
    const lines: Line[] = [];
    for (const { documentId, passageId } of citations) {
      if (documentId === this.document._id) continue;
      const passage = await this.ctx.db.get("knowledge", passageId);
      if (passage?.kind === "passage" && passage.live) lines.push(...linesOf(passage));
    }
    return lines;
  }
}

const findFirstPassage = async (ctx: Db, documentId: Id<"knowledge">, version: number) => {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "passage").eq("version", version),
    )
    .first();
  return row?.kind === "passage" ? row : null;
};

/** Whether the customer can have read it. In a conversation by text that is what was sent. */
const wasTold = ({ delivery }: Message, { channel }: Conversation) =>
  channel === "web" || (delivery !== undefined && mayHaveArrived(delivery));

/** A correction counts on the page, while it waits, and where the customer wants no texts: only one that came to nothing does not. */
const stands = ({ delivery }: Message, { channel }: Conversation) =>
  channel === "web" ||
  delivery === undefined ||
  !(
    delivery.state === "failed" ||
    delivery.state === "undelivered" ||
    (delivery.state === "cancelled" && delivery.reason === OVERTAKEN)
  );

function withoutRepeats(stale: Stale[]): Stale[] {
  const seen = new Set<string>();
  return stale.filter(({ said }) => !seen.has(said) && seen.add(said));
}
