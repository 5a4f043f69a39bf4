/** Asks the AI something, and lets time pass until it has answered. For tests of what models do. */
import { vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  addPassage,
  control,
  customer,
  deployment,
  messages,
  nextTurn,
  runReply,
  type Caller,
  type Deployment,
} from "../setup";

export async function ask(question: string, env: Record<string, string> = {}) {
  const t = deployment(env);
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: question },
  });
  return { t, ann, conversationId };
}

/** From here on the clock moves with the timers only. */
export const holdClock = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });

/** Runs the writer while held timers (back-off, time-outs) are let go one after another. */
export async function runWithTimers(...args: Parameters<typeof runReply>): Promise<void> {
  let done = false;
  const reply = runReply(...args).finally(() => (done = true));
  while (!done) {
    await vi.advanceTimersByTimeAsync(50);
    // A model that does answer answers in real time.
    await nextTurn();
  }
  await reply;
}

/** How many pieces of bodies have come from providers since. */
export function countPieces(): () => number {
  let pieces = 0;
  const fetched = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const { status, statusText, headers, body } = await fetched(input, init);
    const counted = body?.pipeThrough<Uint8Array>(
      new TransformStream({
        transform(piece: Uint8Array, controller) {
          pieces += 1;
          controller.enqueue(piece);
        },
      }),
    );
    return new Response(counted, { status, statusText, headers });
  });
  return () => pieces;
}

type Sent = {
  outcome: string;
  body: {
    model: string;
    messages: { role: string; content: string | null }[];
    tools?: unknown[];
    tool_choice?: string;
  };
};

/** The requests to models that this question was in. */
export async function requestsFor(question: string): Promise<Sent[]> {
  const { requests } = (await control("/requests?provider=openrouter")) as { requests: Sent[] };
  return requests.filter(({ body }) => JSON.stringify(body?.messages ?? "").includes(question));
}

export async function answers(t: Deployment, conversationId: Id<"conversations">) {
  const all = await messages(t, conversationId);
  return all.filter((message) => message.author.kind === "agent");
}

/** Whoever ends a reply that is being written. */
type Act = (ann: Caller, dana: Caller, conversationId: Id<"conversations">) => Promise<unknown>;
export const TURN_TAKERS: Record<string, Act> = {
  "a technician claims": (_ann, dana, conversationId) =>
    dana.t.mutation(api.conversations.claim, { conversationId }),
  "the customer stops it": (ann, _dana, conversationId) =>
    ann.t.mutation(api.replies.stop, { conversationId }),
  "the customer writes again": (ann, _dana, conversationId) =>
    ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And a keyboard?" }),
  "the customer asks for a person": (ann, _dana, conversationId) =>
    ann.t.mutation(api.conversations.escalateConversation, { conversationId }),
  "a technician resolves": (_ann, dana, conversationId) =>
    dana.t.mutation(api.conversations.resolve, { conversationId }),
};
