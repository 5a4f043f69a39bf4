/** What a page's own server does for the widget: it says, signed, who is logged in. Here that is whoever is asked for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { SignJWT } from "jose";
import type { Plugin } from "vite";

/** A real server looks this up by its own session. */
const VISITORS: Record<string, { name: string; email: string }> = {
  ada: { name: "Ada Byron", email: "ada@customer.example" },
};

/** The demo's. Yours is random, and known to your server and the deployment alone. */
const secret = () => process.env["WIDGET_IDENTITY_SECRET"] ?? "only-for-the-demo-0123456789-abcdef";

async function signToken(visitor: string): Promise<string | null> {
  const person = VISITORS[visitor];
  if (person === undefined) return null;
  return await new SignJWT(person)
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(visitor)
    .setAudience("computer-guys-widget")
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime("5 minutes")
    .sign(new TextEncoder().encode(secret()));
}

function answer({ url = "/" }: IncomingMessage, response: ServerResponse): void {
  const visitor = new URL(url, "http://here").searchParams.get("visitor") ?? "";
  signToken(visitor).then(
    (token) => {
      response.statusCode = token === null ? 404 : 200;
      response.setHeader("Cache-Control", "no-store");
      response.end(token ?? "");
    },
    () => {
      response.statusCode = 500;
      response.end();
    },
  );
}

export const tokens = (): Plugin => ({
  name: "example:tokens",
  configureServer: ({ middlewares }) => void middlewares.use("/token", answer),
  configurePreviewServer: ({ middlewares }) => void middlewares.use("/token", answer),
});
