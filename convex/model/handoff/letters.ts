/** Mails an alert's letters, each tried again while the provider may yet take it. For actions. */
import type { Infer } from "convex/values";
import { isAppError } from "../../lib/errors";
import { SECOND } from "../../lib/time";
import { sendEmail } from "../../providers/email";
import { ProviderError } from "../../providers/errors";
import { countOutcome, type vAddressed } from "./alerts";

type Letter = Infer<typeof vAddressed>;
type Sending = {
  /** Of the digest, with whom it goes to: the provider mails no letter twice. */
  key: string;
  /** Texts it, if that is worth a text. */
  text: (letter: Letter) => Promise<unknown>;
  wait?: (ms: number) => Promise<void>;
};

const PAUSES = [2 * SECOND, 8 * SECOND, 32 * SECOND];
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** How many were reached, and what the provider said last: null for nothing wrong, absent if it was not asked. */
export async function mailLetters(
  letters: readonly Letter[],
  { key, text, wait = sleep }: Sending,
): Promise<{ tally: Record<string, number>; fault?: string | null }> {
  let tally: Record<string, number> = {};
  let fault: string | null | undefined;
  for (const letter of letters) {
    if (letter.byText) await text(letter).catch(() => undefined);
    const { to, subject } = letter;
    if (to === undefined) {
      tally = countOutcome(tally, letter.byText ? "texted" : "skipped");
      continue;
    }
    const mail = { to, subject, text: letter.text };
    const outcome = await mailOne(mail, `${key}-${letter.userId}`, wait);
    if ("fault" in outcome) fault = outcome.fault;
    tally = countOutcome(tally, outcome.kind);
  }
  return fault === undefined ? { tally } : { tally, fault };
}

type Outcome =
  { kind: "sent" | "refused" | "failed"; fault: string | null } | { kind: "not_configured" };

async function mailOne(
  mail: { to: string; subject: string; text: string },
  key: string,
  wait: (ms: number) => Promise<void>,
): Promise<Outcome> {
  for (let tried = 0; ; tried++) {
    try {
      await sendEmail(mail, key);
      return { kind: "sent", fault: null };
    } catch (error) {
      if (isAppError(error) && error.data.code === "not_configured") {
        return { kind: "not_configured" };
      }
      if (!(error instanceof ProviderError)) throw error;
      if (!error.retryable) return { kind: "refused", fault: error.fault };
      const pause = PAUSES[tried];
      if (pause === undefined) return { kind: "failed", fault: error.fault };
      await wait(pause);
    }
  }
}
