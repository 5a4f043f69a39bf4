/** What is said of documents and drafts, and which of them a filter shows. Pure. */
import type { api } from "../../api";
import type { FunctionReturnType } from "convex/server";

export type DocumentSummary = FunctionReturnType<typeof api.knowledge.list>["page"][number];
export type DraftSummary = FunctionReturnType<typeof api.drafts.list>["page"][number];

const DAY = 24 * 60 * 60 * 1000;
/** "Expiring": its end is so near, or has passed. */
const SOON = 30 * DAY;

export type Show = "all" | "live" | "drafts" | "failed" | "expiring" | "off";
export const SHOW_NAMES: Record<Show, string> = {
  all: "All",
  live: "Answering",
  drafts: "Drafts",
  failed: "Failed",
  expiring: "Expiring",
  off: "Switched off",
};
export const isShow = (name: string | null): name is Show => name !== null && name in SHOW_NAMES;

type Stated = Pick<DocumentSummary, "state" | "version" | "expiresAt" | "error">;

/** Whether a filter of documents shows one. A failed one is also one that answers by its old text. */
export function isShown(show: Show, document: Stated, now: number): boolean {
  if (show === "live") return answers(document);
  if (show === "failed") return document.error !== undefined;
  if (show === "off") return document.state === "unpublished";
  if (show === "expiring") return document.expiresAt !== undefined && isSoon(document, now);
  return show === "all";
}

const answers = ({ state, version }: Stated) =>
  state === "published" || (state === "ingesting" && version > 0);
const isSoon = ({ expiresAt = Infinity }: Stated, now: number) => expiresAt - now < SOON;

/** In a word or two, and how it is coloured. */
export function stateWords(document: Stated, now: number): { words: string; look: string } {
  const { state, version, expiresAt, error } = document;
  if (state === "ingesting") {
    const words = version > 0 ? "Reading in a new text…" : "Reading in…";
    return { words, look: "bg-note text-on-note" };
  }
  if (state === "failed") return { words: "Failed", look: "bg-danger-wash text-danger" };
  if (state === "unpublished") {
    const words = expiresAt !== undefined && expiresAt <= now ? "Expired" : "Switched off";
    return { words, look: "bg-sunken text-soft" };
  }
  return error === undefined
    ? { words: "Answering", look: "bg-accent-wash text-accent" }
    : { words: "Answering by its old text", look: "bg-danger-wash text-danger" };
}

/** Why a document is the way it is, where something went wrong. */
export function errorWords({ state, error }: Stated): string | null {
  if (error === undefined) return null;
  return state === "published" ? `${error.message} It answers as it did.` : error.message;
}

/** Where a draft comes from. */
export function originWords({ origin, documentId }: DraftSummary): string {
  const what = documentId === undefined ? "A new document" : "A new text of a document";
  if (origin.kind === "conversation") return `${what}, from a technician's answer`;
  if (origin.kind === "source") return `${what}: its page has changed`;
  if (origin.kind === "import") return `${what}, imported`;
  return what;
}
