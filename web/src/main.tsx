/** Starts the client: one Convex connection, one session shared by all tabs. */
import { ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { api } from "./api";
import { App } from "./App";
import { createBrowserAuth, isSessionOver, SupportAuthProvider } from "./auth";
import { cameByMail, takeMailToken } from "./chat/mailToken";
import { CONVEX_URL } from "./config";
import { SHOP_PATH } from "./shop/path";
import { watchBack } from "./ui/backCloses";
import "./styles.css";

/**
 * The desk has a session of its own: a technician who also tries the chat in this browser must not turn
 * that guest's conversation into their own by signing in.
 */
const { pathname } = window.location;
const atDesk = /^\/desk(\/|$)/.test(pathname) || SHOP_PATH.test(pathname);
const mailToken = atDesk ? null : takeMailToken();
const ofCustomer = mailToken !== null || cameByMail() ? "cg.mail" : "cg.chat";
const auth = createBrowserAuth(CONVEX_URL, api.auth, atDesk ? "cg.desk" : ofCustomer);
const convex = new ConvexReactClient(CONVEX_URL, { initialAuthTokenReuse: true });

watchBack();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root, {
  // A session that ends is an everyday event with a page of its own (`SessionBoundary`).
  onCaughtError: (error) => {
    if (!isSessionOver(error)) console.error(error);
  },
}).render(
  <StrictMode>
    <SupportAuthProvider auth={auth} client={convex}>
      <App mailToken={mailToken} />
    </SupportAuthProvider>
  </StrictMode>,
);
