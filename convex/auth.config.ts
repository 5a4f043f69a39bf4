/**
 * How Convex verifies our access tokens natively. Evaluated at push time under restrictions (no `Date`,
 * no randomness, nothing async), hence the pure key derivation. Set `JWT_SECRET` before the first push.
 */
import type { AuthConfig } from "convex/server";
import { APPLICATION_ID, describeShortSecret, jwksOf, splitSecrets } from "./lib/keys";

const secret = process.env.JWT_SECRET!;
// Refuses the push, and the `env set` on a deployment that runs: nobody could sign in with it.
const problem = describeShortSecret(secret);
if (problem !== null) throw new Error(problem);
const keys = JSON.stringify(jwksOf(splitSecrets(secret)));

export default {
  providers: [
    {
      type: "customJwt",
      applicationID: APPLICATION_ID,
      issuer: process.env.CONVEX_SITE_URL!,
      jwks: `data:application/json,${encodeURIComponent(keys)}`,
      algorithm: "ES256",
    },
  ],
} satisfies AuthConfig;
