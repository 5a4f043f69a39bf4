/** Whether a deployment works, seen from where its clients are: over its public URLs, without the CLI's key. */
import { ConvexHttpClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { z } from "zod";
import { api } from "../../convex/_generated/api";
import type { Cli } from "./cli";
import { SetupError } from "./errors";

const TIMEOUT_MS = 20_000;
const vHealth = z.object({ status: z.enum(["ok", "degraded"]) });
const vJwks = z.object({ keys: z.array(z.object({ kid: z.string() })) });

/** `keys`: how many public keys there are, two during a rotation. */
export async function check(
  { url, siteUrl }: { url: string; siteUrl: string },
  keys: number,
  cli: Cli,
): Promise<void> {
  await get(`${siteUrl}/health`, vHealth);
  const jwks = await get(`${siteUrl}/.well-known/jwks.json`, vJwks);
  if (jwks.keys.length !== keys) {
    throw new SetupError(
      `${siteUrl}/.well-known/jwks.json has ${jwks.keys.length} keys, not ${keys}.`,
    );
  }
  await guestSession(url, cli);
}

async function get<T>(url: string, shape: z.ZodType<T>): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new SetupError(`${url} can't be reached from here.`);
  }
  const body: unknown = response.ok ? await response.json().catch(() => null) : null;
  const parsed = shape.safeParse(body);
  if (!parsed.success) throw new SetupError(`${url} answered ${response.status}, not as expected.`);
  return parsed.data;
}

/** Convex must accept the token that the package signed: this is what a wrong issuer or secret breaks. */
async function guestSession(url: string, cli: Cli): Promise<void> {
  const client = new ConvexHttpClient(url, {
    logger: false,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }),
  });
  const failed = (what: string, error: unknown) =>
    new SetupError(`${what} at ${url} failed: ${cli.redact(reason(error))}`);
  const { accessToken, user } = await client
    .action(api.auth.createGuestSession, {})
    .catch((error: unknown) => {
      throw failed("Opening a guest's session", error);
    });
  client.setAuth(accessToken);
  const problem = await client.query(api.users.me, {}).then(
    (me) => (me._id === user._id ? null : new SetupError("A guest's token is somebody else's.")),
    (error: unknown) => failed("A query with a guest's token", error),
  );
  await cli.must(["run", "setup:removeGuest", JSON.stringify({ userId: user._id })]);
  if (problem !== null) throw problem;
}

function reason(error: unknown): string {
  if (error instanceof ConvexError) {
    const { message } = error.data as { message?: unknown };
    if (typeof message === "string") return message;
  }
  return error instanceof Error ? error.message : String(error);
}
