/** One connection, one session shared by all tabs, and the chat. */
import { api } from "@computer-guys/support-backend/api";
import { createBrowserAuth, SupportAuthProvider } from "@computer-guys/support-web/auth";
import { ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./widget.css";
import { Widget } from "./Widget";

const url = import.meta.env.VITE_CONVEX_URL ?? "http://127.0.0.1:3210";
const auth = createBrowserAuth(url, api.auth, "widget");
const convex = new ConvexReactClient(url, { initialAuthTokenReuse: true });

const root = document.getElementById("support");
if (root === null) throw new Error("index.html has no #support.");
createRoot(root).render(
  <StrictMode>
    <SupportAuthProvider auth={auth} client={convex}>
      <Widget />
    </SupportAuthProvider>
  </StrictMode>,
);
