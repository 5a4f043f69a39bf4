/**
 * Who the server of a page with the widget says that its visitor is: a JWT (RFC 7519, RFC 8725) under a secret of its
 * own. It is a claim, as what a guest types is one: it names the contact of the guest's conversations. It opens no
 * account, confirms no address and merges nobody, so it is refused for every address that proves something here.
 */
import { errors, jwtVerify } from "jose";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { widgetIdentitySecret } from "../../env";
import { appError } from "../../lib/errors";
import { cleanText, normalizeEmail } from "../../lib/text";
import { MINUTE, SECOND } from "../../lib/time";
import { isStaff, type Caller } from "../access/access";
import { hasRoom } from "../access/limits";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { isGuest } from "./guests";
import { matchesHash, candidateHashesOf, storedHashOf } from "./hashes";
import { findUserByEmail } from "./users";

export const IDENTITY_AUDIENCE = "computer-guys-widget";
export const IDENTITY_LIFETIME = 5 * MINUTE;
/** Clocks differ by a little. */
const TOLERANCE = 5 * SECOND;
const MAX_LENGTH = 2048;
/** A compact JWS (RFC 7515 §7.1) with an HMAC of 32 bytes, in the one way to write them. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;
/** Conversations that are told at once; older ones have other contacts, or none, for good. */
const MAX_TOLD = 20;

type Identity = Omit<NonNullable<Doc<"users">["claim"]>, "tokenHash">;

const refused = (why: string) => appError("code_invalid", `This identity token ${why}.`);

/** What a token says. Errors: `code_invalid` with the reason, `invalid_input`, `too_large`, `not_configured`. */
export async function readIdentityToken(token: string): Promise<Identity> {
  if (token.length > MAX_LENGTH || !COMPACT.test(token)) throw refused("is not a signed JWT");
  const secret = new TextEncoder().encode(widgetIdentitySecret());
  const { sub, name, email, iat, exp } = await verified(token, secret);
  if ((exp! - iat!) * SECOND > IDENTITY_LIFETIME) throw refused("lives longer than five minutes");
  if (!isTextOrAbsent(name) || !isTextOrAbsent(email)) throw refused("has claims that are no text");
  return {
    subject: cleanText("The subject", sub!, 200),
    name: name === undefined ? undefined : cleanText("The name", name, 100),
    email: email === undefined ? undefined : normalizeEmail(email),
  };
}

async function verified(token: string, secret: Uint8Array) {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      audience: IDENTITY_AUDIENCE,
      requiredClaims: ["sub", "iat", "exp"],
      clockTolerance: TOLERANCE / SECOND,
      // Of the future too.
      maxTokenAge: IDENTITY_LIFETIME / SECOND,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused("has expired");
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw refused(`has no "${error.claim}" that is accepted here`);
    }
    if (error instanceof errors.JOSEError) throw refused("is not signed as it must be");
    throw error;
  }
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";

/**
 * Puts a claim on the guest who calls, and on their conversations' contact. The same again changes nothing. Errors: of
 * `readIdentityToken`, and `code_invalid` for a token that another guest has used; `conflict` for an address that
 * somebody has confirmed, and (`anotherPerson`) in a session that another person was named in; `forbidden` for an
 * address of staff's, and for callers who are no guests.
 */
export async function identifyGuest(
  ctx: MutationCtx & { caller: Caller },
  user: Doc<"users">,
  token: string,
): Promise<void> {
  const noGuest = appError(
    "forbidden",
    "Only a guest is told who they are: this session knows it.",
  );
  if (isStaff(user) || ctx.caller.opened !== undefined) throw noGuest;
  const identity = await readIdentityToken(token);
  const { claim } = user;
  if (claim !== undefined && claim.subject !== identity.subject) {
    const details = { anotherPerson: true };
    throw appError("conflict", "This session is another person's: begin a new one.", details);
  }
  if (!isGuest(user)) throw noGuest;
  await refuseProvenAddress(ctx, identity.email);
  const tokenHash = await spend(ctx, claim?.tokenHash, token);
  if (tokenHash === claim?.tokenHash) return;
  await ctx.db.patch("users", user._id, { claim: { ...identity, tokenHash } });
  await tellConversations(ctx, user, identity);
}

async function refuseProvenAddress(ctx: MutationCtx, email: string | undefined): Promise<void> {
  const owner = email === undefined ? null : await findUserByEmail(ctx, email);
  if (owner === null) return;
  if (isStaff(owner)) throw appError("forbidden", "This is an address of the shop's own people.");
  if (owner.emailVerifiedAt !== undefined) {
    throw appError("conflict", "Somebody has confirmed this address: sign in with a code.");
  }
}

/** Good for one guest: what was caught on its way names nobody else. What is signed counts, however it is written. */
async function spend(ctx: MutationCtx, used: string | undefined, token: string): Promise<string> {
  const signed = token.slice(0, token.lastIndexOf("."));
  if (matchesHash(candidateHashesOf("identity", signed), used)) return used!;
  if (await hasRoom(ctx, "identityToken", { address: signed })) {
    return storedHashOf("identity", signed);
  }
  throw refused("was used by somebody else");
}

/** What the guest has typed themselves stays. */
async function tellConversations(
  ctx: MutationCtx,
  { _id: actorId, claim }: Doc<"users">,
  identity: Identity,
): Promise<void> {
  const conversations = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", actorId))
    .order("desc")
    .take(MAX_TOLD);
  for (const conversation of conversations) {
    const contact = { ...conversation.contact };
    const changed = (["name", "email"] as const).filter((field) => {
      const own = contact[field] !== undefined && contact[field] !== claim?.[field];
      return !own && contact[field] !== identity[field];
    });
    if (changed.length === 0) continue;
    for (const field of changed) contact[field] = identity[field];
    await changeConversation(ctx, conversation, { contact });
    const refs = { conversationId: conversation._id, actorId };
    await recordEvent(ctx, "contact_changed", refs, { reason: changed.join(", ") });
  }
}
