/** Convex's own clients on the local deployment, as applications use them. */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import type { System } from "../../local/system";

export type Shown = (typeof api.messages.subscribeToMessages)["_returnType"];

/** A visitor with a session of their own. */
export async function connectGuest({ deployment }: System) {
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  const tokens = await http.action(api.auth.createGuestSession, {});
  http.setAuth(tokens.accessToken);
  const live = new ConvexClient(deployment.url, { logger: false });
  live.setAuth(() => Promise.resolve(tokens.accessToken));
  return { http, live, tokens };
}

/** Somebody who signs in by the code in their mailbox. */
export async function connectStaff({ deployment, providers }: System, email: string) {
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(providers.control.emails(email)[0]!.text!)![0];
  const { accessToken } = await http.action(api.auth.createSession, { challenge, code });
  http.setAuth(accessToken);
  return http;
}

/** Resolves with the first result of the live window that passes. */
export const watch = (
  live: ConvexClient,
  conversationId: Id<"conversations">,
  passes: (shown: Shown) => boolean,
) =>
  new Promise<Shown>((resolve, reject) => {
    const stop = live.onUpdate(
      api.messages.subscribeToMessages,
      { conversationId },
      (shown) => {
        if (!passes(shown)) return;
        stop();
        resolve(shown);
      },
      reject,
    );
  });
