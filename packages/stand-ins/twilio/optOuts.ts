/** Twilio's own handling of STOP, START and HELP, and whom it keeps the shop from texting. */

const WORDS = {
  STOP: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  START: ["START", "YES", "UNSTOP"],
  HELP: ["HELP", "INFO"],
} as const;

export type OptOutType = keyof typeof WORDS;

/** Twilio's default texts. */
export const OPT_OUT_REPLIES: Record<OptOutType, string> = {
  STOP: "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.",
  START:
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
  HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};

/** Only a text that is nothing but the word, in any case. */
export function readOptOut(body: string): OptOutType | undefined {
  const word = body.trim().toUpperCase();
  return (Object.keys(WORDS) as OptOutType[]).find((type) =>
    (WORDS[type] as readonly string[]).includes(word),
  );
}

/** A person opts out of one sender: a Messaging Service with all its numbers, or a number. */
export class OptOuts {
  private out = new Set<string>();

  set(person: string, sender: string, optedOut: boolean): void {
    if (optedOut) this.out.add(`${person} ${sender}`);
    else this.out.delete(`${person} ${sender}`);
  }

  has(person: string, sender: string): boolean {
    return this.out.has(`${person} ${sender}`);
  }

  clear(): void {
    this.out.clear();
  }
}
