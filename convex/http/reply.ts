/**
 * `POST /reply`: the sender's question, and the answer's words straight back as they come. What is asked goes through
 * the same doors as `messages.sendMessage`; whatever is not the AI's to answer here and now goes its usual way, and the
 * first line says so. The words are told as NDJSON; the settled message comes from the database, as for everybody else.
 *
 * When the body ends the action does: so it ends after the reply is settled or charged.
 */
import * as z from "zod/mini";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { appError } from "../lib/errors";
import type { Assignment } from "../model/replies/admission";
import type { Reader } from "../model/replies/reader";
import type { Route } from "./router";

export const REPLY_ROUTES: Route[] = [
  { path: "/reply", method: "POST", readers: "named", handler: answerAlong },
];

const QUESTION = z.object({
  conversationId: z.string(),
  text: z.string(),
  clientMessageId: z.optional(z.string()),
  attachments: z.optional(z.array(z.object({ storageId: z.string(), name: z.string() }))),
  follows: z.optional(z.boolean()),
});

async function answerAlong(ctx: ActionCtx, request: Request): Promise<Response> {
  const { follows = false, ...question } = await readQuestion(request);
  const { messageId, conversationId, turn, assignment } = await ctx.runMutation(
    internal.replies.ask,
    question,
  );
  const line = new LineStream(request.signal);
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      line.open(controller);
      if (assignment === null) line.send({ messageId, replyId: null });
      else {
        const { fence, agent } = assignment;
        line.send({ messageId, replyId: fence.messageId, turn, name: agent.name });
        await tell(ctx, { conversationId, assignment, line, follows });
      }
      line.close();
    },
    cancel: () => line.leave(),
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}

async function readQuestion(request: Request) {
  const given: unknown = await request.json().catch(() => null);
  const { success, data } = z.safeParse(QUESTION, given);
  if (success) return data;
  throw appError(
    "invalid_input",
    "The body is JSON: conversationId, text, and, if you like, clientMessageId, attachments, follows.",
  );
}

type Telling = {
  conversationId: Id<"conversations">;
  assignment: Assignment;
  line: LineStream;
  follows: boolean;
};

async function tell(ctx: ActionCtx, { conversationId, assignment, line, follows }: Telling) {
  const reader: Reader = {
    follows,
    tell: (words) => line.send(words),
    left: line.left,
    get isGone() {
      return line.isGone;
    },
    dismiss: () => line.dismiss(),
  };
  // With the call: every HTTP action would load the SDK.
  const { writeReply } = await import("../model/replies/generation");
  const settled = await writeReply(ctx, conversationId, assignment, reader);
  if (settled) line.send({ done: true });
  else line.dismiss();
}

/** Lines of JSON to whoever is there. */
class LineStream {
  isGone = false;
  readonly left: Promise<void>;
  private tellLeft: () => void = () => undefined;
  private isClosed = false;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  private readonly encoder = new TextEncoder();

  constructor(signal: AbortSignal | undefined) {
    this.left = new Promise((resolve) => (this.tellLeft = resolve));
    // Once: the runtime's polyfill fires again with every abort.
    signal?.addEventListener("abort", () => this.go(), { once: true });
  }

  open(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.controller = controller;
  }

  send(line: object): void {
    if (this.isGone) return;
    this.controller?.enqueue(this.encoder.encode(`${JSON.stringify(line)}\n`));
  }

  /** The answer goes on elsewhere, or not at all: not one more word here. */
  dismiss(): void {
    this.send({ over: true });
    this.go();
  }

  private go(): void {
    this.isGone = true;
    this.tellLeft();
  }

  /** The stream takes no more: whoever read it has cancelled it. */
  leave(): void {
    this.go();
    this.isClosed = true;
  }

  close(): void {
    if (!this.isClosed) this.controller?.close();
    this.isClosed = true;
  }
}
