/** The action's half of signing in: makes the secrets, sends the mail, signs the tokens. */
import { readCode } from "./readCode";
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { hasTwilio, jwtSecrets } from "../../env";
import { ProviderError } from "../../providers/errors";
import { deliverEmail } from "../analytics/email";
import { CODE_LIFETIME } from "./codes";
import { appError } from "../../lib/errors";
import { toBase64Url, keyedHash } from "../../lib/keys";
import { rateLimitedError } from "../access/limits";
import { vOwnUser } from "./publicUser";
import type { Outcome } from "./redemption";
import type { Grant } from "./sessions";
import { MINUTE } from "../../lib/time";
import { signAccessToken } from "./tokens";

/** `accessTokenExpiresAt` in ms since the epoch; send `accessToken` as a bearer token. */
export const vTokens = v.object({
  accessToken: v.string(),
  accessTokenExpiresAt: v.number(),
  refreshToken: v.string(),
  user: vOwnUser,
});
export type Tokens = Infer<typeof vTokens>;

/** Trades a code for tokens; with `sameSession` only for the session that asked for it. */
export async function redeemForTokens(
  ctx: ActionCtx,
  { challenge, code }: { challenge: string; code: string },
  sameSession: boolean,
): Promise<Tokens> {
  const args = {
    challenge: challenge.slice(0, 100),
    code: readCode(code),
    secret: randomSecret(),
    sameSession,
  };
  return await requireTokens(await ctx.runMutation(internal.auth.redeemCode, args), () =>
    appError("code_invalid", "That code is wrong or has expired. Check it, or ask for a new one."),
  );
}

/** Tokens for what was granted; the refusal, or how long to wait, as an error. */
export async function requireTokens(result: Outcome, refusal: () => Error): Promise<Tokens> {
  if (result.kind === "limited") throw rateLimitedError(result.retryAfterMs);
  if (result.kind === "refused") throw refusal();
  return await tokensFor(result.grant);
}

export async function tokensFor(grant: Grant): Promise<Tokens> {
  const { user, sessionId, refreshToken, expiresAt } = grant;
  return { ...(await signAccessToken(user, sessionId, expiresAt)), refreshToken, user };
}

export async function mailCode(
  ctx: Pick<ActionCtx, "runQuery" | "runMutation">,
  { email, code, challenge }: { email: string; code: string; challenge: string },
): Promise<void> {
  const shop = await ctx.runQuery(internal.shop.name, {});
  // Not the challenge itself: with the code, which is in the e-mail, it would be enough to sign in.
  const idempotencyKey = keyedHash(jwtSecrets()[0], "mail", challenge);
  const minutes = CODE_LIFETIME / MINUTE;
  const text = `Your sign-in code is ${code}. It is good for ${minutes} minutes.\n\nIf you didn't ask for it, ignore this e-mail: nobody can sign in without the code.\n\n${shop}`;
  try {
    await deliverEmail(
      ctx,
      { to: email, subject: `${code} is your ${shop} code`, text },
      idempotencyKey,
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const otherwise = hasTwilio() ? ", or sign in with your phone number" : "";
    const message = `We couldn't send the code: our e-mail service doesn't answer. Try again in a minute${otherwise}.`;
    throw appError("provider_unavailable", message);
  }
}

/** 256 bits. */
export const randomSecret = () => toBase64Url(crypto.getRandomValues(new Uint8Array(32)));

/** Six uniform digits: values that would favour low codes are drawn again. */
export function randomCode(): string {
  const limit = Math.floor(2 ** 32 / 1_000_000) * 1_000_000;
  for (;;) {
    const value = crypto.getRandomValues(new Uint32Array(1))[0]!;
    if (value < limit) return String(value % 1_000_000).padStart(6, "0");
  }
}
