/** Starts the chat in a frame of another page (`/widget`), once that page has said hello. */
import { ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { readWidgetHosts } from "../../widgetHosts";
import { api } from "../api";
import { createBrowserAuth, isSessionOver, SupportAuthProvider } from "../auth";
import { CONVEX_URL } from "../config";
import { connectToPage, framerOf } from "./bridge";
import { FramedChat } from "./FramedChat";
import { Frame } from "./frame";
import "../styles.css";

const element = document.getElementById("root");
if (element === null) throw new Error("widget.html has no #root.");

/** A session of its own: a page around it never ends or names the one that the chat's own page has. */
const auth = createBrowserAuth(CONVEX_URL, api.auth, "cg.widget");
const hosts = readWidgetHosts(import.meta.env["VITE_WIDGET_HOSTS"] as string | undefined);
const framer = framerOf(window, hosts);

function draw(root: Root, frame: Frame): void {
  const convex = new ConvexReactClient(CONVEX_URL, { initialAuthTokenReuse: true });
  root.render(
    <StrictMode>
      <SupportAuthProvider auth={auth} client={convex}>
        <FramedChat frame={frame} />
      </SupportAuthProvider>
    </StrictMode>,
  );
}

if (window.parent === window) {
  window.location.replace("/");
} else if (framer === null) {
  element.textContent = "This page may not show the chat.";
} else {
  // A session that ends is an everyday event with a page of its own (`SessionBoundary`).
  const root = createRoot(element, {
    onCaughtError: (error) => {
      if (!isSessionOver(error)) console.error(error);
    },
  });
  const frame = new Frame(auth, (onOrder) => connectToPage(window, framer, onOrder));
  frame.greet(() => draw(root, frame));
}
