/** A shop for tests: takes the webhooks of the stand-in, checks their signature with Twilio's own SDK. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import twilio from "twilio";

export interface Webhook {
  path: string;
  fields: Record<string, string>;
  headers: IncomingMessage["headers"];
  /** By the SDK's `validateRequest`, for the URL as it came in. */
  valid: boolean;
}

export interface ShopAnswer {
  status?: number;
  type?: string;
  body?: string;
  /** The connection is closed instead. */
  cut?: boolean;
}

export class Shop {
  readonly webhooks: Webhook[] = [];
  /** Answers in turn; the last one stays. */
  answers: ShopAnswer[] = [{ type: "text/xml", body: "<Response/>" }];
  url = "";
  private waiters = new Set<{ count: number; resolve: () => void }>();
  private readonly server = createServer((req, res) => void this.take(req, res));

  constructor(private readonly authToken: string) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  private async take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const fields = Object.fromEntries(new URLSearchParams(body));
    const signature = String(req.headers["x-twilio-signature"]);
    const url = `http://${req.headers.host}${req.url}`;
    const valid = twilio.validateRequest(this.authToken, signature, url, fields);
    this.webhooks.push({ path: req.url ?? "", fields, headers: req.headers, valid });
    const { status = 200, type = "text/xml", body: text = "", cut } = this.answer();
    if (cut) res.destroy();
    else res.writeHead(status, { "content-type": type }).end(text);
    for (const waiter of this.waiters) {
      if (this.webhooks.length < waiter.count) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  private answer(): ShopAnswer {
    return (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) ?? {};
  }

  /** Resolves when so many webhooks have come in since the last `clear`. */
  got(count: number): Promise<void> {
    if (this.webhooks.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.waiters.add({ count, resolve }));
  }

  statuses(): string[] {
    return this.webhooks.map(({ fields }) => fields.MessageStatus ?? "");
  }

  clear(): void {
    this.webhooks.length = 0;
    this.answers = [{ type: "text/xml", body: "<Response/>" }];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
