/**
 * The deployment's variables and what bundles see of the process: `process.env` holds these
 * variables only, never the shell's, and a change is visible to the next read without a restart.
 */

export const BUILT_IN = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"] as const;

const MAX_NAME_LENGTH = 256;
const MAX_VALUE_LENGTH = 8 * 1024;

export interface EnvironmentChange {
  name: string;
  /** `null` removes the variable. */
  value: string | null;
}

export class EnvironmentError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "EnvironmentError";
  }
}

export class DeploymentEnvironment {
  private readonly variables = new Map<string, string>();
  private readonly builtIn = new Map<string, string>();
  private readonly listeners = new Set<() => void>();

  constructor(initial: Record<string, string>) {
    for (const [name, value] of Object.entries(initial)) this.variables.set(name, value);
  }

  /** Sets what Convex itself provides; users can neither set nor list it. */
  setBuiltIn(name: (typeof BUILT_IN)[number], value: string): void {
    this.builtIn.set(name, value);
  }

  get(name: string): string | undefined {
    return this.builtIn.get(name) ?? this.variables.get(name);
  }

  /** The user's variables, sorted by name. */
  list(): { name: string; value: string }[] {
    return [...this.variables]
      .map(([name, value]) => ({ name, value }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  names(): string[] {
    return [...this.variables.keys(), ...this.builtIn.keys()];
  }

  /** Applies all changes or, if one is invalid, none. */
  update(changes: EnvironmentChange[]): void {
    for (const { name, value } of changes) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name.length > MAX_NAME_LENGTH) {
        throw new EnvironmentError(
          "InvalidEnvVarName",
          `Environment variable name "${name}" is invalid: letters, digits and "_" only`,
        );
      }
      if ((BUILT_IN as readonly string[]).includes(name)) {
        throw new EnvironmentError(
          "ForbiddenEnvVarName",
          `Environment variable "${name}" is built in and cannot be changed`,
        );
      }
      if (value !== null && value.length > MAX_VALUE_LENGTH) {
        throw new EnvironmentError("EnvVarTooLarge", `The value of "${name}" exceeds 8 KiB`);
      }
    }
    for (const { name, value } of changes) {
      if (value === null) this.variables.delete(name);
      else this.variables.set(name, value);
    }
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A live, read-only `process.env`. */
  asProcessEnv(onMissing?: (name: string) => never): Record<string, string | undefined> {
    return new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          if (typeof name !== "string") return undefined;
          const value = this.get(name);
          if (value === undefined && onMissing !== undefined) return onMissing(name);
          return value;
        },
        has: (_, name) => typeof name === "string" && this.get(name) !== undefined,
        ownKeys: () => this.names(),
        getOwnPropertyDescriptor: (_, name) => {
          const value = typeof name === "string" ? this.get(name) : undefined;
          if (value === undefined) return undefined;
          return { value, enumerable: true, configurable: true, writable: false };
        },
        set: () => true,
      },
    );
  }
}
