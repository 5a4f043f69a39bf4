/** Files as their owners upload and read them: through the door, over its HTTP route. */
import type { Id } from "../convex/_generated/dataModel";
import type { Caller } from "./setup";

/** Each character is a byte. */
export const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
export const PNG = bytes("\x89PNG\r\n\x1a\n and a picture");

type Fetching = Pick<Caller["t"], "fetch">;

export const postFile = (t: Fetching, body: BodyInit, init: RequestInit = {}) =>
  t.fetch("/files", { method: "POST", body, ...init });

/** Uploads a file, and answers what a message names it by. */
export async function upload({ t }: Caller, body: BodyInit = PNG): Promise<Id<"_storage">> {
  const response = await postFile(t, body);
  if (!response.ok) throw new Error(`The upload was refused: ${await response.text()}`);
  return ((await response.json()) as { storageId: Id<"_storage"> }).storageId;
}

/** The file at the address that a message shows. */
export const readFile = (t: Fetching, url: string) => {
  const { pathname, search } = new URL(url);
  return t.fetch(pathname + search);
};
