/** Evaluates the pushed `auth.config.ts` and checks its providers as a deployment does. */
import type { LoadedModule } from "./moduleSet";
import { PushError } from "./errors";
import type { AuthProvider } from "./types";

export async function evaluateAuthConfig(
  loader: (() => Promise<LoadedModule>) | undefined,
): Promise<AuthProvider[]> {
  if (loader === undefined) return [];
  let module: LoadedModule;
  try {
    module = await loader();
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw new PushError("InvalidAuthConfig", `auth.config.js failed: Uncaught ${String(error)}`);
  }
  const config = module.default as { providers?: unknown } | undefined;
  if (!Array.isArray(config?.providers)) {
    throw new PushError("InvalidAuthConfig", "auth.config.js must export a list of `providers`");
  }
  return config.providers.map((provider: unknown) => checkProvider(provider));
}

function checkProvider(value: unknown): AuthProvider {
  const provider = value as Record<string, unknown>;
  const text = (name: string): string => {
    const field = provider[name];
    if (typeof field !== "string" || field === "") {
      throw new PushError("InvalidAuthConfig", `An auth provider lacks \`${name}\``);
    }
    return field;
  };
  if (provider.type !== "customJwt") {
    return { domain: text("domain"), applicationID: text("applicationID") };
  }
  const algorithm = text("algorithm");
  if (algorithm !== "ES256" && algorithm !== "RS256") {
    throw new PushError("InvalidAuthConfig", `Unsupported algorithm "${algorithm}"`);
  }
  return {
    type: "customJwt",
    issuer: text("issuer"),
    jwks: text("jwks"),
    algorithm,
    applicationID: typeof provider.applicationID === "string" ? provider.applicationID : null,
  };
}
