/** What became of a call, in a word. */
import { isAppError } from "../convex/lib/errors";

/** What a call comes to: "ok", an error's code, or "validation" for arguments that Convex refuses. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => null, thrown);
  if (error === null) return "ok";
  if (isAppError(error)) return error.data.code;
  if (error.message.startsWith("Validator error")) return "validation";
  throw error;
}

export const thrown = (error: unknown) =>
  error instanceof Error ? error : new Error(String(error));
