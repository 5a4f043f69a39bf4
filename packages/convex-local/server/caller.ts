/** Who is calling over HTTP: nobody, a user with a token, or the holder of the admin key. */
import type { IncomingMessage } from "node:http";
import type { UserIdentity } from "convex/server";
import type { CallOptions } from "../engine/engine";
import { AuthenticationError, type TokenVerifier } from "./auth";
import { HttpError, readOrigin, parseAdminHeader, isSameSecret } from "./http";

export interface Authenticator {
  readonly adminKey: string;
  verifier(): TokenVerifier;
}

export async function authenticateCaller(
  request: IncomingMessage,
  target: Authenticator,
): Promise<CallOptions> {
  const options: CallOptions = { ...readOrigin(request), transport: "http" };
  const header = request.headers.authorization;
  if (header === undefined) return options;
  if (header.startsWith("Bearer ")) {
    try {
      const { identity, token } = await target.verifier().verify(header.slice("Bearer ".length));
      return { ...options, identity, token };
    } catch (error) {
      if (error instanceof AuthenticationError) {
        throw new HttpError(401, error.code, error.message);
      }
      throw error;
    }
  }
  const admin = parseAdminHeader(header);
  if (admin === null || !isSameSecret(admin.key, target.adminKey)) {
    throw new HttpError(401, "BadAdminKey", "The provided admin key was invalid for this instance");
  }
  return { ...options, admin: true, identity: completeIdentity(admin.actingAs) };
}

/** The identity that an admin acts as, completed as the backend completes it. */
export function completeIdentity(attributes: Record<string, unknown> | null): UserIdentity | null {
  if (attributes === null) return null;
  const issuer = typeof attributes.issuer === "string" ? attributes.issuer : "https://convex.test";
  const subject = typeof attributes.subject === "string" ? attributes.subject : "";
  const tokenIdentifier = attributes.tokenIdentifier ?? `${issuer}|${subject}`;
  return { ...attributes, issuer, subject, tokenIdentifier } as UserIdentity;
}
