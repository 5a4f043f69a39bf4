/** Configuration: what is missing names the command that sets it. */
import { beforeEach, expect, test, vi } from "vitest";
import {
  allowedOrigins,
  jwtSecrets,
  openAiEnv,
  openRouterEnv,
  resendEnv,
  shopEnv,
  siteUrl,
} from "../../convex/env";
import { isAppError } from "../../convex/lib/errors";

const VARIABLES = [
  "JWT_SECRET",
  "CONVEX_SITE_URL",
  "OPENROUTER_API_KEY",
  "OPENROUTER_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "RESEND_API_KEY",
  "RESEND_BASE_URL",
  "EMAIL_FROM",
  "SHOP_NAME",
  "ALLOWED_ORIGINS",
];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, "");
});

const refused = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (isAppError(error)) return error.data;
    throw error;
  }
  throw new Error("Nothing was refused.");
};

test.each([
  ["JWT_SECRET", jwtSecrets],
  ["CONVEX_SITE_URL", siteUrl],
  ["OPENROUTER_API_KEY", openRouterEnv],
  ["RESEND_API_KEY", resendEnv],
] as const)("%s missing: the error prints the command that sets it", (name, read) => {
  const error = refused(read);
  const command = `npx convex env set ${name} <value>`;
  expect(error).toMatchObject({ code: "not_configured", variable: name, command });
  expect(error.message).toContain("is not set");
  expect(error.message).toContain(command);
});

test.each([
  ["CONVEX_SITE_URL", siteUrl, "not a url"],
  ["OPENAI_BASE_URL", openAiEnv, "not a url"],
] as const)("%s not valid: the error says so, without its value", (name, read, wrong) => {
  vi.stubEnv(name, wrong);
  const error = refused(read);
  expect(error.message).toContain("is not valid");
  expect(JSON.stringify(error)).not.toContain(wrong);
});

test("a JWT_SECRET that is too short: which length is needed, and what makes one", () => {
  const wrong = "hunter2 hunter2";
  vi.stubEnv("JWT_SECRET", wrong);
  const error = refused(jwtSecrets);
  expect(error).toMatchObject({
    code: "not_configured",
    variable: "JWT_SECRET",
    command: "openssl rand -base64 48 | npx convex env set JWT_SECRET",
  });
  expect(error.message).toContain("has 15 characters; it needs 32 or more");
  expect(JSON.stringify(error)).not.toContain(wrong);
});

test("without an OpenAI key there are no embeddings, and no error", () => {
  expect(openAiEnv()).toBeNull();
  vi.stubEnv("OPENAI_API_KEY", "sk-1");
  expect(openAiEnv()).toEqual({
    OPENAI_API_KEY: "sk-1",
    OPENAI_BASE_URL: "https://api.openai.com/v1",
  });
});

test("providers are the real ones unless told otherwise; an empty variable counts as unset", () => {
  vi.stubEnv("OPENROUTER_API_KEY", "key");
  vi.stubEnv("RESEND_API_KEY", "key");
  expect(openRouterEnv().OPENROUTER_BASE_URL).toBe("https://openrouter.ai/api/v1");
  expect(resendEnv().RESEND_BASE_URL).toBe("https://api.resend.com");
  expect(shopEnv().SHOP_NAME).toBe("Computer Guys");
  vi.stubEnv("OPENROUTER_BASE_URL", "http://127.0.0.1:3212");
  expect(openRouterEnv().OPENROUTER_BASE_URL).toBe("http://127.0.0.1:3212");
});

test("two secrets are read during a rotation, the new one first", () => {
  const [fresh, old] = ["n".repeat(32), "o".repeat(32)];
  vi.stubEnv("JWT_SECRET", `${fresh}\n${old}`);
  expect(jwtSecrets()).toEqual([fresh, old]);
});

test("allowed origins are exact, secure, and none unless they are named", () => {
  expect(allowedOrigins()).toEqual([]);
  vi.stubEnv("ALLOWED_ORIGINS", "https://shop.example, http://localhost:5173\nhttp://127.0.0.1:1");
  const named = ["https://shop.example", "http://localhost:5173", "http://127.0.0.1:1"];
  expect(allowedOrigins()).toEqual(named);
});

test.each([
  "*",
  "null",
  "shop.example",
  "http://shop.example",
  "https://shop.example/",
  "https://*.shop.example",
  "https://Shop.example",
  "https://shop.example https://user@other.example",
  "javascript:alert(1)",
])("%s is no origin to be named", (value) => {
  vi.stubEnv("ALLOWED_ORIGINS", value);
  expect(refused(allowedOrigins)).toMatchObject({ variable: "ALLOWED_ORIGINS" });
});
