/** The pages of both, by their own documented hooks, in React without a screen. `onText` is told what is drawn. */
import { useUIMessages } from "@convex-dev/agent/react";
import { useStream } from "@convex-dev/persistent-text-streaming/react";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import { anyApi } from "convex/server";
import { createElement, useEffect } from "react";
import { create } from "react-test-renderer";
import { WebSocket } from "ws";

// Says that the renderer knows it is deprecated: there is none other that needs no DOM.
globalThis.IS_REACT_NATIVE_TEST_ENVIRONMENT = true;

/** Draws a component that says by `onDone` that the answer is whole. */
async function draw(url, Component, props, act) {
  const client = new ConvexReactClient(url, {
    webSocketConstructor: WebSocket,
    unsavedChangesWarning: false,
  });
  let root;
  await new Promise((resolve, reject) => {
    const page = createElement(Component, { ...props, onDone: resolve });
    root = create(createElement(ConvexProvider, { client }, page));
    act(client).catch(reject);
  });
  return {
    leave: async () => {
      root.unmount();
      await client.close();
    },
  };
}

function Text({ streamUrl, streamId, onText, onDone }) {
  const { text, status } = useStream(anyApi.text.getChatBody, streamUrl, true, streamId);
  useEffect(() => {
    onText(text);
    if (status === "done") onDone();
  }, [text, status]);
  return null;
}

/** Asks by `createChat`, and drives the stream. */
export async function showText({ url, siteUrl, prompt, onText }) {
  const client = new ConvexReactClient(url, {
    webSocketConstructor: WebSocket,
    unsavedChangesWarning: false,
  });
  const streamId = await client.mutation(anyApi.text.createChat, { prompt });
  await client.close();
  const streamUrl = new URL(`${siteUrl}/chat-stream`);
  return await draw(url, Text, { streamUrl, streamId, onText }, () => Promise.resolve());
}

function Thread({ threadId, expected, onText, onReady, onDone }) {
  const { results, status } = useUIMessages(
    anyApi.threads.listThreadMessages,
    { threadId },
    { initialNumItems: 10, stream: true },
  );
  const last = results.at(-1);
  const text = last?.role === "assistant" ? last.text : "";
  useEffect(() => {
    if (status !== "LoadingFirstPage") onReady();
    onText(text);
    if (text === expected && last.status === "success") onDone();
  }, [text, status, last?.status]);
  return null;
}

/** Looks at a thread with that past, and then asks. */
export async function showThread({ url, past, prompt, expected, onText, onAsk }) {
  let tellReady;
  const ready = new Promise((resolve) => (tellReady = resolve));
  const setUp = new ConvexReactClient(url, {
    webSocketConstructor: WebSocket,
    unsavedChangesWarning: false,
  });
  const threadId = await setUp.mutation(anyApi.threads.open, {});
  for (let from = 0; from < past.length; from += 50) {
    await setUp.mutation(anyApi.threads.addPast, { threadId, texts: past.slice(from, from + 50) });
  }
  await setUp.close();
  return await draw(
    url,
    Thread,
    { threadId, expected, onText, onReady: tellReady },
    async (client) => {
      await ready;
      await onAsk();
      await client.mutation(anyApi.threads.sendMessage, { threadId, prompt });
    },
  );
}
