/**
 * Whether a request is Twilio's: HMAC-SHA1 with the account's token over the public URL and the sorted form
 * fields (https://www.twilio.com/docs/usage/security). With Web Crypto: HTTP actions have no `node:crypto`,
 * so Twilio's SDK can't check there. A test holds this to the SDK's own answer.
 */

/** A form as it arrived: a field may come more than once. */
type FormFields = readonly (readonly [name: string, value: string])[];

/**
 * True if `signature` is this account's for exactly this URL and form. Twilio leaves standard ports out of
 * what it signs, or puts them in, depending on the scheme and the age of the account: both are tried, as
 * the SDK does.
 */
export async function isSignedByTwilio(
  authToken: string,
  signature: string | null,
  url: string,
  fields: FormFields,
): Promise<boolean> {
  const claimed = decoded(signature);
  if (claimed === null) return false;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const secret = encoder.encode(authToken);
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["verify"]);
  const form = signedForm(fields);
  for (const candidate of spellings(url)) {
    // `verify` compares in constant time.
    const signed = encoder.encode(candidate + form);
    if (await crypto.subtle.verify("HMAC", key, claimed, signed)) return true;
  }
  return false;
}

/** The 20 bytes of a signature, or null for what can't be one. Base64 has one spelling of 20 bytes. */
function decoded(signature: string | null): Uint8Array<ArrayBuffer> | null {
  if (signature === null || !/^[A-Za-z0-9+/]{27}=$/.test(signature)) return null;
  const text = atob(signature);
  if (btoa(text) !== signature) return null;
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Names in the order of their code units, each followed by its values: every value once, in order. */
function signedForm(fields: FormFields): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of fields) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values.keys()]
    .sort()
    .flatMap((name) => [...values.get(name)!].sort().map((value) => name + value))
    .join("");
}

/** The URL without and with its port, as it is written and as browsers would write it. */
function spellings(url: string): Set<string> {
  const written = URL.canParse(url) ? [url, new URL(url).href] : [url];
  return new Set(written.flatMap((one) => [withoutPort(one), withPort(one)]));
}

const AUTHORITY = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i;
const PORT = /:\d*$/;

const withoutPort = (url: string) =>
  url.replace(AUTHORITY, (authority) => authority.replace(PORT, ""));

const withPort = (url: string) =>
  url.replace(AUTHORITY, (authority, scheme: string) =>
    PORT.test(authority)
      ? authority
      : `${authority}:${scheme.toLowerCase() === "https" ? 443 : 80}`,
  );
