/**
 * The widget on somebody's page: a button in the corner and, once it is wanted, the chat in a frame. It stands in a
 * shadow root at a fixed place, so that neither page nor widget moves or styles the other; its rules are a constructed
 * style sheet, which no policy of the page forbids. A visitor who never wrote loads nothing but this.
 */
import { readColour, textOn } from "./colours";
import { readReport, type Order, type Report, type Theme } from "./protocol";
import { STYLES } from "./styles";

export type WidgetOptions = {
  /** Where the chat is, like `https://support.joes.shop`. Its `VITE_WIDGET_HOSTS` names this page's origin. */
  origin: string;
  /** The shop's colour, `#rrggbb`, and the one on dark pages. Without them: the variables `--computer-guys-accent…`. */
  accent?: string | undefined;
  accentDark?: string | undefined;
  /** Default: as the system says. */
  scheme?: "light" | "dark" | undefined;
  /** Default: right. */
  side?: "left" | "right" | undefined;
  /** The button's name and the chat's. */
  label?: string | undefined;
  title?: string | undefined;
  onUnread?: ((unread: number) => void) | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
};

/** A token that the page's server has signed, or what fetches one when it is needed: it lives for five minutes. */
export type IdentityToken = string | (() => string | Promise<string>);

export type Widget = {
  open: () => void;
  close: () => void;
  /** Says who the visitor is, once there is a chat to say it to. Rejects with the refusal's `code`. */
  identify: (token: IdentityToken) => Promise<void>;
  /** Forgets who was here and what they wrote, in this browser: for the page's own log-out. */
  forget: () => Promise<void>;
  /** Takes it off the page. */
  remove: () => void;
};

export class WidgetError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "WidgetError";
  }
}

/** In the page's own storage: whether it is worth looking for unread answers before anybody opens the chat. */
const FLAG = "computer-guys.session";

function storage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

type Waiting = { resolve: () => void; reject: (error: unknown) => void };

const element = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: Node[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

function drawIcon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return { svg, path };
}

const BUBBLE = "M21 11.5a8.4 8.4 0 0 1-12.3 7.4L3 21l2.1-5.7A8.4 8.4 0 1 1 21 11.5Z";
const DOWN = "m5 9 7 7 7-7";

