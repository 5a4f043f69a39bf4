/**
 * The deployment's variables and what bundles see of the process: `process.env` holds these
 * variables only, never the shell's, and a change is visible to the next read without a restart.
 */

const BUILT_IN = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"] as const;

const MAX_NAME_LENGTH = 256;
const MAX_VALUE_BYTES = 8 * 1024;
const MAX_VARIABLES = 512;
/** Of all names and values together. */
const MAX_TOTAL_BYTES = 512 * 1024;

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
  private variables = new Map<string, string>();
  private readonly builtIn = new Map<string, string>();
  /** Variables that are being tried out: only `auth.config.ts` sees them. */
  private proposed: ReadonlyMap<string, string> | null = null;
  private changes: Promise<unknown> = Promise.resolve();

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

  /**
   * Applies all changes or, if one is invalid or `accept` rejects, none. While `accept` runs, what
   * `auth.config.ts` reads is changed already, and nothing else is.
   */
  async change(changes: EnvironmentChange[], accept: () => Promise<void>): Promise<void> {
    const turn = this.changes.then(async () => {
      const after = this.changed(changes);
      this.proposed = after;
      try {
        await accept();
      } finally {
        this.proposed = null;
      }
      this.variables = after;
    });
    this.changes = turn.catch(() => undefined);
    await turn;
  }

  private changed(changes: EnvironmentChange[]): Map<string, string> {
    changes.forEach(checkChange);
    const after = new Map(this.variables);
    for (const { name, value } of changes) {
      if (value === null) after.delete(name);
      else after.set(name, value);
    }
    checkTotal(after);
    return after;
  }

  /** A live, read-only `process.env`; with `onMissing`, that of `auth.config.ts`. */
  asProcessEnv(onMissing?: (name: string) => never): Record<string, string | undefined> {
    return new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          if (typeof name !== "string") return undefined;
          const tried = onMissing === undefined ? null : this.proposed;
          const value =
            tried === null ? this.get(name) : (this.builtIn.get(name) ?? tried.get(name));
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

function checkChange({ name, value }: EnvironmentChange): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new EnvironmentError(
      "EnvironmentVariableNameInvalid",
      `The environment variable name ${name} is invalid. Environment variable names must begin with a letter and may only include characters a-z, A-Z, 0-9, and underscores.`,
    );
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw new EnvironmentError(
      "EnvironmentVariableNameTooLong",
      `The environment variable name ${name} is too long. Environment variable names must be less than ${MAX_NAME_LENGTH}.`,
    );
  }
  const bytes = Buffer.byteLength(value ?? "");
  if (bytes > MAX_VALUE_BYTES) {
    throw new EnvironmentError(
      "EnvironmentVariableValueTooLarge",
      `The environment variable value is ${bytes} bytes, which is too large. (max size: ${MAX_VALUE_BYTES})`,
    );
  }
  if (value !== null && (BUILT_IN as readonly string[]).includes(name)) {
    throw new EnvironmentError(
      "EnvVarNameForbidden",
      `Environment variable with name "${name}" is built-in and cannot be overridden`,
    );
  }
}

function checkTotal(variables: Map<string, string>): void {
  if (variables.size > MAX_VARIABLES) {
    throw new EnvironmentError(
      "EnvVarLimitMet",
      `The environment variable limit (${MAX_VARIABLES}) has been met.`,
    );
  }
  let bytes = 0;
  for (const [name, value] of variables) bytes += name.length + Buffer.byteLength(value);
  if (bytes > MAX_TOTAL_BYTES) {
    throw new EnvironmentError(
      "EnvVarTotalSizeLimitMet",
      `The total size of all environment variables (${bytes} bytes) exceeds the limit (${MAX_TOTAL_BYTES} bytes).`,
    );
  }
}
