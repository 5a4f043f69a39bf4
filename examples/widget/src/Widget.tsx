/** The chat: a button in the corner, the conversation above it. */
import { problemOf, SessionBoundary } from "@computer-guys/support-web/auth";
import {
  FILE_TYPES,
  MAX_MESSAGE_CHARS,
  useConversation,
  useOpenConversation,
  type ConversationId,
  type PublicConversation,
} from "@computer-guys/support-web/conversation";
import { useState } from "react";
import { Message } from "./Message";

const QUESTIONS = ["How much is a new screen?", "My laptop is slow and hot.", "Where can I park?"];

export function Widget() {
  const [open, setOpen] = useState(false);
  const { view, onCreated } = useOpenConversation();
  return (
    <>
      {open && !view.restoring && (
        <SessionBoundary
          key={view.key}
          fallback={(error, retry) => (
            <p className="problem broken" role="alert">
              {problemOf(error).message} <button onClick={retry}>Try again</button>
            </p>
          )}
        >
          <Chat conversationId={view.conversationId} onCreated={onCreated} />
        </SessionBoundary>
      )}
      <button className="launcher" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Close" : "Ask us"}
      </button>
    </>
  );
}

type Props = { conversationId: ConversationId | null; onCreated: (id: ConversationId) => void };

function Chat({ conversationId, onCreated }: Props) {
  const chat = useConversation(conversationId, onCreated);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  /** What a button starts; a refusal is told in words. */
  const run = (task: Promise<unknown>) => {
    setProblem(null);
    task.catch((error: unknown) => setProblem(problemOf(error).message));
  };
  const waiting = chat.uploads.some(({ state }) => state !== "ready");
  const send = () => {
    if (waiting || (text.trim() === "" && chat.uploads.length === 0)) return;
    chat.send(text.trim());
    setText("");
  };
  const owner = chat.conversation?.owner ?? "ai";
  return (
    <section className="chat" aria-label="Support chat">
      <header>
        <div>
          <strong>Support</strong>
          <small>{whoAnswers(owner, chat.technician)}</small>
        </div>
        {owner === "ai" && (
          <button className="quiet" onClick={() => run(chat.escalate(""))}>
            Talk to a person
          </button>
        )}
      </header>
      {/* Laid out from the bottom, so that the newest line stays in view while it grows. */}
      <div className="scroller">
        <ol role="log" aria-label="Conversation">
          {chat.rows.length === 0 && !chat.isLoading && (
            <li className="welcome">
              <p>Hello! What can we help with?</p>
              {QUESTIONS.map((question) => (
                <button key={question} onClick={() => chat.send(question)}>
                  {question}
                </button>
              ))}
            </li>
          )}
          {chat.canLoadOlder && (
            <li className="line">
              <button onClick={chat.loadOlder}>Earlier messages</button>
            </li>
          )}
          {chat.rows.map((row) => (
            <Message key={row.key} row={row} retrySend={chat.retrySend} />
          ))}
          {chat.canRetryReply && owner === "ai" && (
            <li className="line">
              <button onClick={() => run(chat.retryReply())}>Answer again</button>
            </li>
          )}
        </ol>
      </div>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {chat.uploads.length > 0 && (
        <ul className="uploads" aria-label="Files to send">
          {chat.uploads.map(({ id, name, state, progress, error }) => (
            <li key={id} data-state={state}>
              {name} {state === "uploading" && <progress value={progress} />}
              {state === "failed" && <small role="alert">{problemOf(error).message}</small>}
              {state === "failed" && (
                <button onClick={() => chat.retryUpload(id)}>Try again</button>
              )}
              <button aria-label={`Remove ${name}`} onClick={() => chat.detach(id)}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <input
          aria-label="Your message"
          placeholder="Write a message"
          maxLength={MAX_MESSAGE_CHARS}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="attach">
          Attach
          <input
            type="file"
            multiple
            accept={FILE_TYPES}
            onChange={({ target }) => {
              chat.attach([...(target.files ?? [])]);
              target.value = "";
            }}
          />
        </label>
        {chat.isAnswering && text === "" ? (
          <button type="button" onClick={() => run(chat.stop())}>
            Stop
          </button>
        ) : (
          <button>Send</button>
        )}
      </form>
    </section>
  );
}

function whoAnswers(owner: PublicConversation["owner"], technician: string | undefined): string {
  if (owner === "ai") return "AI assistant";
  if (owner === "queue") return "A technician will answer here";
  return `${technician ?? "A technician"} is answering`;
}
