/**
 * Forged access tokens of every classic kind (RFC 8725), made from a real one: what `validateSession`, the
 * local deployment and HTTP actions are each tried with.
 */
import { base64url, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";

export type Signer = {
  /** The private key that signs real tokens. */
  jwk: JsonWebKey & { kid: string };
  /** A real, valid token signed with it. */
  real: string;
};
/** The name of a kind, and a token of it. */
export type Forgery = [kind: string, token: string];

type Claims = Record<string, unknown>;
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
/** The order of the curve's group. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const utf8 = (text: string) => new TextEncoder().encode(text);
const part = (value: unknown) =>
  base64url.encode(typeof value === "string" ? value : JSON.stringify(value));

async function es256(jwk: JsonWebKey, header: unknown, payload: unknown): Promise<string> {
  const { kty, crv, x, y, d } = jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d }, P256, false, ["sign"]);
  const signed = `${part(header)}.${part(payload)}`;
  const signature = await crypto.subtle.sign(ES256, key, utf8(signed));
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`;
}

async function hmac(hash: string, secret: Uint8Array, header: unknown, payload: unknown) {
  const algorithm = { name: "HMAC", hash };
  const bytes = new Uint8Array(secret);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const signed = `${part(header)}.${part(payload)}`;
  const signature = await crypto.subtle.sign("HMAC", key, utf8(signed));
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`;
}

export async function forgeries(signer: Signer): Promise<Forgery[]> {
  const groups = [
    unsigned(signer),
    await publicKeyAsSecret(signer),
    await foreignKeys(signer),
    await keyIds(signer),
    await claims(signer),
    tampered(signer),
    await shapes(signer),
  ];
  return groups.flat();
}

function parsed({ real }: Signer) {
  const [head = "", body = "", signature = ""] = real.split(".");
  return { head, body, signature, header: decodeProtectedHeader(real), payload: decodeJwt(real) };
}

function unsigned(signer: Signer): Forgery[] {
  const { header, body, signature } = parsed(signer);
  const spellings = ["none", "None", "NONE", "nOnE", " none", "none\u0000", "", null, ["none"], 0];
  return [...spellings, undefined].flatMap((alg): Forgery[] => {
    const head = part({ ...header, alg });
    const spelling = alg === undefined ? "missing" : JSON.stringify(alg);
    return [
      [`alg ${spelling}, no signature`, `${head}.${body}.`],
      [`alg ${spelling}, a real signature`, `${head}.${body}.${signature}`],
    ];
  });
}

/** SubjectPublicKeyInfo of an uncompressed P-256 point. */
const SPKI = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
const hex = (text: string) => Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));

