/** Loads a part of the application: a line that is down for a moment costs a moment, not the page. */
import { sleepUntilOnline } from "../auth/sleep";

const FIRST_PAUSE_MS = 500;
const TRIES = 6;

/** Without a network it waits for one; with one it gives up in the end, for the part may be gone with a new version. */
export async function loadPatiently<Part>(load: () => Promise<Part>): Promise<Part> {
  for (let tries = 1; ;) {
    try {
      return await load();
    } catch (error) {
      if (navigator.onLine && tries++ === TRIES) throw error;
      await sleepUntilOnline(FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}
