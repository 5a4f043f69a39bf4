/** Rendering on a server, as frameworks do with every component before the browser has its turn. */
import { api } from "@computer-guys/support-backend/api";
import { ConvexReactClient } from "convex/react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { createBrowserAuth, SessionBoundary, SupportAuthProvider, useSession } from "../auth";
import { useConversation } from "./useConversation";
import { useOpenConversation } from "./useOpenConversation";
import { useSmoothText } from "./useSmoothText";

function Chat() {
  const { sessionId } = useSession();
  const { view, onCreated } = useOpenConversation();
  const { rows, isLoading } = useConversation(view.conversationId, onCreated);
  const { text } = useSmoothText("Hello", { done: true });
  return createElement("p", null, JSON.stringify({ sessionId, rows, isLoading, text }));
}

test("the hooks render on a server, for a visitor without a session", () => {
  const url = "https://example.convex.cloud";
  const auth = createBrowserAuth(url, api.auth);
  const client = new ConvexReactClient(url, { initialAuthTokenReuse: true });
  const boundary = createElement(SessionBoundary, {
    fallback: () => null,
    children: createElement(Chat),
  });
  const html = renderToString(
    createElement(SupportAuthProvider, { auth, client, children: boundary }),
  );
  const shown = { sessionId: null, rows: [], isLoading: false, text: "Hello" };
  expect(html.replaceAll("&quot;", '"')).toBe(`<p>${JSON.stringify(shown)}</p>`);
});
