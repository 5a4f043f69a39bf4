/** The mails that were "sent": newest 1,000, searchable by recipient, with waiters for tests. */
export interface Mail {
  id: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  text: string | null;
  html: string | null;
  replyTo: string[];
  headers: Record<string, string>;
  tags: { name: string; value: string }[];
  /** `content` is Base64. */
  attachments: { filename: string; content: string }[];
  /** Milliseconds since the epoch. */
  at: number;
}

const MAX_MAILS = 1_000;

/** `Name <a@b.c>` or `a@b.c`, as the bare address in lower case. */
const parseAddress = (value: string): string =>
  (/<([^<>]+)>\s*$/.exec(value)?.[1] ?? value).trim().toLowerCase();

export class Mailbox {
  private mails: Mail[] = [];
  private keys = new Map<string, { payload: string; body: unknown }>();
  private waiters = new Set<{ to: string; resolve: (mail: Mail) => void }>();

  add(mail: Mail): void {
    this.mails.push(mail);
    if (this.mails.length > MAX_MAILS) this.mails.shift();
    for (const waiter of this.waiters) {
      if (!mail.to.some((to) => parseAddress(to) === waiter.to)) continue;
      this.waiters.delete(waiter);
      waiter.resolve(mail);
    }
  }

  /** Newest first. */
  list(to?: string): Mail[] {
    const wanted = to === undefined ? undefined : parseAddress(to);
    return this.mails
      .filter((m) => wanted === undefined || m.to.some((t) => parseAddress(t) === wanted))
      .reverse();
  }

  get(id: string): Mail | undefined {
    return this.mails.find((m) => m.id === id);
  }

  /** The newest mail to an address, or the next one to come. */
  waitFor(to: string): Promise<Mail> {
    const found = this.list(to)[0];
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.waiters.add({ to: parseAddress(to), resolve }));
  }

  /** The answer that an idempotency key has been given before, if any. */
  recall(key: string): { payload: string; body: unknown } | undefined {
    return this.keys.get(key);
  }

  remember(key: string, payload: string, body: unknown): void {
    this.keys.set(key, { payload, body });
    if (this.keys.size > MAX_MAILS) this.keys.delete(this.keys.keys().next().value!);
  }

  clear(): void {
    this.mails = [];
    this.keys.clear();
  }
}
