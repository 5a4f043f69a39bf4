/** What the server of a page with the widget may say about its visitor, and what it may not. */
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import {
  clockedDeployment,
  customer,
  guest,
  outcomeOf,
  row,
  signIn,
  technician,
  JWT_SECRET,
  type Caller,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const SECRET = "a-secret-of-the-widget-0123456789-abcdef";
const MINUTE = 60_000;

let t: Deployment;
beforeEach(() => {
  t = clockedDeployment({ WIDGET_IDENTITY_SECRET: SECRET });
});

const seconds = () => Math.floor(Date.now() / 1000);
const key = (secret: string) => new TextEncoder().encode(secret);
const person = (claims: JWTPayload = {}): JWTPayload => ({
  sub: "customer-7",
  name: "Ada",
  email: "ada@example.com",
  aud: "computer-guys-widget",
  iat: seconds(),
  exp: seconds() + 300,
  ...claims,
});
const sign = (claims: JWTPayload = {}, secret = SECRET, alg = "HS256") =>
  new SignJWT(person(claims)).setProtectedHeader({ alg }).sign(key(secret));

const identify = (caller: Caller, token: string) =>
  caller.t.mutation(api.users.identifyGuest, { token });
const begin = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;
/** What is known of them. */
const claimOf = async ({ userId }: Caller) =>
  (await t.run((ctx) => ctx.db.get("users", userId)))!.claim;

test("a guest's conversations, before and after, have the contact that the page's server signed, and no more", async () => {
  const ada = await guest(t);
  const before = await begin(ada);
  await identify(ada, await sign());
  const after = await begin(ada);
  const contact = { name: "Ada", email: "ada@example.com" };
  expect(await row(t, before)).toMatchObject({ contact });
  expect(await row(t, after)).toMatchObject({ contact });
  const me = await ada.t.query(api.users.me, {});
  expect(me).toMatchObject({ emailVerified: false });
  expect(me).not.toHaveProperty("email");
  // Whoever proves the address gets an account without what this guest has.
  const { challenge, code } = await askForCode(t, contact.email);
  const owner = bearer(t, await t.action(api.auth.createSession, { challenge, code }));
  expect(owner.userId).not.toBe(ada.userId);
  expect(await outcomeOf(owner.t.query(api.conversations.get, { conversationId: after }))).toBe(
    "not_found",
  );
});

test("what the guest has typed stays, and what the server says anew goes where it had said it", async () => {
  const ada = await guest(t);
  const [typed, told] = [await begin(ada), await begin(ada)];
  const contact = { email: "typed@example.com" };
  await ada.t.mutation(api.conversations.updateConversation, {
    conversationId: typed,
    contact,
  });
  await identify(ada, await sign());
  await identify(ada, await sign({ email: "new@example.com" }));
  expect((await row(t, typed)).contact).toEqual({ name: "Ada", email: "typed@example.com" });
  expect((await row(t, told)).contact).toEqual({ name: "Ada", email: "new@example.com" });
});

const rsa = await generateKeyPair("RS256");
const bad: [string, () => Promise<string> | string, RegExp][] = [
  ["signed by nobody (alg none)", () => new UnsecuredJWT(person()).encode(), /not a signed JWT/],
  [
    "alg none, with 32 bytes in the signature's place",
    () => new UnsecuredJWT(person()).encode() + "A".repeat(43),
    /not signed/,
  ],
  [
    "RS256",
    () => new SignJWT(person()).setProtectedHeader({ alg: "RS256" }).sign(rsa.privateKey),
    /not a signed JWT/,
  ],
  ["HS512", () => sign({}, SECRET, "HS512"), /not a signed JWT/],
  ["another secret", () => sign({}, `${SECRET}x`), /not signed/],
  ["the secret of sessions", () => sign({}, JWT_SECRET), /not signed/],
  ["a claim changed", async () => forge(await sign()), /not signed/],
  ["over", () => sign({ iat: seconds() - 310, exp: seconds() - 10 }), /expired/],
  ["of the future", () => sign({ iat: seconds() + 60, exp: seconds() + 120 }), /"iat"/],
  ["too long a life", () => sign({ exp: seconds() + 301 }), /five minutes/],
  ["another audience", () => sign({ aud: "computer-guys" }), /"aud"/],
  ["no audience", () => sign({ aud: undefined }), /"aud"/],
  ["no end", () => sign({ exp: undefined }), /"exp"/],
  ["no beginning", () => sign({ iat: undefined }), /"iat"/],
  ["nobody", () => sign({ sub: undefined }), /"sub"/],
  ["a name that is no text", () => sign({ name: 7 }), /no text/],
  ["longer than a token is", () => sign({ other: "x".repeat(2000) }), /not a signed JWT/],
];

function forge(token: string): string {
  const [header, , signature] = token.split(".");
  const payload = Buffer.from(JSON.stringify(person({ sub: "somebody-else" }))).toString(
    "base64url",
  );
  return `${header}.${payload}.${signature}`;
}

test.each(bad)("a token is refused that is or has: %s", async (_what, make, why) => {
  const ada = await guest(t);
  const call = identify(ada, await make());
  await expect(call).rejects.toMatchObject({ data: { code: "code_invalid", message: why } });
  expect(await claimOf(ada)).toBeUndefined();
});

test("names and addresses are bounded as those that people type", async () => {
  const ada = await guest(t);
  expect(await outcomeOf(identify(ada, await sign({ email: "no address" })))).toBe("invalid_input");
  expect(await outcomeOf(identify(ada, await sign({ name: "x".repeat(101) })))).toBe("too_large");
  expect(await outcomeOf(identify(ada, await sign({ sub: "x".repeat(201) })))).toBe("too_large");
  expect(await claimOf(ada)).toBeUndefined();
});

test("never an address of staff's, and never a confirmed one", async () => {
  const ada = await guest(t);
  await technician(t, "Dana");
  await signIn(t, { role: "admin", email: "boss@shop.example" });
  await customer(t, "confirmed@example.com");
  for (const email of ["dana@shop.example", "Dana@Shop.example", "boss@shop.example"]) {
    expect(await outcomeOf(identify(ada, await sign({ email })))).toBe("forbidden");
  }
  const confirmed = await sign({ email: "confirmed@example.com" });
  expect(await outcomeOf(identify(ada, confirmed))).toBe("conflict");
  expect(await claimOf(ada)).toBeUndefined();
});

test("only guests: neither staff nor accounts, nor who came by an e-mail's link", async () => {
  const accounts = [
    await technician(t),
    await customer(t),
    await signIn(t, { phone: "+16145550100", phoneVerifiedAt: 1 }),
  ];
  const opener = await guest(t);
  const conversationId = await begin(await guest(t));
  await t.run((ctx) => ctx.db.patch("sessions", opener.sessionId, { conversationId }));
  for (const caller of [...accounts, opener]) {
    expect(await outcomeOf(identify(caller, await sign()))).toBe("forbidden");
    expect(await claimOf(caller)).toBeUndefined();
  }
});

test("a session is one person's: another one is told to begin anew, also after signing in", async () => {
  const ada = await guest(t);
  await identify(ada, await sign());
  const another = async () =>
    identify(ada, await sign({ sub: "customer-8" })).then(
      () => null,
      (error: { data: unknown }) => error.data,
    );
  expect(await another()).toMatchObject({ code: "conflict", anotherPerson: true });
  const emailVerifiedAt = Date.now();
  const email = freshAddress();
  await t.run((ctx) => ctx.db.patch("users", ada.userId, { email, emailVerifiedAt }));
  expect(await another()).toMatchObject({ code: "conflict", anotherPerson: true });
  expect(await outcomeOf(identify(ada, await sign()))).toBe("forbidden");
});

test("a token names one guest: the same again, after a reload, but nobody else", async () => {
  const [ada, thief] = [await guest(t), await guest(t)];
  const token = await sign();
  await identify(ada, token);
  await identify(ada, token);
  const next = await sign({ exp: seconds() + 299 });
  await identify(ada, next);
  await identify(ada, next);
  expect(await outcomeOf(identify(thief, next))).toBe("code_invalid");
  expect(await outcomeOf(identify(thief, token))).toBe("code_invalid");
  vi.setSystemTime(Date.now() + 4 * MINUTE);
  expect(await outcomeOf(identify(thief, token))).toBe("code_invalid");
  expect(await claimOf(thief)).toBeUndefined();
  // A refusal uses nothing up.
  await technician(t, "Dana");
  const fresh = await sign({ sub: "customer-9" });
  expect(await outcomeOf(identify(ada, fresh))).toBe("conflict");
  await identify(thief, fresh);
  expect(await claimOf(thief)).toMatchObject({ subject: "customer-9" });
});

test("after a rotation of JWT_SECRET the same guest is still known by the same token", async () => {
  const ada = await guest(t);
  const token = await sign();
  await identify(ada, token);
  vi.stubEnv("JWT_SECRET", `${"n".repeat(40)} ${JWT_SECRET}`);
  expect(await outcomeOf(identify(ada, token))).toBe("ok");
});

test.each([
  ["absent", ""],
  ["shorter than 32 characters", "x".repeat(31)],
  ["that of sessions", JWT_SECRET],
])(
  "a secret that is %s identifies nobody, and the error says which variable",
  async (_what, value) => {
    const ada = await guest(t);
    const token = await sign({}, value || SECRET);
    vi.stubEnv("WIDGET_IDENTITY_SECRET", value);
    await expect(identify(ada, token)).rejects.toMatchObject({
      data: { code: "not_configured", variable: "WIDGET_IDENTITY_SECRET" },
    });
  },
);
