/** How a set-up ends, other than well. */

/** Exit codes of `pnpm run setup`. */
export const EXIT = { done: 0, failed: 1, badInput: 2, noDeployment: 3, interrupted: 130 } as const;

/** Ends the set-up with words for the person who runs it. `message` never holds a value of a variable. */
export class SetupError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
    this.name = "SetupError";
  }
}

export const badInput = (message: string) => new SetupError(message, EXIT.badInput);
