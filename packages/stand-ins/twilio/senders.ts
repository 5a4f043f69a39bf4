/** The account's phone numbers, and the Messaging Service that picks one for each recipient. */

/** One number outside the service (the one of Twilio's test credentials that may send), three inside. */
export const SERVICE_NUMBERS = ["+13125550111", "+13125550112", "+14155550113"] as const;
export const SHOP_NUMBERS = [...SERVICE_NUMBERS, "+15005550006"] as const;
export const MESSAGING_SERVICE_SID = `MG${"5e4d".repeat(8)}`;

/** Enough for numbers of the North American plan: country code and area. */
const area = (number: string) => number.slice(0, 5);

export class Senders {
  private sticky = new Map<string, string>();
  private next = 0;

  /** The service that a number belongs to. */
  serviceOf(number: string): string | null {
    return SERVICE_NUMBERS.some((each) => each === number) ? MESSAGING_SERVICE_SID : null;
  }

  /**
   * The service's number for a recipient: the one of earlier messages (sticky sender), else one of the
   * recipient's area (area code geomatch), else the next in turn.
   */
  pick(to: string): string {
    const before = this.sticky.get(to);
    if (before !== undefined) return before;
    const near = SERVICE_NUMBERS.find((number) => area(number) === area(to));
    const picked = near ?? SERVICE_NUMBERS[this.next++ % SERVICE_NUMBERS.length]!;
    this.sticky.set(to, picked);
    return picked;
  }

  /** A person who texts one of the service's numbers is answered from it. */
  remember(person: string, number: string): void {
    if (this.serviceOf(number) !== null) this.sticky.set(person, number);
  }

  clear(): void {
    this.sticky.clear();
    this.next = 0;
  }
}
