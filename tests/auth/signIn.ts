/** Signing in the way a client does: a code from the e-mail, tokens, a bearer. */
import { decodeJwt } from "jose";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { as, control, type Caller, type Deployment } from "../setup";

let addresses = 0;
/** An address that no other test uses: the stand-ins are shared. */
export const freshAddress = () =>
  `user-${Math.random().toString(36).slice(2)}-${++addresses}@example.com`;

/** Asks for a code, and reads it in the e-mail. */
export async function askForCode(
  t: Caller["t"],
  email: string,
): Promise<{ challenge: string; code: string; expiresAt: number }> {
  const asked = await t.action(api.auth.requestCode, { email });
  const to = encodeURIComponent(email);
  const { emails } = (await control(`/emails?to=${to}`)) as { emails: { text: string }[] };
  return { ...asked, code: /\d{6}/.exec(emails[0]!.text)![0] };
}

/** A caller with tokens, as a client has them. */
export function bearer(t: Deployment, tokens: { accessToken: string }): Caller {
  const { sub, sid } = decodeJwt<{ sid: string }>(tokens.accessToken);
  return as(t, sub as Id<"users">, sid as Id<"sessions">);
}
