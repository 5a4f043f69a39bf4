/**
 * Twilio's requests to the shop: form fields, signed over the exact URL, to loopback only, and tried
 * again as the account's settings say. What went wrong is kept as alerts, as in Twilio's debugger.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import { isLoopbackUrl } from "../http";
import type { Settings } from "./settings";
import { signTwilio } from "./signature";

export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

export interface Alert {
  /** Twilio's: 11200 refused, 11205 not reached, 12100 no TwiML, 12300 wrong content type. */
  code: number;
  messageSid: string;
  url: string;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

const MAX_ALERTS = 200;
const CONNECT_ERRORS = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ETIMEDOUT"]);

/** `ct` when no connection came about, `rt` when it was lost or the answer was late. */
function failureOf(error: unknown): "ct" | "rt" {
  const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
  return CONNECT_ERRORS.has(code) || code === "UND_ERR_CONNECT_TIMEOUT" ? "ct" : "rt";
}

type Attempt = { answer: WebhookAnswer } | { failure: "ct" | "rt" };

export class Webhooks {
  private alerted: Alert[] = [];
  private closing = new AbortController();
  private underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly authToken: string,
    private readonly settings: () => Settings,
  ) {}

  /** The last answer; null when there was none. */
  async post(
    url: string,
    params: Record<string, string>,
    messageSid: string,
  ): Promise<WebhookAnswer | null> {
    const work = this.attempts(url, params, messageSid);
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Resolves when no request is under way. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  private async attempts(url: string, params: Record<string, string>, messageSid: string) {
    const { retries, retryOn } = this.settings();
    const target = this.route(url);
    if (!isLoopbackUrl(target)) {
      const text = "the stand-in calls this machine only";
      this.alert({ code: 11205, messageSid, url, text });
      return null;
    }
    const body = new URLSearchParams(params);
    const headers = {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": signTwilio(this.authToken, url, params),
      // The same with every attempt.
      "i-twilio-idempotency-token": randomUUID(),
    };
    const { signal } = this.closing;
    for (let attempt = 0; ; attempt++) {
      const result = await this.once(target, { headers, body, signal });
      if (signal.aborted) return null;
      const answered = "answer" in result;
      if (answered && result.answer.status < 400) return result.answer;
      const kind = answered ? kindOf(result.answer.status) : result.failure;
      if (attempt < retries && retryOn.includes(kind)) continue;
      if (!answered) {
        const text = kind === "ct" ? "no connection" : "no answer in time";
        this.alert({ code: 11205, messageSid, url, text });
        return null;
      }
      const text = `answered with status ${result.answer.status}`;
      this.alert({ code: 11200, messageSid, url, text });
      return result.answer;
    }
  }

  private async once(
    target: string,
    { signal, ...init }: RequestInit & { signal: AbortSignal },
  ): Promise<Attempt> {
    try {
      const response = await fetch(target, {
        ...init,
        method: "POST",
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.settings().timeoutMs)]),
      });
      const contentType = response.headers.get("content-type") ?? "";
      return { answer: { status: response.status, contentType, body: await response.text() } };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  /** A file that the shop sends along; nothing when it can't be had. */
  async download(
    url: string,
    messageSid: string,
  ): Promise<{ contentType: string; bytes: Buffer } | undefined> {
    const target = this.route(url);
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(15_000)]);
    const response = isLoopbackUrl(target)
      ? await fetch(target, { signal }).catch(() => undefined)
      : undefined;
    if (!response?.ok) {
      this.alert({ code: 11200, messageSid, url, text: "the media can't be fetched" });
      return undefined;
    }
    const contentType = response.headers.get("content-type") ?? "application/octet-stream";
    return { contentType, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** Where a request really goes: the proxy before the shop is part of the stand-in. */
  private route(url: string): string {
    const { proxy } = this.settings();
    if (!proxy) return url;
    const from = new URL(proxy.publicOrigin).origin;
    return url.startsWith(`${from}/`) ? new URL(proxy.origin).origin + url.slice(from.length) : url;
  }

  alert(alert: Omit<Alert, "at">): void {
    this.alerted.push({ ...alert, at: this.clock.now() });
    if (this.alerted.length > MAX_ALERTS) this.alerted.shift();
  }

  /** Newest first. */
  alerts(): Alert[] {
    return [...this.alerted].reverse();
  }

  /** Breaks off what is under way. */
  clear(): void {
    this.closing.abort();
    this.closing = new AbortController();
    this.alerted = [];
  }
}

const kindOf = (status: number) => (status < 500 ? "4xx" : "5xx");
