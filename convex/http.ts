/** HTTP endpoints: a health check, and the public keys for services that verify our tokens themselves. */
import { httpRouter } from "convex/server";
import { jwtSecrets } from "./env";
import { httpAction } from "./functions";
import { jwks } from "./model/keys";

const http = httpRouter();

const json = (body: unknown, cacheSeconds: number) =>
  new Response(JSON.stringify(body), {
    headers: {
      "content-type": "application/json",
      "cache-control": cacheSeconds > 0 ? `public, max-age=${cacheSeconds}` : "no-store",
      "x-content-type-options": "nosniff",
    },
  });

http.route({
  path: "/health",
  method: "GET",
  handler: httpAction(() => Promise.resolve(json({ status: "ok" }, 0))),
});

http.route({
  path: "/.well-known/jwks.json",
  method: "GET",
  handler: httpAction(() => Promise.resolve(json(jwks(jwtSecrets()), 300))),
});

export default http;
