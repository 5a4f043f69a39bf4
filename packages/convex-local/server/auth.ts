/** Verifies client tokens against the pushed `auth.config.ts`, as a deployment does natively. */
import type { UserIdentity } from "convex/server";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import type { AuthProvider } from "./push/types";

export class AuthenticationError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AuthenticationError";
  }
}

interface VerifiedToken {
  identity: UserIdentity;
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** How far clocks may differ, as on the real backend. */
const CLOCK_TOLERANCE_S = 5;

/** Three parts in the alphabet of RFC 4648 §5, without padding: jose's decoder takes more than that. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const UNVERIFIED =
  "Could not verify token claim. Check that the token signature is valid and the token hasn't expired.";

/** Known claims and the names under which an identity shows them. */
const ATTRIBUTES: Record<string, string> = {
  name: "name",
  given_name: "givenName",
  family_name: "familyName",
  nickname: "nickname",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  email: "email",
  email_verified: "emailVerified",
  gender: "gender",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
  address: "address",
  updated_at: "updatedAt",
};

const REGISTERED = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]);

export class TokenVerifier {
  private readonly keys = new Map<AuthProvider, Promise<JWTVerifyGetKey>>();

  constructor(private readonly providers: readonly AuthProvider[]) {}

  async verify(token: string): Promise<VerifiedToken> {
    const claims = decode(token);
    const provider = this.providerFor(claims);
    let payload: JWTPayload;
    try {
      const keys = await this.keysOf(provider);
      const verified = await jwtVerify(token, keys, {
        algorithms: [provider.algorithm ?? "RS256"],
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ["sub", "iss", "exp"],
        ...(provider.applicationID === null ? {} : { audience: provider.applicationID }),
      });
      if (provider.type === "customJwt") requireHeader(verified.protectedHeader);
      requirePast(verified.payload);
      payload = verified.payload;
    } catch (error) {
      if (error instanceof AuthenticationError) throw error;
      throw new AuthenticationError("InvalidAuthHeader", UNVERIFIED);
    }
    return {
      identity: toIdentity(payload),
      token,
      expiresAt: (payload.exp ?? 0) * 1000,
    };
  }

  private providerFor(claims: JWTPayload): AuthProvider {
    const audiences = claims.aud === undefined ? [] : [claims.aud].flat();
    const provider = this.providers.find(({ type, issuer, domain, applicationID }) => {
      if (applicationID !== null && !audiences.includes(applicationID)) return false;
      if (type === "customJwt") return issuer === claims.iss;
      return withoutSlash(domain ?? "") === withoutSlash(claims.iss ?? "");
    });
    if (provider !== undefined) return provider;
    const list = this.providers.map((p) =>
      p.type === "customJwt"
        ? `CustomJWT(issuer=${p.issuer}, app_id=${p.applicationID ?? "none"})`
        : `OIDC(domain=${p.domain}, app_id=${p.applicationID})`,
    );
    throw new AuthenticationError(
      "NoAuthProvider",
      list.length === 0
        ? "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts."
        : `No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [${list.join(", ")}]`,
    );
  }

  private async keysOf(provider: AuthProvider): Promise<JWTVerifyGetKey> {
    let keys = this.keys.get(provider);
    if (keys === undefined) {
      keys = loadKeys(provider);
      this.keys.set(provider, keys);
      keys.catch(() => this.keys.delete(provider));
    }
    return await keys;
  }
}

function decode(token: string): JWTPayload {
  let claims: JWTPayload;
  try {
    if (!COMPACT.test(token)) throw new TypeError("Not a compact JWS");
    claims = decodeJwt(token);
  } catch {
    throw new AuthenticationError(
      "InvalidAuthHeader",
      "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.",
    );
  }
  if (typeof claims.iss !== "string") {
    throw new AuthenticationError(
      "InvalidAuthHeader",
      "Missing issuer claim ('iss') in JWT payload. The JWT must include an 'iss' claim that matches one of your configured auth providers.",
    );
  }
  return claims;
}

/** The real backend refuses tokens from the future; jose looks at `iat` for a token's age only. */
function requirePast({ iat }: JWTPayload): void {
  if (iat !== undefined && iat > Date.now() / 1000 + CLOCK_TOLERANCE_S) {
    throw new AuthenticationError("InvalidAuthHeader", UNVERIFIED);
  }
}

function requireHeader(header: { kid?: string; typ?: string }): void {
  if (header.kid === undefined || header.typ === undefined) {
    throw new AuthenticationError(
      "InvalidAuthHeader",
      "The header of a custom JWT needs `kid`, `alg` and `typ`",
    );
  }
}

async function loadKeys({ type, jwks, domain }: AuthProvider): Promise<JWTVerifyGetKey> {
  if (type === "customJwt") {
    const source = jwks ?? "";
    return source.startsWith("data:")
      ? createLocalJWKSet(parseDataUri(source))
      : createRemoteJWKSet(new URL(source));
  }
  const discovery = await fetch(`${withoutSlash(domain ?? "")}/.well-known/openid-configuration`);
  const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwks_uri));
}

function parseDataUri(uri: string): JSONWebKeySet {
  const comma = uri.indexOf(",");
  const meta = uri.slice("data:".length, comma);
  const data = uri.slice(comma + 1);
  const text = meta.endsWith(";base64")
    ? Buffer.from(data, "base64").toString("utf8")
    : decodeURIComponent(data);
  return JSON.parse(text) as JSONWebKeySet;
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, "");
}

/** The identity functions see: standard attributes by name, custom claims as they are. */
function toIdentity(claims: JWTPayload): UserIdentity {
  const issuer = claims.iss ?? "";
  const subject = claims.sub ?? "";
  const identity: Record<string, unknown> = {
    tokenIdentifier: `${issuer}|${subject}`,
    subject,
    issuer,
  };
  for (const [claim, value] of Object.entries(claims)) {
    if (REGISTERED.has(claim)) continue;
    const attribute = ATTRIBUTES[claim];
    if (attribute !== undefined) identity[attribute] = value;
    else addCustom(identity, claim, value);
  }
  return identity as UserIdentity;
}

/** Nested claims are reached by dotted names, e.g. `identity["properties.email"]`. */
function addCustom(identity: Record<string, unknown>, name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) addCustom(identity, `${name}.${key}`, inner);
  } else {
    identity[name] = value;
  }
}
