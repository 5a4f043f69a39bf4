/**
 * How Convex verifies our access tokens natively. Evaluated at push time under restrictions (no `Date`,
 * no randomness, nothing async), hence the pure key derivation. Set `JWT_SECRET` before the first push.
 */
import type { AuthConfig } from "convex/server";
import { describeBadSecret, splitSecrets } from "./lib/keys";
import { APPLICATION_ID, jwksOf } from "./lib/signingKeys";

const secret = process.env.JWT_SECRET!;
// Refuses the push, and the `env set` on a deployment that runs: nobody could sign in with it.
const problem = describeBadSecret(secret);
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