/** What is drawn on the page. */
function draw({ origin, label = "Chat with us", title = "Support chat", side }: WidgetOptions) {
  const icon = drawIcon();
  const badge = element("span", { class: "badge", "aria-hidden": "true" });
  const launcher = element(
    "button",
    { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
    icon.svg,
    badge,
  );
  const link = element("a", { href: origin, target: "_blank", rel: "noopener" });
  link.textContent = "Open the chat in a window of its own";
  const panel = element("div", { class: "panel", role: "dialog", "aria-label": title }, link);
  panel.hidden = true;
  const news = element("p", { class: "news", role: "status" });
  const host = element("div", {
    role: "region",
    "aria-label": title,
    "data-computer-guys": side === "left" ? "left" : "right",
  });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  root.append(panel, launcher, news);
  return { host, root, panel, launcher, icon, badge, news, label, title };
}

export function createWidget(options: WidgetOptions): Widget {
  return new HostedWidget(options).api;
}

class HostedWidget {
  readonly #options: WidgetOptions;
  readonly #origin: string;
  readonly #parts: ReturnType<typeof draw>;
  readonly #end = new AbortController();
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  #frame: HTMLIFrameElement | null = null;
  #ready = false;
  #open = false;
  #hasSession = storage((own) => own.getItem(FLAG)) !== null;
  #unread = 0;
  #before: Element | null = null;
  #identity: { token: IdentityToken; waiting: Waiting[] } | null = null;
  readonly #asked = new Map<number, Waiting>();

  constructor(options: WidgetOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin).origin;
    this.#parts = draw({ ...options, origin: this.#origin });
    const { host, launcher, panel } = this.#parts;
    this.#paint();
    document.body.append(host);
    this.#showState();
    const { signal } = this.#end;
    launcher.addEventListener("click", () => (this.#open ? this.close() : this.open()), { signal });
    // Where the chat itself has no say, as long as it loads.
    panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close(), { signal });
    launcher.addEventListener("keydown", ({ key }) => key === "Escape" && this.close(), { signal });
    window.addEventListener("message", (event) => this.#receive(event), { signal });
    this.#dark.addEventListener("change", () => this.#paint(), { signal });
    for (const kind of ["resize", "scroll"]) {
      window.visualViewport?.addEventListener(kind, () => this.#fit(), { signal });
    }
    // Once the page has nothing else to do.
    if (this.#hasSession) (window.requestIdleCallback ?? setTimeout)(() => this.#load());
  }

  get api(): Widget {
    return {
      open: () => this.open(),
      close: () => this.close(),
      identify: (token) => this.#identify(token),
      forget: () => this.#forget(),
      remove: () => this.#remove(),
    };
  }

  open(): void {
    if (this.#open || this.#end.signal.aborted) return;
    this.#open = true;
    this.#before = document.activeElement;
    this.#load();
    this.#showState();
    this.#fit();
    this.#frame!.focus();
    this.#send({ computerGuys: "show" });
    this.#sendIdentity();
    this.#options.onOpenChange?.(true);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const { host, root, launcher } = this.#parts;
    const hadFocus = document.activeElement === host && root.activeElement !== launcher;
    this.#showState();
    this.#send({ computerGuys: "hide" });
    const before = this.#before;
    if (hadFocus) {
      const back = before instanceof HTMLElement && before !== document.body && before !== host;
      (back && before.isConnected ? before : launcher).focus();
    }
    this.#options.onOpenChange?.(false);
  }

  async #identify(token: IdentityToken): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      // A later token counts for those who wait, too.
      const waiting = this.#identity?.waiting ?? [];
      this.#identity = { token, waiting: [...waiting, { resolve, reject }] };
      this.#sendIdentity();
    });
  }

  async #forget(): Promise<void> {
    this.close();
    if (!this.#hasSession && this.#frame === null) return;
    this.#load();
    await new Promise<void>((resolve, reject) => this.#ask("forget", { resolve, reject }));
  }

  #remove(): void {
    this.close();
    this.#end.abort();
    this.#parts.host.remove();
  }

  /** The chat, hidden until it is opened. */
  #load(): void {
    if (this.#frame !== null || this.#end.signal.aborted) return;
    const src = `${this.#origin}/widget#${location.origin}`;
    this.#frame = element("iframe", { src, title: this.#parts.title, allow: "clipboard-write" });
    this.#parts.panel.append(this.#frame);
  }

  #receive({ source, origin, data }: MessageEvent<unknown>): void {
    if (this.#frame === null || source !== this.#frame.contentWindow) return;
    if (origin !== this.#origin) return;
    const report = readReport(data);
    if (report !== null) this.#hear(report);
  }

  #hear(report: Report): void {
    if (report.computerGuys === "close") return this.close();
    if (report.computerGuys === "done") {
      const waiting = this.#asked.get(report.id);
      this.#asked.delete(report.id);
      const { error } = report;
      return error
        ? waiting?.reject(new WidgetError(error.code, error.message))
        : waiting?.resolve();
    }
    if (report.computerGuys === "ready") {
      this.#ready = true;
      this.#parts.panel.dataset["ready"] = "";
      this.#send({ computerGuys: "hello", theme: this.#theme(), open: this.#open });
      for (const id of this.#asked.keys()) this.#send({ computerGuys: "forget", id });
    } else {
      this.#setUnread(report.unread);
    }
    this.#hasSession = report.hasSession;
    storage((own) => (report.hasSession ? own.setItem(FLAG, "1") : own.removeItem(FLAG)));
    this.#sendIdentity();
  }

  #send(order: Order): void {
    if (this.#ready) this.#frame?.contentWindow?.postMessage(order, this.#origin);
  }

  #ask(kind: "forget" | "identify", waiting: Waiting, token = ""): void {
    const id = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
    this.#asked.set(id, waiting);
    this.#send(kind === "forget" ? { computerGuys: kind, id } : { computerGuys: kind, id, token });
  }

  /** Only to a chat that somebody uses: a visitor who never opens it is nobody to the shop. */
  #sendIdentity(): void {
    if (this.#identity === null || !this.#ready || !(this.#open || this.#hasSession)) return;
    const { token, waiting } = this.#identity;
    this.#identity = null;
    const all: Waiting = {
      resolve: () => waiting.forEach(({ resolve }) => resolve()),
      reject: (error) => waiting.forEach(({ reject }) => reject(error)),
    };
    Promise.resolve()
      .then(() => (typeof token === "string" ? token : token()))
      .then((signed) => this.#ask("identify", all, signed), all.reject);
  }

  #setUnread(unread: number): void {
    if (unread === this.#unread) return;
    const more = unread > this.#unread;
    this.#unread = unread;
    this.#showState();
    this.#parts.news.textContent =
      more && !this.#open ? `${countOf(unread)} in the support chat` : "";
    this.#options.onUnread?.(unread);
  }

  #showState(): void {
    const { host, panel, launcher, icon, badge, label } = this.#parts;
    const unread = this.#open ? 0 : this.#unread;
    host.dataset["open"] = String(this.#open);
    panel.hidden = !this.#open;
    icon.path.setAttribute("d", this.#open ? DOWN : BUBBLE);
    launcher.setAttribute("aria-expanded", String(this.#open));
    launcher.setAttribute("aria-label", unread > 0 ? `${label}, ${countOf(unread)}` : label);
    badge.hidden = unread === 0;
    badge.textContent = unread > 9 ? "9+" : String(unread);
  }

  /** The variables are the page's; what an option says goes over them. */
  #paint(): void {
    const { host, launcher } = this.#parts;
    const { accent, accentDark, scheme } = this.#options;
    const dark = (scheme ?? (this.#dark.matches ? "dark" : "light")) === "dark";
    host.dataset["scheme"] = dark ? "dark" : "light";
    for (const [name, value] of Object.entries({ accent, "accent-dark": accentDark })) {
      const colour = value === undefined ? null : readColour(value);
      if (colour !== null) host.style.setProperty(`--computer-guys-${name}`, colour);
    }
    const ground = readColour(getComputedStyle(launcher).backgroundColor);
    if (ground !== null) launcher.style.color = textOn(ground);
  }

  #theme(): Theme {
    const computed = getComputedStyle(this.#parts.host);
    const colour = (name: string) =>
      readColour(computed.getPropertyValue(`--computer-guys-${name}`)) ?? undefined;
    this.#paint();
    const { scheme } = this.#options;
    return { accent: colour("accent"), accentDark: colour("accent-dark"), scheme };
  }

  /** A phone's keyboard lies over the page: the chat keeps to what is left. */
  #fit(): void {
    const { panel } = this.#parts;
    const viewport = window.visualViewport;
    const covered = this.#open && viewport !== null && innerHeight - viewport.height > 80;
    panel.style.setProperty("--height", covered ? `${viewport.height}px` : "100dvh");
    panel.style.setProperty("--top", covered ? `${viewport.offsetTop}px` : "0px");
  }
}

const countOf = (unread: number) => (unread === 1 ? "1 new answer" : `${unread} new answers`);
