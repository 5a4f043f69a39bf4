/**
 * Deleting over HTTP with a token of its own: right after a fresh sign-in the WebSocket may still speak for
 * the session before, which is too old to delete anything.
 */
import { ConvexHttpClient } from "convex/browser";
import { api } from "../api";
import { serverErrorOf, type AuthCore } from "../auth";
import { CONVEX_URL } from "../config";

/** Resolves to `code_needed` when the session is too old to be proof enough. */
export async function deleteAccount(
  auth: AuthCore,
): Promise<{ receiptMailed: boolean } | "code_needed"> {
  const token = await auth.fetchAccessToken({ forceRefreshToken: false });
  const client = new ConvexHttpClient(CONVEX_URL, { logger: false });
  if (token !== null) client.setAuth(token);
  try {
    const { receiptMailed } = await client.mutation(api.users.deleteMyAccount, {
      confirm: "DELETE",
    });
    return { receiptMailed };
  } catch (error) {
    if (serverErrorOf(error)?.code === "forbidden") return "code_needed";
    throw error;
  }
}
