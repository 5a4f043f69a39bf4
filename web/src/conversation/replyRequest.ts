/** `POST /reply`: asks, and gives the answer's words line by line as the model writes them. */
import type { ConversationId, LiveReply, MessageId } from "../api";
import type { AuthCore } from "../auth";
import { siteOfToken } from "./files";
import type { Attachment } from "./sentFiles";

export type ReplyLine =
  /** Of the question, stored; `replyId` null: nobody writes an answer here. */
  | { messageId: MessageId; replyId: null }
  | { messageId: MessageId; replyId: MessageId; turn: number; name: string }
  /** The answer's text is `text` from its character `at` on. */
  | { at: number; text: string }
  | { activity: LiveReply["activity"] }
  | { done: true }
  | { over: true };

export type Question = {
  text: string;
  clientMessageId: string;
  attachments: readonly Attachment[];
};

/** Asks. Rejects when that can't be done; what the deployment refuses it says in `sendMessage`, too. */
export async function requestReply(
  auth: Pick<AuthCore, "fetchAccessToken">,
  conversationId: ConversationId,
  asked: Question,
  signal: AbortSignal,
): Promise<AsyncGenerator<ReplyLine, void, void>> {
  const question = { conversationId, ...asked, follows: true };
  for (const forceRefreshToken of [false, true]) {
    const token = await auth.fetchAccessToken({ forceRefreshToken });
    if (token === null) break;
    const response = await fetch(`${siteOfToken(token)}/reply`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(question),
      signal,
    });
    if (response.ok && response.body !== null) return readLines(response.body);
    if (response.status !== 401) break;
  }
  throw new Error("Nobody can be asked this way.");
}

export async function* readLines(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ReplyLine, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as ReplyLine;
  }
}