async function publicKeyAsSecret(signer: Signer): Promise<Forgery[]> {
  const { header, payload } = parsed(signer);
  const { d: _, ...jwk } = signer.jwk;
  const point = [...base64url.decode(jwk.x!), ...base64url.decode(jwk.y!)];
  const der = Uint8Array.from([...hex(SPKI), ...point]);
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g)!;
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----`;
  const secrets: Record<string, Uint8Array> = {
    PEM: utf8(pem),
    "PEM with a line end": utf8(`${pem}\n`),
    DER: der,
    JWK: utf8(JSON.stringify(jwk)),
    "x and y": Uint8Array.from(point),
    x: utf8(jwk.x!),
    "key id": utf8(jwk.kid),
    zero: new Uint8Array(1),
  };
  const made = Object.entries(secrets).map(async ([name, secret]): Promise<Forgery> => {
    const token = await hmac("SHA-256", secret, { ...header, alg: "HS256" }, payload);
    return [`HS256 with the public key as ${name}`, token];
  });
  const longer = ["384", "512"].map(async (bits): Promise<Forgery> => {
    const token = await hmac(`SHA-${bits}`, utf8(pem), { ...header, alg: `HS${bits}` }, payload);
    return [`HS${bits} with the public key as PEM`, token];
  });
  return await Promise.all([...made, ...longer]);
}

async function foreignKeys(signer: Signer): Promise<Forgery[]> {
  const { header, payload, body } = parsed(signer);
  const pair = await generateKeyPair("ES256", { extractable: true });
  const own = await exportJWK(pair.privateKey);
  const { d: _, ...jwk } = own;
  const url = "https://evil.example/jwks.json";
  const headers: Record<string, object> = {
    "under our key's id": {},
    "brought along as jwk": { jwk },
    "brought along as jwk, under its own id": { jwk: { ...jwk, kid: "own" }, kid: "own" },
    "fetched from jku": { jku: url, kid: "own" },
    "fetched from x5u": { x5u: url },
    "brought along as x5c": { x5c: ["MIIB"], x5t: "AAAA" },
  };
  const rsa = await generateKeyPair("RS256", { extractable: true });
  const rs256 = part({ ...header, alg: "RS256" });
  const signed = await crypto.subtle.sign(
    "RSASSA-PKCS1-v1_5",
    rsa.privateKey,
    utf8(`${rs256}.${body}`),
  );
  const es = Object.entries(headers).map(async ([name, extra]): Promise<Forgery> => {
    return [`a foreign key ${name}`, await es256(own, { ...header, ...extra }, payload)];
  });
  const rs = base64url.encode(new Uint8Array(signed));
  return [["RS256 with a foreign key", `${rs256}.${body}.${rs}`], ...(await Promise.all(es))];
}

async function keyIds(signer: Signer): Promise<Forgery[]> {
  const { header, payload } = parsed(signer);
  const ids: unknown[] = [
    undefined,
    "",
    "another",
    "../../../../dev/null",
    "' OR 1=1 --",
    "__proto__",
    "constructor",
    `${signer.jwk.kid} `,
    [signer.jwk.kid],
    { $ne: null },
    0,
  ];
  const made = ids.map(async (kid): Promise<Forgery> => {
    const name = kid === undefined ? "missing" : JSON.stringify(kid);
    return [`kid ${name}`, await es256(signer.jwk, { ...header, kid }, payload)];
  });
  return await Promise.all(made);
}

/** Signed with the real key: only the claim can be the reason for a refusal. */
async function claims(signer: Signer): Promise<Forgery[]> {
  const { header, payload } = parsed(signer);
  const { iss, aud } = payload as { iss: string; aud: string };
  const now = Math.floor(Date.now() / 1000);
  const changes: Record<string, Claims> = {
    "another issuer": { iss: "https://evil.example" },
    "an issuer that ours is a prefix of": { iss: `${iss}.evil.example` },
    "an issuer that is a prefix of ours": { iss: iss.slice(0, -1) },
    "an issuer in a list": { iss: [iss] },
    "no issuer": { iss: undefined },
    "another audience": { aud: "another-app" },
    "an audience that ours is a prefix of": { aud: `${aud}-admin` },
    "an audience that is a prefix of ours": { aud: aud.slice(0, -1) },
    "an audience in other letters": { aud: aud.toUpperCase() },
    "a list of other audiences": { aud: ["a", `${aud} `, aud.slice(1)] },
    "an empty audience": { aud: "" },
    "an audience that is an object": { aud: { [aud]: true } },
    "no audience": { aud: undefined },
    "no subject": { sub: undefined },
    "no expiry": { exp: undefined },
    "an expiry in words": { exp: "never" },
    "an expiry of null": { exp: null },
    "a token that has expired": { exp: now - 10, iat: now - 910 },
    "a token of long ago": { exp: 1, iat: 0 },
    "a negative expiry": { exp: -(now + 600) },
    "a start in the future": { nbf: now + 600 },
    "a start in words": { nbf: "now" },
    "an issue in the future": { iat: now + 600 },
    "an issue in words": { iat: "yesterday" },
  };
  const made = Object.entries(changes).map(async ([name, change]): Promise<Forgery> => {
    return [name, await es256(signer.jwk, header, { ...payload, ...change })];
  });
  return await Promise.all(made);
}

/** Something real under or over something changed. */
function tampered(signer: Signer): Forgery[] {
  const { head, body, signature, header, payload } = parsed(signer);
  const bytes = base64url.decode(signature);
  const sealed = (changed: Uint8Array) => `${head}.${body}.${base64url.encode(changed)}`;
  const flipped = bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
  const scalar = (n: bigint) => hex(n.toString(16).padStart(64, "0"));
  const pair = (r: bigint, s: bigint) => sealed(Uint8Array.from([...scalar(r), ...scalar(s)]));
  const der = Uint8Array.from([
    0x30,
    0x44,
    2,
    32,
    ...bytes.slice(0, 32),
    2,
    32,
    ...bytes.slice(32),
  ]);
  return [
    ["another payload", `${head}.${part({ ...payload, sub: "somebody-else" })}.${signature}`],
    ["a later expiry", `${head}.${part({ ...payload, exp: 9_999_999_999 })}.${signature}`],
    ["another header", `${part({ ...header, typ: "at+jwt" })}.${body}.${signature}`],
    ["one bit of the signature changed", sealed(flipped)],
    ["a signature of zeros (r = s = 0)", pair(0n, 0n)],
    ["a signature with r = 0", pair(0n, 1n)],
    ["a signature with s = 0", pair(1n, 0n)],
    ["a signature with r = s = n", pair(N, N)],
    ["a signature of ones", pair(1n, 1n)],
    ["a signature as DER", sealed(der)],
    ["a signature cut off", sealed(bytes.slice(0, 63))],
    ["a signature with more behind it", sealed(Uint8Array.from([...bytes, 0]))],
    ["a signature of 64 KB", sealed(new Uint8Array(65_536))],
    ["no signature", `${head}.${body}.`],
  ];
}

async function shapes(signer: Signer): Promise<Forgery[]> {
  const { real, jwk } = signer;
  const { head, body, signature, header, payload } = parsed(signer);
  const flattened = JSON.stringify({ protected: head, payload: body, signature });
  const signed = (head: unknown, body: unknown) => es256(jwk, head, body);
  return [
    ["nothing", "."],
    ["two dots", ".."],
    ["two parts", `${head}.${body}`],
    ["four parts", `${real}.${signature}`],
    ["five parts, as an encrypted token", `${head}...${body}.${signature}`],
    ["itself twice", `${real}.${real}`],
    ["itself cut off", real.slice(0, -20)],
    ["its JSON form", flattened],
    ["padding", `${real}==`],
    ["a line end inside", `${head}.\n${body}.${signature}`],
    ["letters outside the alphabet", `${head}.${body}.${"+/".repeat(43)}`],
    ["a header that is no object", await signed([header], payload)],
    ["a header that is no JSON", await signed("{alg:ES256}", payload)],
    ["a payload that is a list", await signed(header, [payload])],
    ["a payload that is a string", await signed(header, '"admin"')],
    ["a payload that is null", await signed(header, null)],
    ["a payload that is no JSON", await signed(header, "sub=admin")],
    [
      "a critical header that nobody knows",
      await signed({ ...header, crit: ["x"], x: 1 }, payload),
    ],
    ["an unencoded payload", await signed({ ...header, crit: ["b64"], b64: false }, payload)],
    ["no type", await signed({ ...header, typ: undefined }, payload)],
    ["a key id of 64 KB", `${part({ ...header, kid: "k".repeat(65_536) })}.${body}.${signature}`],
    ["a payload of 1 MB", `${head}.${part({ ...payload, x: "x".repeat(1e6) })}.${signature}`],
  ];
}

/**
 * The other signature that ECDSA has for the same bytes, (r, n - s). It says nothing that the real token
 * doesn't say, so standard verifiers take it; nothing may rely on a token's text being unique.
 */
export function twin({ real }: Signer): string {
  const { head, body, signature } = parsed({ real } as Signer);
  const bytes = base64url.decode(signature);
  const s = BigInt(
    `0x${[...bytes.slice(32)].map((b) => b.toString(16).padStart(2, "0")).join("")}`,
  );
  const other = Uint8Array.from([
    ...bytes.slice(0, 32),
    ...hex((N - s).toString(16).padStart(64, "0")),
  ]);
  return `${head}.${body}.${base64url.encode(other)}`;
}
