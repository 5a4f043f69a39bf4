/**
 * `/widget.js`, the one tag: `<script async src="https://support.joes.shop/widget.js"></script>`. Its `data-` attributes
 * are the options. `window.ComputerGuys` is all that it adds to the page; calls of before it has loaded are pushed there.
 */
import { createWidget, type IdentityToken, type Widget } from "./host";

type Method = "open" | "close" | "identify" | "forget";
/** `["open"]`, `["identify", token]`. */
type Call = [method: Method, token?: IdentityToken];
type Installed = Pick<Widget, Method> & { push: (...calls: Call[]) => void };

declare global {
  interface Window {
    ComputerGuys?: Call[] | Installed;
  }
}

function install(script: HTMLScriptElement, waiting: Call[]): void {
  const { accent, accentDark, scheme, side, label, title } = script.dataset;
  const widget = createWidget({
    origin: script.src,
    accent,
    accentDark,
    scheme: scheme === "light" || scheme === "dark" ? scheme : undefined,
    side: side === "left" ? "left" : "right",
    label,
    title,
  });
  const { open, close, identify, forget } = widget;
  const methods = { open, close, identify, forget };
  const push = (...calls: Call[]) => {
    for (const [method, token = ""] of calls) {
      if (Object.hasOwn(methods, method)) void methods[method](token);
    }
  };
  window.ComputerGuys = { ...methods, push };
  push(...waiting);
}

const script = document.currentScript;

function start(): void {
  const waiting = window.ComputerGuys ?? [];
  // A second tag is one too many.
  if (script instanceof HTMLScriptElement && Array.isArray(waiting)) install(script, waiting);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
