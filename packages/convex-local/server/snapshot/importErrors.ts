/** Why an import is refused, in Convex's words (crates/application/src/snapshot_import). */

export class ImportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ImportError";
  }
}

export function explainError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** ` in 'workflow/workpool'`, or nothing for the app. */
export function describeComponent(component: string): string {
  return component === "" ? "" : ` in '${component}'`;
}
