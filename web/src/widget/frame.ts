/** The framed chat's state: open or closed, its theme, and what the page around it asks of it. */
import { isAppError } from "@computer-guys/support-backend/errors";
import { ConvexHttpClient } from "convex/browser";
import { api } from "../api";
import { problemOf, type AuthCore } from "../auth";
import { CONVEX_URL } from "../config";
import { setPageShown } from "../conversation/browser";
import type { Bridge } from "./bridge";
import { tokensOf } from "./colours";
import { MAX_UNREAD, type Order, type Theme } from "./protocol";

export class Frame {
  readonly #auth: AuthCore;
  readonly #bridge: Bridge;
  readonly #watchers = new Set<() => void>();
  #open = false;
  #greeted: (() => void) | null = null;
  #unread = 0;
  /** One act after the other: who is here changes with each. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(auth: AuthCore, connect: (onOrder: (order: Order) => void) => Bridge) {
    this.#auth = auth;
    this.#bridge = connect((order) => this.#obey(order));
    auth.subscribe(() => this.#report());
  }

  /** Says that it is there; `onHello` once, when the page has answered. */
  greet(onHello: () => void): void {
    setPageShown(false);
    this.#greeted = onHello;
    this.#bridge.report({ computerGuys: "ready", hasSession: this.#hasSession() });
  }

  readonly isOpen = (): boolean => this.#open;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly close = (): void => this.#bridge.report({ computerGuys: "close" });

  readonly setUnread = (unread: number): void => {
    this.#unread = Math.min(unread, MAX_UNREAD);
    this.#report();
  };

  #hasSession = () => this.#auth.getSnapshot().sessionId !== null;

  #report(): void {
    const unread = this.#hasSession() ? this.#unread : 0;
    this.#bridge.report({ computerGuys: "state", hasSession: this.#hasSession(), unread });
  }

  #obey(order: Order): void {
    // Nothing before the hello: it is what the page proves itself with.
    if (order.computerGuys === "hello") {
      applyTheme(order.theme);
      this.#greeted?.();
      this.#greeted = null;
      return this.#setOpen(order.open);
    }
    if (this.#greeted !== null) return;
    if (order.computerGuys === "show" || order.computerGuys === "hide") {
      return this.#setOpen(order.computerGuys === "show");
    }
    const { id } = order;
    const act = () =>
      order.computerGuys === "forget" ? this.#auth.signOut() : identify(this.#auth, order.token);
    this.#last = this.#last.then(act).then(
      () => this.#bridge.report({ computerGuys: "done", id }),
      (error: unknown) => {
        const { code, message } = problemOf(error);
        this.#bridge.report({ computerGuys: "done", id, error: { code, message } });
      },
    );
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    setPageShown(open);
    for (const watcher of this.#watchers) watcher();
  }
}

/** In a session of another visitor's, as after somebody else logged in on the page: a new one is begun. */
async function identify(auth: AuthCore, token: string): Promise<void> {
  const say = async () => {
    await auth.ensureSession();
    const http = new ConvexHttpClient(CONVEX_URL, { logger: false });
    const accessToken = await auth.fetchAccessToken({ forceRefreshToken: false });
    if (accessToken !== null) http.setAuth(accessToken);
    await http.mutation(api.users.identifyGuest, { token });
  };
  await say().catch(async (error: unknown) => {
    if (!isAppError(error) || error.data["anotherPerson"] !== true) throw error;
    await auth.signOut();
    await say();
  });
}

/** Both schemes at once: which one is shown changes without the page's knowing. */
function applyTheme({ accent, accentDark, scheme }: Theme): void {
  // A choice made in the chat's own menu is the visitor's.
  if (scheme !== undefined) document.documentElement.dataset["theme"] ??= scheme;
  if (accent === undefined && accentDark === undefined) return;
  const rule = (dark: boolean) =>
    Object.entries(tokensOf((dark ? accentDark : accent) ?? accent ?? accentDark!, dark))
      .map(([name, colour]) => `--${name}:${colour}`)
      .join(";");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root{${rule(false)}}@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${rule(true)}}}@media screen{:root[data-theme=dark]{${rule(true)}}}`,
  );
  document.adoptedStyleSheets = [sheet];
}
