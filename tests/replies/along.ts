/** A customer who reads an answer along, over `POST /reply`. */
import { vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { addAgent, addPassage, customer, deployment, type Caller, type Deployment } from "../setup";

type Line = {
  messageId?: Id<"messages">;
  replyId?: Id<"messages"> | null;
  at?: number;
  text?: string;
  activity?: string;
  done?: true;
  over?: true;
};

export async function openShop(env: Record<string, string> = {}) {
  const t = deployment(env);
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  return { t, ann, conversationId };
}

export const post = (t: Pick<Deployment, "fetch">, body: unknown, init: RequestInit = {}) =>
  t.fetch("/reply", { method: "POST", body: JSON.stringify(body), ...init });

/** What whoever reads along has had so far; `ended` once nothing more comes. */
export class Reading {
  text = "";
  lines: Line[] = [];
  /** When each line came. */
  readonly cameAt: number[] = [];
  readonly ended: Promise<void>;

  constructor(response: Response) {
    if (response.body === null) throw new Error("An answer without a body");
    this.ended = this.read(response.body);
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.take(JSON.parse(line) as Line);
    }
  }

  private take(line: Line): void {
    this.lines.push(line);
    this.cameAt.push(Date.now());
    if (line.at !== undefined) this.text = this.text.slice(0, line.at) + line.text;
  }

  get isDone(): boolean {
    return this.lines.some(({ done }) => done === true);
  }

  /** Resolves when the text has come to contain something. */
  async has(words: string): Promise<void> {
    await vi.waitUntil(() => this.text.includes(words), { timeout: 20_000, interval: 1 });
  }
}

/** Asks, and reads along. */
export async function askAlong(
  { t }: Pick<Caller, "t">,
  conversationId: Id<"conversations">,
  text: string,
  more: Record<string, unknown> = {},
  init: RequestInit = {},
): Promise<Reading> {
  const response = await post(t, { conversationId, text, ...more }, init);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return new Reading(response);
}
